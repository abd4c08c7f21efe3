"""The lists of party organisations, training, equipment and leave: one row or three, the same number of statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.accounts.models import User
from staffing.models import (
    EquipmentIssue,
    Leave,
    PartyOrganization,
    Term,
    TrainingAttendance,
    TrainingSession,
)
from staffing.states import LeaveState
from tests.cast import MONDAY, Cast
from tests.staffing.conftest import TODAY

pytestmark = pytest.mark.django_db
PATROLLER = "grid_patroller"


@contextmanager
def counting(numbers: list[int]) -> Iterator[None]:
    """How many statements, but for the look at the territory's number that is due once a second."""
    with CaptureQueriesContext(connection) as found:
        yield
    numbers.append(sum("grids_gridversion" not in str(query["sql"]) for query in found.captured_queries))


def measured(enter: Callable, name: str, add: Callable[[int], object], marks: str) -> list[int]:
    """Statements of the list with one and with three rows; every row is on the page."""
    client, numbers = enter("town"), list[int]()
    client.get(reverse(f"staffing:{name}"))
    for wanted in (1, 3):
        for number in range(1 if wanted == 1 else 2):
            add(wanted * 10 + number)
        with counting(numbers):
            page = client.get(reverse(f"staffing:{name}")).content.decode()
        assert page.count(marks) >= wanted, "every row is on the page"
    return numbers


def test_party(cast: Cast, enter: Callable) -> None:
    def add(number: int) -> None:
        branch = PartyOrganization.objects.create(
            kind="branch",
            region=cast.region("990101001001"),
            name=f"书院党支部第{number}",
            secretary=cast.community.user,
            member_count=number,
            founded_on=TODAY,
        )
        PartyOrganization.objects.create(
            kind="group", parent=branch, grid=cast.grid(0), name=f"小组{number}", founded_on=TODAY
        )

    assert measured(enter, "party", add, "书院党支部第") == [PARTY, PARTY]


def test_training(cast: Cast, enter: Callable, standard: None) -> None:
    topic = Term.objects.filter(kind=Term.Kind.TRAINING).first()
    assert topic is not None

    def add(number: int) -> None:
        session = TrainingSession.objects.create(
            title=f"业务培训第{number}",
            topic=topic,
            region=cast.region("990101001000"),
            unit=cast.unit("T1"),
            held_on=TODAY,
            hours=2,
        )
        for user in (cast.worker.user, cast.neighbour.user):
            TrainingAttendance.objects.create(session=session, user=user, has_attended=True)

    assert measured(enter, "trainings", add, "业务培训第") == [TRAINING, TRAINING]


def test_equipment(cast: Cast, enter: Callable, put: Callable, standard: None) -> None:
    item = Term.objects.filter(kind=Term.Kind.EQUIPMENT).first()
    assert item is not None
    people = [cast.worker.user, cast.neighbour.user, cast.grid_leader.user]

    def add(number: int) -> None:
        user = people[number % 3]
        put(user, 0 if user != cast.neighbour.user else 1, PATROLLER if number < 20 else "grid_leader")
        EquipmentIssue.objects.create(
            user=user, item=item, serial=f"SN{number}", issued_on=TODAY, issued_by=cast.town.user
        )

    assert measured(enter, "equipment", add, "SN") == [EQUIPMENT, EQUIPMENT]


def test_leave(cast: Cast, enter: Callable, person: Callable[..., User]) -> None:
    def add(number: int) -> None:
        Leave.objects.create(
            user=person("G1", f"请假人{number}"),
            kind="personal",
            starts_on=TODAY,
            ends_on=TODAY + timedelta(days=2),
            substitute=cast.worker.user,
            reason="家中有事",
            state=LeaveState.ASKED,
            asked_by=cast.community.user,
            asked_at=MONDAY,
        )

    assert measured(enter, "leaves", add, "请假人") == [LEAVE, LEAVE]


PARTY, TRAINING, EQUIPMENT, LEAVE = 8, 8, 7, 6
