"""The web server: Granian, with the site's code read once, before its processes are made.

`python -m governance.serving OPTIONS` takes Granian's options. The processes are forked from one that has read all
code and opened nothing, so they share what none of them changes. Other code is read by a new start, not by SIGHUP.
"""

import multiprocessing
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from granian.cli import cli

COMMAND: Final = (
    "governance.asgi:application",
    "--interface",
    "asginl",
    "--no-ws",
    "--workers-kill-timeout",
    "3",
)
"""Open streams are cut three seconds after the end was asked for."""


def serve(options: Sequence[str]) -> None:
    """Serve until asked to end; does not return."""
    # A process with one thread is what may be forked: the library of matrices would start more.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    multiprocessing.set_start_method("fork")
    import_module("governance.asgi")
    cli([*COMMAND, *options], auto_envvar_prefix="GRANIAN")


if __name__ == "__main__":
    serve(sys.argv[1:])
