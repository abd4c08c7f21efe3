"""The days of stationed staff: working days at once, dates in words, who may, mistakes taken back."""

from datetime import date

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from staffing import stationing
from staffing.models import StationedDay, Stationing
from staffing.queries import StationedSum, sums_by_town, sums_by_unit
from staffing.querysets import stationings_in
from tests.cast import DAY, MONDAY, Cast
from tests.staffing.conftest import TODAY

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 2)


@pytest.fixture
def row(cast: Cast) -> Stationing:
    """Somebody of the city administration in the first community, since the second of November."""
    return station(cast, "990101001001", name="罗下沉")


def station(cast: Cast, region: str, unit: str = "CG", name: str = "下沉") -> Stationing:
    return Stationing.objects.create(
        name=name, unit=cast.unit(unit), region=cast.region(region), mode="permanent", starts_on=FIRST
    )


def days(row: Stationing) -> list[date]:
    return list(row.days.order_by("on").values_list("on", flat=True))


def test_one_day_or_the_working_days_of_a_row(cast: Cast, row: Stationing) -> None:
    saturday = date(2026, 11, 7)
    assert stationing.add_days(row.pk, first=saturday, last=None, deed="", by=cast.community, at=MONDAY) == 1
    made = stationing.add_days(row.pk, first=saturday, last=TODAY, deed="入户走访", by=cast.town, at=MONDAY)
    assert made == 6, "a working week and the Monday"
    assert days(row)[0] == saturday
    again = stationing.add_days(row.pk, first=TODAY, last=None, deed="调解纠纷", by=cast.town, at=MONDAY)
    assert again == 0
    assert row.days.get(on=TODAY).deed == "调解纠纷"
    assert AuditEntry.objects.filter(verb="stationing.days").count() == 3


def test_refusals_in_words(cast: Cast, row: Stationing) -> None:
    for first, last in (
        (TODAY, FIRST),
        (TODAY + DAY, None),
        (FIRST - DAY, None),
        (date(2026, 11, 7), date(2026, 11, 8)),
    ):
        with pytest.raises(Unprocessable):
            stationing.add_days(row.pk, first=first, last=last, deed="", by=cast.town, at=MONDAY)
    row.starts_on, row.ends_on = date(2026, 1, 1), date(2026, 11, 13)
    row.save()
    with pytest.raises(Unprocessable):
        stationing.add_days(row.pk, first=TODAY, last=None, deed="", by=cast.town, at=MONDAY)
    with pytest.raises(Unprocessable):
        stationing.add_days(
            row.pk, first=date(2026, 1, 5), last=date(2026, 11, 13), deed="", by=cast.town, at=MONDAY
        )
    with pytest.raises(NotFound):
        stationing.add_days(10**9, first=TODAY, last=None, deed="", by=cast.town, at=MONDAY)
    assert days(row) == []


@pytest.mark.parametrize("name", ["far_town", "leader", "supervisor", "handler", "outsider"])
def test_others_leave_no_trace(cast: Cast, row: Stationing, name: str) -> None:
    item = StationedDay.objects.create(stationing=row, on=FIRST)
    entries = AuditEntry.objects.count()
    with pytest.raises(Forbidden):
        stationing.add_days(row.pk, first=TODAY, last=None, deed="", by=getattr(cast, name), at=MONDAY)
    with pytest.raises(Forbidden):
        stationing.remove_day(item.pk, by=getattr(cast, name), at=MONDAY)
    assert days(row) == [FIRST]
    assert AuditEntry.objects.count() == entries


def test_a_mistake_is_taken_back(cast: Cast, row: Stationing) -> None:
    item = StationedDay.objects.create(stationing=row, on=FIRST)
    stationing.remove_day(item.pk, by=cast.community, at=MONDAY)
    assert days(row) == []
    with pytest.raises(NotFound):
        stationing.remove_day(item.pk, by=cast.community, at=MONDAY)


def test_sums_by_unit_and_town(cast: Cast, row: Stationing) -> None:
    second = station(cast, "990101001002", "RQ")
    station(cast, "990102001001")
    StationedDay.objects.create(stationing=row, on=FIRST, deed="入户走访")
    StationedDay.objects.create(stationing=row, on=FIRST + DAY)
    StationedDay.objects.create(stationing=second, on=FIRST, deed="燃气检查")
    rows = stationings_in([cast.region("990100000000").path])
    units = {item.name: (item.postings, item.present, item.deeds) for item in sums_by_unit(rows)}
    assert list(units.values()) == [(2, 2, 1), (1, 1, 1)]
    assert sums_by_town(rows) == [
        StationedSum("990101001000", "文津街道", 2, 3, 2),
        StationedSum("990102001000", "石桥镇", 1, 0, 0),
    ]
