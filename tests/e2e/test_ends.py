# SPDX-License-Identifier: Apache-2.0
"""Orderly ends: in time, with code 0, and nothing left behind."""
import signal
import time

import pytest

import pictures
import video


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_in_order(own_fleet, key, how):
    url = own_fleet.started(key, pictures.noisy())
    with video.Reader(url) as reader:
        reader.wait_pictures()
        # From the outside in, as a service manager would.
        for name in reversed(list(own_fleet.processes)):
            process = own_fleet.processes[name]
            begin = time.monotonic()
            process.signal(how)
            assert process.wait(10) == 0, process.log()
            assert time.monotonic() - begin < 6, name
    if own_fleet.form == "separate":
        own_fleet.server.close()
    assert own_fleet.running() == {}


@pytest.mark.parametrize("name", ["transcode", "publish", "ingest", "gateway"])
def test_each_service_ends_in_time_while_the_others_go_on(separate, key, name):
    separate.started(key, pictures.noisy())
    begin = time.monotonic()
    assert separate.processes[name].terminate(15) == 0, separate.processes[name].log()
    assert time.monotonic() - begin < 6


def test_while_mediamtx_is_away(unstarted, new_mediamtx, key):
    unstarted.start(new_mediamtx(start=False))
    unstarted.create(key)
    unstarted.push(key, pictures.plain("red"))
    for process in reversed(list(unstarted.processes.values())):
        begin = time.monotonic()
        assert process.terminate(10) == 0, process.log()
        assert time.monotonic() - begin < 6, process.name


def test_the_relays_are_there_after_an_orderly_restart(own_fleet, key):
    own_fleet.started(key, pictures.plain("red"))
    keeper = own_fleet.processes[own_fleet.keeper]
    assert keeper.terminate() == 0
    keeper.restart()
    own_fleet.wait_serving()
    assert key in own_fleet.robot("GET", "/relays").json


def test_kill_9_of_the_standalone_leaves_no_mediamtx(tmp_path):
    import fleet as fleets
    from waiting import wait_for
    one = fleets.Standalone(tmp_path)
    try:
        one.start()
        assert len(one.running()) == 2
        one.processes["standalone"].kill()
        wait_for("all is gone", lambda: not one.running())
    finally:
        one.close()
