"""The supervisor: output of children, restarts with back-off, one-time children, the end."""

import os
import sys

import pytest

from launch.__main__ import read_port
from launch.places import LaunchError, Places
from launch.processes import is_alive
from launch.supervise import LONGEST_PAUSE_SECONDS, STEADY_SECONDS, Child, Supervisor
from tests.faults.processes import wait_for


class NoServers:
    """Stands where everything is external."""

    cache = cluster = None

    def __init__(self, places):
        self.places = places

    def stop(self):
        """Nothing was started."""


@pytest.fixture
def supervisor(tmp_path):
    places = Places(tmp_path)
    places.create()
    supervisor = Supervisor(NoServers(places), dict(os.environ))
    yield supervisor
    supervisor.stop()
    for log in supervisor.log._files.values():
        log.close()
    supervisor._selector.close()


def python(code):
    return [sys.executable, "-c", code]


def test_lines_carry_the_name_of_their_process(supervisor, capfdbinary):
    code = supervisor.finish(
        supervisor.add(Child("demo", python("print('工单'); print('x' * 70000)"), is_forever=False))
    )
    assert code == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[0] == "demo   │ 工单"
    assert len(lines) == 2
    assert "工单" in (supervisor.servers.places.logs / "demo.log").read_text()


def test_exit_code_of_a_child_that_ends(supervisor):
    assert (
        supervisor.finish(supervisor.add(Child("demo", python("raise SystemExit(3)"), is_forever=False))) == 3
    )


def test_ended_child_is_started_again(supervisor):
    child = supervisor.add(Child("web", python("import time; time.sleep(60)")))
    first = child.process.pid
    child.process.kill()

    def is_new():
        supervisor.turn(0.05)
        return child.process is not None and child.process.pid != first

    wait_for(is_new)


def test_pauses_double_up_to_a_limit_and_a_steady_life_forgives():
    child = Child("web", [])
    assert [child.note_end(1.0) for _ in range(7)] == [
        1,
        2,
        4,
        8,
        16,
        LONGEST_PAUSE_SECONDS,
        LONGEST_PAUSE_SECONDS,
    ]
    assert child.note_end(child.started_at + STEADY_SECONDS + 1) == 1


def test_grandchildren_end_with_their_parent(supervisor):
    code = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True)"
    child = Child("web", python(code), is_forever=False)
    supervisor.finish(supervisor.add(child))
    pid = int((supervisor.servers.places.logs / "web.log").read_text())
    wait_for(lambda: not is_alive(pid))


def test_port_is_read_or_refused():
    assert read_port([]) == 8000
    assert read_port(["--port", "8123"]) == read_port(["--port=8123"]) == 8123
    for wrong in (["--port"], ["--port", "x"], ["--port", "0"], ["--port", "70000"], ["--host", "1"]):
        with pytest.raises(LaunchError, match="Not understood"):
            read_port(wrong)
