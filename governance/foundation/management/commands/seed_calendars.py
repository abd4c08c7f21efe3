"""Puts the standard calendars and China's statutory holidays and make-up workdays into the tables."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.foundation.calendars.seed import seed
from governance.foundation.calendars.statutory import FIRST_YEAR
from governance.foundation.clock import now

LAST_YEAR = 2100


class Command(BaseCommand):
    help = "Add the standard working calendars and the statutory days; rows entered by hand stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--years",
            nargs=2,
            type=int,
            metavar=("FROM", "TO"),
            help="inclusive; 2020 to next year by default",
        )

    def handle(self, *args: Any, years: list[int] | None, **options: Any) -> None:
        if years and not FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR:
            raise CommandError(f"--years needs two years in order, from {FIRST_YEAR} to {LAST_YEAR}")
        done = seed(at=now(), years=range(years[0], years[1] + 1) if years else None)
        self.stdout.write(
            f"{done.calendars} calendars added; days: {done.added} added, {done.changed} changed, "
            f"{done.removed} removed"
        )
        if done.unconfirmed:
            missing = ", ".join(map(str, done.unconfirmed))
            self.stdout.write(self.style.WARNING(f"not announced yet, provisional days only: {missing}"))
