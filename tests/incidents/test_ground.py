"""Lists by place in both readings of the map: today's grids, and those that tickets were filed under."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from grids.models import Grid, GridRevision, GridSuccession
from incidents.intake import register
from incidents.models import Ticket
from incidents.queries import TicketFilter, filtered
from incidents.queries.ground import level_of
from incidents.views.links import filter_from, query_of
from tests import city
from tests.cast import MONDAY, Cast, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(cast: Cast) -> dict[str, Ticket]:
    """One ticket that stayed, one that moved to the second grid while it was open, one that was closed before."""
    names = ("stayed", "moved", "closed")
    rows = {name: register(draft(), by=cast.duty, at=MONDAY).ticket for name in names}
    first, second = cast.grid(0), cast.grid(1)
    Ticket.objects.filter(pk=rows["moved"].pk).update(grid=second, region_path=second.path, filed_grid=first)
    Ticket.objects.filter(pk=rows["closed"].pk).update(now_grid=second, state="archived", closed_at=MONDAY)
    succeed(cast, first, second)
    return rows


def succeed(cast: Cast, *grids: Grid) -> None:
    revision = GridRevision.objects.create(
        number="TZ20261116000001",
        title="调整",
        region=grids[0].community,
        region_path=grids[0].community.path,
        prepared_by=cast.town.user,
        prepared_at=MONDAY,
    )
    for new in grids:
        GridSuccession.objects.create(
            revision=revision, old=grids[0], new=new, share=0.5, is_heir=new == grids[0]
        )


def found(path: str, *, as_filed: bool) -> set[int]:
    wanted = TicketFilter(path=path, as_filed=as_filed)
    return set(filtered(Ticket.objects.all(), wanted).values_list("pk", flat=True))


def test_each_reading_of_a_grid(cast: Cast, moved: dict[str, Ticket]) -> None:
    keys = {name: ticket.pk for name, ticket in moved.items()}
    first, second = cast.grid(0).path, cast.grid(1).path
    assert found(first, as_filed=False) == {keys["stayed"]}
    assert found(second, as_filed=False) == {keys["moved"], keys["closed"]}
    assert found(first, as_filed=True) == set(keys.values())
    assert found(second, as_filed=True) == set()


@pytest.mark.parametrize("as_filed", [False, True])
def test_what_holds_both_grids_holds_all(cast: Cast, moved: dict[str, Ticket], as_filed: bool) -> None:
    everything = {ticket.pk for ticket in moved.values()}
    place = cast.grid(0).community
    while place is not None:
        assert found(place.path, as_filed=as_filed) == everything, place.level
        place = place.parent


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("column", [0, 3])
def test_a_place_costs_one_statement_more(cast: Cast, moved: dict[str, Ticket], column: int) -> None:
    path = cast.grid(column).path
    found(path, as_filed=False)
    with CaptureQueriesContext(connection) as queries:
        found(path, as_filed=False)
    assert len(queries) == 2
    assert ("now_grid" in queries[-1]["sql"].partition("WHERE")[2]) == (column == 0), "only where it matters"


def test_whoever_answers_for_the_ground_today_and_then_may_look(cast: Cast, moved: dict[str, Ticket]) -> None:
    def sees(who: str) -> set[str]:
        rows = Ticket.objects.visible_to(cast.again(getattr(cast, who))).values_list("pk", flat=True)
        return {name for name, ticket in moved.items() if ticket.pk in set(rows)}

    assert sees("worker") == {"stayed", "moved", "closed"}
    assert sees("neighbour") == {"moved", "closed"}
    assert sees("far_community") == set()


def test_the_reading_travels_in_the_address(cast: Cast) -> None:
    path = cast.grid(0).path
    query = query_of(TicketFilter(path=path, as_filed=True))
    assert query.urlencode() == f"region={city.GRIDS[0]}&ground=then"
    assert filter_from(query, MONDAY).as_filed
    assert not filter_from(QueryDict(f"region={city.GRIDS[0]}"), MONDAY).as_filed
    assert "ground" not in query_of(TicketFilter(as_filed=True))


def test_levels_by_their_code() -> None:
    assert [level_of(path) for path in ("9901/", "9901/990101/", "9901/990101/990101001/")] == [
        "city",
        "district",
        "town",
    ]
    assert level_of("unknown/") == level_of("") == ""
