"""Months that stand from day 5 of the next one on: later changes are adjustments, each with its ticket."""

from datetime import date

import pytest

from assessment.checking import check_cells, recount
from assessment.drilling import adjustments
from assessment.freezing import due, freeze_due
from assessment.models import Adjustment, IndicatorDefinition, MonthFreeze, RollCursor
from assessment.periods import Period
from assessment.rollup import count_new
from assessment.running import catch_up
from assessment.tickets.reading import SOURCE, last_item
from incidents import transitions
from incidents.assessing import leave_out
from incidents.models import Ticket
from tests.assessment.props import NOVEMBER, asked, figure, parts, place, take_in, unit
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, shanghai

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)


def test_a_month_stands_from_day_five_on(cast: Cast, make_ticket: MakeTicket) -> None:
    closed = make_ticket("closed")
    opened = make_ticket("dispatched", at=MONDAY + HOUR)
    assert freeze_due(at=shanghai(6, 9, month=12)) == [], "nothing has been counted yet"
    take_in()
    assert freeze_due(at=shanghai(4, 23, month=12)) == []
    assert due(at=shanghai(5, 0, month=12)) == [MONTH]
    RollCursor.objects.update(build_to=10**9)
    assert freeze_due(at=shanghai(5, 1, month=12)) == [], "not before the whole past is in"
    RollCursor.objects.update(build_to=0)
    assert freeze_due(at=shanghai(5, 1, month=12)) == [MONTH]
    assert freeze_due(at=shanghai(5, 2, month=12)) == []
    assert figure("K02").is_frozen
    assert not figure("K02").is_adjusted
    at = shanghai(8, 10, month=12)
    transitions.perform("void", opened.pk, by=cast.oversight, at=at, data={"opinion": "误登记"})
    leave_out(closed.pk, by=cast.oversight, at=at)
    catch_up(at=at)
    found = figure("K02")
    assert (found.part, found.whole) == (1, 1)
    assert (found.sum.frozen_part, found.sum.frozen_whole) == (2, 2)
    assert (found.later, found.is_adjusted) == ((-1, -1), True)
    assert str(found.frozen_percent) == "100.00"
    assert (figure("K05").percent, str(figure("K05").frozen_percent)) == (None, "100.00")
    for subject in (place("990100000000"), place("990101001001"), unit("CG")):
        rows = adjustments(cast.leader, asked(["K02"], subject), MONTH)
        assert [(row.whole, row.part, row.item_id) for row in rows] == [(-1, -1, opened.pk)]
        assert rows[0].item is not None
    assert adjustments(cast.leader, asked(["K02"], place("990102001000")), MONTH) == []
    assert check_cells(MONTH) == []
    odd = Period(since=MONTH, until=date(2026, 11, 20))
    assert not figure("K02", period=odd).is_frozen
    assert figure("K02", period=odd).later == (0, 0)


def test_what_moves_to_another_month_leaves_a_trace_in_the_frozen_one(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    """A limit that is moved from November to December: November loses what December wins."""
    ticket = make_ticket("called", at=shanghai(20, 9))
    Ticket.objects.filter(pk=ticket.pk).update(due_at=shanghai(25, 9))
    take_in(at=shanghai(1, 9, month=12))
    assert parts("K05") == (1, 1)
    freeze_due(at=shanghai(5, 1, month=12))
    Ticket.objects.filter(pk=ticket.pk).update(due_at=shanghai(9, 9, month=12))
    recount(SOURCE, at=shanghai(9, 9, month=12), low=1, high=last_item(), months=[MONTH], repair=True)
    assert figure("K05").later == (-1, -1)
    december = Period(since=date(2026, 12, 1), until=date(2027, 1, 1))
    assert parts("K05", period=december) == (1, 1)
    assert Adjustment.objects.filter(item_id=ticket.pk).exists()
    assert check_cells(MONTH) == []


def test_a_new_indicator_freezes_what_is_over_as_it_is_counted_first(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    make_ticket("closed")
    take_in()
    freeze_due(at=shanghai(5, 1, month=12))
    IndicatorDefinition.objects.create(
        code="X1", version=1, name="当场办结占比", name_en="On the spot", shape="rate", basis="-",
        whole={"kind": "closed"}, part={"kind": "closed", "all": ["self_handled"]},
        formula="-", formula_en="-", valid_from=date(2020, 1, 1),
    )  # fmt: skip
    assert count_new(at=MONDAY + 40 * DAY) == 1
    found = figure("X1")
    assert (found.whole, found.sum.frozen_whole, found.is_frozen) == (1, 1, True)
    assert check_cells(MONTH) == []
    assert MonthFreeze.objects.get().month == MONTH
    assert NOVEMBER.is_one_month
