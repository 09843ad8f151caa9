# SPDX-License-Identifier: Apache-2.0
"""Metrics and health of every service."""
import re
import subprocess

import pytest

import pictures
import rest
from waiting import wait_for


# What each service must show: name without "relayfleet_" -> its type. In, out, dropped by reason, stage latencies,
# state, restarts, what waits.
DEMANDED = {
    "gateway": {
        "requests_total": "counter", "request_duration_seconds": "histogram", "requests_in_flight": "gauge",
        "connections_refused_total": "counter", "stream_frames_total": "counter", "stream_answers_total": "counter",
    },
    "ingest": {
        "frames_in_total": "counter", "frames_out_total": "counter", "frames_dropped_total": "counter",
        "frames_total": "counter", "frame_latency_seconds": "histogram", "transcode_latency_seconds": "histogram",
        "relay_state": "gauge", "relay_ready": "gauge", "relay_restarts_total": "counter", "stage_lost_total": "counter",
        "queue_frames": "gauge", "queue_packets": "gauge",
    },
    "transcode": {
        "frames_in_total": "counter", "frames_out_total": "counter", "frames_dropped_total": "counter",
        "queued_seconds": "histogram", "decode_seconds": "histogram", "encode_seconds": "histogram",
        "sessions": "gauge", "queue_frames": "gauge",
    },
    "publish": {
        "packets_received_total": "counter", "packets_written_total": "counter", "packets_dropped_total": "counter",
        "write_latency_seconds": "histogram", "online": "gauge", "rtsp_sessions_total": "counter",
        "rtsp_failures_total": "counter", "queue_packets": "gauge",
    },
}
REASONS = {
    "ingest": {"rate_limited", "superseded", "bad_image", "failed"},
    "transcode": {"superseded", "bad_image", "failed"},
    "publish": {"offline", "need_key", "old", "stalled", "session_lost", "superseded"},
}


def value(text: str, name: str, **labels: str) -> float | None:
    """Of the first series that has these labels."""
    for found in re.finditer(rf"^relayfleet_{name}(?:\{{(.*)\}})? (\S+)$", text, re.M):
        if all(f'{label}="{wanted}"' in (found[1] or "") for label, wanted in labels.items()):
            return float(found[2])
    return None


def metrics_of(fleet, service: str) -> str:
    return fleet.metrics("standalone" if fleet.form == "standalone" else service)


@pytest.mark.parametrize("service", DEMANDED)
def test_a_service_shows_what_it_does(fleet, key, service):
    fleet.started(key, pictures.plain("red"))
    # Some metrics begin with the first request or stream of their kind.
    assert fleet.relayctl("push", key, "--test-pattern", "--count", 3).returncode == 0
    text = metrics_of(fleet, service)
    for name, kind in DEMANDED[service].items():
        assert f"# TYPE relayfleet_{service}_{name} {kind}\n" in text, name
        sample = f"{name}_count" if kind == "histogram" else name
        assert value(text, f"{service}_{sample}") is not None, name
    if service in REASONS:
        dropped = re.findall(rf'^relayfleet_{service}_\w+_dropped_total{{.*reason="(\w+)"', text, re.M)
        assert set(dropped) == REASONS[service]


def test_what_goes_through_is_counted(fleet, key):
    fleet.started(key, pictures.plain("red"))
    assert fleet.relayctl("push", key, "--test-pattern", "--count", 4, "--fps", 10).returncode == 0
    ingest = metrics_of(fleet, "ingest")
    assert value(ingest, "ingest_frames_in_total", relay=key) == 5
    assert value(ingest, "ingest_frames_out_total", relay=key) >= 1
    assert value(ingest, "ingest_relay_restarts_total", relay=key) == 0
    assert value(metrics_of(fleet, "gateway"), "gateway_stream_frames_total") >= 4
    assert value(metrics_of(fleet, "gateway"), "gateway_stream_answers_total") >= 4
    assert value(metrics_of(fleet, "publish"), "publish_packets_received_total", relay=key) >= 1


