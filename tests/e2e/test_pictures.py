# SPDX-License-Identifier: Apache-2.0
"""Any JPEG that a camera makes is shown as it is meant."""
import pytest

import pictures
import video

KINDS = {
    "420": pictures.halves,
    "422": lambda: pictures.halves(pixels="yuvj422p"),
    "444": lambda: pictures.halves(pixels="yuvj444p"),
    "progressive": pictures.progressive,
    "no-dht": lambda: pictures.without_dht(pictures.halves()),
    "exif-upright": lambda: pictures.turned(pictures.halves(), 1),
    "small": lambda: pictures.halves(width=320, height=180),
    "large": lambda: pictures.halves(width=3840, height=2160),
    "trailing-bytes": lambda: pictures.halves() + b"\0\xff camera's own data",
}


@pytest.mark.parametrize("kind", KINDS)
def test_left_is_red_and_right_is_blue(fleet, key, kind):
    url = fleet.started(key, KINDS[kind]())
    with video.Reader(url) as reader:
        reader.wait_colour("red", x=0.2)
        assert reader.newest().colour(x=0.8) == "blue"
        assert reader.newest().colour(x=0.2, y=0.02) == "red"  # no padding: the shape is the same


def test_grey(fleet, key):
    with video.Reader(fleet.started(key, pictures.grey())) as reader:
        reader.wait_colour("white", x=0.8)
        assert reader.newest().colour(x=0.2) == "black"


# What the camera's left and right have become: (place of red, place of blue).
TURNS = {2: ("right", "left"), 3: ("right", "left"), 6: ("top", "bottom"), 8: ("bottom", "top")}
PLACES = {"left": (0.2, 0.5), "right": (0.8, 0.5), "top": (0.5, 0.2), "bottom": (0.5, 0.8)}


@pytest.mark.parametrize("orientation", TURNS)
def test_exif_turns(fleet, key, orientation):
    red, blue = (PLACES[place] for place in TURNS[orientation])
    with video.Reader(fleet.started(key, pictures.turned(pictures.halves(), orientation))) as reader:
        reader.wait_colour("red", x=red[0], y=red[1])
        assert reader.newest().colour(*blue) == "blue"
        if orientation in (6, 8):  # upright now: black at both sides
            assert reader.newest().colour(x=0) == "black" and reader.newest().colour(x=1) == "black"


def test_a_size_that_changes_leaves_the_stream_alone(fleet, key):
    url = fleet.started(key, pictures.plain("red"))
    with video.Reader(url) as reader:
        reader.wait_colour("red")
        session = fleet.api.publisher(key)
        for colour, size in (("lime", "640x480"), ("blue", "1920x1080"), ("white", "400x1000"), ("red", "1280x720")):
            fleet.push(key, pictures.plain(colour, size))
            reader.wait_colour(colour)
        assert fleet.api.publisher(key) == session
    assert (video.probe(url)["width"], video.probe(url)["height"]) == (1280, 720)
