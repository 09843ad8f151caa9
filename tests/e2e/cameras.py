# SPDX-License-Identifier: Apache-2.0
"""Cameras for the tests: real encoders and servers that a relay reads, or that send to it."""
import os
import pathlib
import signal
import subprocess

from processes import Process, free_port

X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-profile:v", "baseline", "-pix_fmt", "yuv420p",
        "-x264-params", "repeat-headers=1"]


def picture(size: str = "640x360", fps: int = 30) -> list[str]:
    """ffmpeg's input: a moving picture at its own pace."""
    return ["-re", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={fps}"]


class RtspCamera:
    """A camera behind RTSP: ffmpeg into a MediaMTX of its own, which may want a password."""

    USERS = "authMethod: internal\nauthInternalUsers:\n  - user: any\n    ips: [127.0.0.1]\n    permissions:\n" \
            "      - action: publish\n" \
            "  - user: admin\n    pass: s3cret-pass\n    permissions:\n      - action: read\n"

    def __init__(self, new_mediamtx, folder: pathlib.Path, mark: str, password: bool = False, size: str = "640x360", fps: int = 30,
                 codec: list | None = None, audio: list | None = None, gop: int = 15):
        # Stock: ours wants sender reports, which ffmpeg only sends after 5 s.
        self.server = new_mediamtx(stock=True, users=self.USERS if password else "")
        self.password = password
        self._args = ["ffmpeg", "-v", "error", *picture(size, fps), *(audio or []), *(codec or X264), "-g", str(gop),
                      *(["-c:a", "aac"] if audio else []), "-f", "rtsp", "-rtsp_transport", "tcp",
                      f"rtsp://127.0.0.1:{self.server.rtsp_port}/stream1"]
        self.sender = Process(f"camera-{self.server.rtsp_port}", self._args, folder, mark)

    def url(self, password: str = "s3cret-pass") -> str:
        user = f"admin:{password}@" if self.password else ""
        return f"rtsp://{user}127.0.0.1:{self.server.rtsp_port}/stream1"

    def kill(self):
        self.sender.kill()
        self.server.kill()

    def restart(self):
        self.server.start()
        self.sender.restart()

    def close(self):
        self.sender.close()


class UdpCamera:
    """tools/camera-send to a port of ours."""

    def __init__(self, root: pathlib.Path, folder: pathlib.Path, mark: str, via: str = "gst"):
        self.port = free_port(2)
        self.sdp = folder / "camera.sdp"
        self.sdp.write_text("v=0\no=- 0 0 IN IP4 0.0.0.0\ns=VETER Camera\nc=IN IP4 0.0.0.0\nt=0 0\n"
                            f"m=video {self.port} RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=1\n")
        self.sender = Process("camera-send", [root / "tools/camera-send", "--to", f"127.0.0.1:{self.port}", "--source=test",
                                              "--via", via, "640x360", "30", "1000"], folder, mark)

    def close(self):
        self.sender.close()


class PipeCamera:
    """What `libcamera-vid … -o - | relayctl pipe KEY` is: an encoder and the command, in one group."""

    def __init__(self, command: list, size: str = "640x480", fps: int = 30):
        encoder = ["ffmpeg", "-v", "error", *picture(size, fps), *X264, "-g", "15", "-f", "h264", "-flush_packets", "1", "-"]
        line = " ".join(map(str, encoder)) + " | " + " ".join(map(str, command))
        self._shell = subprocess.Popen(["bash", "-c", line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, start_new_session=True, text=True)

    def interrupt(self) -> str:
        """Ctrl-C: to the whole group. What it said."""
        os.killpg(self._shell.pid, signal.SIGINT)
        return self._shell.communicate(timeout=10)[0]

    def close(self):
        try:
            os.killpg(self._shell.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._shell.wait(10)


def make_video(path: pathlib.Path, *args, seconds: int = 2, size: str = "640x360", fps: str = "30"):
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={fps}", "-f", "lavfi", "-i",
                    "sine=frequency=440", "-t", str(seconds), *args, path], check=True, timeout=60)
