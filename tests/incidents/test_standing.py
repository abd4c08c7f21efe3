"""Open tickets from their sums: the same as counted one by one, at any moment, for whoever may see them."""

from datetime import datetime, timedelta

import pytest

from grids.models import Region
from incidents import standing
from incidents.models import OpenChange, OpenReach, OpenSum, Ticket
from incidents.standing import FRESH, Scope
from incidents.tasks import fold_open
from tests.cast import DAY, HOUR, LITTER, MONDAY, Cast, MakeTicket

MINUTE = timedelta(minutes=1)
CITY = Scope()


def one_by_one(at: datetime, **where: object) -> tuple[int, int, int]:
    """All open tickets that are not on trial: how many, late, nearly late."""
    rows = Ticket.objects.open().real().filter(**where)
    return rows.count(), rows.overdue(at).count(), rows.due_soon(at).count()


def summed(at: datetime, scope: Scope = CITY, level: str = "town") -> tuple[int, int, int]:
    """The same from the sums."""
    found = standing.count(scope, at, level)
    assert found is not None
    rows = [row for row in found if not row[0]]
    return sum(row[5] for row in rows), sum(row[6] for row in rows), sum(row[7] for row in rows)


@pytest.fixture
def some(make_ticket: MakeTicket, cast: Cast) -> list[Ticket]:
    """Open ones in several states, a closed one, one on trial."""
    states = ("registered", "accepted", "dispatched", "handling", "suspended", "feedback", "closed")
    found = [make_ticket(state, at=MONDAY + number * HOUR) for number, state in enumerate(states)]
    found.append(make_ticket("handling", at=MONDAY, source="hotline", category=LITTER, urgency="critical"))
    district = "/".join(found[0].region_path.split("/")[:2]) + "/"
    Ticket.objects.filter(pk=found[0].pk).update(
        town=None, community=None, grid=None, region_path=district, is_urged=True
    )
    return found


def test_sums_and_changes_are_exact_at_any_moment(
    some: list[Ticket], make_ticket: MakeTicket, cast: Cast
) -> None:
    assert standing.count(CITY, MONDAY, "town") is None
    assert standing.fold(at=MONDAY + 7 * HOUR)
    assert OpenSum.objects.exists()
    for moment in (7 * HOUR, 7 * HOUR + MINUTE):
        assert summed(MONDAY + moment) == one_by_one(MONDAY + moment)
    make_ticket("dispatched", at=MONDAY + 7 * HOUR)
    Ticket.objects.filter(pk=some[1].pk).update(state="voided", next_due_at=None, next_warn_at=None)
    Ticket.objects.filter(pk=some[2].pk).update(holder=some[3].holder_id, is_key_report=True)
    assert OpenChange.objects.exists()
    assert summed(MONDAY + 7 * HOUR + MINUTE) == one_by_one(MONDAY + 7 * HOUR + MINUTE)
    seen = set()
    for number in range(1, 60):
        at = MONDAY + 7 * HOUR + number * 3 * HOUR
        assert standing.fold(at=at - MINUTE)
        assert not OpenChange.objects.exists()
        assert summed(at) == one_by_one(at)
        seen.add(summed(at))
    assert len(seen) > 3
    Ticket.objects.all().update(state="voided", next_due_at=None, next_warn_at=None)
    assert summed(at) == (0, 0, 0)
    standing.fold(at=at)
    assert not OpenSum.objects.exists()


def test_counted_anew_it_is_the_same(some: list[Ticket]) -> None:
    standing.fold(at=MONDAY)
    standing.fold(at=MONDAY + DAY)
    names = (*standing.KEY, "many", "critical", "keyed", "urged", "late", "soon")
    folded = set(OpenSum.objects.values_list(*names))
    standing.seed(at=MONDAY + DAY)
    assert set(OpenSum.objects.values_list(*names)) == folded
    assert OpenReach.objects.get().at == MONDAY + DAY


def test_stale_sums_and_moved_tickets_are_left_to_the_walk(some: list[Ticket]) -> None:
    standing.fold(at=MONDAY + DAY)
    assert not standing.fold(at=MONDAY)
    assert standing.count(CITY, MONDAY + DAY - MINUTE, "town") is None
    assert standing.count(CITY, MONDAY + DAY + FRESH + MINUTE, "town") is None
    assert standing.count(CITY, MONDAY + DAY, "grid") is None
    town = Scope(towns=[Region.objects.filter(level="town").order_by("pk")[0].path])
    assert standing.count(town, MONDAY + DAY, "community") is not None
    Ticket.objects.filter(pk=some[3].pk).update(now_grid=some[3].grid_id)
    standing.fold(at=MONDAY + DAY)
    assert standing.count(town, MONDAY + DAY, "community") is None
    assert summed(MONDAY + DAY) == one_by_one(MONDAY + DAY)


def test_towns_and_what_is_sensitive(some: list[Ticket]) -> None:
    at = MONDAY + DAY
    Ticket.objects.filter(pk=some[3].pk).update(is_sensitive=True)
    standing.fold(at=at)
    assert summed(at, Scope(sees_sensitive=False)) == one_by_one(at, is_sensitive=False)
    for town in Region.objects.filter(level="town"):
        scope = Scope(towns=[town.path], sees_sensitive=False)
        assert summed(at, scope, "community") == one_by_one(at, is_sensitive=False, town=town)
    own = Scope(towns=[], sees_sensitive=False, own=[-some[3].holder_id])
    mine = Ticket.objects.open().real().filter(seen_from__overlap=[-some[3].holder_id])
    assert summed(at, own)[0] == mine.count() > 0


def test_the_task(some: list[Ticket]) -> None:
    assert fold_open()
    assert OpenReach.objects.count() == 1
