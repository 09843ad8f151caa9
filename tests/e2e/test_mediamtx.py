# SPDX-License-Identifier: Apache-2.0
"""MediaMTX servers as they are met: late, not ours, taken, asking for a password."""
import json
import re

import pytest

import fleet as fleets
import mediamtx
import pictures
import video
from processes import free_port
from waiting import wait_for


def test_absent_at_start_and_there_later(unstarted, new_mediamtx, key):
    server = new_mediamtx(start=False)
    unstarted.start(server)
    unstarted.create(key)
    unstarted.push(key, pictures.plain("red"))
    assert not unstarted.is_ready(key, 1)
    status = unstarted.relay(key)["status"]
    assert status["state"] in ("RELAY_STATE_STARTING", "RELAY_STATE_RECOVERING") and status["last_error"]
    assert unstarted.robot("GET", "/relays").json[key]["running"]
    server.start()
    assert unstarted.is_ready(key, 20)
    with video.Reader(unstarted.url(key)) as reader:
        reader.wait_colour("red")


def test_a_stock_mediamtx_works_and_the_status_says_what_is_missing(unstarted, new_mediamtx, key):
    unstarted.start(new_mediamtx(stock=True))
    url = unstarted.started(key, pictures.plain("blue"))
    with video.Reader(url) as reader:
        reader.wait_colour("blue")
    status = unstarted.relay(key)["status"]
    assert status["control_api"] is False
    # A key frame each second serves late readers.
    units = video.nal_types(url, seconds=5)
    assert sum(5 in unit for unit in units) >= 3
    assert "control API" in unstarted.relayctl("relay", "get", key).stdout


def test_the_control_api_is_used_where_it_is(fleet, key):
    fleet.started(key, pictures.plain("blue"))
    wait_for("the status says so", lambda: fleet.relay(key)["status"]["control_api"])


def test_the_users_own_configuration(tmp_path, key):
    """Their file as it is, with the control API off: only the RTSP port must be told."""
    theirs = mediamtx.MediaMtx(tmp_path, "", stock=True, start=False)
    one = fleets.Standalone(tmp_path)
    one._child = lambda: [f"--mediamtx_bin={mediamtx.binary()}", f"--mediamtx_config={theirs.config}",
                          f"--mediamtx_rtsp_port={theirs.rtsp_port}", f"--mediamtx_api_port={theirs.api_port}"]
    before = theirs.config.read_text()
    try:
        one.start()
        one.rtsp_port = theirs.rtsp_port
        with video.Reader(one.started(key, pictures.plain("blue"))) as reader:
            reader.wait_colour("blue")
        assert one.relay(key)["status"]["control_api"] is False
        assert json.loads(one.native("GET", f"/v1/relays/{key}").body)["relay"]["status"]["controlApi"] is False
        assert theirs.config.read_text() == before
    finally:
        one.close()


def test_a_hook_tells_publish_of_readers(tmp_path, new_mediamtx, key):
    """Separate services beside a MediaMTX whose runOnRead runs our notifier: no API, no key frames to no purpose."""
    port = free_port()
    notifier = fleets.BIN / "libs/mediamtx/notifier/mediamtx_notifier"
    server = new_mediamtx(stock=True, on_read=f"{notifier} {port}")
    one = fleets.Separate(tmp_path)

    def keys_asked_for() -> float:
        found = re.search(rf'^relayfleet_publish_need_key_total{{relay="{key}"}} (\S+)$', one.metrics("publish"), re.M)
        return float(found[1])

    try:
        one.start(server, publish=["--mediamtx_api=", f"--notify_listen=127.0.0.1:{port}"])
        url = one.started(key, pictures.plain("red"))
        before = keys_asked_for()
        with video.Reader(url) as reader:
            assert reader.wait_colour("red")
            assert reader.pictures[0].at - reader.begin < 4
            asked = wait_for("a key frame is asked for", lambda: keys_asked_for() > before and keys_asked_for())
            # Nobody joins any more: nobody asks, not even each second as without a hook.
            reader.wait_pictures(15)
            assert keys_asked_for() == asked
    finally:
        one.close()


def test_another_publisher_on_the_path_does_not_stop_the_others(fleet, key):
    url = fleet.started(key, pictures.plain("red"))
    import subprocess
    foreign = subprocess.Popen(["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", "color=white:s=320x180:r=10", "-c:v", "libx264",
                                "-preset", "ultrafast", "-t", "3", "-f", "rtsp", "-rtsp_transport", "tcp", url],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        other = fleet.started(key + "/other", pictures.plain("lime"))
        with video.Reader(other) as reader:
            reader.wait_pictures(5)
        foreign.wait(20)
    finally:
        foreign.kill()
        foreign.wait()
    wait_for("ours is back", lambda: fleet.is_ready(key, 1), 60)


def test_a_password_reaches_the_server_and_nobody_else(fleet, new_mediamtx, key):
    secret = "hunter2-Tr0ub4dor"
    server = new_mediamtx(users=f"""
authInternalUsers:
- user: robot
  pass: {secret}
  permissions: [{{action: publish}}]
- user: any
  permissions: [{{action: read}}, {{action: api}}]
""")
    fleet.create(key, mediamtx_url=f"rtsp://robot:{secret}@127.0.0.1:{server.rtsp_port}")
    fleet.push(key, pictures.plain("lime"))
    assert fleet.is_ready(key, 20), fleet.relay(key)
    with video.Reader(f"rtsp://127.0.0.1:{server.rtsp_port}/{key}") as reader:
        reader.wait_colour("lime")
    # And one that is refused, whose error is told as well.
    fleet.create(key + "/wrong", mediamtx_url=f"rtsp://robot:{secret}-wrong@127.0.0.1:{server.rtsp_port}")
    fleet.push(key + "/wrong", pictures.plain("lime"))
    wait_for("an error is told", lambda: fleet.relay(key + "/wrong")["status"]["last_error"])
    told = {
        "logs": fleet.logs(),
        "robot API": fleet.robot("GET", "/relays").body.decode(),
        "native API": fleet.native("GET", "/v1/relays").body.decode(),
        "relayctl": fleet.relayctl("relay", "list", "--json").stdout + fleet.relayctl("relay", "get", key).stdout,
        "command lines": "\n".join(fleet.running().values()),
        **{f"metrics of {name}": fleet.metrics(name) for name in fleet.metrics_ports},
    }
    assert all(told.values())
    assert [where for where, text in told.items() if secret in text] == []
    for name in (key, key + "/wrong"):
        assert fleet.robot("DELETE", f"/relays/{name}").status == 200


@pytest.mark.parametrize("version", ["no-such-file"])
def test_a_mediamtx_that_cannot_be_run_is_named(tmp_path, version):
    one = fleets.Standalone(tmp_path)
    try:
        binary = mediamtx.binary
        mediamtx.binary = lambda: str(tmp_path / version)
        try:
            one.start(wait=False)
        finally:
            mediamtx.binary = binary
        assert one.processes["standalone"].wait(15) != 0
        assert version in one.logs()
    finally:
        one.close()
