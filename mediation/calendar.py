"""The calendar of sessions: a planned one holds its room and its mediators; who is free when; what lies ahead."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from governance.foundation.errors import Conflict
from mediation.models import MediationCase, Mediator, Room, Session, SessionHold, SessionState


def hold(session: Session) -> None:
    """Take the session's room and the mediators of its case. Part of the caller's transaction.

    Who asks at once queues at the room and at each mediator in the order of their keys: nobody waits in a circle;
    the database refuses what overlaps. Raises Conflict, naming what is taken.
    """
    release(session)
    if session.room_id is not None:
        Room.objects.select_for_update(no_key=True).get(pk=session.room_id)
    named = Mediator.objects.filter(cases__case=session.case_id, cases__until=None).values("pk")
    people = Mediator.objects.select_for_update(no_key=True).filter(pk__in=named).order_by("pk")
    wanted = [{"mediator_id": mediator.pk} for mediator in people]
    if session.room_id is not None:
        wanted.insert(0, {"room_id": session.room_id})
    for item in wanted:
        try:
            with transaction.atomic():
                SessionHold.objects.create(
                    session=session, starts_at=session.starts_at, ends_at=session.ends_at, **item
                )
        except IntegrityError as error:
            if "session_hold_room" in str(error):
                raise Conflict(
                    pgettext_lazy("calendar", "%(what)s is taken: %(when)s; choose another time or room")
                    % _taken(session, item),
                    code="room_taken",
                ) from error
            if "session_hold_mediator" in str(error):
                raise Conflict(
                    pgettext_lazy("calendar", "%(what)s has another session: %(when)s; choose another time")
                    % _taken(session, item),
                    code="mediator_taken",
                ) from error
            raise


def _taken(session: Session, item: dict[str, int]) -> dict[str, str]:
    """Which room or mediator it is, and the time that is taken; never by which case."""
    rows = SessionHold.objects.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at, **item)
    found = rows.exclude(session=session).select_related("room", "mediator").order_by("starts_at").first()
    if found is None:  # given back a moment ago
        return {"what": "", "when": ""}
    what = found.room or found.mediator
    return {
        "what": what.name if what is not None else "",
        "when": f"{local(found.starts_at):%m-%d %H:%M}–{local(found.ends_at):%H:%M}",
    }


def release(session: Session) -> None:
    """Give back what the session held."""
    SessionHold.objects.filter(session=session).delete()


def call_off(row: MediationCase, before: datetime | None = None) -> None:
    """The case goes elsewhere, has ended or waits: what was planned, before that moment where one is given, is called
    off and holds nothing any more.
    """
    planned = row.sessions.filter(state=SessionState.PLANNED)
    if before is not None:
        planned = planned.filter(starts_at__lt=before)
    keys = list(planned.values_list("pk", flat=True))
    SessionHold.objects.filter(session__in=keys).delete()
    Session.objects.filter(pk__in=keys).update(state=SessionState.CANCELLED)


def hold_again(row: MediationCase) -> None:
    """The mediators have changed: what is planned holds the new ones. Raises Conflict where one has no time."""
    for session in row.sessions.filter(state=SessionState.PLANNED).order_by("starts_at"):
        hold(session)


def free_rooms(rooms: Iterable[Room], starts_at: datetime, ends_at: datetime) -> list[Room]:
    """Those of the rooms that nobody holds at any moment of that time."""
    taken = SessionHold.objects.filter(
        room__isnull=False, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).values_list("room_id", flat=True)
    held = set(taken)
    return [room for room in rooms if room.is_open and room.pk not in held]


def bounds(first: date, days: int) -> tuple[datetime, datetime]:
    """From the first local day's midnight to that after the last."""
    zone = timezone.get_default_timezone()
    begin = datetime.combine(first, time.min, tzinfo=zone)
    return begin, datetime.combine(first + timedelta(days=days), time.min, tzinfo=zone)


def agenda(actor: Actor, first: date, days: int = 7) -> list[Session]:
    """Sessions of the cases that this person may read, planned or held on those local days, in their order."""
    begin, end = bounds(first, days)
    cases = MediationCase.objects.visible_to(actor)
    rows = Session.objects.filter(case__in=cases, starts_at__gte=begin, starts_at__lt=end)
    return list(
        rows.exclude(state=SessionState.CANCELLED)
        .select_related("case", "room")
        .only("starts_at", "ends_at", "kind", "state", "place", "case__number", "case__title", "room__name")
        .order_by("starts_at", "pk")[:500]
    )
