"""Regular supervision: made by oversight, begets a task each time its day has come, each time once."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, FieldErrors, NotFound, Text, Unprocessable
from supervision.deeds.ordering import Order, order_now
from supervision.frame import LONGEST
from supervision.ground import path_of_unit
from supervision.models import RecurringSupervision
from supervision.names import GRAVE, Cause, Kind, Period
from supervision.periods import next_after
from supervision.rules import role_over
from supervision.states import TASK_TABLE

BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Routine:
    """What shall come again, for which unit, how often."""

    title: str
    demands: str
    kind: str
    unit_id: int
    every: str
    first_on: date
    ends_on: date | None = None

    def faults(self, at: datetime) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not self.title.strip():
            found["title"] = [pgettext_lazy("supervision", "Give it a title")]
        if not 0 < len(self.demands.strip()) <= LONGEST:
            found["demands"] = [
                pgettext_lazy("supervision", "Say what is demanded, in at most 2000 characters")
            ]
        if self.kind not in Kind.values or self.kind in GRAVE:
            found["kind"] = [
                pgettext_lazy("supervision", "Regular supervision begins as an urge or a supervision")
            ]
        if self.every not in Period.values:
            found["every"] = [pgettext_lazy("supervision", "Choose how often")]
        return {**found, **self._wrong_days(at)}

    def _wrong_days(self, at: datetime) -> FieldErrors:
        if self.first_on < local(at).date():
            return {"first_on": [pgettext_lazy("supervision", "The day is over already")]}
        if self.ends_on is not None and self.ends_on < self.first_on:
            return {"ends_on": [pgettext_lazy("supervision", "The last day cannot be before the first")]}
        return {}


@transaction.atomic
def make(wanted: Routine, *, by: Actor, at: datetime) -> RecurringSupervision:
    """Set up a regular supervision of a unit. Raises Forbidden, Unprocessable."""
    path = path_of_unit(wanted.unit_id)
    role = role_over(TASK_TABLE["withdraw"], by, path=path)
    if faults := wanted.faults(at):
        raise Unprocessable(fields=faults)
    assert by.user is not None
    row = RecurringSupervision.objects.create(
        title=wanted.title.strip()[:120],
        demands=wanted.demands.strip(),
        kind=wanted.kind,
        unit_id=wanted.unit_id,
        region_path=path,
        every=wanted.every,
        first_on=wanted.first_on,
        next_on=wanted.first_on,
        ends_on=wanted.ends_on,
        made_by=by.user,
    )
    journal.record("supervision.recurring.make", by=by.acting_as(role), obj=row, at=at)
    return row


@transaction.atomic
def switch(pk: int, *, is_active: bool, by: Actor, at: datetime) -> RecurringSupervision:
    """Stop it, or let it go on from its next day. Raises NotFound, Forbidden."""
    row = RecurringSupervision.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    role = role_over(TASK_TABLE["withdraw"], by, path=row.region_path)
    row.is_active = is_active
    today = local(at).date()
    if is_active and row.next_on < today:
        row.next_on = next_after(row.first_on, row.every, today)
    row.save(update_fields=["is_active", "next_on"])
    verb = "resume" if is_active else "stop"
    journal.record(f"supervision.recurring.{verb}", by=by.acting_as(role), obj=row, at=at)
    return row


def follow_days(*, at: datetime) -> int:
    """Beget what is due today, at most `BATCH`; how many tasks came of it. Safe to run twice and beside itself."""
    today, made = local(at).date(), 0
    rows = RecurringSupervision.objects.due(today).order_by("next_on", "pk")
    for pk in list(rows.values_list("pk", flat=True)[:BATCH]):
        made += _follow(pk, today, at=at)
    return made


@transaction.atomic
def _follow(pk: int, today: date, *, at: datetime) -> int:
    """One of them: days that were missed beget one task, not many."""
    rows = RecurringSupervision.objects.due(today).select_for_update(skip_locked=True)
    row = rows.filter(pk=pk).first()
    if row is None:
        return 0
    order = Order(
        kind=row.kind,
        cause=Cause.RECURRING,
        title=row.title,
        demands=row.demands,
        unit_id=row.unit_id,
        origin=f"recurring:{row.pk}:{row.next_on}",
    )
    row.next_on = next_after(row.first_on, row.every, today)
    try:
        order_now(order, by=SYSTEM_ACTOR, at=at)
    except Conflict:
        row.save(update_fields=["next_on"])
        return 0
    except Unprocessable:
        row.is_active = False  # its unit was closed: oversight sees that it has stopped
        row.save(update_fields=["next_on", "is_active"])
        return 0
    row.save(update_fields=["next_on"])
    return 1
