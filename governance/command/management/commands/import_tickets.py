"""Imports finished tickets of an earlier system from a CSV or XLSX file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.command.importing.mapping import read_mapping
from governance.command.importing.tickets import BATCH, import_tickets, write_failures
from governance.foundation.clock import now
from governance.foundation.errors import Invalid


class Command(BaseCommand):
    help = "Import FILE (.csv, .xlsx) by a mapping. May be killed and run again: no ticket comes twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, required=True, help="what the columns and values mean")
        parser.add_argument("--errors", type=Path, help="where refused rows go (FILE.errors.csv)")
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, file: Path, mapping: Path, dry_run: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}")
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1")
        by = Actor(role=SYSTEM, client="import")
        try:
            report = import_tickets(
                file,
                read_mapping(mapping),
                by=by,
                at=now(),
                dry_run=dry_run,
                batch=options["batch"],
                say=self.stdout.write if options["verbosity"] > 1 else lambda _text: None,
            )
        except Invalid as invalid:
            raise CommandError(str(invalid)) from invalid
        self.stdout.write("\n".join(report.lines()))
        if report.failures:
            errors = options["errors"] or Path(f"{file.name}.errors.csv")
            write_failures(errors, report.failures)
            self.stdout.write(self.style.WARNING(f"Refused rows with reasons: {errors}"))
