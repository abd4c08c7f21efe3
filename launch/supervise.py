"""Keeps the demo's processes running: readable logs, restarts with back-off, an orderly end. One thread."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, NoReturn

from launch.places import ROOT, LaunchError, Places
from launch.processes import signal_group, spawn, stop
from launch.servers import Servers

LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LOG_LIMIT_BYTES = 10_000_000
COLOURS = {"web": "36", "worker": "35", "beat": "33", "launch": "32", "demo": "34"}


class Log:
    """Lines of all processes on one screen, each with its name in front, and in a file each."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._is_terminal = sys.stdout.isatty()
        self._files: dict[str, IO[bytes]] = {}

    def line(self, name: str, text: bytes) -> None:
        """One line of one process."""
        label = f"{name:<7}│ "
        if self._is_terminal:
            label = f"\x1b[{COLOURS.get(name, '37')}m{label}\x1b[0m"
        sys.stdout.buffer.write(label.encode() + text.rstrip(b"\n") + b"\n")
        sys.stdout.buffer.flush()
        self._file(name).write(text.rstrip(b"\n") + b"\n")

    def say(self, text: str) -> None:
        """One line of the launcher itself."""
        self.line("launch", text.encode())

    def _file(self, name: str) -> IO[bytes]:
        if name not in self._files:
            path = self._places.logs / f"{name}.log"
            too_long = path.exists() and path.stat().st_size > LOG_LIMIT_BYTES
            self._files[name] = path.open("wb" if too_long else "ab", buffering=0)
        return self._files[name]


@dataclass
class Child:
    """One supervised process: how to start it, whether it runs, when it may be tried again."""

    name: str
    command: Sequence[str]
    patience: float = 5.0
    is_forever: bool = True
    milestone: str = ""  # a line that says "so far, so good"; it is not shown
    is_reached: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    retry_at: float = 0.0
    exit_code: int | None = None
    rest: bytes = field(default=b"", repr=False)

    def note_end(self, at: float) -> float:
        """Plan the next try; the pause in seconds. A steady life forgives earlier failures."""
        self.failures = 1 if at - self.started_at > STEADY_SECONDS else self.failures + 1
        pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE_SECONDS)
        self.retry_at = at + pause
        return pause


class Stopped(Exception):  # not an error
    """Somebody asked for the end (Ctrl-C, TERM, HUP)."""


class Supervisor:
    """Runs children beside the servers until told to stop."""

    POSTGRES_TRIES = 5

    def __init__(self, servers: Servers, env: Mapping[str, str]) -> None:
        self.servers = servers
        self.env = dict(env)
        self.log = Log(servers.places)
        self.children: list[Child] = []
        self._selector = selectors.DefaultSelector()

    def add(self, child: Child) -> Child:
        """Start a child now and keep it."""
        self.children.append(child)
        self._start(child)
        return child

    def _start(self, child: Child) -> None:
        child.process = spawn(child.command, env=self.env, output=subprocess.PIPE, cwd=ROOT)
        child.started_at = time.monotonic()
        assert child.process.stdout is not None
        os.set_blocking(child.process.stdout.fileno(), False)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def turn(self, wait: float = 0.5) -> None:
        """Pass on what was printed and look after whoever ended."""
        for key, _ in self._selector.select(wait):
            self._read(key.data)
        self._mend_servers()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._ended(child)
            elif child.process is None and child.is_forever and time.monotonic() >= child.retry_at:
                self._start(child)

    def _read(self, child: Child) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        chunk: bytes | None = child.process.stdout.read(65536)
        if chunk is None:
            return
        if not chunk:
            self._selector.unregister(child.process.stdout)
            return
        *lines, child.rest = (child.rest + chunk).split(b"\n")
        for line in lines:
            self._line(child, line)

    def _line(self, child: Child, line: bytes) -> None:
        if child.milestone and line == child.milestone.encode():
            child.is_reached = True
        else:
            self.log.line(child.name, line)

    def _ended(self, child: Child) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        while chunk := child.process.stdout.read(65536):
            for line in (child.rest + chunk).splitlines():
                self._line(child, line)
            child.rest = b""
        if child.process.stdout in self._selector.get_map():
            self._selector.unregister(child.process.stdout)
        child.process.stdout.close()
        signal_group(child.process, signal.SIGKILL)
        child.exit_code, child.process, child.rest = child.process.returncode, None, b""
        if child.is_forever:
            pause = child.note_end(time.monotonic())
            self.log.say(f"{child.name} ended ({child.exit_code}); starting it again in {pause:.0f} s")

    def _mend_servers(self) -> None:
        """Start a server again that ended. Raises LaunchError when PostgreSQL does not come back."""
        cache, cluster = self.servers.cache, self.servers.cluster
        if cache is not None and cache.process is not None and cache.process.poll() is not None:
            self.log.say("Valkey ended; starting it again")
            cache.start()
        if cluster is None or cluster.process is None or cluster.process.poll() is None:
            return
        for attempt in range(1, self.POSTGRES_TRIES + 1):
            self.log.say(f"PostgreSQL ended; starting it again ({attempt})")
            try:
                cluster.start()
            except LaunchError as error:
                self.log.say(str(error))
                time.sleep(min(2.0**attempt, 10))
            else:
                return
        raise LaunchError("PostgreSQL cannot be started again; everything stops.")

    def reach(self, child: Child) -> bool:
        """Wait for a child's milestone; False when it ended without."""
        while not child.is_reached and child.exit_code is None:
            self.turn(0.1)
        return child.is_reached

    def finish(self, child: Child) -> int:
        """Wait for a child that ends by itself; its exit code."""
        while child.exit_code is None:
            self.turn(0.1)
        return child.exit_code

    def forever(self) -> NoReturn:
        """Until a signal comes."""
        while True:
            self.turn()

    def stop(self) -> None:
        """Ask all children at once, last started first, then wait for each; the servers go last."""
        running = [child for child in reversed(self.children) if child.process is not None]
        for child in running:
            assert child.process is not None
            child.process.terminate()
        for child in running:
            assert child.process is not None
            stop(child.process, signal.SIGTERM, child.patience)
            if child.process.stdout is not None:
                child.process.stdout.close()
        self.servers.stop()


def stop_on_signals() -> None:
    """Ctrl-C, TERM and HUP raise Stopped in the main thread, once; a second one changes nothing."""

    def handler(number: int, frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, handler)
