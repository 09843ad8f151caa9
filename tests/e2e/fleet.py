# SPDX-License-Identifier: Apache-2.0
"""The fleet in its two forms, on free ports of loopback, with a MediaMTX of its own."""
import json
import os
import pathlib
import subprocess

import mediamtx
import rest
from processes import Process, end_all, free_port, marked, new_mark
from waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("RELAYFLEET_BIN", ROOT / "bazel-bin"))
RELAYCTL = BIN / "tools/relayctl/relayctl"


def service(name: str) -> pathlib.Path:
    return BIN / f"services/{name}/{name}"


class Fleet:
    """What both forms have. start() returns when it serves; close() ends every process."""

    form = ""

    def __init__(self, folder: pathlib.Path, flags: tuple = (), env: dict | None = None):
        self.folder, self.flags, self.env = folder, list(flags), env or {}
        self.mark = new_mark()
        self.state_dir = folder / "state"
        self.robot_port, self.rest_port, self.grpc_port = free_port(), free_port(), free_port()
        self.metrics_ports: dict[str, int] = {}
        self.processes: dict[str, Process] = {}
        self.rtsp_port = self.webrtc_port = self.hls_port = 0
        # Ports that nobody but the fleet itself uses, by who listens.
        self.internal_ports: dict[str, int] = {}
        self.api: mediamtx.Api | None = None

    # --- life ---------------------------------------------------------------

    def run(self, name: str, *args):
        self.processes[name] = Process(name, [service(name), *args, *self.flags], self.folder, self.mark, self.env)

    def wait_serving(self, timeout: float = 30):
        def serving():
            for process in self.processes.values():
                assert process.running(), f"{process.name} ended:\n{process.log()}"
            try:
                # Also the operator's ports: the gateway may be ready before they are all open.
                ports = [self.rest_port, *self.metrics_ports.values()]
                return all(rest.call(port, "GET", "/readyz", timeout=5).status == 200 for port in ports)
            except OSError:
                return False
        wait_for("the fleet serves", serving, timeout)

    def close(self):
        for process in self.processes.values():
            process.ask_to_end()
        for process in self.processes.values():
            process.close()
        end_all(self.mark)

    def running(self) -> dict[int, str]:
        return marked(self.mark)

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.rglob("*.log")))

    # --- calls --------------------------------------------------------------

    def robot(self, method: str, path: str, body=None, **more) -> rest.Answer:
        return rest.call(self.robot_port, method, path, body, **more)

    def native(self, method: str, path: str, body=None, **more) -> rest.Answer:
        return rest.call(self.rest_port, method, path, body, **more)

    def create(self, key: str, **more):
        answer = self.robot("POST", "/relays", {"key": key, "type": "robot_camera", **more})
        assert answer.status == 200, answer
        assert answer.json == {"key": key, "rtsp_path": f"/{key}"}

    def push(self, key: str, jpeg: bytes):
        answer = self.robot("POST", f"/relays/{key}/frame", jpeg, headers={"Content-Type": "image/jpeg"})
        assert (answer.status, answer.body) == (204, b""), answer

    def is_ready(self, key: str, timeout: float = 15) -> bool:
        answer = self.robot("GET", f"/relays/{key}/ready?timeout={timeout:g}")
        assert answer.status == 200, answer
        assert answer.json["key"] == key
        return answer.json["ready"]

    def started(self, key: str, jpeg: bytes) -> str:
        """A relay that is fed and readable; its URL."""
        self.create(key)
        self.push(key, jpeg)
        assert self.is_ready(key, 20), f"{key} is not ready: {self.relay(key)}"
        return self.url(key)

    def wait_ready(self, key: str, timeout: float = 30):
        """For relays of any API; also while it is still to be made."""
        wait_for(f"{key} is ready", lambda: self.relayctl("relay", "ready", key, "--timeout", 5).returncode == 0, timeout)

    def url(self, key: str) -> str:
        return f"rtsp://127.0.0.1:{self.rtsp_port}/{key}"

    def relayctl(self, *args, timeout: float = 60) -> subprocess.CompletedProcess:
        return subprocess.run([RELAYCTL, "--server", f"127.0.0.1:{self.grpc_port}", *map(str, args)],
                              capture_output=True, text=True, timeout=timeout)

    def relay(self, key: str) -> dict:
        """All that the native API says about a relay."""
        done = self.relayctl("relay", "get", key, "--json")
        assert done.returncode == 0, done
        return json.loads(done.stdout)

    def metrics(self, name: str) -> str:
        answer = rest.call(self.metrics_ports[name], "GET", "/metrics")
        assert answer.status == 200, answer
        return answer.body.decode()


