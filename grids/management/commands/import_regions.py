"""Imports the division tree of a city from a CSV file."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.clock import now
from grids.importing import import_regions


class Command(BaseCommand):
    help = (
        "Add and rename regions from FILE.csv (code,name,level,parent; optionally urban_rural_class, name_en). "
        "All or nothing; every new name is kept in the journal with the old one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--root", default="", help="take only what lies inside this code")
        parser.add_argument(
            "--effective",
            type=date.fromisoformat,
            metavar="DATE",
            help="the first day of what is new, YYYY-MM-DD; today when left out",
        )
        parser.add_argument(
            "--end-missing",
            action="store_true",
            help="end the regions that the file does not name; refused while something hangs on one of them",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, file: Path, root: str, dry_run: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        report = import_regions(
            file,
            root=root,
            effective=options["effective"],
            end_missing=options["end_missing"],
            by=Actor(role=SYSTEM, client="import"),
            at=now(),
            dry_run=dry_run,
        )
        text = "\n".join(report.lines("Regions"))
        if report.faults:
            raise CommandError(text)
        self.stdout.write(text)
