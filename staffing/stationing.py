"""The days of stationed staff: recorded by those who keep the community, one or a row of working days at once."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import NotFound
from staffing.models import StationedDay, Stationing
from staffing.queries.presence import workdays
from staffing.rules import keeping_role, refuse

MOST_DAYS: Final = 93


@transaction.atomic
def add_days(
    stationing_id: int, *, first: date, last: date | None, deed: str, by: Actor, at: datetime
) -> int:
    """The person was there on `first`, or on the working days from `first` to `last`; gives how many are new.

    A day that is on record already takes the deed. Raises NotFound, Forbidden, Unprocessable.
    """
    row = _locked(stationing_id)
    actor = by.acting_as(keeping_role(by, row.region.path))
    end = last or first
    if end < first:
        raise refuse("last", _("The last day is before the first one"))
    if end > local(at).date():
        raise refuse("last" if last else "first", _("This day has not come yet"))
    if first < row.starts_on or (row.ends_on is not None and end > row.ends_on):
        raise refuse("first", _("The person is not stationed there on these days"))
    if (end - first).days >= MOST_DAYS:
        raise refuse("last", _("At most %(days)s days at once") % {"days": MOST_DAYS})
    days = [first] if last is None else workdays(first, end)
    if not days:
        raise refuse("last", _("There is no working day between these days"))
    made = 0
    for day in days:
        item, is_new = StationedDay.objects.get_or_create(
            stationing=row, on=day, defaults={"deed": deed.strip()}
        )
        if not is_new and deed.strip():
            item.deed = deed.strip()
            item.save(update_fields=["deed"])
        made += is_new
    journal.record(
        "stationing.days",
        by=actor,
        obj=row,
        at=at,
        details={
            "first": str(days[0]),
            "last": str(days[-1]),
            "days": len(days),
            "new": made,
            "deed": deed.strip(),
        },
    )
    return made


@transaction.atomic
def remove_day(day_id: int, *, by: Actor, at: datetime) -> None:
    """A day was recorded by mistake. Raises NotFound, Forbidden."""
    day = StationedDay.objects.select_for_update().filter(pk=day_id).first()
    if day is None:
        raise NotFound()
    row = _locked(day.stationing_id)
    actor = by.acting_as(keeping_role(by, row.region.path))
    journal.record(
        "stationing.remove_day", by=actor, obj=row, at=at, before={"on": str(day.on), "deed": day.deed}
    )
    day.delete()


def _locked(stationing_id: int) -> Stationing:
    rows = Stationing.objects.select_for_update(of=("self",)).select_related("region")
    row = rows.filter(pk=stationing_id).first()
    if row is None:
        raise NotFound()
    return row