class Standalone(Fleet):
    """One process, with its own MediaMTX child unless `server` is given."""

    form = "standalone"

    def start(self, server: mediamtx.MediaMtx | None = None, wait: bool = True):
        metrics = free_port()
        self.metrics_ports = {"standalone": metrics}
        self.internal_ports = {"metrics": metrics}
        args = ["--listen=127.0.0.1", f"--robot_relay_port={self.robot_port}", f"--rest_port={self.rest_port}",
                f"--grpc_port={self.grpc_port}", f"--metrics_listen=127.0.0.1:{metrics}", f"--state_dir={self.state_dir}"]
        self.run("standalone", *args, *(self._foreign(server) if server else self._child()))
        if wait:
            self.wait_serving()
        return self

    def _foreign(self, server) -> list[str]:
        self.rtsp_port, self.webrtc_port, self.api = server.rtsp_port, server.webrtc_port, server.api
        return [f"--mediamtx_rtsp=127.0.0.1:{server.rtsp_port}", f"--mediamtx_api=http://127.0.0.1:{server.api_port}"]

    def _child(self) -> list[str]:
        self.rtsp_port, self.webrtc_port, self.hls_port = free_port(), free_port(), free_port()
        api, metrics = free_port(), free_port()
        self.internal_ports.update({"control API": api, "MediaMTX metrics": metrics})
        self.api = mediamtx.Api(api)
        return [f"--mediamtx_bin={mediamtx.binary()}", f"--mediamtx_rtsp_port={self.rtsp_port}", "--mediamtx_rtp_port=0",
                f"--mediamtx_hls_port={self.hls_port}", f"--mediamtx_webrtc_port={self.webrtc_port}",
                f"--mediamtx_webrtc_udp_port={free_port()}", f"--mediamtx_api_port={api}",
                f"--mediamtx_metrics_port={metrics}"]

    def kill_mediamtx(self):
        """As a crash. The fleet itself restarts it."""
        binary = mediamtx.binary()
        [child] = [pid for pid, line in self.running().items() if line.startswith(binary)]
        os.kill(child, 9)
        wait_for("the old MediaMTX is gone", lambda: child not in self.running())

    def restart_mediamtx(self):
        pass

    @property
    def keeper(self) -> str:
        """The process that keeps the relays."""
        return "standalone"


class Separate(Fleet):
    """Four processes beside a MediaMTX."""

    form = "separate"
    NAMES = ("transcode", "publish", "ingest", "gateway")
    server: mediamtx.MediaMtx | None = None

    def start(self, server: mediamtx.MediaMtx | None = None, wait: bool = True, publish: list | None = None):
        """publish: its own flags in place of the control API's."""
        self.server = server or mediamtx.MediaMtx(self.folder, self.mark)
        self.rtsp_port, self.webrtc_port, self.api = self.server.rtsp_port, self.server.webrtc_port, self.server.api
        grpc = {name: free_port() for name in ("transcode", "publish", "ingest")}
        self.internal_ports = grpc
        self.metrics_ports = {name: free_port() for name in self.NAMES}
        own = {
            "transcode": [],
            "publish": [f"--mediamtx_rtsp=127.0.0.1:{self.server.rtsp_port}",
                        *(publish or [f"--mediamtx_api=http://127.0.0.1:{self.server.api_port}"])],
            "ingest": [f"--transcode=127.0.0.1:{grpc['transcode']}", f"--publish=127.0.0.1:{grpc['publish']}",
                       f"--state_dir={self.state_dir}"],
            "gateway": [f"--ingest=127.0.0.1:{grpc['ingest']}", f"--robot_relay_port={self.robot_port}",
                        f"--rest_port={self.rest_port}", f"--grpc_port={self.grpc_port}"],
        }
        for name in self.NAMES:
            listen = f"--listen=127.0.0.1:{grpc[name]}" if name in grpc else "--listen=127.0.0.1"
            self.run(name, listen, f"--metrics_listen=127.0.0.1:{self.metrics_ports[name]}", *own[name])
        if wait:
            self.wait_serving()
        return self

    def kill_mediamtx(self):
        self.server.kill()

    def restart_mediamtx(self):
        self.server.start()

    def close(self):
        for process in self.processes.values():
            process.ask_to_end()
        for process in self.processes.values():
            process.close()
        if self.server:
            self.server.close()
        end_all(self.mark)

    @property
    def keeper(self) -> str:
        return "ingest"


FORMS = {"standalone": Standalone, "separate": Separate}
