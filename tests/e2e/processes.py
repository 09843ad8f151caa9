# SPDX-License-Identifier: Apache-2.0
"""Processes of a test: started in a group of their own, logged, and ended whatever happens."""
import os
import pathlib
import signal
import socket
import subprocess
import uuid

from waiting import wait_for

# Inherited by whatever a test starts, so that nothing of it can hide.
_MARK = "RELAYFLEET_E2E"
LIVE: list["Process"] = []


class Process:
    """One program with its output in a file. Ends with the `with` block, by force if need be."""

    def __init__(self, name: str, args: list, folder: pathlib.Path, mark: str, env: dict | None = None):
        self.name, self.args, self.mark = name, [str(a) for a in args], mark
        self.log_file = folder / f"{name}.log"
        self._env = {**os.environ, **(env or {}), _MARK: mark}
        self._popen = None
        self.start()

    def start(self):
        with self.log_file.open("ab") as log:
            self._popen = subprocess.Popen(self.args, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                           env=self._env, start_new_session=True)
        if self not in LIVE:
            LIVE.append(self)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def running(self) -> bool:
        return self._popen.poll() is None

    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def kill(self):
        """As a crash: SIGKILL to the program alone."""
        self._popen.send_signal(signal.SIGKILL)
        self._popen.wait(10)

    def signal(self, number: int):
        self._popen.send_signal(number)

    def restart(self):
        self.start()

    def terminate(self, timeout: float = 10) -> int:
        """SIGTERM; its exit code."""
        self._popen.send_signal(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout: float = 10) -> int:
        return self._popen.wait(timeout)

    def ask_to_end(self):
        """SIGTERM, without waiting: many end at once."""
        if self.running():
            self._popen.terminate()

    def close(self):
        self.ask_to_end()
        try:
            self._popen.wait(6)
        except subprocess.TimeoutExpired:
            pass
        finally:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self._popen.wait(10)
            if self in LIVE:
                LIVE.remove(self)


def new_mark() -> str:
    return uuid.uuid4().hex


def marked(mark: str) -> dict[int, str]:
    """pid -> command line of everything that was started under this mark and still runs."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if f"{_MARK}={mark}".encode() in (entry / "environ").read_bytes():
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                if line:  # a zombie has none
                    found[int(entry.name)] = line
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def end_all(mark: str):
    """Ends what still runs under the mark, which no test should leave behind."""
    for pid in marked(mark):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    wait_for("all processes gone", lambda: not marked(mark))


_given: set[int] = set()


def free_port(count: int = 1) -> int:
    """The first of `count` free ports in a row (even, as RTP wants it), for TCP and UDP alike; none twice."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1] & ~1
        ports = range(first, first + count)
        if not _given.intersection(ports) and all(map(_is_free, ports)):
            _given.update(ports)
            return first


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(type=kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
