# SPDX-License-Identifier: Apache-2.0
"""README.md's commands and tools/start, as a newcomer uses them."""
import os
import re
import shutil
import signal
import subprocess
import threading

import pytest

import cameras
import fleet as fleets
import pictures
import rest
import video
from processes import Process, end_all, free_port, marked, new_mark
from test_ports import taken
from waiting import wait_for

README = (fleets.ROOT / "README.md").read_text()
MARK = "<!-- not run by tests/e2e/test_quickstart.py -->\n"
BLOCKS = re.findall(rf"({re.escape(MARK)})?```sh\n(.*?)```", README, re.S)
# By first line. What is not here must be marked in the README, so that every block is decided on.
STARTS = ("tools/start --demo", "MEDIAMTX_HOST=localhost:8555 tools/start")
EXTERNAL = """curl -X POST http://localhost:5020/relays -d '{"key":"robot-a/external","""
SOURCES = """post() { curl -X POST http://localhost:8600/v1/relays -d "$1"; }"""
IN_A_SHELL = ("# start a relay", "alias relayctl=bazel-bin/tools/relayctl/relayctl", "curl -X POST http://localhost:8600/v1/relays \\", EXTERNAL,
              SOURCES)
NOT_RUN = ("tools/test",  # it runs this very file
           # On other machines; the same is done by test_cameras.py, test_camera_tools.py and test_install.py.
           "relayctl relay create camera --sdp camera.sdp               # or --udp-port 9000",
           "libcamera-vid -t 0 --width 640 --height 480 --framerate 30 --bitrate 2000000 --codec h264 --inline \\",
           "sudo tools/install --profile vps      # or jetson, pi")


def block(first: str) -> str:
    [found] = [text for _, text in BLOCKS if text.splitlines()[0] == first]
    return found


def test_every_block_of_the_readme_is_run_or_marked():
    assert {text.splitlines()[0] for _, text in BLOCKS} == {*STARTS, *IN_A_SHELL, *NOT_RUN}
    assert {text.splitlines()[0] for mark, text in BLOCKS if mark} == set(NOT_RUN)


# --- with a fleet that runs ---------------------------------------------------

# What a newcomer ends or looks at by hand ends by itself here; answers of 400 and more are failures.
SHELL = """
set -e
curl() { command curl -sS --fail-with-body "$@"; echo; }
ffplay() { ffprobe -v error -show_streams "$@"; }
relayctl() {
  case $* in
    *--test-pattern*) timeout --foreground --preserve-status -s INT 5 $RELAYCTL "$@" ;;
    *) $RELAYCTL "$@" ;;
  esac
}
"""


def shell(fleet, folder, first: str, swap: dict | None = None) -> str:
    """What the block prints, with the fleet's ports in place of the standard ones, and what else is to be swapped."""
    text = block(first)
    for standard, port in ((5020, fleet.robot_port), (8600, fleet.rest_port), (8554, fleet.rtsp_port)):
        text = text.replace(f"localhost:{standard}", f"localhost:{port}")
    for written, meant in (swap or {}).items():
        text = text.replace(written, meant)
    env = {**os.environ, "RELAYFLEET_SERVER": f"127.0.0.1:{fleet.grpc_port}", "RELAYCTL": str(fleets.RELAYCTL)}
    done = subprocess.run(["bash", "-c", SHELL + text], cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


def test_push_your_own_frames(fleet, tmp_path):
    (tmp_path / "frame.jpg").write_bytes(pictures.noisy())
    said = shell(fleet, tmp_path, "# start a relay")
    assert '"rtsp_path":"/robot-a/camera"' in said and '"ready":true' in said
    assert "codec_name=h264" in said
    fleet.robot("POST", "/relays/stop_all")


def test_the_same_by_relayctl(fleet, tmp_path):
    assert (fleets.ROOT / re.search(r"alias relayctl=(\S+)", README)[1]).exists() or "RELAYFLEET_BIN" in os.environ
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=10:d=1", "-c:v", "libx264", "talk.mp4"],
                   cwd=tmp_path, check=True)
    said = shell(fleet, tmp_path, "alias relayctl=bazel-bin/tools/relayctl/relayctl")
    assert "robot-a/camera" in said and '"key"' in said
    assert fleet.relayctl("relay", "get", "robot-a/camera").returncode == 3  # deleted in the end


def test_an_external_camera(fleet, new_mediamtx, tmp_path):
    camera = cameras.RtspCamera(new_mediamtx, tmp_path, fleet.mark, password=True)
    try:
        said = shell(fleet, tmp_path, EXTERNAL, {"rtsp://admin:pass@192.168.50.45:554/live/profile.1": camera.url()})
        assert '"rtsp_path":"/robot-a/external"' in said
        assert fleet.is_ready("robot-a/external", 20)
    finally:
        fleet.robot("POST", "/relays/stop_all")
        camera.close()


def test_every_source_by_example(fleet, tmp_path):
    said = shell(fleet, tmp_path, SOURCES, {"5002": str(free_port(2))})
    made = {relay["key"]: relay["spec"] for relay in fleet.native("GET", "/v1/relays").json["relays"]}
    assert {"door", "yard", "pi", "loop", "far"} <= set(made)
    assert made["door"]["rtsp"]["url"].endswith("10.0.0.5/stream2") and "pass" not in str(made)
    assert '"name":"libx264"' in said.replace(" ", "")
    for key in ("door", "yard", "pi", "loop", "far"):
        fleet.native("DELETE", f"/v1/relays/{key}")


