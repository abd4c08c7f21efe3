"""The verbs of a meeting: plan, change, cancel, sign in, write the minutes, publish, read, do what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultation import notices
from consultation.frame import Move, facts, leave_deed, meeting
from consultation.limits import chase_at
from consultation.models import (
    ActionItem,
    AgendaItem,
    Attendee,
    Consultation,
    Meeting,
    MeetingSeries,
    MinutesRead,
    WhistleCall,
)
from consultation.rules import role_over
from consultation.states import MEETING_OPEN, MEETING_TABLE, MeetingKind, MeetingState
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.errors import (
    Forbidden,
    IllegalTransition,
    NotFound,
    StaleVersion,
    Text,
    Unprocessable,
)
from governance.foundation.numbers import next_numbers
from grids import scope as scopes
from grids.territory import current as territory
from incidents.models import Ticket

MOST, LONGEST = 100, 20_000
OLDEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point of the agenda; `reference` is the number of a ticket (WG), a call (CS) or a consultation (HS)."""

    title: str
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class MeetingPlan:
    """What is written down before."""

    kind: str
    title: str
    host: int
    starts_at: datetime
    ends_at: datetime
    place: str
    units: Sequence[int] = ()
    people: Sequence[int] = ()
    agenda: Sequence[Point] = ()

    def must_be_sound(self) -> None:
        """Raises Unprocessable with what is missing or cannot be."""
        wrong: dict[str, list[Text]] = {}
        if self.kind not in MeetingKind.values:
            wrong["kind"] = [_("Choose the kind of meeting")]
        if not self.title.strip():
            wrong["title"] = [_("Give it a title")]
        if not self.place.strip():
            wrong["place"] = [_("Say where it takes place")]
        if self.ends_at <= self.starts_at:
            wrong["ends_at"] = [_("The end comes after the beginning")]
        if not self.units and not self.people:
            wrong["units"] = [_("Name at least one unit or person who attends")]
        if len(self.units) + len(self.people) > MOST:
            wrong["units"] = [_("At most %(limit)d attendees") % {"limit": MOST}]
        if wrong:
            raise Unprocessable(fields=wrong)


@dataclass(frozen=True, kw_only=True)
class Task:
    """What was agreed: who does what by when."""

    text: str
    unit: int
    due_on: date


@transaction.atomic
def plan(
    draft: MeetingPlan,
    *,
    by: Actor,
    at: datetime,
    series: MeetingSeries | None = None,
    on: date | None = None,
) -> Meeting:
    """Plan a meeting of one's own unit. Raises Forbidden, Unprocessable."""
    verb = MEETING_TABLE["plan"]
    actor = by.acting_as(role_over(verb, by, units=[draft.host]))
    draft.must_be_sound()
    row = Meeting(
        number=next_numbers("HY", at)[0], planned_by=by.user, planned_at=at, series=series, series_on=on
    )
    _write(row, draft)
    row.save(force_insert=True)
    _expect(row, draft, by)
    leave_deed(Move(row, verb, actor, at), "", None)
    notices.told_meeting(row, "plan", at, by=by)
    return row


def change(pk: int, draft: MeetingPlan, *, by: Actor, at: datetime, version: int | None = None) -> Meeting:
    """Change the plan before the meeting; everybody is told."""
    with meeting("change", pk, by=by, at=at, version=version) as move:
        draft.must_be_sound()
        if draft.host != move.row.host_id:
            raise Unprocessable(fields={"host": [_("The host cannot change; cancel and plan anew")]})
        _write(move.row, draft)
        _expect(move.row, draft, by)
        move.afterwards.append(lambda: notices.told_meeting(move.row, "change", at, by=by))
    return move.row


