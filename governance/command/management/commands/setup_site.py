"""Everything a site's database needs before it serves: tables, calendars, catalogue, sources, rule values."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, seed the working calendars and load the shipped catalogue; safe to run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        call_command("seed_calendars")
        call_command("load_catalogue")
