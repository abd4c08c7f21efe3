"""`manage.py rebuild_indicators`: count the whole past again; what is right already stays as it is meanwhile."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from assessment.rollup import rebuild
from assessment.running import catch_up
from assessment.sources import sources
from governance.foundation.clock import now


class Command(BaseCommand):
    help = "Counts every item of the past again, in bounded batches, beside people at work."

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        for source in sources():
            rebuild(source)
        done = catch_up(at=now(), said=lambda count: self.stdout.write(f"{count:,} steps and items"))
        self.stdout.write(f"done: {done:,} steps and items in {time.monotonic() - began:.1f} s")
