"""What the demo needs of Django, in one process of its own: tables, static files, the demo city.

It prints `SERVE` when pages can be served and people can sign in; the city's history follows meanwhile.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from launch.places import ROOT, demo_places
from launch.prepare import digest, is_stamped, libraries_digest, say, write_stamp

SERVE = "[serve]"
WITHOUT_PAGES = frozenset({"benchmarks", "launch", "tests"})


def static_digest() -> str:
    """What the collected static files are made from: our own, the browser libraries, the installed packages, and the
    pages and modules whose words say what is drawn from the libraries.
    """
    rooms = (path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in WITHOUT_PAGES)
    words = [*(ROOT / "templates").rglob("*.html"), *(file for room in rooms for file in room.rglob("*.py"))]
    sources = sorted([*(ROOT / "static").rglob("*"), *words])
    installed = (ROOT / "requirements" / "runtime.txt").read_bytes()
    return digest([libraries_digest().encode(), *_facts(sources), installed])


def _facts(files: list[Path]) -> Iterator[bytes]:
    for file in files:
        if file.is_file():
            found = file.stat()
            yield f"{file.relative_to(ROOT)} {found.st_size} {found.st_mtime_ns}".encode()


def static_stamp() -> Path:
    """Lies beside the collected files and goes with them."""
    return Path(os.environ.get("STATIC_ROOT") or demo_places().home / "static") / ".stamp"


def finished_stamp() -> Path:
    """Left when all steps were done once."""
    return demo_places().run / "finished"


def finished_digest(database_url: str) -> str:
    """What the steps were done for: this database, these static files and migrations."""
    migrations = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("governance/*/migrations/*.py")]
    return digest([database_url.encode(), static_digest().encode(), *_facts(sorted(migrations))])


def is_finished(database_url: str) -> bool:
    """Whether an earlier start did all steps, so that pages can be served while they are looked at again."""
    return is_stamped(finished_stamp(), finished_digest(database_url)) and is_stamped(
        static_stamp(), static_digest()
    )


def main() -> None:
    """Do what is not done yet; each step is safe to repeat and to kill."""
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    migrate(call_command)
    collect(call_command)
    has_city = build(call_command, "base")
    print(SERVE, flush=True)
    if has_city:
        call_command("demo_accounts")
        build(call_command, "history")
    write_stamp(finished_stamp(), finished_digest(os.environ["DATABASE_URL"]))


def migrate(call_command: Callable[..., Any]) -> None:
    """Migrate when something is not applied; looking is ten times cheaper than migrating nothing."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def collect(call_command: Callable[..., Any]) -> None:
    """Collect static files when a source changed."""
    value = static_digest()
    if is_stamped(static_stamp(), value):
        return
    say("collecting static files")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    write_stamp(static_stamp(), value)


def build(call_command: Callable[..., Any], stage: str) -> bool:
    """Build one stage of the demo city; False when the database holds a real territory instead."""
    try:
        call_command("build_demo", stage=stage, skip_if_built=True)
    except SystemExit as end:
        if end.code:
            raise
        return False
    return True


if __name__ == "__main__":
    main()
