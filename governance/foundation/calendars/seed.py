"""Fills the calendar tables: the standard calendars, and the statutory days of a range of years.

Safe to run any number of times. What a person entered or changed stays; rows that seeding wrote before follow
the library, so a provisional year becomes right when its announcement is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from governance.foundation.models import CalendarDay, CalendarYear, WorkCalendar

from .calendar import SHANGHAI
from .frames import write_week
from .standard import STANDARD
from .statutory import StatutoryYear, statutory_year
from .store import forget_calendars

FIRST_SEEDED_YEAR = 2020
CONFIRMED_BY = "holidays"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a run did; `unconfirmed` are the years of the range whose announcement is not known."""

    calendars: int
    added: int
    changed: int
    removed: int
    unconfirmed: tuple[int, ...]


@transaction.atomic
def seed(*, at: datetime, years: Iterable[int] | None = None) -> Seeded:
    """Seeds the standard calendars and `years` (by default 2020 up to the year after `at`)."""
    wanted = [statutory_year(year) for year in sorted(set(years or default_years(at)))]
    calendars = _seed_calendars()
    known = set(CalendarYear.objects.confirmed().values_list("year", flat=True))
    added = changed = removed = 0
    for statutory in wanted:
        counts = _seed_days(statutory, at)
        added, changed, removed = added + counts[0], changed + counts[1], removed + counts[2]
        if statutory.year not in known:
            _seed_year(statutory, at)
    transaction.on_commit(forget_calendars)
    unconfirmed = tuple(s.year for s in wanted if not s.is_announced and s.year not in known)
    return Seeded(calendars, added, changed, removed, unconfirmed)


def default_years(at: datetime) -> range:
    """2020 up to and including the year after the local year of `at`."""
    return range(FIRST_SEEDED_YEAR, at.astimezone(SHANGHAI).year + 2)


def _seed_calendars() -> int:
    """Adds the standard calendars that are missing; an existing one is never changed."""
    present = set(WorkCalendar.objects.values_list("code", flat=True))
    has_default = WorkCalendar.objects.filter(is_default=True).exists()
    rows = [
        WorkCalendar(
            code=spec.code,
            name=spec.name,
            name_en=spec.name_en,
            is_always_open=spec.is_always_open,
            follows_statutory=spec.follows_statutory,
            frames={} if spec.is_always_open else write_week(spec.week),
            is_default=spec.is_default and not has_default,
        )
        for spec in STANDARD
        if spec.code not in present
    ]
    return len(WorkCalendar.objects.bulk_create(rows))


def _seed_days(statutory: StatutoryYear, at: datetime) -> tuple[int, int, int]:
    """Rows added, changed and removed, so that the seeded days of one year are those of the library."""
    rows = CalendarDay.objects.filter(calendar=None, date__year=statutory.year).select_for_update()
    present = {row.date: row for row in rows}
    added, changed = [], []
    for day, special in statutory.days.items():
        facts = {"kind": special.kind.value, "name": special.name, "name_en": special.name_en}
        row = present.pop(day, None)
        if row is None:
            added.append(CalendarDay(date=day, origin=CalendarDay.Origin.SEED, **facts))
        elif row.origin == CalendarDay.Origin.SEED and any(getattr(row, k) != v for k, v in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            row.updated_at = at
            changed.append(row)
    gone = [row.pk for row in present.values() if row.origin == CalendarDay.Origin.SEED]
    CalendarDay.objects.bulk_create(added)
    CalendarDay.objects.bulk_update(changed, ["kind", "name", "name_en", "updated_at"])
    if gone:
        CalendarDay.objects.filter(pk__in=gone).delete()
    return len(added), len(changed), len(gone)


def _seed_year(statutory: StatutoryYear, at: datetime) -> None:
    """Marks an announced year as confirmed; a year that is not announced gets a row that says so."""
    confirmed = {"confirmed_at": at, "confirmed_by": CONFIRMED_BY} if statutory.is_announced else {}
    CalendarYear.objects.update_or_create(year=statutory.year, defaults=confirmed)
