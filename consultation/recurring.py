"""Meetings that come again: the next one is planned some days before, on a workday, once."""

import calendar
import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultation import meetings, notices
from consultation.limits import calendar_of
from consultation.meetings import MeetingPlan, Point
from consultation.models import Meeting, MeetingSeries
from consultation.rules import role_over
from consultation.states import MEETING_TABLE, MeetingKind
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, Problem, StaleVersion, Text, Unprocessable
from grids.territory import current as territory
from incidents.catalogue import current as catalogue

logger = logging.getLogger(__name__)

WEEK, LONGEST_MONTH = 7, 31
SHORTEST, LONGEST = 15, 600
"""Minutes of a meeting."""
LONGEST_CLOSURE = 15
BATCH = 100


@dataclass(frozen=True, kw_only=True)
class SeriesPlan:
    """What comes again, and when."""

    kind: str
    title: str
    host: int
    every: str
    starts_at: time
    minutes: int
    place: str
    weekday: int | None = None
    day: int | None = None
    units: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    agenda: str = ""
    is_active: bool = True

    def must_be_sound(self) -> None:
        """Raises Unprocessable."""
        is_weekly = self.every == MeetingSeries.Every.WEEK
        checks: tuple[tuple[str, bool, Text], ...] = (
            ("kind", self.kind in MeetingKind.values, _("Choose the kind of meeting")),
            ("title", bool(self.title.strip()), _("Give it a title")),
            ("place", bool(self.place.strip()), _("Say where it takes place")),
            ("every", self.every in MeetingSeries.Every.values, _("Choose how often")),
            ("weekday", not is_weekly or 1 <= (self.weekday or 0) <= WEEK, _("Choose the weekday")),
            ("day", is_weekly or 1 <= (self.day or 0) <= LONGEST_MONTH, _("Choose the day of the month")),
            ("minutes", SHORTEST <= self.minutes <= LONGEST, _("Between 15 minutes and 10 hours")),
            ("units", bool(self.units or self.people), _("Name at least one unit or person who attends")),
        )
        if wrong := {name: [text] for name, is_sound, text in checks if not is_sound}:
            raise Unprocessable(fields=wrong)


@transaction.atomic
def keep(
    draft: SeriesPlan, *, by: Actor, at: datetime, pk: int | None = None, version: int | None = None
) -> MeetingSeries:
    """Begin or change a plan; the next meeting follows the new one. Raises NotFound, Forbidden, StaleVersion."""
    actor = by.acting_as(role_over(MEETING_TABLE["plan"], by, units=[draft.host]))
    draft.must_be_sound()
    _must_be_known(draft)
    row = MeetingSeries(host_id=draft.host) if pk is None else _locked(pk)
    if pk is not None and version is not None and row.version != version:
        raise StaleVersion(
            _("Somebody else has changed this in the meantime; nothing was stored"),
            current_version=row.version,
        )
    if row.host_id != draft.host:
        raise Unprocessable(fields={"host": [_("The host cannot change; cancel and plan anew")]})
    names = (
        "kind",
        "title",
        "every",
        "starts_at",
        "minutes",
        "place",
        "weekday",
        "day",
        "agenda",
        "is_active",
    )
    for name in names:
        setattr(row, name, getattr(draft, name))
    if draft.every == MeetingSeries.Every.WEEK:
        row.day = None
    else:
        row.weekday = None
    row.units, row.people = list(draft.units), list(draft.people)
    last = row.meetings.order_by("-series_on").values_list("series_on", flat=True).first() if pk else None
    row.next_on = following(row, max(last or date.min, local(at).date()))
    if pk is None:
        assert by.user is not None
        row.created_by = by.user
    else:
        row.version += 1
    row.save()
    journal.record("meeting_series.keep", by=actor, obj=row, at=at, details={"version": row.version})
    return row


def _must_be_known(draft: SeriesPlan) -> None:
    land = territory()
    if any(unit not in land.units for unit in draft.units):
        raise Unprocessable(fields={"units": [_("Unknown unit")]}, code="unknown_unit")
    if User.objects.filter(pk__in=draft.people, is_active=True).count() != len(set(draft.people)):
        raise Unprocessable(fields={"people": [_("This person is not known")]})


def _locked(pk: int) -> MeetingSeries:
    row = MeetingSeries.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def following(row: MeetingSeries, after: date) -> date:
    """The next day of the rhythm after a day: the 31st is the last day of a short month."""
    if row.every == MeetingSeries.Every.WEEK:
        assert row.weekday is not None
        return after + timedelta(days=(row.weekday - after.isoweekday() - 1) % WEEK + 1)
    assert row.day is not None
    year, month = after.year, after.month
    found = _in_month(year, month, row.day)
    if found <= after:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # months
        found = _in_month(year, month, row.day)
    return found


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def held_on(row: MeetingSeries, day: date) -> date:
    """The first working day from the day on; the day itself where the calendar has none for long."""
    book = load_calendar(calendar_of(row.host_id))
    for ahead in range(LONGEST_CLOSURE):
        if book.spans_on(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    return day


def plan_due(*, at: datetime, limit: int = BATCH) -> int:
    """Plan the meetings whose day comes near; a plan that cannot be followed is reported to its host."""
    horizon = local(at).date() + timedelta(days=catalogue().policy("meeting.ahead_days"))
    rows = MeetingSeries.objects.filter(is_active=True, next_on__lte=horizon).order_by("next_on", "pk")
    done = 0
    for pk in list(rows.values_list("pk", flat=True)[:limit]):
        try:
            done += _plan_next(pk, at, horizon)
        except Problem:
            logger.exception("the next meeting of series %s could not be planned", pk)
            notices.told_not_planned(MeetingSeries.objects.get(pk=pk), at)
    return done


@transaction.atomic
def _plan_next(pk: int, at: datetime, horizon: date) -> int:
    row = MeetingSeries.objects.select_for_update(skip_locked=True).filter(pk=pk, is_active=True).first()
    if row is None or row.next_on > horizon:
        return 0
    wanted = row.next_on
    row.next_on = following(row, max(wanted, local(at).date()))
    row.save(update_fields=["next_on"])
    if wanted < local(at).date() or Meeting.objects.filter(series=row, series_on=wanted).exists():
        return 0  # nobody swept for long: what is past is not planned any more
    begins = timezone.make_aware(datetime.combine(held_on(row, wanted), row.starts_at))  # made aware here
    land = territory()
    people = (
        User.objects.filter(pk__in=row.people, is_active=True).order_by("pk").values_list("pk", flat=True)
    )
    draft = MeetingPlan(
        kind=row.kind,
        title=row.title,
        host=row.host_id,
        starts_at=begins,
        ends_at=begins + timedelta(minutes=row.minutes),
        place=row.place,
        units=[unit for unit in row.units if unit in land.units],
        people=list(people),
        agenda=[Point(title=line) for line in row.agenda.splitlines() if line.strip()],
    )
    meetings.plan(draft, by=SYSTEM_ACTOR, at=at, series=row, on=wanted)
    return 1
