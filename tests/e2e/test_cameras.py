# SPDX-License-Identifier: Apache-2.0
"""Cameras that are read: by RTSP, RTP over UDP, a pipe, files; against real encoders and servers."""
import json
import subprocess
import time

import cameras
import fleet as fleets
import pytest
import video
from waiting import wait_for


@pytest.fixture
def camera(new_mediamtx, tmp_path, request):
    """Makes RTSP cameras and ends them."""
    made = []

    def make(fleet, **options):
        made.append(cameras.RtspCamera(new_mediamtx, tmp_path, fleet.mark, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def create(fleet, key: str, *args):
    done = fleet.relayctl("relay", "create", key, *args)
    assert done.returncode == 0, done.stderr


def state(fleet, key: str) -> str:
    return fleet.relay(key)["status"]["state"].removeprefix("RELAY_STATE_")


def wait_state(fleet, key: str, wanted: str, timeout: float = 20) -> dict:
    wait_for(f"{key} is {wanted}", lambda: state(fleet, key) == wanted, timeout)
    return fleet.relay(key)["status"]


# --- RTSP -------------------------------------------------------------------


def test_external_rtsp_by_the_robot_relay_api(fleet, camera, key):
    cam = camera(fleet, password=True, size="1920x1080", fps=25)
    body = {"key": key, "type": "external_rtsp", "source_url": cam.url()}
    answer = fleet.robot("POST", "/relays", body)
    assert (answer.status, answer.json) == (200, {"key": key, "rtsp_path": f"/{key}"})
    assert fleet.is_ready(key, 20), fleet.relay(key)
    stream = video.probe(fleet.url(key))
    assert (stream["codec_name"], stream["profile"], stream["width"], stream["height"]) == ("h264", "Constrained Baseline", 1280, 720)
    shown = fleet.robot("GET", "/relays").json[key]
    assert shown["type"] == "external_rtsp" and shown["running"] is True
    with video.Reader(fleet.url(key)) as reader:
        reader.wait_pictures(5)
        before, begin = len(reader.pictures), time.monotonic()
        reader.wait_pictures(15)
        rate = (len(reader.pictures) - before) / (time.monotonic() - begin)
    assert 4 <= rate <= 6, rate  # RELAY_FPS
    # A repeated start changes nothing; frames are not taken.
    assert fleet.robot("POST", "/relays", {"key": key, "source_url": cam.url()}).status == 200
    assert fleet.robot("POST", f"/relays/{key}/frame", b"x").status == 404
    assert fleet.robot("DELETE", f"/relays/{key}").json == {"stopped": key}
    assert "s3cret-pass" not in fleet.logs() and "s3cret-pass" not in " ".join(fleet.running().values())


def test_a_camera_that_fits_is_copied_and_keeps_its_rate(fleet, camera, key):
    cam = camera(fleet)
    create(fleet, key, "--rtsp", cam.url())
    fleet.wait_ready(key)
    status = wait_state(fleet, key, "RUNNING")
    assert "copied" in status["source_info"] and "640x360" in status["source_info"]
    assert video.probe(fleet.url(key))["width"] == 640
    wait_for("all pictures pass", lambda: fleet.relay(key)["status"]["fps_out"] > 25)


def test_udp_transport_is_carried(fleet, camera, key):
    cam = camera(fleet)
    create(fleet, key, "--rtsp", cam.url(), "--transport", "udp")
    fleet.wait_ready(key)
    assert video.probe(fleet.url(key))["codec_name"] == "h264"


def test_b_frames_are_coded_anew_by_auto(fleet, camera, key):
    cam = camera(fleet, codec=["-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-pix_fmt", "yuv420p"])
    create(fleet, key, "--rtsp", cam.url())
    fleet.wait_ready(key)
    assert "B-frames" in fleet.relay(key)["status"]["source_info"]
    assert video.probe(fleet.url(key))["has_b_frames"] == 0


def test_audio_of_a_camera_is_carried(fleet, camera, key):
    cam = camera(fleet, audio=["-f", "lavfi", "-i", "sine=frequency=440"])
    create(fleet, key, "--rtsp", cam.url())
    fleet.wait_ready(key)
    done = subprocess.run(["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_entries", "stream=codec_name", "-of", "json",
                           fleet.url(key)], capture_output=True, text=True, timeout=30)
    assert {stream["codec_name"] for stream in json.loads(done.stdout)["streams"]} == {"h264", "aac"}


@pytest.mark.parametrize("mode", ["copy", "transcode"])
def test_a_camera_that_comes_back_is_shown_by_the_same_session(own_fleet, camera, key, mode):
    cam = camera(own_fleet)
    create(own_fleet, key, "--rtsp", cam.url(), "--mode", mode)
    own_fleet.wait_ready(key)
    session = own_fleet.api.publisher(key)
    with video.Reader(own_fleet.url(key)) as reader:
        reader.wait_pictures(5)
        cam.kill()
        status = wait_state(own_fleet, key, "RECOVERING")
        assert status["last_error"]
        cam.restart()
        wait_state(own_fleet, key, "RUNNING")
        reader.wait_pictures(5)
        assert reader.alive()
    assert own_fleet.api.publisher(key) == session
    assert own_fleet.relay(key)["status"]["source_restarts"] >= 1


def test_a_wrong_password_ends_in_failed_and_a_right_one_heals_it(fleet, camera, key):
    cam = camera(fleet, password=True)
    create(fleet, key, "--rtsp", cam.url("wr0ng-pass"))
    status = wait_state(fleet, key, "FAILED", 40)
    assert "credentials" in status["last_error"] and "wr0ng-pass" not in json.dumps(fleet.relay(key))
    done = fleet.relayctl("relay", "update", key, "--rtsp", cam.url())
    assert done.returncode == 0, done.stderr
    fleet.wait_ready(key)


@pytest.mark.parametrize("url,why", [
    ("rtsp://169.254.169.254/latest", "PERMISSION_DENIED"),
    ("ftp://127.0.0.1/a", "INVALID_ARGUMENT|PERMISSION_DENIED"),
    ("rtsp://127.0.0.1:99999/a", "INVALID_ARGUMENT"),
    ("not a url", "INVALID_ARGUMENT"),
])
def test_forbidden_urls_change_nothing(fleet, key, url, why):
    done = fleet.relayctl("relay", "create", key, "--rtsp", url, "--json")
    assert done.returncode != 0
    assert json.loads(done.stderr)["error"]["code"] in why.split("|"), done.stderr
    assert fleet.relayctl("relay", "get", key).returncode == 3


def test_nobody_there_is_recovering_or_starting_with_the_reason(fleet, key):
    create(fleet, key, "--rtsp", "rtsp://127.0.0.1:1/a")
    wait_for("the reason is told", lambda: "refused" in fleet.relay(key)["status"]["last_error"])
    assert state(fleet, key) in ("STARTING", "RECOVERING")


def test_update_changes_the_source_under_the_running_stream(fleet, camera, key):
    first, second = camera(fleet), camera(fleet, size="320x240")
    create(fleet, key, "--rtsp", first.url())
    fleet.wait_ready(key)
    session = fleet.api.publisher(key)
    assert fleet.relayctl("relay", "update", key, "--rtsp", second.url(), "--mode", "transcode").returncode == 0
    wait_for("the other camera is shown", lambda: "320x240" in fleet.relay(key)["status"]["source_info"])
    wait_state(fleet, key, "RUNNING")
    assert fleet.api.publisher(key) == session
    wait_for("its size is published", lambda: video.probe(fleet.url(key))["width"] == 320)


# --- RTP over UDP ------------------------------------------------------------


@pytest.mark.parametrize("via", ["gst", "ffmpeg"])
def test_the_udp_cameras_sender_and_description_work_unchanged(fleet, tmp_path, key, via):
    cam = cameras.UdpCamera(fleets.ROOT, tmp_path, fleet.mark, via)
    try:
        create(fleet, key, "--sdp", cam.sdp)
        fleet.wait_ready(key)
        stream = video.probe(fleet.url(key))
        assert (stream["codec_name"], stream["width"]) == ("h264", 640)
        with video.Reader(fleet.url(key)) as reader:
            reader.wait_pictures(5)
            # It may stop and return, as another stream.
            cam.sender.kill()
            cam.sender.restart()
            reader.wait_pictures(30)
    finally:
        cam.close()


def test_a_taken_udp_port_is_said(fleet, tmp_path, key):
    create(fleet, key, "--udp-port", fleets.free_port())
    port = json.loads(fleet.relayctl("relay", "get", key, "--json").stdout)["spec"]["rtp"]["port"]
    done = fleet.relayctl("relay", "create", f"{key}-2", "--udp-port", port)
    assert done.returncode != 0 and str(port) in done.stderr


# --- pipe ----------------------------------------------------------------------


def test_a_pipe_is_carried_and_ctrl_c_ends_both(fleet, key):
    relayctl = [fleets.RELAYCTL, "--server", f"127.0.0.1:{fleet.grpc_port}", "pipe", key]
    cam = cameras.PipeCamera(relayctl)
    try:
        fleet.wait_ready(key)
        stream = video.probe(fleet.url(key))
        assert (stream["codec_name"], stream["width"], stream["height"]) == ("h264", 640, 480)
        begin = time.monotonic()
        said = cam.interrupt()
        assert "access units" in said
        wait_for("the path is gone", lambda: fleet.api.publisher(key) is None, 2)
        assert time.monotonic() - begin < 2
        assert fleet.relayctl("relay", "get", key).returncode == 3
    finally:
        cam.close()


# --- files ---------------------------------------------------------------------


@pytest.fixture
def filed(unstarted, tmp_path):
    """A fleet that may read this test's folder."""
    (tmp_path / "videos").mkdir()
    unstarted.env["FILE_DIR"] = str(tmp_path / "videos")
    return unstarted.start()


def test_a_file_loops_without_a_seam(filed, tmp_path, key):
    cameras.make_video(tmp_path / "videos/a.mp4", "-c:v", "libx264", "-bf", "2", "-c:a", "aac")
    create(filed, key, "--file", "a.mp4", "--loop")
    filed.wait_ready(key)
    with video.Reader(filed.url(key), sound=True) as reader:
        reader.wait_pictures(150, 30)  # two and a half times the file
    assert state(filed, key) == "RUNNING"


def test_a_file_at_its_end_is_stopped(filed, tmp_path, key):
    cameras.make_video(tmp_path / "videos/a.mp4", "-c:v", "libx264", "-an", seconds=1)
    create(filed, key, "--file", "a.mp4")
    wait_state(filed, key, "STOPPED")


@pytest.mark.parametrize("name,content", [("empty.mp4", b""), ("text.mp4", b"this is no video" * 100)])
def test_what_is_no_video_is_failed_with_the_reason(filed, tmp_path, key, name, content):
    (tmp_path / "videos" / name).write_bytes(content)
    create(filed, key, "--file", name)
    assert wait_state(filed, key, "FAILED")["last_error"]


def test_a_file_that_is_missing_is_said_and_waited_for(filed, tmp_path, key):
    create(filed, key, "--file", "late.mp4", "--loop")
    wait_for("the reason is told", lambda: "No such file" in filed.relay(key)["status"]["last_error"])
    cameras.make_video(tmp_path / "videos/new.mp4", "-c:v", "libx264", "-an")
    (tmp_path / "videos/new.mp4").rename(tmp_path / "videos/late.mp4")
    filed.wait_ready(key)


def test_files_elsewhere_are_refused(filed, key):
    for location in ("/etc/passwd", "../secret.mp4"):
        assert filed.relayctl("relay", "create", key, "--file", location).returncode != 0
    assert filed.relayctl("relay", "get", key).returncode == 3


# --- tools ----------------------------------------------------------------------


def test_encoders_are_told_honestly(fleet):
    lines = [json.loads(line) for line in fleet.relayctl("encoders", "--json").stdout.splitlines()]
    by_name = {line["name"]: line for line in lines}
    assert by_name["libx264"]["usable"] is True
    for name in ("h264_nvmpi", "h264_nvenc", "h264_v4l2m2m"):
        assert by_name[name]["usable"] is False and by_name[name]["reason"]


def test_watch_shows_a_camera_come_and_go(own_fleet, camera, key):
    cam = camera(own_fleet)
    watch = subprocess.Popen([fleets.RELAYCTL, "--server", f"127.0.0.1:{own_fleet.grpc_port}", "relay", "watch", key],
                             stdout=subprocess.PIPE, text=True)
    try:
        create(own_fleet, key, "--rtsp", cam.url())
        seen = []

        def read_until(state: str):
            for line in watch.stdout:
                seen.append(line.split()[1])
                if seen[-1] == state:
                    return
        read_until("RUNNING")
        cam.kill()
        read_until("RECOVERING")
        own_fleet.relayctl("relay", "delete", key)
        read_until("STOPPED")
    finally:
        watch.kill()
        watch.wait()
    order = [name for i, name in enumerate(seen) if i == 0 or seen[i - 1] != name]
    assert order[-3:] == ["RUNNING", "RECOVERING", "STOPPED"], seen
