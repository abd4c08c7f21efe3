"""Imports grids with their polygons from a file of a geographic information system."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.clock import now
from grids.coordinates import CoordSystem
from grids.importing import import_grids
from grids.importing.features import FIELDS
from grids.importing.grids import OVERLAP_M2
from grids.importing.progress import Bar, name_map


class Command(BaseCommand):
    help = (
        "Add and change grids from FILE: GeoJSON, zipped Shapefile (.zip), GeoPackage (.gpkg) or KML, with "
        "code, name, kind and household_count. All or nothing; a changed outline keeps its former state."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--coord-system", choices=[item.value for item in CoordSystem], default=CoordSystem.WGS84.value
        )
        parser.add_argument(
            "--tolerance", type=float, default=OVERLAP_M2, help="square metres that two grids may share"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FACT=NAME",
            help=f"the property that holds a fact ({', '.join(FIELDS)}), such as name=WGMC; may be repeated",
        )
        parser.add_argument("--layer", default="", help="which layer of a file with several")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        bar = Bar(self.stderr, "grids")
        report = import_grids(
            file,
            coord_system=CoordSystem(options["coord_system"]),
            tolerance_m2=options["tolerance"],
            names=name_map(options["map"], FIELDS),
            layer=options["layer"],
            by=Actor(role=SYSTEM, client="import"),
            at=now(),
            dry_run=dry_run,
            say=bar.show,
        )
        bar.close()
        text = "\n".join(report.lines("Grids"))
        if report.faults:
            raise CommandError(text)
        self.stdout.write(text)
