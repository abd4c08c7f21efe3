"""The board's questions: columns by lateness, where the time went, what oversight has to do; few statements."""

from typing import Any

import pytest

from incidents import transitions
from incidents.models import Ticket
from supervision import queries
from supervision.values import values_at
from supervision.views.faces import WIDTH, bar_of
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, Photo, shanghai
from tests.supervision.props import task

pytestmark = pytest.mark.django_db
AT = shanghai(27, 18)
"""Six workdays after what was due on the nineteenth."""


def by_key(cast: Cast, at: Any = AT, name: str = "oversight") -> dict[str, queries.Column]:
    found = queries.columns(getattr(cast, name), values_at(at), at, size=10)
    return {column.key: column for column in found}


def test_columns_by_lateness_worst_first(cast: Cast, make_ticket: MakeTicket) -> None:
    far = make_ticket("handling", to="CG", at=MONDAY)
    worse = make_ticket("handling", to="CG", at=MONDAY - 3 * DAY)
    near = make_ticket("handling", to="CG", at=MONDAY + 3 * DAY)
    late = make_ticket("handling", to="CG", at=MONDAY + 8 * DAY)
    soon = make_ticket("handling", to="CG", at=MONDAY + 9 * DAY)
    make_ticket("handling", to="CG", at=AT)
    make_ticket("feedback", to="CG", at=MONDAY)
    at = shanghai(30, 17)
    found = by_key(cast, at)
    assert [row.pk for row in found["far"].rows] == [worse.pk, far.pk]
    assert [row.pk for row in found["near"].rows] == [near.pk]
    assert [row.pk for row in found["late"].rows] == [late.pk]
    assert [row.pk for row in found["soon"].rows] == [soon.pk]
    assert [column.count for column in found.values()] == [2, 1, 1, 1]
    assert queries.days_late([far], at) == {far.pk: 6}
    assert by_key(cast, at, "far_oversight")["far"].count == 0


def test_counts_stop_at_a_bound(cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        make_ticket("handling", to="CG")
    monkeypatch.setattr(queries, "CAP", 1)
    column = by_key(cast)["far"]
    assert (column.count, column.is_more) == (2, True)


def test_where_the_time_went(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="CG")
    transitions.perform("sign", ticket.pk, by=cast.handler, at=MONDAY + 8 * DAY, data={})
    ticket.refresh_from_db()
    way = queries.ways_of([ticket], AT)[ticket.pk]
    assert [item.state for item in way.stretches] == ["registered", "accepted", "dispatched", "handling"]
    longest = way.longest
    assert longest is not None
    assert (longest.state, longest.unit_id) == ("dispatched", cast.unit("CG").pk)
    bar = bar_of(way)
    assert "城市管理局" in bar.words
    last = bar.slices[-1]
    assert last.x + last.width == pytest.approx(WIDTH, abs=0.5)
    assert bar.due_x is not None
    assert 0 < bar.due_x < WIDTH


def test_a_ticket_without_steps_has_an_empty_bar(cast: Cast) -> None:
    bar = bar_of(queries.Way(stretches=[], due=None))
    assert (bar.slices, bar.due_x, bar.words) == ([], None, "")


def test_what_oversight_has_to_do(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    for state in ("created", "submitted", "accepted", "closed"):
        task(cast, photo, state)
    task(cast, photo, "notified", kind="listed_supervision")
    make_ticket("returned", to="CG")
    found = queries.duties(cast.oversight, MONDAY + 60 * DAY)
    assert (found.to_send, found.to_check, found.to_score, found.open, found.listed) == (1, 1, 1, 4, 1)
    assert (found.late, found.rechecks, found.returned) == (4, 1, 1)
    assert queries.duties(cast.far_oversight, MONDAY).open == 0


def test_back_and_forth_and_dissatisfied(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="CG")
    Ticket.objects.filter(pk=ticket.pk).update(return_count=2)
    assert [row.pk for row in queries.ping_pong(cast.oversight, size=5)] == [ticket.pk]
    assert queries.ping_pong(cast.far_oversight, size=5) == []
    called = make_ticket("follow_up", to="CG")
    data = {"outcome": "unsolved", "satisfaction": "1"}
    transitions.perform("follow_up", called.pk, by=cast.duty, at=MONDAY + HOUR, data=data)
    assert [call.ticket_id for call in queries.dissatisfied(cast.oversight, MONDAY, size=5)] == [called.pk]
    assert queries.dissatisfied(cast.far_oversight, MONDAY, size=5) == []
    assert queries.dissatisfied(cast.oversight, MONDAY + DAY, size=5) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_asks_as_much_for_one_as_for_three(
    cast: Cast, make_ticket: MakeTicket, django_assert_num_queries: Any, count: int, steady: None
) -> None:
    for _number in range(count):
        make_ticket("handling", to="CG")
    values, actor = values_at(AT), cast.oversight
    queries.columns(actor, values, AT, size=10)
    with django_assert_num_queries(8 + 2):
        found = queries.columns(actor, values, AT, size=10)
        queries.ways_of([row for column in found for row in column.rows], AT)
