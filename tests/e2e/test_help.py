# SPDX-License-Identifier: Apache-2.0
"""What each program says of itself."""
import re
import subprocess

import pytest

import fleet as fleets

SERVICES = ["standalone", "gateway", "ingest", "transcode", "publish"]
OWN = {"standalone": "--mediamtx_bin", "gateway": "--robot_relay_port", "ingest": "--state_dir",
       "transcode": "--codec_threads", "publish": "--mediamtx_rtsp"}


def says(name: str, flag: str) -> str:
    done = subprocess.run([fleets.service(name), flag], capture_output=True, text=True, timeout=20)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_help_shows_the_flags(name):
    text = says(name, "--help")
    assert f"relayfleet {name}: " in text
    assert "environment variable" in text
    for flag in ("--listen", "--metrics_listen", "--log_level", "--log_format", OWN[name]):
        assert re.search(rf"^\s*{flag} \(", text, re.M), flag
    assert "SetProgramUsageMessage" not in text
    assert "--flagfile" not in text, "absl's own flags are none of the user's"


@pytest.mark.parametrize("name", SERVICES)
def test_version_names_program_and_version(name):
    assert re.fullmatch(rf"relayfleet {name} \d+\.\d+\.\d+(-\w+)?\n", says(name, "--version"))


def test_all_programs_have_one_version():
    ctl = subprocess.run([fleets.RELAYCTL, "--version"], capture_output=True, text=True, timeout=20).stdout
    assert {says(name, "--version").split()[-1] for name in SERVICES} == {ctl.split()[-1]}
