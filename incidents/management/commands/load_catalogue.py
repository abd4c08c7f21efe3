"""Load the matter catalogue, the sources and the rule values."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from incidents.loading import load_all, load_catalogue


class Command(BaseCommand):
    help = "Load the shipped catalogue, or FILE as a new edition valid from now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--name", default="事项目录")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] is None:
            load_all(at=datetime(2020, 1, 1, tzinfo=UTC))
            return
        try:
            version = load_catalogue(options["file"], name=options["name"], at=now())
        except (Invalid, OSError, UnicodeDecodeError, KeyError) as error:
            lines = [str(text) for texts in getattr(error, "fields", {}).values() for text in texts]
            raise CommandError("\n".join(lines) or str(error)) from error
        self.stdout.write(f"Edition {version.number}: {version.categories.count()} categories.")
