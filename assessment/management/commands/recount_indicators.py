"""`manage.py recount_indicators [--repair]`: compare every stored figure with a count of everything."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessment.checking import recount
from assessment.rollup import counted_months
from assessment.running import catch_up
from assessment.sources import sources
from governance.foundation.clock import now


class Command(BaseCommand):
    help = "Counts all items and sums again and says what differs; exit code 1 when something does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="count again what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        at, wrong = now(), 0
        catch_up(at=at)
        months = counted_months()
        for source in sources():
            found = recount(
                source, at=at, low=1, high=source.last_item(), months=months, repair=options["repair"]
            )
            self.stdout.write(f"{source.name}: {found.items:,} items, {len(months)} months")
            for detail in found.details:
                self.stdout.write(f"  {detail}")
            wrong += found.differing_items + found.differing_cells
        if wrong and not options["repair"]:
            raise CommandError(f"{wrong} items and sums differ")
        self.stdout.write(f"{wrong} repaired" if wrong else "nothing differs")
