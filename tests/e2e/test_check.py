# SPDX-License-Identifier: Apache-2.0
"""relayctl check, probe and doctor against the real fleet and its MediaMTX."""
import json

import pytest

from fleet import RELAYCTL
from processes import Process


def findings(done) -> dict[str, dict]:
    return {line["subject"]: line for line in map(json.loads, done.stdout.splitlines())}


@pytest.fixture
def pushed(fleet, key, tmp_path):
    """A relay that is fed 10 pictures a second as long as the test runs."""
    pusher = Process("relayctl", [RELAYCTL, "--server", f"127.0.0.1:{fleet.grpc_port}", "push", key, "--test-pattern",
                                  "--create", "--fps", 10], tmp_path, fleet.mark)
    try:
        fleet.wait_ready(key)
        yield key
    finally:
        pusher.close()


def test_a_relay_of_ours_has_nothing_to_complain_about(fleet, pushed):
    done = fleet.relayctl("check", pushed, "--seconds", 5, "--json")
    assert done.returncode == 0, done
    found = findings(done)
    assert {line["level"] for line in found.values()} == {"ok"}, done.stdout
    assert found["profile"]["text"].startswith("Baseline")
    assert found["size"]["text"] == "1280x720"
    assert found["sps/pps"]["text"] == "before each key picture, and in the SDP"
    assert found["age"]["text"].startswith("p50 "), "MediaMTX passes sender reports on"


def test_what_nobody_publishes_is_a_failure(fleet):
    done = fleet.relayctl("check", fleet.url("nobody/here"), "--json")
    assert done.returncode == 1
    assert findings(done)["reading"]["level"] == "fail"


def test_a_relay_is_a_source_as_well(fleet, pushed):
    done = fleet.relayctl("probe", fleet.url(pushed), "--json")
    assert done.returncode == 0, done
    answer = json.loads(done.stdout)
    assert answer["video"].startswith("H264 1280x720")
    assert answer["b-frames"] == "none"
    assert answer["auto"].startswith("copied")


def test_doctor_finds_everybody(fleet):
    api = [f"http://127.0.0.1:{port}" for name, port in fleet.internal_ports.items() if name == "control API"]
    done = fleet.relayctl("doctor", "--json", "--rest", f"http://127.0.0.1:{fleet.rest_port}", "--mediamtx",
                          f"rtsp://127.0.0.1:{fleet.rtsp_port}", "--state_dir", fleet.state_dir,
                          *(["--mediamtx_api", api[0]] if api else []))
    found = findings(done)
    for subject in ("fleet", "encoders", "readyz", "mediamtx", "state folder", *(["control api"] if api else [])):
        assert found[subject]["level"] == "ok", found[subject]
    assert "libx264" in found["encoders"]["text"]
    for subject in ("port 5020/tcp", "port 8000/udp", "clock", "disk", "device"):
        assert subject in found


def test_firewall_lines_are_of_what_listens_for_others(fleet):
    done = fleet.relayctl("doctor", "--firewall")
    assert done.returncode == 0
    for port in (fleet.robot_port, fleet.rest_port, fleet.grpc_port, fleet.rtsp_port):
        assert f"{port}/tcp" not in done.stdout, "all of these are on loopback"
