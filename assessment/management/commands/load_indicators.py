"""`manage.py load_indicators FILE --since DAY`: new indicators and new versions from a file."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessment.loading import load
from governance.foundation.errors import Invalid


class Command(BaseCommand):
    help = "Takes definitions in; a definition that differs becomes the next version from that day on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--since", type=date.fromisoformat, required=True, help="the first day, 2026-12-01"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = load(options["file"], since=options["since"])
        except Invalid as error:
            faults = [str(text) for texts in error.fields.values() for text in texts]
            raise CommandError("\n".join([str(error.detail), *faults])) from error
        self.stdout.write(f"{len(changed)}: {', '.join(changed)}" if changed else "nothing new")
