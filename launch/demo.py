"""`./run`: the whole platform with its demo city, on this machine only, until Ctrl-C."""

import fcntl
import socket
import sys
import time
import urllib.error
import urllib.request
from typing import IO, NoReturn

from launch.places import LaunchError, demo_places
from launch.processes import MARK
from launch.servers import Servers, borrowers_lock, gate, is_held, owner_lock
from launch.steps import SERVE, is_finished
from launch.supervise import Child, Stopped, Supervisor, stop_on_signals

HOST = "127.0.0.1"
FIRST_PAGE_SECONDS = 120.0


def web_command(port: int) -> list[str]:
    """Two processes, and a line for each request."""
    return [
        *(sys.executable, "-m", "governance.serving", "--host", HOST, "--port", str(port)),
        *("--workers", "2", "--respawn-failed-workers"),
        *("--access-log", "--access-log-fmt", '%(addr)s "%(method)s %(path)s" %(status)d %(dt_ms).0f ms'),
    ]


def worker_command() -> list[str]:
    """A Celery worker with two processes."""
    options = ("--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle")
    return [sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "governance", "worker", *options]


def beat_command(timetable: str) -> list[str]:
    """Celery's beat; no pid file, since a stale one would stop the next start."""
    return [
        *(sys.executable, "-m", "celery", "-q", "-A", "governance", "beat"),
        *("--loglevel", "INFO", "--pidfile=", "--schedule", timetable),
    ]


def run_demo(port: int) -> int:
    """Serve the demo city; the exit code. Raises LaunchError with what to do."""
    servers = Servers(demo_places())
    with owner_lock(servers.places).open("a+") as lock:
        stop_on_signals()
        env = {"PUBLIC_URL": f"http://{HOST}:{port}", **servers.environment(), MARK: servers.places.token}
        supervisor = Supervisor(servers, env)
        try:
            with gate(servers.places):
                _claim(servers, lock, port)
                servers.start()
            _serve(supervisor, port)
        except Stopped:
            supervisor.log.say("stopping")
            return 0
        finally:
            supervisor.stop()


def _claim(servers: Servers, lock: IO[str], port: int) -> None:
    """Become this checkout's only demo, end what an earlier one left, and see that the port is free."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise LaunchError(f"This checkout runs already at http://{HOST}:{lock.read().strip()}/") from None
    if is_held(borrowers_lock(servers.places)):
        raise LaunchError("A command of this checkout still runs (./run <command>); wait for its end.")
    lock.truncate(0)
    lock.write(str(port))
    lock.flush()
    if servers.clear_leftovers():
        print("· ended what an earlier run left behind", flush=True)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise LaunchError(f"Port {port} is taken. Choose another: ./run --port {port + 1}") from None


def _serve(supervisor: Supervisor, port: int) -> NoReturn:
    """Web as soon as there is something to serve; worker and beat once the history is written."""
    servers = supervisor.servers
    began = time.monotonic()
    command = [sys.executable, "-m", "launch.steps"]
    steps = supervisor.add(Child("setup", command, is_forever=False, milestone=SERVE))
    if not is_finished(supervisor.env["DATABASE_URL"]) and not supervisor.reach(steps):
        raise LaunchError("The database, the static files or the demo city could not be set up; see above.")
    supervisor.add(Child("web", web_command(port), patience=8))
    _wait_for_page(supervisor, port)
    address = f"http://{HOST}:{port}/"
    supervisor.log.say(f"{address} answers after {time.monotonic() - began:.1f} s")
    if supervisor.finish(steps) != 0:
        raise LaunchError("The demo city could not be built; see above.")
    supervisor.add(Child("worker", worker_command(), patience=6))
    supervisor.add(Child("beat", beat_command(str(servers.places.run / "timetable"))))
    supervisor.log.say(f"ready: {address}   (Ctrl-C stops everything)")
    supervisor.forever()


def _wait_for_page(supervisor: Supervisor, port: int) -> None:
    end = time.monotonic() + FIRST_PAGE_SECONDS
    while time.monotonic() < end:
        supervisor.turn(0.1)
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz/", timeout=10) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            continue
    raise LaunchError("The web server does not answer; its log is above.")
