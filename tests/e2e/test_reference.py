# SPDX-License-Identifier: Apache-2.0
"""The robot relay's document as people have it in their shell history: its curl lines, word for
word, with the fleet's ports in place of 5020 and 8555."""
import json
import subprocess

import pictures
import video


def shell(fleet, line: str) -> str:
    """What the line prints; its exit code is 0."""
    line = line.replace(":5020", f":{fleet.robot_port}").replace(":8555", f":{fleet.rtsp_port}")
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=40)
    assert done.returncode == 0, (line, done.stderr)
    return done.stdout


def test_the_lines_for_a_robots_camera(own_fleet, tmp_path):
    (tmp_path / "frame.jpg").write_bytes(pictures.halves())
    assert json.loads(shell(own_fleet, "curl http://localhost:5020/health")) == {"status": "ok"}
    made = shell(own_fleet, """curl -X POST http://localhost:5020/relays \\
      -H 'Content-Type: application/json' \\
      -d '{"key":"robot-a/camera","type":"robot_camera"}'""")
    assert json.loads(made) == {"key": "robot-a/camera", "rtsp_path": "/robot-a/camera"}
    pushed = shell(own_fleet, f"curl -s -w '%{{http_code}}' -X POST --data-binary @{tmp_path}/frame.jpg "
                              "-H 'Content-Type: application/octet-stream' http://localhost:5020/relays/robot-a/camera/frame")
    assert pushed == "204"
    ready = shell(own_fleet, 'curl "http://localhost:5020/relays/robot-a%2Fcamera/ready?timeout=15"')
    assert json.loads(ready) == {"key": "robot-a/camera", "ready": True}
    with video.Reader("rtsp://localhost:8555/robot-a/camera".replace("8555", str(own_fleet.rtsp_port))) as reader:
        reader.wait_colour("red", x=0.2)
        reader.wait_colour("blue", x=0.8)
    [(key, state)] = json.loads(shell(own_fleet, "curl http://localhost:5020/relays")).items()
    assert key == "robot-a/camera"
    assert (state["type"], state["running"], state["restart_count"]) == ("robot_camera", True, 0)
    assert state["uptime"] == round(state["uptime"], 1) > 0
    assert json.loads(shell(own_fleet, "curl -X POST http://localhost:5020/relays/stop_all")) == {"stopped": "all"}
    assert json.loads(shell(own_fleet, "curl http://localhost:5020/relays")) == {}


def test_an_external_camera_that_is_away_runs_and_takes_no_frames(fleet):
    # Nobody listens there; what becomes of a camera that is, other tests see.
    answer = fleet.robot("POST", "/relays", {"key": "robot-a/external", "type": "external_rtsp",
                                             "source_url": "rtsp://admin:pass@127.0.0.1:9/live/profile.1"})
    assert answer.status == 200
    assert answer.json == {"key": "robot-a/external", "rtsp_path": "/robot-a/external"}
    listed = fleet.robot("GET", "/relays").json["robot-a/external"]
    assert (listed["type"], listed["running"]) == ("external_rtsp", True)
    assert fleet.robot("POST", "/relays/robot-a/external/frame", pictures.halves()).status == 404
    assert fleet.robot("DELETE", "/relays/robot-a/external").json == {"stopped": "robot-a/external"}


def test_keys_come_raw_and_encoded(fleet):
    key, raw, encoded = "robot-b/front/left", "robot-b/front/left", "robot-b%2Ffront%2Fleft"
    for path in (raw, encoded):
        fleet.create(key)
        assert fleet.robot("POST", f"/relays/{path}/frame", pictures.plain("lime")).status == 204
        assert fleet.robot("GET", f"/relays/{path}/ready?timeout=20").json == {"key": key, "ready": True}
        with video.Reader(fleet.url(key)) as reader:
            reader.wait_colour("lime")
        assert fleet.robot("DELETE", f"/relays/{path}").json == {"stopped": key}
        assert key not in fleet.robot("GET", "/relays").json


def test_deleting_what_is_not_there_is_fine(fleet):
    answer = fleet.robot("DELETE", "/relays/never/was")
    assert (answer.status, answer.json) == (200, {"stopped": "never/was"})


def test_a_repeated_start_changes_nothing(fleet, key):
    url = fleet.started(key, pictures.plain("red"))
    with video.Reader(url) as reader:
        reader.wait_colour("red")
        session = fleet.api.publisher(key)
        assert session
        fleet.create(key)
        reader.wait_pictures(5)
        assert fleet.api.publisher(key) == session


def test_ready_of_an_unfed_relay_says_no_in_time(fleet, key):
    fleet.create(key)
    assert not fleet.is_ready(key, 0.5)
