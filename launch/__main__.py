"""`./run [demo|test|bench|<manage.py command>] [arguments]`."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from launch.places import ROOT, LaunchError, Places, demo_places
from launch.prepare import prepare

USAGE = """./run [demo] [--port N]     the platform with its demo city at http://127.0.0.1:8000/
./run test [pytest arguments]   lint, contracts, types and all tests
./run bench [arguments]         the benchmark table
./run <command> [arguments]     a manage.py command in this environment
"""
DEFAULT_PORT = 8000


def read_port(arguments: Sequence[str]) -> int:
    """The port of `--port N` or `--port=N`; 8000 without. Raises LaunchError on anything else."""
    words = [part for word in arguments for part in word.split("=", 1)]
    match words:
        case []:
            return DEFAULT_PORT
        case ["--port", number] if number.isascii() and number.isdigit() and 1 <= int(number) <= 65535:
            return int(number)
    raise LaunchError(f"Not understood: {' '.join(arguments)}\n{USAGE}")


def main(arguments: Sequence[str]) -> int:
    """Do what was asked; the exit code."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("demo", [])
    if verb.startswith("--port"):
        verb, rest = "demo", arguments
    if verb in {"-h", "--help"}:
        print(USAGE, end="")
        return 0
    if verb == "prepare-tests":
        prepare("test")
        return 0
    if verb == "demo":
        return demo(read_port(rest))
    if verb == "test":
        return test(rest)
    return bench(rest) if verb == "bench" else manage([verb, *rest])


def demo(port: int) -> int:
    """Serve the demo city."""
    prepare("local")
    from launch.demo import run_demo

    return run_demo(port)


def test(arguments: Sequence[str]) -> int:
    """Run the checks."""
    prepare("test")
    from launch.checks import run_tests

    return run_tests(arguments)


def bench(arguments: Sequence[str]) -> int:
    """Measure on durable servers of its own."""
    prepare("local")
    return with_servers(
        Places(demo_places().home / "bench"), [sys.executable, "-m", "benchmarks", *arguments]
    )


def manage(arguments: Sequence[str]) -> int:
    """Run a manage.py command beside the demo's servers."""
    prepare("local")
    return with_servers(demo_places(), [sys.executable, str(ROOT / "manage.py"), *arguments])


def with_servers(places: Places, command: Sequence[str]) -> int:
    """Run one command with the servers up; its exit code. Ctrl-C is the command's own affair."""
    from launch.servers import Servers, borrowed

    servers = Servers(places)
    with borrowed(servers):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        command_process = subprocess.Popen(command, env=servers.environment(), preexec_fn=_take_interrupts)
        signal.signal(signal.SIGTERM, lambda *_: command_process.terminate())
        code = command_process.wait()
    return code if code >= 0 else 128 - code


def _take_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    if os.getuid() == 0:
        os.umask(0o022)  # the database server runs as another user and must be able to enter
    try:
        sys.exit(main(sys.argv[1:]))
    except LaunchError as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)
    except PermissionError as error:
        print(f"\n{error}\nThis folder was used by another user before; run as that user.", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
