"""Makes an API client, or gives a known one a new key. The key is printed once and never again."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date
from django.utils.timezone import get_default_timezone

from governance.accounts.actors import SYSTEM_ACTOR
from governance.exchange.clients import issue
from governance.foundation.clock import now
from governance.foundation.errors import Invalid


class Command(BaseCommand):
    help = "Issue an API key: issue_api_key hotline --name '12345' --sources hotline --sources police"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="short name of the client, such as hotline")
        parser.add_argument("--name", default="", help="how people know it")
        parser.add_argument("--sources", action="append", default=[], help="a source it reports for; repeat")
        parser.add_argument("--expires", default="", help="the first day without access, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = issue(
                options["code"],
                by=SYSTEM_ACTOR,
                at=now(),
                name=options["name"],
                sources=options["sources"],
                expires_at=_midnight(options["expires"]),
            )
        except Invalid as error:
            faults = "; ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in error.fields.items())
            raise CommandError(faults) from error
        self.stderr.write("Keep this key now: only its hash is stored, and an earlier key has ended.")
        self.stdout.write(key)


def _midnight(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"--expires must be YYYY-MM-DD, not {text!r}")
    return datetime(day.year, day.month, day.day, tzinfo=get_default_timezone())
