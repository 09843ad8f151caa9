# SPDX-License-Identifier: Apache-2.0
"""What readers get: the codec, pictures that move, repeats in silence, a first picture in time."""
import json
import subprocess
import time

import pytest

import pictures
import video
from waiting import wait_for


def test_it_is_constrained_baseline_720p(fleet, key):
    stream = video.probe(fleet.started(key, pictures.noisy()))
    assert stream["codec_name"] == "h264"
    assert stream["profile"] == "Constrained Baseline"
    assert stream["level"] == 31
    assert (stream["width"], stream["height"]) == (1280, 720)
    assert stream["pix_fmt"] == "yuv420p"
    assert stream["has_b_frames"] == 0
    assert stream.get("color_range", "tv") == "tv"


def test_parameter_sets_stand_before_each_idr(fleet, key):
    units = video.nal_types(fleet.started(key, pictures.noisy()), seconds=5)
    with_idr = [unit for unit in units if 5 in unit]
    assert len(with_idr) >= 2, units  # one each 2 s
    assert len(with_idr) < len(units)
    for unit in with_idr:
        assert 7 in unit[:unit.index(5)] and 8 in unit[:unit.index(5)], unit


def test_pictures_are_those_that_were_pushed(fleet, key):
    url = fleet.started(key, pictures.plain("red"))
    with video.Reader(url) as reader:
        reader.wait_colour("red")
        for colour in ("lime", "blue", "white", "red"):
            fleet.push(key, pictures.plain(colour))
            reader.wait_colour(colour)
        fleet.push(key, pictures.halves("lime", "blue"))
        reader.wait_colour("blue", x=0.8)
        assert reader.newest().colour(x=0.2) == "lime"


def test_every_pushed_picture_comes_out(fleet, key):
    url = fleet.started(key, pictures.plain("red"))
    with video.Reader(url) as reader:
        reader.wait_pictures(2)
        before = len(reader.pictures)
        colours = ["red", "lime", "blue"] * 10
        for colour in colours:
            fleet.push(key, pictures.plain(colour))
            time.sleep(0.1)  # the pace of a camera, below max_fps
        reader.wait_pictures(1)
        seen = [picture.colour() for picture in reader.pictures[before - 1:]]
        changes = [b for a, b in zip(seen, seen[1:]) if a != b]
        # Repeats have no change. The first "red" is none either.
        assert changes == colours[1:], seen


def test_silence_is_filled_with_repeats_at_five_per_second(fleet, key):
    url = fleet.started(key, pictures.plain("blue"))
    with video.Reader(url) as reader:
        reader.wait_pictures(3)
        first = reader.newest()
        begin = len(reader.pictures)
        reader.wait_pictures(20)
        elapsed = reader.newest().at - first.at
        rate = (len(reader.pictures) - begin) / elapsed
        assert 3.5 < rate < 6.5, rate
        assert reader.newest().colour() == "blue"
    status = fleet.relay(key)["status"]
    assert int(status["frames_repeated"]) >= 20
    assert status["ready"]
    wait_for("it is stale, and says so", lambda: fleet.relay(key)["status"]["state"] == "RELAY_STATE_STALE")


def test_a_late_reader_sees_the_last_picture_soon(fleet, key):
    url = fleet.started(key, pictures.plain("yellow"))
    with video.Reader(url) as first:
        first.wait_pictures(8)
        with video.Reader(url) as late:
            assert late.wait_pictures(timeout=6).colour() == "yellow"
            # Generous for a busy machine, and far below the 6 s of a key frame by chance.
            assert late.pictures[0].at - late.begin < 4


def test_relays_do_not_touch_each_other(fleet, key):
    keys = [f"{key}/{colour}" for colour in ("red", "lime", "blue")]
    for one in keys:
        fleet.create(one)
        fleet.push(one, pictures.plain(one.rsplit("/", 1)[1]))
    readers = []
    try:
        for one in keys:
            assert fleet.is_ready(one, 20)
            readers.append(video.Reader(fleet.url(one)))
        for one, reader in zip(keys, readers):
            reader.wait_colour(one.rsplit("/", 1)[1])
        assert fleet.robot("DELETE", f"/relays/{keys[0]}").status == 200
        for reader in readers[1:]:
            reader.wait_pictures(5)
    finally:
        for reader in readers:
            reader.close()


@pytest.mark.parametrize("fleet", ["standalone"], indirect=True)
def test_hls_players_get_it_too(fleet, key):
    fleet.started(key, pictures.noisy())
    done = subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-of", "json",
                           f"http://127.0.0.1:{fleet.hls_port}/{key}/index.m3u8"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    [stream] = json.loads(done.stdout)["streams"]
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("h264", 1280, 720)


def test_a_deleted_relay_is_gone_from_the_server(fleet, key):
    url = fleet.started(key, pictures.plain("red"))
    with video.Reader(url) as reader:
        reader.wait_pictures()
        assert fleet.robot("DELETE", f"/relays/{key}").status == 200
        assert fleet.api.publisher(key) is None
        wait_for("the reader's stream ends", lambda: not reader.alive())


def test_a_relay_of_another_size_is_padded(fleet, key):
    done = fleet.relayctl("relay", "create", key, "--width", 640, "--height", 640)
    assert done.returncode == 0, done
    fleet.push(key, pictures.plain("white"))
    assert fleet.is_ready(key)
    stream = video.probe(fleet.url(key))
    assert (stream["width"], stream["height"]) == (640, 640)
    with video.Reader(fleet.url(key)) as reader:
        picture = reader.wait_colour("white")
        assert picture.colour(y=0) == "black" and picture.colour(y=1) == "black"
