# SPDX-License-Identifier: Apache-2.0
"""Fleets for the tests. Each ends every process that it started, also when a test fails."""
import pytest

import fleet as fleets
import mediamtx
import processes


def _tail(text: str, lines: int = 60) -> str:
    return "\n".join(text.splitlines()[-lines:])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows what the programs said."""
    report = (yield).get_result()
    if report.failed:
        for process in processes.LIVE:
            report.sections.append((f"the end of {process.log_file}", _tail(process.log())))


def _running(form: str, folder):
    fleet = fleets.FORMS[form](folder)
    try:
        yield fleet.start()
    finally:
        fleet.close()


@pytest.fixture(params=fleets.FORMS, scope="module")
def fleet(request, tmp_path_factory):
    """A running fleet, shared by the tests of a module: use a relay of your own, break nothing."""
    yield from _running(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(params=fleets.FORMS)
def own_fleet(request, tmp_path):
    """A running fleet of this test alone, to be broken."""
    yield from _running(request.param, tmp_path)


@pytest.fixture
def separate(tmp_path):
    yield from _running("separate", tmp_path)


@pytest.fixture(params=fleets.FORMS)
def unstarted(request, tmp_path):
    """A fleet that the test itself starts; ended all the same."""
    fleet = fleets.FORMS[request.param](tmp_path)
    try:
        yield fleet
    finally:
        fleet.close()


@pytest.fixture
def new_mediamtx(tmp_path):
    """Makes MediaMTX servers beside the fleet."""
    servers, mark = [], processes.new_mark()

    def make(**options):
        servers.append(mediamtx.MediaMtx(tmp_path, mark, **options))
        return servers[-1]

    yield make
    for server in servers:
        server.close()
    processes.end_all(mark)


@pytest.fixture
def key(request) -> str:
    """A relay key of this test alone, with a slash in it."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    return f"e2e/{name[:100]}"