def test_a_picture_that_is_none_counts_as_bad(fleet, key):
    fleet.started(key, pictures.plain("red"))
    assert fleet.robot("POST", f"/relays/{key}/frame", b"no picture").status == 400
    assert fleet.robot("POST", f"/relays/{key}/frame", pictures.noisy()[:-500]).status == 400
    text = metrics_of(fleet, "ingest")
    assert value(text, "ingest_frames_dropped_total", relay=key, reason="bad_image") == 2
    assert value(text, "ingest_frames_total", outcome="bad_image") >= 2
    assert int(fleet.relay(key)["status"]["drops"]["bad_image"]) == 2


def test_a_session_made_again_is_a_restart(own_fleet, key):
    own_fleet.started(key, pictures.plain("red"))
    own_fleet.kill_mediamtx()
    own_fleet.restart_mediamtx()
    wait_for("it counts", lambda: value(metrics_of(own_fleet, "ingest"), "ingest_relay_restarts_total", relay=key) == 1)
    if own_fleet.form == "standalone":
        assert value(own_fleet.metrics("standalone"), "standalone_mediamtx_restarts_total") == 1


def test_promtool_finds_nothing_wrong(fleet, key):
    fleet.started(key, pictures.noisy())
    # Each way in has its own labels.
    assert fleet.relayctl("push", key, "--test-pattern", "--count", 3).returncode == 0
    assert fleet.native("GET", f"/v1/relays/{key}").status == 200
    for name in fleet.metrics_ports:
        text = fleet.metrics(name)
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=20)
        assert (done.returncode, done.stdout + done.stderr) == (0, ""), name
        assert "relayfleet_" in text, name
        assert "rtsp://" not in text and "http://" not in text, name


def test_frames_are_counted_by_relay_and_reason(fleet, key):
    fleet.started(key, pictures.plain("red"))
    # Above max_fps and its burst: refused, and counted as that.
    for _ in range(60):
        fleet.robot("POST", f"/relays/{key}/frame", pictures.plain("red"))
    keeper = "standalone" if fleet.form == "standalone" else "ingest"

    def counted():
        text = fleet.metrics(keeper)
        refused = re.search(r'^relayfleet_ingest_frames_total\{outcome="rate_limited"\} ([\d.e+]+)$', text, re.M)
        return f'relay="{key}"' in text and refused and float(refused[1]) > 0
    wait_for("frames by outcome", counted)
    assert int(fleet.relay(key)["status"]["drops"]["rate_limited"]) > 0


def test_latency_is_a_histogram_without_relays(fleet, key):
    fleet.started(key, pictures.plain("red"))
    for name in fleet.metrics_ports:
        buckets = [line for line in fleet.metrics(name).splitlines() if "_bucket{" in line]
        assert not any("relay=" in line for line in buckets), name
        if name != "gateway":
            assert buckets, name


def test_a_deleted_relay_leaves_the_metrics(fleet, key):
    fleet.started(key, pictures.plain("red"))
    keeper = "standalone" if fleet.form == "standalone" else "ingest"
    assert wait_for("it is there", lambda: f'"{key}"' in fleet.metrics(keeper))
    fleet.robot("DELETE", f"/relays/{key}")
    wait_for("it is gone", lambda: f'"{key}"' not in fleet.metrics(keeper))


def test_log_dir_has_a_file_of_each_service(unstarted):
    folder = unstarted.folder / "logs"
    unstarted.env["LOG_DIR"] = str(folder)
    unstarted.start()
    # The older service's name stays with what its users reach.
    expected = {"relay_service.log"} if unstarted.form == "standalone" else \
        {"relay_service.log", "ingest.log", "transcode.log", "publish.log"}
    assert {file.name for file in folder.iterdir()} == expected
    # The line follows the first answer of /readyz, on a thread of its own.
    wait_for("each says ready", lambda: all(" INFO ready " in file.read_text() for file in folder.iterdir()))


def test_health(fleet):
    for path in ("/healthz", "/readyz"):
        assert rest.call(fleet.rest_port, "GET", path).status == 200
