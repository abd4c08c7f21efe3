"""Child processes that never outlive their launcher, and the ones an earlier, killed launcher left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

MARK = "GOVERNANCE_LAUNCHER"
PR_SET_PDEATHSIG = 1


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """A hook for the child: the kernel sends it `death_signal` when the launcher's thread ends (Linux)."""
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def hook() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return hook


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    output: int | IO[bytes],
    cwd: Path,
    death_signal: signal.Signals = signal.SIGTERM,
    user: tuple[int, int] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in a session of its own, so that Ctrl-C reaches only the launcher. Main thread only."""
    uid, gid = user or (None, None)
    return subprocess.Popen(
        command,
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(death_signal),  # safe: the launcher has one thread
        user=uid,
        group=gid,
        extra_groups=None if user is None else [],
    )


def signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send a signal to the child's whole session; silence when it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def stop(process: "subprocess.Popen[bytes]", number: signal.Signals, patience: float) -> None:
    """Ask with `number`, wait `patience` seconds, then end whatever is left of its session."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    signal_group(process, signal.SIGKILL)
    process.wait()


def processes() -> Iterator[int]:
    """All process ids but our own (empty where there is no /proc)."""
    for entry in Path("/proc").glob("[0-9]*"):
        if int(entry.name) != os.getpid():
            yield int(entry.name)


def has_mark(pid: int, mark: str) -> bool:
    """Whether the process was started with our mark in its environment."""
    try:
        return f"{MARK}={mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def works_in(pid: int, folder: Path) -> bool:
    """Whether its working folder is `folder`: how servers that overwrite their environment are known."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def end_all(pids: Iterable[int], number: signal.Signals, patience: float) -> None:
    """Send `number` to each, then SIGKILL to those alive after `patience` seconds."""
    alive = list(pids)
    for pid in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    end = time.monotonic() + patience
    while alive and time.monotonic() < end:
        time.sleep(0.05)
        alive = [pid for pid in alive if is_alive(pid)]
    for pid in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def end_leftovers(mark: str, postgres: Path, valkey: Path) -> int:
    """End what a killed launcher of this checkout left running; its number.

    Servers are asked to stop cleanly. PostgreSQL's children end by themselves once the postmaster is gone, and
    are ended when they do not.
    """
    marked = [pid for pid in processes() if has_mark(pid, mark) and not works_in(pid, postgres)]
    end_all(marked, signal.SIGTERM, 5)
    caches = [pid for pid in processes() if works_in(pid, valkey)]
    end_all(caches, signal.SIGTERM, 5)
    servers = [pid for pid in processes() if works_in(pid, postgres)]
    if postmaster := postmaster_pid(postgres):
        end_all([pid for pid in servers if pid == postmaster], signal.SIGINT, 15)
    end_all([pid for pid in processes() if works_in(pid, postgres)], signal.SIGQUIT, 5)
    return len(marked) + len(caches) + len(servers)


def postmaster_pid(data: Path) -> int | None:
    """What the data folder's own lock file says, true or stale."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
