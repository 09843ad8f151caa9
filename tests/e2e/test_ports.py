# SPDX-License-Identifier: Apache-2.0
"""Ports in use, and folders that can't be used: who must know is told at once."""
import contextlib
import socket

import pytest

import fleet as fleets
import rest
from processes import free_port
from waiting import wait_for


@contextlib.contextmanager
def taken(port: int):
    """Somebody listens there. Whoever already does is as good."""
    with socket.socket() as listener:
        # As servers do: connections of whom we killed may still wait there.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            listener.listen()
        yield


@pytest.mark.parametrize("which", ["robot_port", "rest_port", "grpc_port"])
def test_a_taken_port_that_was_asked_for_is_fatal_and_named(unstarted, which):
    port = getattr(unstarted, which)
    gate = "standalone" if unstarted.form == "standalone" else "gateway"
    with taken(port):
        unstarted.start(wait=False)
        assert unstarted.processes[gate].wait(15) != 0
    assert str(port) in unstarted.processes[gate].log()


def expect_fatal(process, port: int):
    """Started while that port is somebody's, it ends and says why."""
    process.kill()
    before = len(process.log())
    with taken(port):
        process.restart()
        assert process.wait(15) != 0
    assert str(port) in process.log()[before:].splitlines()[-1]


def test_taken_internal_ports_are_fatal_and_named(separate):
    for name in separate.NAMES:
        expect_fatal(separate.processes[name], separate.metrics_ports[name])
        if name in separate.internal_ports:
            expect_fatal(separate.processes[name], separate.internal_ports[name])


def test_taken_internal_ports_of_standalone_are_fatal_and_named(tmp_path):
    one = fleets.Standalone(tmp_path)
    try:
        one.start()
        assert set(one.internal_ports) == {"metrics", "control API", "MediaMTX metrics"}
        for port in one.internal_ports.values():
            one.processes["standalone"].kill()
            wait_for("its MediaMTX is gone, too", lambda: not one.running())
            expect_fatal(one.processes["standalone"], port)
    finally:
        one.close()


@pytest.mark.parametrize("flag, port", [("robot_relay_port", 5020), ("rest_port", 8600), ("grpc_port", 50050)])
def test_a_taken_default_port_is_a_warning(unstarted, flag, port):
    gate = "standalone" if unstarted.form == "standalone" else "gateway"
    run = unstarted.run
    unstarted.run = lambda name, *args: run(name, *(a for a in args if not a.startswith(f"--{flag}=")))
    with taken(port):
        unstarted.start(wait=False)
        log = unstarted.processes[gate].log
        wait_for("it is ready", lambda: " INFO ready " in log())
        assert [line for line in log().splitlines() if " WARN port skipped" in line and str(port) in line]
        served = {"robot_relay_port": lambda: unstarted.robot("GET", "/relays").status == 200,
                  "rest_port": lambda: unstarted.native("GET", "/v1/relays").status == 200,
                  "grpc_port": lambda: unstarted.relayctl("relay", "list").returncode == 0}
        del served[flag]
        for name, answers in served.items():
            wait_for(f"{name} is served all the same", answers)


def test_a_taken_default_port_of_mediamtx_is_a_warning(tmp_path):
    one = fleets.Standalone(tmp_path)
    child = one._child
    one._child = lambda: [a for a in child() if not a.startswith("--mediamtx_hls_port")]
    try:
        with taken(8888):
            one.start()
            assert "8888" in one.logs() and "MediaMTX goes without HLS" in one.logs()
            assert "  HLS " not in one.logs() and "  WebRTC " in one.logs()
    finally:
        one.close()


def test_a_taken_8554_names_the_way_out(tmp_path):
    one = fleets.Standalone(tmp_path)
    child = one._child

    def with_default_rtsp_port():
        return [a for a in child() if not a.startswith("--mediamtx_rtsp_port")]

    one._child = with_default_rtsp_port
    try:
        with taken(8554):
            one.start(wait=False)
            assert one.processes["standalone"].wait(15) != 0
        assert "8554" in one.logs() and "MEDIAMTX_HOST" in one.logs()
    finally:
        one.close()


def test_a_state_folder_that_cannot_be_written_is_named(unstarted):
    # A file in the way stops root as well.
    (unstarted.folder / "file").write_text("")
    unstarted.state_dir = unstarted.folder / "file" / "state"
    unstarted.start(wait=False)
    process = unstarted.processes[unstarted.keeper]
    assert process.wait(15) != 0
    assert str(unstarted.state_dir) in process.log()


def test_a_second_fleet_on_the_same_state_is_refused(tmp_path):
    first, second = fleets.Standalone(tmp_path / "first"), fleets.Standalone(tmp_path / "second")
    for one in (first, second):
        one.folder.mkdir()
        one.state_dir = tmp_path / "state"
    try:
        first.start()
        second.start(wait=False)
        assert second.processes["standalone"].wait(15) != 0
        assert str(tmp_path / "state") in second.logs()
        assert first.processes["standalone"].running()
    finally:
        second.close()
        first.close()


@pytest.mark.parametrize("flag", ["--no_such_flag", "--relay_fps=0", "--log_format=xml", "--robot_relay_port=99999"])
def test_wrong_settings_are_named(tmp_path, flag):
    one = fleets.Standalone(tmp_path, flags=(flag,))
    try:
        one.start(wait=False)
        assert one.processes["standalone"].wait(15) != 0
        assert flag[2:].split("=")[0] in one.logs()
    finally:
        one.close()


def test_environment_variables_are_flags(tmp_path, new_mediamtx):
    """The older service's names too: RELAY_SERVICE_PORT, MEDIAMTX_HOST."""
    server = new_mediamtx(stock=True)
    one = fleets.Standalone(tmp_path, env={"MEDIAMTX_HOST": f"127.0.0.1:{server.rtsp_port}"})
    one.env["RELAY_SERVICE_PORT"] = str(one.robot_port)
    one.env["REST_PORT"] = str(one.rest_port)
    one.env["STATE_DIR"] = str(one.state_dir)
    try:
        one.rtsp_port = server.rtsp_port
        one.run("standalone", f"--grpc_port={one.grpc_port}", f"--metrics_listen=127.0.0.1:{free_port()}")
        one.wait_serving()
        assert wait_for("health", lambda: rest.call(one.robot_port, "GET", "/health").json) == {"status": "ok"}
        import pictures
        one.started("by/environment", pictures.plain("red"))
        assert (one.state_dir).is_dir()
    finally:
        one.close()
