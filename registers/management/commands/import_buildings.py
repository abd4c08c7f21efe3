"""Imports buildings from an XLSX or CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.clock import now
from grids.coordinates import CoordSystem
from registers.importing import import_buildings


class Command(BaseCommand):
    help = "Add and change buildings from FILE (code, name, lon, lat; see docs/import.md). All or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--coord-system", choices=[item.value for item in CoordSystem], default=CoordSystem.WGS84.value
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        report = import_buildings(
            file,
            coord_system=CoordSystem(options["coord_system"]),
            by=Actor(role=SYSTEM, client="import"),
            at=now(),
            dry_run=dry_run,
        )
        text = "\n".join(report.lines("Buildings"))
        if report.faults:
            raise CommandError(text)
        self.stdout.write(text)
