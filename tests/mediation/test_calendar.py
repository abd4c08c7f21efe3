"""Rooms and mediators are in one place at a time: the database itself refuses a second hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from governance.foundation.errors import Conflict
from mediation import calendar
from mediation.models import MediationCase, Mediator, Room, Session, SessionHold
from mediation.transitions import perform
from tests.cast import DAY, HOUR, MINUTE, Cast, at_once
from tests.mediation.props import GUIDED, Way, named


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast).to("accepted")


def room_of(way: Way, name: str = "第一调解室") -> Room:
    return Room.objects.create(body=way.bodies["town"], name=name, place="综治中心二楼", seats=8)


def plan(way: Way, room: Room | None, starts: datetime, **changes: object) -> MediationCase:
    facts = {"session_kind": "mediator", "starts_at": starts, "minutes": 60, "place": "社区", "opinion": ""}
    return way.do("plan_session", **facts | {"room": room.pk if room else ""} | changes)


def test_a_planned_session_holds_its_room_and_its_mediators(way: Way) -> None:
    room, starts = room_of(way), way.at + DAY
    plan(way, room, starts)
    held = SessionHold.objects.order_by("pk")
    assert [(row.room_id, row.mediator_id) for row in held] == [(room.pk, None), (None, named(way.me).pk)]
    assert calendar.free_rooms([room], starts + 59 * MINUTE, starts + 2 * HOUR) == []
    assert calendar.free_rooms([room], starts + HOUR, starts + 2 * HOUR) == [room]


def test_two_sessions_in_one_room_are_refused(way: Way, cast: Cast) -> None:
    room, starts = room_of(way), way.at + DAY
    plan(way, room, starts)
    other = Way(cast, level="community").to("accepted")
    Session.objects.create(
        case=way.row, kind="mediator", level="town", starts_at=starts, ends_at=starts + HOUR, room=room
    )
    session = Session(
        case=other.row, kind="mediator", level="community", starts_at=starts, ends_at=starts + HOUR, room=room
    )
    session.save()
    with pytest.raises(Conflict) as caught, transaction.atomic():
        calendar.hold(session)
    assert caught.value.code == "room_taken"
    assert SessionHold.objects.filter(session=session).count() == 0
    session.starts_at, session.ends_at = starts + HOUR, starts + 2 * HOUR
    calendar.hold(session)
    assert SessionHold.objects.filter(session=session).count() == 2


def test_a_mediator_is_in_one_place(way: Way, cast: Cast) -> None:
    starts = way.at + DAY
    plan(way, None, starts)
    second = Way(cast).to("accepted")
    before = second.row.version
    with pytest.raises(Conflict) as caught:
        plan(second, None, starts + 30 * MINUTE)
    assert caught.value.code == "mediator_taken"
    assert MediationCase.objects.get(pk=second.row.pk).version == before
    assert not second.row.sessions.exists()


def test_the_database_decides(way: Way) -> None:
    plan(way, None, way.at + DAY)
    row = SessionHold.objects.get()
    with pytest.raises(IntegrityError, match="session_hold_mediator"), transaction.atomic():
        SessionHold.objects.create(
            session=row.session, mediator=row.mediator, starts_at=row.starts_at, ends_at=row.ends_at
        )
    with pytest.raises(IntegrityError, match="session_hold_is_of_one"), transaction.atomic():
        SessionHold.objects.create(session=row.session, starts_at=row.starts_at, ends_at=row.ends_at)


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_at_once_do_not_share_a_room(cast: Cast) -> None:
    first, second = Way(cast).to("accepted"), Way(cast).to("accepted")
    room, starts = room_of(first), first.at + DAY
    facts = {"session_kind": "mediator", "starts_at": starts, "minutes": 60, "room": room.pk, "opinion": ""}
    results = at_once(
        [
            lambda: perform("plan_session", first.row.pk, by=first.me, at=first.at, **facts),
            lambda: perform("plan_session", second.row.pk, by=second.me, at=first.at, **facts),
        ]
    )
    assert sorted(type(item).__name__ for item in results) == ["Conflict", "MediationCase"]
    assert SessionHold.objects.filter(room=room).count() == 1
    assert Session.objects.count() == 1


def test_what_is_called_off_is_given_back(way: Way) -> None:
    plan(way, None, way.at + DAY)
    way.do("cancel_session", session=Session.objects.get().pk, opinion="一方出差")
    assert not SessionHold.objects.exists()
    plan(way, None, way.at + DAY)
    way.session()
    way.do("fail", reason_code="no_agreement", opinion="分歧过大", **GUIDED)
    assert not SessionHold.objects.exists()
    assert set(Session.objects.values_list("state", flat=True)) == {"cancelled", "held"}


def test_new_mediators_are_held_instead_of_the_old(way: Way, cast: Cast) -> None:
    plan(way, None, way.at + DAY)
    other = Mediator.objects.create(body=way.bodies["town"], name="温和", joined_on=date(2024, 1, 1))
    way.do("assign", cast.town, mediators=[other.pk], chosen_by="parties")
    assert [row.mediator_id for row in SessionHold.objects.all()] == [other.pk]


def test_the_agenda_shows_what_may_be_read(way: Way, cast: Cast) -> None:
    starts = way.at + DAY
    plan(way, None, starts)
    first = (starts + timedelta(hours=8)).date()
    assert [row.case_id for row in calendar.agenda(way.me, first)] == [way.row.pk]
    assert calendar.agenda(cast.far_town, first) == []
    assert calendar.agenda(way.me, first + timedelta(days=8)) == []
    assert calendar.bounds(date(2026, 11, 16), 1)[0] == datetime(2026, 11, 15, 16, tzinfo=UTC)
