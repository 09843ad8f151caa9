# SPDX-License-Identifier: Apache-2.0
"""tools/camera-send and tools/view-stream: what they run, and that it is what a receiver can use."""
import os
import shlex
import signal
import subprocess

import fleet as fleets
import pytest
from processes import free_port
from waiting import wait_for

SEND = fleets.ROOT / "tools/camera-send"
VIEW = fleets.ROOT / "tools/view-stream"


def said(*args, **env) -> subprocess.CompletedProcess:
    return subprocess.run(args, capture_output=True, text=True, timeout=20, env={**os.environ, **env})


def words(*args) -> list[str]:
    done = said(*args)
    assert done.returncode == 0, done.stderr
    return shlex.split(done.stdout)


def test_it_sends_what_the_document_says_by_default():
    line = words(SEND, "--to", "203.0.113.10:9000", "--source=test", "--print")
    assert "video/x-raw,width=1280,height=720,framerate=30/1" in line
    assert "bitrate=2000" in line and "host=203.0.113.10" in line and "port=9000" in line and "pt=96" in line


def test_size_rate_and_bit_rate_are_arguments():
    line = words(SEND, "--to", "h:1", "--source=test", "--via=ffmpeg", "--print", "640x480", "15", "800")
    assert "testsrc2=size=640x480:rate=15" in line and "800k" in line
    assert line[-1] == "rtp://h:1?pkt_size=1400"


@pytest.mark.parametrize("args,why", [
    ([], "where to send is not said"),
    (["--to", "h"], "where to send is not said"),
    (["--to", "h:70000"], "port 70000 is not in 1 to 65535"),
    (["--to", "h:1", "big"], "size big is not WxH"),
    (["--to", "h:1", "640x480", "0"], "fps 0 is not in 1 to 120"),
    (["--to", "h:1", "640x480", "30", "1"], "kbps 1 is not in 64 to 50000"),
    (["--to", "h:1", "--source=webcam"], "unknown source webcam"),
    (["--to", "h:1", "--nonsense"], "unknown option --nonsense"),
])
def test_bad_arguments_are_named(args, why):
    done = said(SEND, *args)
    assert done.returncode == 2 and why in done.stderr


def test_without_a_camera_it_says_so():
    done = said(SEND, "--to", "h:1", "--device", "/nonexistent", "--print")
    assert done.returncode == 2 and "no camera found" in done.stderr


def test_its_unit_is_one_that_systemd_takes(tmp_path):
    unit = tmp_path / "camera-send.service"
    unit.write_text(said(SEND, "--to", "h:9000", "--source=test", "--print_unit").stdout)
    assert "camera-send --to=h:9000 --source=test" in unit.read_text()
    done = said("systemd-analyze", "verify", unit)
    assert done.returncode == 0 and not done.stderr, done.stderr


@pytest.mark.parametrize("via", ["gst", "ffmpeg"])
def test_what_it_sends_can_be_received(via, tmp_path):
    port = free_port(2)
    sdp = tmp_path / "camera.sdp"
    sdp.write_text(f"v=0\no=- 0 0 IN IP4 0.0.0.0\ns=Camera\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n"
                   "a=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=1\n")
    sender = subprocess.Popen([SEND, "--to", f"127.0.0.1:{port}", "--source=test", "--via", via, "640x360", "15", "800"],
                              stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        def probe():
            done = said("ffprobe", "-v", "error", "-protocol_whitelist", "file,udp,rtp", "-analyzeduration", "2M", "-show_entries",
                        "stream=codec_name,profile,width,height", "-of", "csv=p=0", sdp)
            return done.stdout.strip() == "h264,Constrained Baseline,640,360"
        wait_for("it can be received", probe, 20)
    finally:
        os.killpg(sender.pid, signal.SIGTERM)
        sender.wait(10)


def test_viewing_goes_over_tcp_unless_asked():
    assert "-rtsp_transport tcp" in " ".join(words(VIEW, "--print", "--with=ffplay", "rtsp://h/a"))
    assert "-rtsp_transport udp" in " ".join(words(VIEW, "--print", "--with=ffplay", "--udp", "rtsp://h/a"))
    assert "protocols=tcp" in words(VIEW, "--print", "--with=gst", "rtsp://h/a")


def test_viewing_nothing_is_an_error():
    done = said(VIEW)
    assert done.returncode == 2 and "what to show is not said" in done.stderr
    assert said(VIEW, "--with=nothing", "rtsp://h/a").returncode == 2
