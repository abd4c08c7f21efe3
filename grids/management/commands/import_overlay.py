"""Imports the grids of another system, such as the police's, and suggests how they lie over ours."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.clock import now
from grids.coordinates import CoordSystem
from grids.importing.overlays import FIELDS, import_overlay
from grids.importing.progress import name_map
from grids.models import ProfessionalGrid


class Command(BaseCommand):
    help = (
        "Add and change the grids of a system from FILE: GeoJSON, zipped Shapefile (.zip), GeoPackage (.gpkg) "
        "or KML, with code, name and optionally unit (a unit's code). All or nothing; overlays are suggested."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--system", required=True, choices=ProfessionalGrid.System.values)
        parser.add_argument(
            "--coord-system", choices=[item.value for item in CoordSystem], default=CoordSystem.WGS84.value
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FACT=NAME",
            help=f"the property that holds a fact ({', '.join(FIELDS)}); may be repeated",
        )
        parser.add_argument("--layer", default="", help="which layer of a file with several")
        parser.add_argument(
            "--end-missing", action="store_true", help="end grids that the file does not name"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, file: Path, system: str, dry_run: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        report, changed = import_overlay(
            file,
            system,
            coord_system=CoordSystem(options["coord_system"]),
            names=name_map(options["map"], FIELDS),
            layer=options["layer"],
            end_missing=options["end_missing"],
            by=Actor(role=SYSTEM, client="import"),
            at=now(),
            dry_run=dry_run,
        )
        text = "\n".join(report.lines("Professional grids"))
        if report.faults:
            raise CommandError(text)
        self.stdout.write(text)
        if not dry_run:
            self.stdout.write(
                f"Overlays: {changed.created} suggested, {changed.updated} updated, "
                f"{changed.removed} withdrawn, {changed.dropped} decisions dropped."
            )
