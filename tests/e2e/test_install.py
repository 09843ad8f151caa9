# SPDX-License-Identifier: Apache-2.0
"""tools/install below a folder of its own: what it puts where, that systemd takes the units, that MediaMTX takes the
configurations, and that nothing stays. What needs a running systemd (enable, restart) is not run here."""
import os
import pathlib
import re
import shutil
import subprocess

import fleet as fleets
import mediamtx
import pytest
from processes import free_port

INSTALL = fleets.ROOT / "tools/install"

# As the document of the UDP camera has them.
OLD_MEDIAMTX = """\
logLevel: info
logDestinations: [stdout]
api: yes
apiAddress: :9997
metrics: yes
metricsAddress: :9998
rtspAddress: :8555
protocols: [tcp, udp]
encryption: "no"
rtpAddress: :8000
rtcpAddress: :8001
paths:
  camera:
    source: publisher
    runOnReady: echo "Camera stream ready"
"""
SDP = """\
v=0
o=- 0 0 IN IP4 0.0.0.0
s=Camera
c=IN IP4 0.0.0.0
t=0 0
m=video 9000 RTP/AVP 96
a=rtpmap:96 H264/90000
a=fmtp:96 packetization-mode=1
"""


def run(root, *args, code: int = 0) -> str:
    env = {**os.environ, "RELAYFLEET_BIN": str(fleets.BIN), "MEDIAMTX_BIN": str(mediamtx.binary())}
    done = subprocess.run([INSTALL, *args, "--root", root], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    return done.stderr


def tree(root: pathlib.Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


@pytest.fixture
def old_vps(tmp_path):
    """A machine that was set up by the UDP camera's document."""
    for name, text in {"etc/mediamtx.yml": OLD_MEDIAMTX, "root/camera.sdp": SDP,
                       "etc/systemd/system/mediamtx.service": "[Service]\nExecStart=/bin/true\n",
                       "etc/systemd/system/camera-udp-to-mediamtx.service": "[Service]\nExecStart=/bin/true\n"}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def units(root) -> pathlib.Path:
    return root / "etc/systemd/system"


def verify(root: pathlib.Path):
    """systemd-analyze looks for programs in the real root, so the units name those of this folder."""
    folder = root / "verify"
    folder.mkdir()
    for unit in units(root).glob("relayfleet*.service"):
        text = unit.read_text()
        text = re.sub(r"(?m)^ExecStart=(/\S+)", lambda m: f"ExecStart={root}{m[1]}", text)
        (folder / unit.name).write_text(text.replace("file:///usr/local", f"file://{root}/usr/local"))
    done = subprocess.run(["systemd-analyze", "verify", *sorted(folder.iterdir())], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr.strip(), done.stderr
    shutil.rmtree(folder)


def starts(config: str):
    """MediaMTX runs with this configuration, its ports replaced by free ones."""
    rtsp, rtp, api, others = free_port(), free_port(2), free_port(), free_port(4)
    env = {**os.environ, "MTX_RTSPADDRESS": f"127.0.0.1:{rtsp}", "MTX_RTPADDRESS": f"127.0.0.1:{rtp}",
           "MTX_RTCPADDRESS": f"127.0.0.1:{rtp + 1}", "MTX_APIADDRESS": f"127.0.0.1:{api}", "MTX_METRICS": "no",
           "MTX_HLSADDRESS": f"127.0.0.1:{others}", "MTX_WEBRTCADDRESS": f"127.0.0.1:{others + 1}",
           "MTX_WEBRTCLOCALUDPADDRESS": f"127.0.0.1:{others + 2}", "MTX_WEBRTCLOCALTCPADDRESS": f"127.0.0.1:{others + 2}",
           "MTX_RTMP": "no", "MTX_SRT": "no", "MTX_MOQ": "no"}
    server = subprocess.Popen([mediamtx.binary(), config], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    try:
        for line in server.stdout:
            lines.append(line)
            if "[API]" in line and "started" in line:
                return
    finally:
        server.terminate()
        server.wait(10)
    raise AssertionError("".join(lines))


@pytest.mark.parametrize("profile", ["vps", "jetson", "pi"])
def test_systemd_takes_the_units_and_nothing_stays_after_uninstall(profile, tmp_path):
    run(tmp_path, "--profile", profile)
    verify(tmp_path)
    assert "usr/local/lib/relayfleet/standalone" in tree(tmp_path)
    run(tmp_path, "--uninstall")
    assert tree(tmp_path) == set()


def test_pi_has_its_own_mediamtx_on_the_standard_port(tmp_path):
    run(tmp_path, "--profile", "pi")
    config = tmp_path / "etc/relayfleet/mediamtx.yml"
    assert "rtspAddress: :8554" in config.read_text()
    assert "MEDIAMTX_RTSP=127.0.0.1:8554" in (tmp_path / "etc/relayfleet/relayfleet.env").read_text()
    starts(str(config))


def test_vps_has_the_documents_ports(tmp_path):
    run(tmp_path, "--profile", "vps")
    text = (tmp_path / "etc/relayfleet/mediamtx.yml").read_text()
    for line in ("rtspTransports: [tcp, udp]", "rtspAddress: :8555", "rtpAddress: :8000", "rtcpAddress: :8001", "apiAddress: 127.0.0.1:9997",
                 "metricsAddress: 127.0.0.1:9998"):
        assert line in text
    starts(str(tmp_path / "etc/relayfleet/mediamtx.yml"))


def test_vps_takes_over_what_the_document_set_up(old_vps):
    before = tree(old_vps)
    said = run(old_vps, "--profile", "vps")
    assert "switching off camera-udp-to-mediamtx.service" in said and "switching off mediamtx.service" in said
    assert "/etc/mediamtx.yml" in (units(old_vps) / "relayfleet-mediamtx.service").read_text()
    assert not (old_vps / "etc/relayfleet/mediamtx.yml").exists()
    assert "MEDIAMTX_RTSP=127.0.0.1:8555" in (old_vps / "etc/relayfleet/relayfleet.env").read_text()
    assert (old_vps / "etc/relayfleet/camera.sdp").read_text() == SDP
    assert "relay create camera --sdp" in (units(old_vps) / "relayfleet-camera.service").read_text()
    verify(old_vps)
    starts(str(old_vps / "etc/mediamtx.yml"))
    run(old_vps, "--uninstall")
    assert tree(old_vps) == before


def test_jetson_brings_no_mediamtx(tmp_path):
    run(tmp_path, "--profile", "jetson")
    assert not (units(tmp_path) / "relayfleet-mediamtx.service").exists()
    env = (tmp_path / "etc/relayfleet/relayfleet.env").read_text()
    assert "MEDIAMTX_RTSP=127.0.0.1:8555" in env and "#MEDIAMTX_API" in env


def test_settings_survive_a_second_install(tmp_path):
    run(tmp_path, "--profile", "pi")
    env = tmp_path / "etc/relayfleet/relayfleet.env"
    env.write_text("LISTEN=127.0.0.1\n")
    run(tmp_path, "--profile", "pi")
    assert env.read_text() == "LISTEN=127.0.0.1\n"


@pytest.mark.parametrize("args,why", [
    (["--profile", "cloud"], "unknown profile cloud"),
    (["--key", "a b"], "key a b is none"),
    (["--profile", "vps", "--sdp", "/nonexistent"], "/nonexistent cannot be read"),
    (["--mediamtx_config", "/nonexistent"], "/nonexistent cannot be read"),
])
def test_bad_arguments_change_nothing(args, why, tmp_path):
    assert why in run(tmp_path, *args, code=1)
    assert list(tmp_path.iterdir()) == []


def test_others_programs_stay(tmp_path):
    mine = tmp_path / "usr/local/bin/relayctl"
    mine.parent.mkdir(parents=True)
    mine.write_text("somebody else's")
    run(tmp_path, "--uninstall")
    assert mine.read_text() == "somebody else's"