def test_native_rest_by_example(fleet, tmp_path):
    (tmp_path / "frame.jpg").write_bytes(pictures.noisy())
    said = shell(fleet, tmp_path, "curl -X POST http://localhost:8600/v1/relays \\")
    assert "PUSH_OUTCOME_WRITTEN" in said and '"width":640' in said and '"framesIn":"1"' in said
    assert fleet.native("GET", "/v1/relays/cam1").status == 404


# --- tools/start --------------------------------------------------------------


class Start:
    """tools/start on free ports, in the foreground of nobody."""

    def __init__(self, folder, *args, env: dict | None = None):
        self.mark = new_mark()
        self.seen: set[str] = set()  # every command line there was
        self.rest_port = free_port()
        flags = [f"--rest_port={self.rest_port}", "--state_dir", folder / "state", f"--metrics_listen=127.0.0.1:{free_port()}",
                 f"--robot_relay_port={free_port()}", f"--grpc_port={free_port()}"]
        self.process = Process("start", [fleets.ROOT / "tools/start", *args, *flags], folder, self.mark, env)
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def _look(self):
        while self.process.running():
            self.seen.update(marked(self.mark).values())

    def wait_for(self, text: str, timeout: float = 600) -> re.Match:
        """Generous: it may have to build."""
        def said():
            assert self.process.running(), self.process.log()
            return re.search(text, self.process.log(), re.M)
        return wait_for(f"{text} is said", said, timeout)

    def interrupt(self):
        self.process.signal(signal.SIGINT)
        code = self.process.wait(20)
        assert code == 0, self.process.log()
        wait_for("nothing is left", lambda: not marked(self.mark), 5)

    def close(self):
        self.process.close()
        end_all(self.mark)


@pytest.fixture
def start(tmp_path):
    if not shutil.which("bazel"):
        pytest.skip("bazel is not installed: tools/start cannot build")
    started = []

    def make(*args, **more):
        started.append(Start(tmp_path, *args, **more))
        return started[-1]

    yield make
    for one in started:
        one.close()


def media_ports() -> list[str]:
    names = ("rtsp", "hls", "webrtc", "webrtc_udp", "api", "metrics")
    return ["--mediamtx_rtp_port=0", *(f"--mediamtx_{name}_port={free_port()}" for name in names)]


def expect_moving(url: str):
    with video.Reader(url) as reader:
        reader.wait_pictures(20)
        assert len({picture.rgb for picture in reader.pictures}) > 10


@pytest.mark.parametrize("listen", ["127.0.0.1", "0.0.0.0"])
def test_the_demo_is_seen_at_the_printed_url_and_ends(start, listen):
    one = start(*block("tools/start --demo").split()[1:], "--listen", listen, *media_ports())
    # The URLs are only said once there is something to see.
    url = one.wait_for(r"^    RTSP     (rtsp://127.0.0.1:\d+/demo)$")[1]
    assert re.search(r"^    WebRTC   http://127.0.0.1:\d+/demo$", one.process.log(), re.M)
    hls = one.wait_for(r"^    HLS      http://127.0.0.1:(\d+)/demo$")[1]
    assert rest.call(int(hls), "GET", "/demo/").status == 200
    assert ("from elsewhere" in one.process.log()) == (listen == "0.0.0.0")
    expect_moving(url)
    one.interrupt()


def test_the_demo_goes_without_the_rest_port(start):
    one = start("--demo", *media_ports())
    one.process.args = [arg for arg in one.process.args if not arg.startswith("--rest_port")]
    one.close()
    with taken(8600):
        one.process.start()
        url = one.wait_for(r"^    RTSP     (\S+/demo)$")[1]
        assert "port skipped" in one.process.log()
        expect_moving(url)
        one.interrupt()


@pytest.mark.parametrize("how", ["HOST:PORT", "URL", "variable"])
def test_the_demo_on_a_mediamtx_that_runs(start, new_mediamtx, how):
    """Its RTSP URL is known, of its WebRTC and HLS nothing is promised. A password stays off command lines."""
    secret = "hunter2-Tr0ub4dor"
    server = new_mediamtx(stock=True, users="" if how == "HOST:PORT" else f"""
authInternalUsers:
- user: robot
  pass: {secret}
  permissions: [{{action: publish}}]
- user: any
  permissions: [{{action: read}}]
""")
    url = f"rtsp://robot:{secret}@127.0.0.1:{server.rtsp_port}"
    one = {"HOST:PORT": lambda: start("--demo", f"--mediamtx_rtsp=127.0.0.1:{server.rtsp_port}"),
           "URL": lambda: start("--demo", "--mediamtx_rtsp", url),
           "variable": lambda: start("--demo", env={"MEDIAMTX_RTSP": url})}[how]()
    one.wait_for(rf"^    RTSP     rtsp://127.0.0.1:{server.rtsp_port}/demo$")
    assert "WebRTC" not in one.process.log() and "HLS" not in one.process.log()
    expect_moving(f"rtsp://127.0.0.1:{server.rtsp_port}/demo")
    assert not any("mediamtx.yml" in line for line in marked(one.mark).values())
    # Only the command that was typed itself has it, for the moment until it gives way.
    shown = one.seen if how == "variable" else marked(one.mark).values()
    assert one.seen and not [line for line in shown if secret in line]
    assert secret not in one.process.log()
    one.interrupt()


def test_an_older_mediamtx_by_its_older_name(start, new_mediamtx):
    server = new_mediamtx(stock=True)
    text = block("MEDIAMTX_HOST=localhost:8555 tools/start").strip()
    variable = text.split()[0].replace("8555", str(server.rtsp_port))
    one = start(env=dict([variable.split("=")]))
    one.wait_for("^relayfleet is ready$")
    one.wait_for(rf"^  RTSP +rtsp://localhost:{server.rtsp_port}/KEY$")
    assert rest.call(one.rest_port, "GET", "/readyz").status == 200
    one.interrupt()
