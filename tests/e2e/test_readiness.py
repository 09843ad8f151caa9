# SPDX-License-Identifier: Apache-2.0
"""Readiness while a service stops: nobody is sent to it any more, what is under way ends."""
import concurrent.futures
import os
import signal

import pictures
import rest
from waiting import wait_for


def readyz(port: int) -> tuple:
    try:
        answer = rest.call(port, "GET", "/readyz", timeout=3)
    except OSError:
        return (0, "")
    return (answer.status, answer.body.decode())


def test_running_services_are_ready(fleet):
    assert {readyz(port) for port in fleet.metrics_ports.values()} == {(200, "ok\n")}


def test_what_users_reach_says_not_ready_while_it_ends_a_call(own_fleet, key):
    name = "standalone" if own_fleet.form == "standalone" else "gateway"
    port = own_fleet.metrics_ports[name]
    own_fleet.create(key)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        def wait_ready():
            try:
                own_fleet.robot("GET", f"/relays/{key}/ready?timeout=3")
            except OSError:
                pass  # it took longer than the process wants to
        call = pool.submit(wait_ready)
        wait_for("the call is under way",
                 lambda: 'relayfleet_gateway_requests_in_flight{api="robot_relay"} 1' in own_fleet.metrics(name))
        own_fleet.processes[name].signal(signal.SIGTERM)
        wait_for("it says not ready", lambda: readyz(port)[0] == 503, 5, 0.02)
        call.result(10)
    assert own_fleet.processes[name].wait(10) == 0


def test_ingest_says_not_ready_before_it_drains(separate, key):
    """publish stands still, so ingest waits for it; meanwhile nobody shall be sent to ingest."""
    separate.started(key, pictures.plain("red"))
    publish, ingest = separate.processes["publish"], separate.processes["ingest"]
    os.kill(publish.pid, signal.SIGSTOP)
    try:
        ingest.signal(signal.SIGTERM)
        wait_for("its own port says so", lambda: readyz(separate.metrics_ports["ingest"])[0] == 503, 5, 0.02)
        # By gRPC's health service: it is there, but serves no more.
        assert readyz(separate.rest_port) == (503, "ingest is not serving\n")
    finally:
        os.kill(publish.pid, signal.SIGCONT)
    assert ingest.wait(10) == 0
