"""A real beat on the test's own database and Redis."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from launch.places import ROOT
from tests.faults.processes import environment


@contextmanager
def beat(redis_url: str, timetable: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Celery's beat as the platform starts it; ended with the block."""
    command = ["-m", "celery", "-A", "governance", "beat", "-l", "WARNING", "-s", timetable, "--pidfile="]
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(REDIS_URL=redis_url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def queued(reader: "redis.Redis[bytes]") -> list[str]:
    """The names of the tasks that wait in the queues."""
    names: list[str] = []
    for key in reader.keys("*"):
        if reader.type(key) == b"list":
            names += [json.loads(item)["headers"]["task"] for item in reader.lrange(key, 0, -1)]
    return names
