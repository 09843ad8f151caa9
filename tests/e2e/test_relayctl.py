# SPDX-License-Identifier: Apache-2.0
"""relayctl against the real fleet: its answers, its exit codes, its ends."""
import json
import signal

import pictures
import video
from fleet import RELAYCTL
from processes import Process, free_port


def test_create_ready_list_get_delete(fleet, key):
    assert fleet.relayctl("relay", "create", key).stdout == f"created: {key}\n"
    assert fleet.relayctl("relay", "create", key).stdout == f"exists: {key}\n"
    assert fleet.relayctl("relay", "create", key, "--fps", 9).returncode == 6
    assert fleet.relayctl("relay", "ready", key, "--timeout", 0.2).returncode == 5
    assert key in fleet.relayctl("relay", "list").stdout
    rows = [json.loads(line) for line in fleet.relayctl("relay", "list", "--json").stdout.splitlines()]
    assert key in [row["key"] for row in rows]
    assert fleet.relayctl("relay", "get", key).stdout.splitlines()[0].split() == ["key", key]
    assert fleet.relayctl("relay", "delete", key).returncode == 0
    assert fleet.relayctl("relay", "get", key).returncode == 3
    assert fleet.relayctl("relay", "delete", key).returncode == 3
    assert fleet.relayctl("relay", "create", "a/../b").returncode == 2


def test_a_server_that_is_not_there_is_four(fleet):
    done = fleet.relayctl("relay", "list", "--server", f"127.0.0.1:{free_port()}")
    assert done.returncode == 4 and "127.0.0.1" in done.stderr


def test_push_counts_what_was_written(fleet, key):
    done = fleet.relayctl("push", key, "--test-pattern", "--create", "--count", 20, "--fps", 20, "--json")
    assert done.returncode == 0, done
    end = json.loads(done.stdout.splitlines()[-1])
    assert (end["event"], end["sent"]) == ("end", 20)
    assert end["acknowledged"] + end["dropped"].get("superseded", 0) == 20
    assert fleet.relayctl("relay", "ready", key).returncode == 0


def test_push_of_a_folder_and_of_a_video(fleet, key, tmp_path):
    import subprocess
    (tmp_path / "1.jpg").write_bytes(pictures.plain("lime"))
    done = fleet.relayctl("push", key, "--frames", tmp_path, "--create")
    assert done.returncode == 0, done
    assert "acks 1" in done.stdout
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=blue:s=1280x720:r=10:d=1", "-c:v", "libx264",
                    tmp_path / "blue.mp4"], check=True)
    with video.Reader(fleet.url(key)) as reader:
        reader.wait_colour("lime")
        done = fleet.relayctl("push", key, "--video", tmp_path / "blue.mp4", "--ack", "encoded", "--json")
        assert done.returncode == 0, done
        assert json.loads(done.stdout.splitlines()[-1])["sent"] == 10
        reader.wait_colour("blue")


def test_the_test_pattern_moves(fleet, key, tmp_path):
    pusher = Process("relayctl", [RELAYCTL, "--server", f"127.0.0.1:{fleet.grpc_port}", "push", key, "--test-pattern", "--create",
                                  "--fps", 10], tmp_path, fleet.mark)
    try:
        fleet.wait_ready(key)
        with video.Reader(fleet.url(key)) as reader:
            reader.wait_pictures(20)
            assert len({picture.rgb for picture in reader.pictures}) > 10
        pusher.signal(signal.SIGINT)
        assert pusher.wait(10) == 0
        assert "sent" in pusher.log().splitlines()[-1]
    finally:
        pusher.close()


def test_bad_pictures_make_push_fail(fleet, key, tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"no picture")
    done = fleet.relayctl("push", key, "--frames", tmp_path, "--create")
    assert done.returncode == 1
    assert "bad_image 1" in done.stdout