def cancel(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Meeting:
    """It does not take place; everybody is told."""
    with meeting("cancel", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.afterwards.append(lambda: notices.told_meeting(move.row, "cancel", at, by=by))
    return move.row


def _write(row: Meeting, draft: MeetingPlan) -> None:
    row.kind, row.title, row.host_id = draft.kind, draft.title.strip(), draft.host
    row.starts_at, row.ends_at, row.place = draft.starts_at, draft.ends_at, draft.place.strip()


def _expect(row: Meeting, draft: MeetingPlan, by: Actor) -> None:
    """Write who is expected and what is on the agenda; whoever has signed in already stays."""
    land = territory()
    if any(unit not in land.units for unit in draft.units):
        raise Unprocessable(fields={"units": [_("Unknown unit")]}, code="unknown_unit")
    people = set(User.objects.filter(pk__in=draft.people, is_active=True).values_list("pk", flat=True))
    if people != set(draft.people):
        raise Unprocessable(fields={"people": [_("This person is not known")]})
    kept = row.attendees.all()
    kept.filter(signed_in_at=None).exclude(unit__in=draft.units).exclude(user__in=draft.people).delete()
    known = {(item.unit_id, item.user_id) for item in kept.all()}
    wanted = [(unit, None) for unit in dict.fromkeys(draft.units)]
    fresh = [*wanted, *((None, user) for user in sorted(people))]
    Attendee.objects.bulk_create(
        [
            Attendee(meeting=row, unit_id=unit, user_id=user)
            for unit, user in fresh
            if (unit, user) not in known
        ]
    )
    row.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        [_point(row, number, point, by) for number, point in enumerate(draft.agenda, 1)]
    )


def _point(row: Meeting, number: int, point: Point, by: Actor) -> AgendaItem:
    """A point with what it is about. Raises Unprocessable for what the planner cannot see."""
    item = AgendaItem(meeting=row, position=number, title=point.title.strip()[:200])
    text = point.reference.strip().upper()
    if text:
        sources: dict[str, tuple[str, Any]] = {
            "WG": ("ticket", Ticket),
            "CS": ("call", WhistleCall),
            "HS": ("consultation", Consultation),
        }
        name, model = sources.get(text[:2], ("", None))
        found = model.objects.visible_to(by).filter(number=text).first() if model is not None else None
        if found is None:
            raise Unprocessable(
                fields={
                    "agenda": [_("Nothing that you can see has the number %(number)s") % {"number": text}]
                }
            )
        setattr(item, name, found)
        item.title = item.title or str(getattr(found, "title", "") or found)[:200]
    if not item.title:
        raise Unprocessable(fields={"agenda": [_("Every point of the agenda needs a title or a number")]})
    return item


@transaction.atomic
def sign_in(pk: int, *, by: Actor, at: datetime) -> Attendee:
    """Say that one is there, for oneself or for one's unit; the first time counts. From an hour before the beginning.

    Raises NotFound, Forbidden (not expected), IllegalTransition, Unprocessable (too early).
    """
    row = _locked(pk)
    if row.state not in MEETING_OPEN:
        raise IllegalTransition(_("One signs in while the meeting takes place"), state=row.state)
    if at < row.starts_at - timedelta(hours=1):
        raise Unprocessable(_("One can sign in from an hour before the meeting on"), code="too_early")
    mine = expected(row, by)
    if mine is None:
        raise Forbidden(_("Neither you nor your unit is expected at this meeting"))
    if mine.signed_in_at is None:
        mine.signed_in_at, mine.signed_in_by = at, by.user
        mine.save(update_fields=["signed_in_at", "signed_in_by"])
        journal.record("meeting.sign_in", by=by, obj=row, at=at, details={"attendee": mine.pk})
    return mine


def expected(row: Meeting, by: Actor) -> Attendee | None:
    """The line of the person, else that of the person's unit."""
    units = scopes.of(by.user).unit_ids
    lines = [
        item for item in row.attendees.order_by("pk") if item.user_id == by.user_id or item.unit_id in units
    ]
    own = [item for item in lines if item.user_id is not None]
    waiting = [item for item in lines if item.signed_in_at is None]
    return next(iter([*own, *waiting, *lines]), None)


def minute(
    pk: int, *, by: Actor, at: datetime, minutes: str, tasks: Sequence[Task], version: int | None = None
) -> Meeting:
    """Write the minutes and what has to be done; until they are published they may be written again."""
    with meeting("minute", pk, by=by, at=at, version=version) as move:
        row = move.row
        if at < row.starts_at:
            raise Unprocessable(_("The meeting has not begun yet"), code="too_early")
        text = minutes.strip()
        if not text or len(text) > LONGEST:
            raise Unprocessable(
                fields={
                    "minutes": [_("Write the minutes, at most %(limit)d characters") % {"limit": LONGEST}]
                }
            )
        row.minutes, row.minuted_by = text, by.user
        _agree(row, tasks, at)
        move.data["tasks"] = len(tasks)
    return row


def _agree(row: Meeting, tasks: Sequence[Task], at: datetime) -> None:
    """Replace what was agreed; nothing is chased before the minutes are published."""
    land = territory()
    for task in tasks:
        if not task.text.strip():
            raise Unprocessable(fields={"tasks": [_("Say what has to be done")]})
        if task.unit not in land.units:
            raise Unprocessable(fields={"tasks": [_("Unknown unit")]}, code="unknown_unit")
        if task.due_on < timezone.localdate(row.starts_at):
            raise Unprocessable(fields={"tasks": [_("It cannot be due before the meeting")]})
    row.actions.all().delete()
    ActionItem.objects.bulk_create(
        [
            ActionItem(meeting=row, text=task.text.strip()[:300], unit_id=task.unit, due_on=task.due_on)
            for task in tasks
        ]
    )


def publish(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Meeting:
    """From now on the minutes stand, everybody is asked to read them, and what was agreed is chased."""
    with meeting("publish", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        row = move.row
        row.published_at = at
        items = list(row.actions.all())
        for item in items:
            item.next_alarm_at = max(chase_at(end_of_day(item.due_on), 0), at)
        ActionItem.objects.bulk_update(items, ["next_alarm_at"])
        move.afterwards.append(lambda: notices.told_meeting(row, "publish", at, by=by))
    return row


def read(row: Meeting, *, by: Actor, at: datetime) -> None:
    """The receipt of published minutes: the first opening counts; twice at once does no harm."""
    if row.state == MeetingState.PUBLISHED and by.user is not None:
        MinutesRead.objects.bulk_create(
            [MinutesRead(meeting=row, user=by.user, at=at)], ignore_conflicts=True
        )


@transaction.atomic
def finish(pk: int, *, by: Actor, at: datetime, note: str, version: int | None = None) -> ActionItem:
    """The responsible unit reports an item as done, with how. Raises NotFound, Forbidden, IllegalTransition."""
    item = ActionItem.objects.select_for_update(of=("self",)).select_related("meeting").filter(pk=pk).first()
    if item is None:
        raise NotFound()
    if version is not None and version != item.version:
        raise StaleVersion(
            _("Somebody else has changed this in the meantime; nothing was stored"),
            current_version=item.version,
        )
    if item.unit_id not in scopes.of(by.user).unit_ids:
        raise Forbidden(_("The responsible unit reports this as done"))
    if item.meeting.state != MeetingState.PUBLISHED or item.done_at is not None:
        raise IllegalTransition(_("This is done already, or its minutes are not published"))
    if not note.strip():
        raise Unprocessable(fields={"note": [_("Say what was done")]})
    before = facts(item)
    item.done_at, item.done_by, item.done_note = at, by.user, note.strip()[:300]
    item.next_alarm_at = None
    item.version += 1
    item.save()
    journal.record("action_item.finish", by=by, obj=item, at=at, before=before, after=facts(item))
    return item


def _locked(pk: int) -> Meeting:
    row = Meeting.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def end_of_day(day: date) -> datetime:
    """When a due day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))  # made aware here
