# SPDX-License-Identifier: Apache-2.0
"""What is killed comes back, and takes as little with it as it can."""
import pytest

import pictures
import rest
import video
from waiting import wait_for


def push_until_taken(fleet, key: str, jpeg: bytes):
    """A robot goes on pushing whatever is answered."""
    def taken():
        try:
            return fleet.robot("POST", f"/relays/{key}/frame", jpeg, timeout=5).status == 204
        except (OSError, rest.http.client.HTTPException):
            return False
    wait_for("a push is taken", taken, 30)


def push_until_seen(fleet, key: str, colour: str, reader):
    """Pushes as a camera does until the viewer sees it."""
    def seen():
        assert reader.alive(), "the stream ended"
        push_until_taken(fleet, key, pictures.plain(colour))
        picture = reader.newest()
        return picture and picture.colour() == colour
    wait_for(f"{colour} is seen", seen, 30, every=0.2)


@pytest.mark.parametrize("name", ["transcode", "ingest"])
def test_the_rtsp_session_outlives(separate, key, name):
    url = separate.started(key, pictures.plain("red"))
    with video.Reader(url) as reader:
        reader.wait_colour("red")
        session = separate.api.publisher(key)
        assert session
        separate.processes[name].kill()
        separate.processes[name].restart()
        push_until_seen(separate, key, "blue", reader)
        assert separate.api.publisher(key) == session
        push_until_seen(separate, key, "lime", reader)
        late = separate.url(key)
    assert video.wait_readable(late) < 20


def test_a_killed_publish_comes_back_for_new_readers(separate, key):
    url = separate.started(key, pictures.plain("red"))
    separate.processes["publish"].kill()
    separate.processes["publish"].restart()
    push_until_taken(separate, key, pictures.plain("blue"))
    video.wait_readable(url)
    with video.Reader(url) as reader:
        push_until_seen(separate, key, "blue", reader)


def test_viewers_do_not_notice_the_gateways_death(separate, key):
    url = separate.started(key, pictures.plain("red"))
    with video.Reader(url) as reader:
        reader.wait_colour("red")
        session = separate.api.publisher(key)
        separate.processes["gateway"].kill()
        reader.wait_pictures(3)
        separate.processes["gateway"].restart()
        push_until_seen(separate, key, "blue", reader)
        assert separate.api.publisher(key) == session


def test_every_relay_is_back_after_kill_9(own_fleet):
    keys = [f"back/{number}" for number in range(5)]
    for one in keys:
        own_fleet.create(one)
    own_fleet.started(keys[0], pictures.plain("red"))
    own_fleet.robot("DELETE", f"/relays/{keys[4]}")
    own_fleet.processes[own_fleet.keeper].kill()
    own_fleet.processes[own_fleet.keeper].restart()
    own_fleet.wait_serving()
    def listed():
        answer = own_fleet.robot("GET", "/relays")
        return answer.status == 200 and answer.json
    relays = wait_for("the relays are listed", listed)
    assert sorted(relays) == keys[:4]
    assert all(state["type"] == "robot_camera" and state["running"] for state in relays.values())
    # Fed again, they are readable again.
    for one in keys[:2]:
        push_until_taken(own_fleet, one, pictures.plain("blue"))
        assert own_fleet.is_ready(one, 20)
        with video.Reader(own_fleet.url(one)) as reader:
            reader.wait_colour("blue")


def test_mediamtx_killed_and_restarted_is_readable_again(own_fleet, key):
    url = own_fleet.started(key, pictures.plain("red"))
    own_fleet.kill_mediamtx()
    own_fleet.restart_mediamtx()
    video.wait_readable(url)
    # Without a new push: the fleet still has the picture.
    with video.Reader(url) as reader:
        reader.wait_colour("red")
    state = own_fleet.robot("GET", "/relays").json[key]
    assert state["running"] and state["restart_count"] >= 1


def test_relayctl_push_goes_on_after_the_fleets_death(own_fleet, key, tmp_path):
    from processes import Process
    from fleet import RELAYCTL
    pusher = Process("relayctl", [RELAYCTL, "--server", f"127.0.0.1:{own_fleet.grpc_port}", "push", key, "--test-pattern",
                                  "--create", "--fps", 10], tmp_path, own_fleet.mark)
    try:
        own_fleet.wait_ready(key)
        gate = "standalone" if own_fleet.form == "standalone" else "gateway"
        own_fleet.processes[gate].kill()
        wait_for("it says so", lambda: "the server is away" in pusher.log())
        own_fleet.processes[gate].restart()
        wait_for("it says so", lambda: "connected again" in pusher.log(), 30)
        video.wait_readable(own_fleet.url(key))
    finally:
        pusher.close()
