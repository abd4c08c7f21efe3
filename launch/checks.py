"""`./run test`: lint, contracts and types beside each other, then the tests, whose last line comes last."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from launch.places import ROOT, demo_places
from launch.prepare import say

STAGES: Mapping[str, Sequence[str]] = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "contracts": ("lint-imports", "--no-logo"),
    "types": ("mypy",),
}
TEST_PROCESSES = 2


def environment() -> dict[str, str]:
    """Settings for tests, and the virtual environment's programs first."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "governance.settings.testing",
        "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def run_tests(arguments: Sequence[str]) -> int:
    """Everything; with arguments only pytest with those. 0 when every stage passed."""
    demo_places().create()
    failed = [] if arguments else run_stages()
    if failed:
        say(f"FAILED before the tests: {', '.join(failed)}")
    options = list(arguments) or [
        "-q",
        "-n",
        str(TEST_PROCESSES),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
    ]
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", *options], env=environment(), cwd=ROOT, check=False
    )
    return tests.returncode or (1 if failed else 0)


def run_stages() -> list[str]:
    """Run the static stages beside each other and print each one's words; the names of those that failed."""
    env = environment()
    running = {
        name: subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for name, command in STAGES.items()
    }
    failed = []
    for name, process in running.items():
        output, _ = process.communicate()
        if process.returncode:
            failed.append(name)
            sys.stdout.write(output.decode(errors="replace"))
        say(f"{name}: {'FAILED' if process.returncode else 'ok'}")
    return failed
