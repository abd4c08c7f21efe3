"""Anonymises residents who moved out long enough ago."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.foundation.clock import now
from registers.retention import anonymise_moved_out


class Command(BaseCommand):
    help = "Anonymise residents who moved out before the set time. Held ones and those with open files stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many it would be")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        found = anonymise_moved_out(at=now(), by=Actor(role=SYSTEM, client="system"), dry_run=dry_run)
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"Moved out before {found.before}: {found.anonymised} {would}anonymised, "
            f"{found.held} kept for a legal reason."
        )
