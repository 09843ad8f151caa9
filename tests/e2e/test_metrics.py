# SPDX-License-Identifier: Apache-2.0
"""Metrics and health of every service."""
import re
import subprocess

import pictures
import rest
from waiting import wait_for


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


def test_health(fleet):
    for path in ("/healthz", "/readyz"):
        assert rest.call(fleet.rest_port, "GET", path).status == 200
