"""Imports people into posts of grids from a spreadsheet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.command.posts.taking import import_people
from governance.foundation.clock import now


class Command(BaseCommand):
    help = "Fill posts from FILE.xlsx in the form of the template (People in posts); makes accounts. All or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        by = Actor(role=SYSTEM, client="import")
        report = import_people(file, by=by, at=now(), dry_run=dry_run)
        if report.faults:
            raise CommandError("\n".join(report.lines("People")))
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"{report.changed} posts {would}filled, {report.created} accounts {would}made without a password."
        )
