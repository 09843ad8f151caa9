# SPDX-License-Identifier: Apache-2.0
"""The log names relay and request, so that one request can be followed through all services."""
import json
import re

import pytest

import fleet as fleets
import pictures
from waiting import wait_for


@pytest.fixture(params=[(form, style) for form in fleets.FORMS for style in ("text", "json")], ids="-".join)
def logging(request, tmp_path):
    form, style = request.param
    fleet = fleets.FORMS[form](tmp_path, flags=(f"--log_format={style}", "--log_level=debug"))
    fleet.style = style
    try:
        yield fleet.start()
    finally:
        fleet.close()


def request_of(fleet, name: str, message: str, key: str) -> str | None:
    """The request that the line `message` about relay `key` carries, in the log of that process."""
    for line in fleet.processes[name].log().splitlines():
        if message not in line:
            continue
        if fleet.style == "json":
            fields = json.loads(line)
            if fields["message"] == message and fields.get("relay") == key:
                return fields["request"]
        elif found := re.search(rf" {message} .*\brelay={key} (?:.* )?request=(\S+)", line):
            return found[1]
    return None


def test_lines_carry_relay_and_request(logging, key):
    def said(message):
        return wait_for(message, lambda: request_of(logging, logging.keeper, message, key))

    body = {"key": key, "type": "robot_camera"}
    assert logging.robot("POST", "/relays", body, headers={"X-Request-Id": "made-1"}).status == 200
    assert said("relay created") == "made-1"
    refused = logging.robot("POST", f"/relays/{key}/frame", b"no picture", headers={"X-Request-Id": "bad-1"})
    assert refused.status == 400
    assert said("picture refused") == "bad-1"
    assert logging.native("DELETE", f"/v1/relays/{key}", headers={"X-Request-Id": "ended-1"}).status == 200
    assert said("relay stopped") == "ended-1"


def test_a_grpc_call_without_an_id_gets_one(own_fleet, key):
    own_fleet.style = "text"
    assert own_fleet.relayctl("relay", "create", key).returncode == 0
    made = wait_for("the line", lambda: request_of(own_fleet, own_fleet.keeper, "relay created", key))
    assert re.fullmatch(r"[0-9a-f]{16}", made)


def test_without_ingest_the_answer_is_clear_and_logged(separate, key):
    text = "ingest can't be reached: it is down or starting; try again"
    separate.style = "text"
    separate.create(key)
    separate.processes["ingest"].kill()
    answer = separate.robot("POST", f"/relays/{key}/frame", pictures.plain("red"), headers={"X-Request-Id": "lost-1"})
    assert (answer.status, answer.json) == (503, {"error": text})
    answer = separate.native("GET", f"/v1/relays/{key}")
    assert answer.status == 503
    assert (answer.json["code"], answer.json["message"]) == (14, text)
    assert separate.native("GET", "/readyz").body.decode().strip() == text
    done = separate.relayctl("relay", "get", key)
    assert done.returncode != 0 and text in done.stdout + done.stderr
    wait_for("the gateway's line", lambda: request_of(separate, "gateway", "request failed", key) == "lost-1")
