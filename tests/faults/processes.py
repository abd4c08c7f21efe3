"""Starting processes on the test's own database, reading what they acknowledge, killing them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from launch.places import ROOT


def database_url() -> str:
    """The address of the database under test."""
    here = connection.settings_dict
    who = quote(here["USER"]) + (f":{quote(here['PASSWORD'])}" if here["PASSWORD"] else "")
    port = f"&port={here['PORT']}" if here["PORT"] else ""
    return f"postgresql://{who}@/{here['NAME']}?host={quote(here['HOST'], safe='/')}{port}"


def environment(**changes: str) -> dict[str, str]:
    """The surroundings of a process: this database, this Redis, the settings of tests."""
    own = {
        "DJANGO_SETTINGS_MODULE": "governance.settings.testing",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    return os.environ | own | changes


class Act:
    """A running act and the lines it has printed."""

    def __init__(self, *arguments: str, changes: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.acts", *arguments],
            cwd=ROOT,
            env=environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.errors: list[str] = []
        self.readers = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))
        ]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def _read(stream: Iterator[str], lines: list[str]) -> None:
        for line in stream:
            lines.append(line.strip())

    def printed(self, count: int, *, patience: float = 240.0) -> None:
        """Wait until it has printed that many lines."""
        wait_for(lambda: len(self.lines) >= count or self.process.poll() is not None, patience)
        assert len(self.lines) >= count, "\n".join(self.errors[-20:])

    def finish(self, *, patience: float = 300.0) -> list[str]:
        """Wait for its own end; what it printed."""
        status = self.process.wait(patience)
        self._close()
        assert status == 0, "\n".join(self.errors[-20:])
        return self.lines

    def kill(self) -> list[str]:
        """kill -9; what it printed before."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self._close()
        return self.lines

    def _close(self) -> None:
        for reader in self.readers:
            reader.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextmanager
def act(*arguments: str, **changes: str) -> Iterator[Act]:
    """An act that does not outlive the test."""
    running = Act(*arguments, changes=changes)
    try:
        yield running
    finally:
        running.kill()


def wait_for(condition: Callable[[], bool], patience: float = 60.0) -> None:
    """Until it holds; AssertionError when it never does."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
