"""Entering a rule value: from a day on, with a reason. Rows are only added; of several for one day the last counts."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection, transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, NotFound, StaleVersion, Text, Unprocessable
from supervision.kinds_of_value import RULES
from supervision.models import SupervisionRule
from supervision.rules import must_set_values
from supervision.values import values_at

LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class NewValue:
    """What shall hold from which day on, and why. `last_id`: the newest entry that the writer has seen, 0 for none."""

    key: str
    value: Any
    starts_on: date
    reason: str
    last_id: int | None = None


@transaction.atomic
def set_value(wanted: NewValue, *, by: Actor, at: datetime) -> SupervisionRule:
    """Add a value. What has begun already keeps the limit it began with.

    Raises NotFound (no such rule), Forbidden, Unprocessable, StaleVersion (somebody else was faster), Conflict (it is
    that value already).
    """
    if wanted.key not in RULES:
        raise NotFound()
    must_set_values(by)
    _check(wanted, at)
    with connection.cursor() as cursor:  # one writer at a time; readers are not held up
        cursor.execute(f"LOCK TABLE {SupervisionRule._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    last = SupervisionRule.objects.filter(key=wanted.key).order_by("pk").last()
    if wanted.last_id is not None and wanted.last_id != (last.pk if last else 0):
        raise StaleVersion(
            pgettext_lazy(
                "supervision", "Somebody else has entered a value in the meantime; nothing was stored"
            )
        )
    begins = _begin(wanted.starts_on, at)
    before = values_at(begins)[wanted.key]
    if before == wanted.value:
        raise Conflict(
            pgettext_lazy("supervision", "This is the value of that day already"), code="unchanged"
        )
    row = SupervisionRule.objects.create(
        key=wanted.key,
        value=wanted.value,
        valid_from=begins,
        reason=wanted.reason.strip(),
        made_by=by.user,
        made_at=at,
    )
    journal.record(
        "supervision.rule.set",
        by=by,
        obj=row,
        at=at,
        before={"value": before},
        after={"value": wanted.value},
        details={"key": wanted.key, "from": begins.isoformat(), "reason": row.reason},
    )
    return row


def _check(wanted: NewValue, at: datetime) -> None:
    found: dict[str, list[Text]] = {}
    if not RULES[wanted.key].shape.accepts(wanted.value):
        found["value"] = [pgettext_lazy("supervision", "This value is not possible")]
    if wanted.starts_on < local(at).date():
        found["starts_on"] = [
            pgettext_lazy("supervision", "Days that are over keep their value: choose today or later")
        ]
    if not 0 < len(wanted.reason.strip()) <= LONGEST_REASON:
        found["reason"] = [pgettext_lazy("supervision", "Give the reason, in at most 200 characters")]
    if found:
        raise Unprocessable(fields=found)


def _begin(day: date, at: datetime) -> datetime:
    """The beginning of that day; what begins today begins now."""
    return max(datetime.combine(day, time(0), local(at).tzinfo), at)
