"""The two servers that everything needs, embedded or external, and the environment that points to them."""

import fcntl
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launch.places import Places
from launch.postgres import DURABLE, Cluster
from launch.processes import end_leftovers
from launch.valkey import Cache


class Servers:
    """PostgreSQL and Valkey of one set of places; DATABASE_URL and REDIS_URL replace the embedded ones."""

    def __init__(self, places: Places, settings: Mapping[str, str] = DURABLE, *, keep: bool = True) -> None:
        places.create()
        self.places = places
        self.cluster = None if os.environ.get("DATABASE_URL") else Cluster(places, settings)
        self.cache = None if os.environ.get("REDIS_URL") else Cache(places, keep)

    def clear_leftovers(self) -> int:
        """End what a killed launcher left of these servers; its number."""
        postgres = self.cluster.data if self.cluster else self.places.postgres
        return end_leftovers(self.places.token, postgres, self.places.valkey)

    def start(self) -> None:
        """Create what is missing and start what is embedded."""
        if self.cache is not None:
            self.cache.start()
        if self.cluster is not None:
            self.cluster.create()
            self.cluster.start()

    def stop(self) -> None:
        """Stop what was started: Valkey, then PostgreSQL."""
        if self.cache is not None:
            self.cache.stop()
        if self.cluster is not None:
            self.cluster.stop()

    def environment(self) -> dict[str, str]:
        """Our environment with everything that the settings require; what is set already stays."""
        env = {
            "SECRET_KEY": secret_key(self.places),
            "HTTPS_ONLY": "0",
            "DJANGO_SETTINGS_MODULE": "governance.settings.site",
            "PYTHONUNBUFFERED": "1",
            # Threads that each keep a heap of their own cost a web process some thirty megabytes.
            "MALLOC_ARENA_MAX": "2",
            # Thresholds that stay where they are: memory of a large page goes back to the system (ten megabytes).
            "MALLOC_TRIM_THRESHOLD_": "131072",
            "MALLOC_MMAP_THRESHOLD_": "131072",
            # Code without the columns of each instruction, a megabyte: a traceback tells lines, as logs need them.
            "PYTHONNODEBUGRANGES": "1",
            **os.environ,
            "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        }
        if self.cluster is not None:
            env["DATABASE_URL"] = self.cluster.url
        if self.cache is not None:
            env["REDIS_URL"] = self.cache.url
        return env


def secret_key(places: Places) -> str:
    """This checkout's own key, made once and readable by its owner only."""
    path = places.run / "secret_key"
    if not path.exists():
        partial = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(50))
        partial.replace(path)
    return path.read_text()


def is_held(path: Path) -> bool:
    """Whether another launcher holds this lock."""
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def gate(places: Places) -> Iterator[None]:
    """Servers of these places are started by one launcher at a time."""
    with (places.run / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def owner_lock(places: Places) -> Path:
    """Held, and filled with its port, by the demo while it runs."""
    return places.run / "demo.lock"


def borrowers_lock(places: Places) -> Path:
    """Held, shared, by every single command while it runs."""
    return places.run / "borrowers.lock"


@contextmanager
def borrowed(servers: Servers) -> Iterator[None]:
    """The servers for the length of one command: those that run already, else started and stopped here.

    Whoever started them waits until the last borrower is done.
    """
    with borrowers_lock(servers.places).open("a") as lock:
        with gate(servers.places):
            ours = not is_held(owner_lock(servers.places)) and not is_held(borrowers_lock(servers.places))
            if ours:
                servers.clear_leftovers()
                servers.start()
            fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield
        finally:
            if ours:
                fcntl.flock(lock, fcntl.LOCK_EX)
                servers.stop()
