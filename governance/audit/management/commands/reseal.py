"""Seals everything anew with the newest key of FIELD_KEYS; can be stopped and started again at any time."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.audit import journal
from governance.foundation.clock import now
from governance.foundation.resealing import BATCH, Column, reseal_batch, sealed_columns, waiting
from governance.foundation.sealed import SealBroken, newest_key


class Command(BaseCommand):
    help = (
        "Seal personal data anew with the newest key. An old key may go once this says that nothing is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only count what is sealed with older keys"
        )
        parser.add_argument("--batch", type=int, default=BATCH, help="rows of one transaction")

    def handle(self, *args: Any, dry_run: bool, batch: int, **options: Any) -> None:
        if batch < 1:
            raise CommandError("--batch must be 1 or more")
        done: Counter[str] = Counter()
        for column in sealed_columns():
            name = column.field.context
            if dry_run:
                self.stdout.write(f"{name}: {waiting(column)} values are sealed with an older key")
                continue
            try:
                while count := self._batch(column, batch):
                    done[name] += count
            except SealBroken as broken:
                raise CommandError(
                    f"{broken.detail} ({sum(done.values())} values were resealed before)"
                ) from broken
        if not dry_run:
            left = sum(waiting(column) for column in sealed_columns())
            self.stdout.write(
                f"{sum(done.values())} values resealed with the key {newest_key()[0]}; {left} left."
            )

    @transaction.atomic
    def _batch(self, column: Column, limit: int) -> int:
        """One batch and its entry in the journal, together or not at all."""
        count = reseal_batch(column, limit=limit)
        if count:
            journal.record(
                "field.reseal",
                by=Actor(role=SYSTEM, client="system"),
                obj=ContentType.objects.get_for_model(column.model),
                at=now(),
                details={"field": column.field.context, "key": newest_key()[0], "values": count},
            )
        return count
