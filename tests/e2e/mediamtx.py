# SPDX-License-Identifier: Apache-2.0
"""A MediaMTX that is not the fleet's child."""
import json
import os
import pathlib
import socket
import urllib.request

from processes import Process, free_port
from waiting import wait_for


def binary() -> str:
    """The pinned MediaMTX; tools/test names it."""
    path = os.environ.get("MEDIAMTX_BIN", "")
    assert path, "MEDIAMTX_BIN names no MediaMTX: run tools/test, or MEDIAMTX_BIN=$(tools/mediamtx) pytest tests/e2e"
    return path


class Api:
    """MediaMTX's control API."""

    def __init__(self, port: int):
        self.port = port

    def get(self, path: str) -> dict:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v3/{path}", timeout=5) as answer:
            return json.load(answer)

    def publisher(self, key: str) -> str | None:
        """Id of the RTSP session that publishes this path."""
        for session in self.get("rtspsessions/list")["items"]:
            if session["path"] == key and session["state"] == "publish":
                return session["id"]
        return None


class MediaMtx:
    """Runs MediaMTX on free ports of loopback. stock: its own defaults, so no control API."""

    def __init__(self, folder: pathlib.Path, mark: str, stock: bool = False, start: bool = True, users: str = "",
                 on_read: str = ""):
        self.folder, self.mark = folder, mark
        self.rtsp_port, self.webrtc_port, self.api_port = free_port(), free_port(), free_port()
        self.api = None if stock else Api(self.api_port)
        self.config = folder / f"mediamtx-{self.rtsp_port}.yml"
        path = ["" if stock else "    useAbsoluteTimestamp: yes\n", f"    runOnRead: {on_read}\n" if on_read else ""]
        self.config.write_text(("" if stock else self._ours()) + users + self._ports() + "".join(path))
        self.process = None
        if start:
            self.start()

    def _ports(self) -> str:
        media, rtp = free_port(), free_port(2)
        return "\n".join([
            f"rtspAddress: 127.0.0.1:{self.rtsp_port}",
            f"rtpAddress: 127.0.0.1:{rtp}",
            f"rtcpAddress: 127.0.0.1:{rtp + 1}",
            f"rtmpAddress: 127.0.0.1:{free_port()}",
            f"hlsAddress: 127.0.0.1:{free_port()}",
            f"srtAddress: 127.0.0.1:{free_port()}",
            f"webrtcAddress: 127.0.0.1:{self.webrtc_port}",
            f"webrtcLocalUDPAddress: 127.0.0.1:{media}",
            f"webrtcLocalTCPAddress: 127.0.0.1:{media}",
            "moq: no",
            "paths:",
            "  all_others:", ""])

    def _ours(self) -> str:
        return f"webrtcIPsFromInterfaces: no\nwebrtcAdditionalHosts: [127.0.0.1]\napi: yes\n" \
               f"apiAddress: 127.0.0.1:{self.api_port}\n"

    def start(self):
        self.process = Process(f"mediamtx-{self.rtsp_port}", [binary(), self.config], self.folder, self.mark)
        self.wait_up()

    def wait_up(self):
        def up():
            assert self.process.running(), f"MediaMTX ended:\n{self.process.log()}"
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.rtsp_port)) == 0
        wait_for("MediaMTX listens", up)

    def kill(self):
        self.process.kill()

    def close(self):
        if self.process:
            self.process.close()
