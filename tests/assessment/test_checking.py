"""The recount: whatever is wrong in the stored figures is found, said, and mended when that is asked for."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessment import tasks
from assessment.checking import check_cells, recount, recount_next
from assessment.models import DayCell, MonthCell, Occasion, Recount, RollCursor
from assessment.sources import sources
from assessment.tickets.reading import SOURCE, last_item
from tests.assessment.props import LATER, cells, occasions, parts, take_in
from tests.cast import HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)


@pytest.fixture
def counted(cast: Cast, make_ticket: MakeTicket) -> tuple[object, object]:
    """Figures as they should be."""
    make_ticket("closed")
    make_ticket("accepted", at=MONDAY + HOUR, column=3)
    take_in()
    return sorted(map(str, cells())), occasions()


def whole(*, repair: bool = False) -> Recount:
    return recount(SOURCE, at=LATER, low=1, high=last_item(), months=[MONTH], repair=repair)


def test_nothing_differs_where_nothing_is_wrong(counted: tuple[object, object]) -> None:
    found = whole()
    assert (found.differing_items, found.differing_cells, found.details) == (0, 0, [])
    assert found.items == last_item()


HARMS = ("changed", "missing", "added", "day", "month")


def test_every_harm_is_found_and_mended(counted: tuple[object, object]) -> None:
    for kind in HARMS:
        harm(kind)
        found = whole()
        assert found.differing_items + found.differing_cells > 0, kind
        assert found.details
        assert not found.is_repaired
        assert whole(repair=True).is_repaired
        assert whole().differing_items + whole().differing_cells == 0, kind
        assert (sorted(map(str, cells())), occasions()) == counted, kind


def harm(kind: str) -> None:
    """Something in the stored figures is made wrong."""
    row = Occasion.objects.order_by("item_id", "kind").first()
    assert row is not None
    match kind:
        case "changed":
            Occasion.objects.filter(item_id=row.item_id, kind=row.kind).update(facts=0, unit_id=None)
        case "missing":
            Occasion.objects.filter(item_id=row.item_id).delete()
        case "added":
            Occasion.objects.create(item_id=row.item_id, kind=13, serial=77, at=row.at, day=row.day, place=row.place,
                                    unit_id=None, facts=1, is_sensitive=False)  # fmt: skip
        case "day":
            DayCell.objects.filter(subject=990101001).update(whole=9)
        case "month":
            MonthCell.objects.filter(subject=990101001001).delete()


def test_steps_that_wait_are_no_difference(counted: tuple[object, object], make_ticket: MakeTicket) -> None:
    make_ticket("closed", at=MONDAY + 2 * HOUR)
    assert whole().differing_items == 0
    RollCursor.objects.update(read_id=10**12)
    assert whole().differing_items == 1, "a step that was passed over is one"


def test_night_after_night_the_whole_past(
    counted: tuple[object, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessment.checking.NIGHTLY", 1)
    first, second = (recount_next(SOURCE, at=LATER, today=date(2026, 12, 3)) for _night in range(2))
    assert (first.items, second.items, RollCursor.objects.get(source="tickets").checked_id) == (1, 1, 2)
    assert (first.differing_cells, second.differing_cells) == (0, 0)
    assert tasks.recount() == 0
    assert Recount.objects.count() == 2 + len(sources())


def test_the_commands(counted: tuple[object, object]) -> None:
    out = StringIO()
    call_command("recount_indicators", stdout=out)
    assert "nothing differs" in out.getvalue()
    MonthCell.objects.all().delete()
    with pytest.raises(CommandError, match="differ"):
        call_command("recount_indicators", stdout=out)
    call_command("recount_indicators", "--repair", stdout=out)
    assert check_cells(MONTH) == []
    Occasion.objects.all().delete()
    DayCell.objects.all().delete()
    MonthCell.objects.all().delete()
    call_command("rebuild_indicators", stdout=out)
    assert parts("K02") == (1, 1)
    assert (sorted(map(str, cells())), occasions()) == counted
