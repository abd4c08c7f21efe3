"""Imports residents from an XLSX or CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.clock import now
from registers.importing import import_residents


class Command(BaseCommand):
    help = "Add residents and their households from FILE (building, door, name; see docs/import.md). All or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        report = import_residents(
            file,
            by=Actor(role=SYSTEM, client="import"),
            at=now(),
            dry_run=dry_run,
        )
        text = "\n".join(report.lines("Residents"))
        if report.faults:
            raise CommandError(text)
        self.stdout.write(text)
