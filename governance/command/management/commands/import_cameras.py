"""Takes in the cameras of another system from a CSV file, as links on the map."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.command.map.cameras import take_in, words_of
from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from grids.coordinates import CoordSystem


class Command(BaseCommand):
    help = "Take in FILE (code,name,lon,lat,url). May be run again: a code stands for one camera."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--datum", choices=[str(item) for item in CoordSystem], default=str(CoordSystem.WGS84)
        )
        parser.add_argument(
            "--whole", action="store_true", help="switch off cameras that are not in the file"
        )

    def handle(self, *args: Any, file: Path, datum: str, whole: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        try:
            report = take_in(
                file, by=Actor(role=SYSTEM, client="import"), at=now(), datum=datum, is_whole=whole
            )
        except Invalid as invalid:
            raise CommandError(str(invalid)) from invalid
        self.stdout.write("\n".join(words_of(report)))
