# SPDX-License-Identifier: Apache-2.0
"""MediaMTX's own WebRTC page in Chromium plays the stream."""
import json
import pathlib
import shutil
import subprocess

import pytest

import pictures
from fleet import RELAYCTL, ROOT
from processes import Process

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def playwright() -> pathlib.Path:
    """The folder of npm packages with playwright-core, kept in the user's cache."""
    if not pathlib.Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed (tools/setup/install --test)")
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    done = subprocess.run([ROOT / "tools/setup/npm_tool", "playwright-core", "1.49.1", "playwright-core"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return pathlib.Path(done.stdout.strip()).parents[1]


def test_chromium_plays_the_webrtc_page(fleet, key, playwright, tmp_path):
    pusher = Process("relayctl", [RELAYCTL, "--server", f"127.0.0.1:{fleet.grpc_port}", "push", key, "--test-pattern", "--create",
                                  "--fps", 15], tmp_path, fleet.mark)
    try:
        fleet.wait_ready(key)
        _expect_playing(fleet, key, playwright, tmp_path)
    finally:
        pusher.close()


def test_chromium_plays_a_silent_relay_too(fleet, key, playwright, tmp_path):
    """Nobody pushes any more: the repeats and a key frame for the late reader make it play."""
    fleet.started(key, pictures.noisy())
    _expect_playing(fleet, key, playwright, tmp_path)


def _expect_playing(fleet, key, playwright, tmp_path):
    script = pathlib.Path(__file__).with_name("browser.cjs")
    done = subprocess.run(["node", script, f"http://127.0.0.1:{fleet.webrtc_port}/{key}/", tmp_path / "profile"],
                          env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "NODE_PATH": str(playwright)},
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["width"], seen["height"]) == (1280, 720)
    assert seen["last"] > seen["first"]
