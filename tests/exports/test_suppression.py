"""Small cells stay hidden, also from whoever subtracts."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import opendata, tasks
from exports.models import OpenTable
from exports.suppression import TOTAL, left_out, lines_of, table_of
from tests.cast import DAY, MONDAY, Cast, MakeTicket

ROWS, COLUMNS, LEAST = ("a", "b", "c"), ("x", "y", "z"), 5
COUNTS = st.fixed_dictionaries({cell: st.integers(0, 12) for cell in product(ROWS, COLUMNS)})


def bounds_hold(table: dict[tuple[str, str], int], hidden: set[tuple[str, str]]) -> bool:
    """No line gives its only hidden cell away, and no sum of hidden ones is small."""
    for line in lines_of(table):
        gone = [cell for cell in line if cell in hidden]
        if len(gone) == 1 and any(table[cell] for cell in line if cell not in hidden):
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(counts=COUNTS)
def test_no_line_tells_a_small_cell(counts: dict[tuple[str, str], int]) -> None:
    table = table_of(counts)
    hidden = left_out(table, LEAST)
    assert all(cell in hidden for cell, count in table.items() if 0 < count < LEAST)
    assert bounds_hold(table, hidden)


def test_a_total_does_not_give_it_away() -> None:
    table = table_of({("a", "x"): 2, ("a", "y"): 20, ("b", "x"): 30, ("b", "y"): 40})
    hidden = left_out(table, LEAST)
    assert ("a", "x") in hidden
    assert len(hidden) == 4, "a rectangle: each row and each column hides two"
    assert (TOTAL, TOTAL) not in hidden
    two = table_of(
        {("a", "x"): 1, ("a", "y"): 2, ("a", "z"): 50, ("b", "x"): 9, ("b", "y"): 9, ("b", "z"): 9}
    )
    assert ("a", "z") in left_out(two, LEAST), "1 + 2 would be known to be 3"
    assert left_out(table_of({("a", "x"): 7, ("b", "x"): 0}), LEAST) == set()
    assert left_out({}, LEAST) == set()


@pytest.mark.django_db
def test_a_month_is_published_once_and_stays(cast: Cast, make_ticket: MakeTicket) -> None:
    october = MONDAY - 30 * DAY
    for number in range(6):
        make_ticket(at=october, column=0, content=f"第{number}件")
    make_ticket(at=october, column=3)
    make_ticket(at=october, column=0, is_confidential=True)
    make_ticket("voided", at=october, column=0)
    assert opendata.publish(at=MONDAY) == 1
    table = OpenTable.objects.get()
    assert (f"{table.month:%Y-%m}", table.least) == ("2026-10", 5)
    found = {(row["community_code"], row["class_code"]): row["tickets"] for row in table.rows}
    assert found["990102001001", "14"] is None
    assert found["990101001001", "14"] is None, "the total less this one would tell the other"
    assert found["all", "all"] == 7
    assert {row["community"] for row in table.rows} == {"书院社区", "石桥村", "all"}
    make_ticket(at=october, column=3)
    assert opendata.publish(at=MONDAY) == 0
    assert OpenTable.objects.get().rows == table.rows
    assert set(table.rows[0]) == set(opendata.COLUMNS)
    assert tasks.tidy() >= 0
