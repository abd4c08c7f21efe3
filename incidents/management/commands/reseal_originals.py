"""Seal the originals of photos with the newest key of FIELD_KEYS; afterwards older keys may go from the ring."""

from typing import Any

from django.core.management.base import BaseCommand

from governance.foundation.errors import Problem
from incidents.evidence.resealing import reseal, waiting


class Command(BaseCommand):
    help = "Seal the originals of photos with the newest key; can be stopped and started again."

    def handle(self, *args: Any, **options: Any) -> None:
        after, done, broken = None, 0, 0
        while rows := waiting(after=after):
            for after in rows:
                try:
                    done += reseal(after)
                except Problem as problem:
                    broken += 1
                    self.stderr.write(f"{after}: {problem}")
        self.stdout.write(f"{done} sealed anew, {broken} could not be opened.")
