# SPDX-License-Identifier: Apache-2.0
"""Bad input has a clear answer and changes nothing that runs."""
import concurrent.futures

import pytest

import pictures
import video

HEALTHY = "healthy/one"


@pytest.fixture
def healthy(fleet):
    """A relay that runs throughout, with a viewer who must not notice anything."""
    if not fleet.robot("GET", "/relays").json.get(HEALTHY):
        fleet.create(HEALTHY)
    fleet.push(HEALTHY, pictures.plain("lime"))
    assert fleet.is_ready(HEALTHY, 20)
    with video.Reader(fleet.url(HEALTHY)) as reader:
        reader.wait_colour("lime")
        session = fleet.api.publisher(HEALTHY)
        before = fleet.robot("GET", "/relays").json
        yield fleet
        reader.wait_pictures(3)
        assert reader.newest().colour() == "lime"
        assert fleet.api.publisher(HEALTHY) == session
        assert fleet.robot("GET", "/relays").json.keys() == before.keys()


BAD_FRAMES = {
    "empty": (lambda: b"", 400),
    "text": (lambda: b"this is no picture", 400),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), 400),
    "only-soi": (lambda: b"\xff\xd8", 400),
    "half": (lambda: pictures.noisy()[:len(pictures.noisy()) // 2], 400),
    "without-eoi": (lambda: pictures.noisy()[:-2], 400),
    "bomb": (pictures.bomb, 400),
    "over-8-MiB": (lambda: pictures.noisy() + bytes(8 << 20), 413),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_bad_frames(healthy, name):
    make, status = BAD_FRAMES[name]
    answer = healthy.robot("POST", f"/relays/{HEALTHY}/frame", make())
    assert answer.status == status, answer
    assert answer.json["error"]
    if name == "empty":
        assert answer.json == {"error": "empty body"}


BAD_RELAYS = {
    "no-json": b"{",
    "nothing": b"",
    "array": [],
    "number": b"5",
    "no-key": {"type": "robot_camera"},
    "no-type": {"key": "bad/one"},
    "unknown-type": {"key": "bad/one", "type": "submarine"},
    "key-of-wrong-type": {"key": 5, "type": "robot_camera"},
    "type-of-wrong-type": {"key": "bad/one", "type": ["robot_camera"]},
    "external-without-url": {"key": "bad/one", "type": "external_rtsp"},
    "dots": {"key": "a/../b", "type": "robot_camera"},
    "leading-slash": {"key": "/a", "type": "robot_camera"},
    "control": {"key": "a\u0001b", "type": "robot_camera"},
    "newline": {"key": "a\nb", "type": "robot_camera"},
    "colon": {"key": "a:b", "type": "robot_camera"},
    "1-KB": {"key": "k" * 1024, "type": "robot_camera"},
    "bad-server": {"key": "bad/one", "type": "robot_camera", "mediamtx_url": "file:///etc/passwd"},
}


@pytest.mark.parametrize("name", BAD_RELAYS)
def test_bad_relays(healthy, name):
    answer = healthy.robot("POST", "/relays", BAD_RELAYS[name])
    assert answer.status == 400, answer
    assert answer.json["error"]


@pytest.mark.parametrize("path", ["/relays/bad/../one/frame", "/relays/bad%2F..%2Fone/frame", "/relays/a%00b/frame",
                                  "/relays/a%0Ab/frame", f"/relays/{'k' * 1024}/frame", "/relays//frame"])
def test_bad_keys_in_paths(healthy, path):
    answer = healthy.robot("POST", path, pictures.plain("red"))
    assert answer.status in (400, 404), answer
    assert answer.json["error"]


def test_an_unknown_relay(healthy):
    answer = healthy.robot("POST", "/relays/never/was/frame", pictures.plain("red"))
    assert answer.status == 404 and answer.json["error"]


@pytest.mark.parametrize("method, path", [("GET", "/"), ("GET", "/nothing"), ("PUT", "/relays"), ("DELETE", "/health")])
def test_unknown_routes(healthy, method, path):
    assert healthy.robot(method, path).status in (404, 405)


def test_another_host_name_is_refused_on_loopback(healthy):
    answer = healthy.robot("GET", "/relays", headers={"Host": "evil.example"})
    assert 400 <= answer.status < 500, answer


def test_two_creators_at_once_make_one_relay(fleet, key):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: fleet.robot("POST", "/relays", {"key": key, "type": "robot_camera"}), range(8)))
    assert [answer.status for answer in answers] == [200] * 8
    assert key in fleet.robot("GET", "/relays").json
    fleet.push(key, pictures.plain("red"))
    assert fleet.is_ready(key, 20)
    sessions = [s for s in fleet.api.get("rtspsessions/list")["items"] if s["path"] == key and s["state"] == "publish"]
    assert len(sessions) == 1
