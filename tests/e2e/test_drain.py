# SPDX-License-Identifier: Apache-2.0
"""A stage that is told to end is left at once, one that froze is noticed, and viewers stay."""
import contextlib
import signal
import threading
import time

import pytest

import pictures
import video
from test_crashes import push_until_seen, push_until_taken
from waiting import wait_for

NO_CREDIT = "transcode: gives no credit"


@contextlib.contextmanager
def pushed(fleet, keys, jpeg: bytes):
    """Pushes to all of them as robots do, ten times a second."""
    stop = threading.Event()

    def push():
        while not stop.wait(0.1):
            for key in keys:
                push_until_taken(fleet, key, jpeg)
    thread = threading.Thread(target=push, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(40)


def started(fleet, key: str) -> list[str]:
    keys = [f"{key}/{number}" for number in range(3)]
    for one in keys:
        fleet.started(one, pictures.plain("red"))
    return keys


def ends_in(process) -> float:
    begin = time.monotonic()
    assert process.terminate(10) == 0, process.log()
    return time.monotonic() - begin


def running(fleet, key: str) -> bool:
    return fleet.relay(key)["status"]["state"] == "RELAY_STATE_RUNNING"


@pytest.mark.parametrize("fed", [True, False], ids=["fed", "repeating"])
def test_transcode_ends_at_once_and_no_session_is_lost(separate, key, fed):
    keys = started(separate, key)
    sessions = [separate.api.publisher(one) for one in keys]
    transcode = separate.processes["transcode"]
    feed = pushed(separate, keys, pictures.plain("red")) if fed else contextlib.nullcontext()
    with feed, video.Reader(separate.url(keys[0])) as reader:
        reader.wait_colour("red")
        assert ends_in(transcode) < 2
        before = len(reader.pictures)
        ready_before = transcode.log().count(" ready ")
        transcode.restart()
        wait_for("it serves again", lambda: transcode.log().count(" ready ") > ready_before, every=0.01)
        begin = time.monotonic()
        wait_for("pictures flow", lambda: len(reader.pictures) > before, every=0.01)
        # A second, and what a busy machine adds.
        assert time.monotonic() - begin < 1.5
        push_until_seen(separate, keys[0], "blue", reader)
        assert [separate.api.publisher(one) for one in keys] == sessions
    for one in keys:
        wait_for("it runs", lambda: separate.relay(one)["status"]["ready"])
        assert int(separate.relay(one)["status"].get("drops", {}).get("failed", 0)) == 0


def test_publish_ends_at_once_and_in_order(separate, key):
    keys = started(separate, key)
    publish = separate.processes["publish"]
    with pushed(separate, keys, pictures.plain("red")):
        assert ends_in(publish) < 2
        # TEARDOWN: MediaMTX knows before the connection ends.
        wait_for("its sessions are gone", lambda: not any(map(separate.api.publisher, keys)), 2)
        status = separate.relay(keys[0])["status"]
        assert status["state"] == "RELAY_STATE_RECOVERING" and status["last_error"].startswith("publish: "), status
        publish.restart()
        for one in keys:
            separate.wait_ready(one)
    with video.Reader(separate.url(keys[0])) as reader:
        push_until_seen(separate, keys[0], "blue", reader)


def test_a_frozen_transcode_is_named_and_thaws(separate, key):
    url = separate.started(key, pictures.plain("red"))
    session = separate.api.publisher(key)
    transcode = separate.processes["transcode"]
    with pushed(separate, [key], pictures.plain("red")), video.Reader(url) as reader:
        reader.wait_colour("red")
        transcode.signal(signal.SIGSTOP)
        try:
            begin = time.monotonic()
            wait_for("it says why", lambda: NO_CREDIT in separate.relay(key)["status"].get("last_error", ""))
            assert time.monotonic() - begin < 5  # gRPC itself takes 13 s
            status = separate.relay(key)["status"]
            assert status["state"] == "RELAY_STATE_RECOVERING" and not status.get("ready"), status
        finally:
            transcode.signal(signal.SIGCONT)
        wait_for("it runs again", lambda: running(separate, key), 5)
    with video.Reader(url) as reader:
        push_until_seen(separate, key, "blue", reader)
    assert separate.api.publisher(key) == session
    assert "stage gives no credit" in separate.processes["ingest"].log()
