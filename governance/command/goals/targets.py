"""Target values: rows with the day from which they hold; the shipped value stands where nobody has set one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.command.goals.measures import BY_KEY
from governance.command.models import GoalTarget
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, NotFound, StaleVersion, Text, Unprocessable
from supervision.rules import must_set_values

SHIPPED: Final = Path(__file__).with_name("targets.json")
LONGEST_REASON: Final = 200


@cache
def shipped() -> Mapping[str, Decimal]:
    """The values that come with the platform, in percent."""
    found = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return {key: Decimal(value) for key, value in found.items()}


def in_force(rows: Iterable[GoalTarget], on: date) -> GoalTarget | None:
    """The newest that has begun; of several for one day the one that was entered last."""
    begun = [row for row in rows if row.valid_from <= on]
    return max(begun, key=lambda row: (row.valid_from, row.pk), default=None)


def targets_on(day: date) -> dict[str, Decimal]:
    """The target of every measure on that day: one statement."""
    found = dict(shipped())
    rows = GoalTarget.objects.filter(valid_from__lte=day, measure__in=BY_KEY).order_by("valid_from", "pk")
    found.update(rows.values_list("measure", "value"))
    return found


@dataclass(frozen=True, kw_only=True)
class NewTarget:
    """What shall hold from which day on, and why. `last_id`: the newest entry that the writer has seen, 0 for none."""

    measure: str
    value: Decimal
    starts_on: date
    reason: str
    last_id: int | None = None

    def faults(self, today: date) -> dict[str, list[Text]]:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not Decimal(0) < self.value <= Decimal(100):
            found["value"] = [pgettext_lazy("goal", "A target lies above 0 and at most at 100 percent")]
        if self.starts_on < today:
            found["starts_on"] = [
                pgettext_lazy("goal", "Days that are over keep their target: choose today or later")
            ]
        if not 0 < len(self.reason.strip()) <= LONGEST_REASON:
            found["reason"] = [pgettext_lazy("goal", "Give the reason, in at most 200 characters")]
        return found


@transaction.atomic
def set_target(wanted: NewTarget, *, by: Actor, at: datetime) -> GoalTarget:
    """Add a target for the whole city. Raises NotFound, Forbidden, Unprocessable, StaleVersion, Conflict."""
    if wanted.measure not in BY_KEY:
        raise NotFound()
    must_set_values(by)
    if faults := wanted.faults(local(at).date()):
        raise Unprocessable(fields=faults)
    with connection.cursor() as cursor:  # one writer at a time; readers are not held up
        cursor.execute(f"LOCK TABLE {GoalTarget._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    last = GoalTarget.objects.filter(measure=wanted.measure).order_by("pk").last()
    if wanted.last_id is not None and wanted.last_id != (last.pk if last else 0):
        raise StaleVersion(
            pgettext_lazy("goal", "Somebody else has entered a target in the meantime; nothing was stored")
        )
    before = targets_on(wanted.starts_on)[wanted.measure]
    if before == wanted.value:
        raise Conflict(pgettext_lazy("goal", "This is the target of that day already"), code="unchanged")
    row = GoalTarget.objects.create(
        measure=wanted.measure,
        value=wanted.value,
        valid_from=wanted.starts_on,
        reason=wanted.reason.strip(),
        made_by=by.user,
        made_at=at,
    )
    journal.record(
        "goal.target.set",
        by=by,
        obj=row,
        at=at,
        before={"value": str(before)},
        after={"value": str(wanted.value)},
        details={"measure": wanted.measure, "from": str(wanted.starts_on), "reason": row.reason},
    )
    return row
