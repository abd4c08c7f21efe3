"""Figures: sums never averages, half up, no rate of nothing, local days, and fixtures counted by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from assessment import sources
from assessment.figures import Sum, every_day, trend
from assessment.kinds import Fact, Kind
from assessment.models import IndicatorDefinition, Occasion
from assessment.periods import Period
from assessment.rollup import count_new
from assessment.sources import Changes, Item, Source, Wanted, kind_named
from governance.foundation.percent import percent_of
from incidents.models import Ticket
from tests.assessment.props import (
    COMMUNITY,
    LATER,
    NOVEMBER,
    TOWN,
    asked,
    figure,
    parts,
    place,
    take_in,
    unit,
)
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, shanghai

pytestmark = pytest.mark.django_db
SPOT = 990101001001001


def prepare(kind: str, count: int, facts: dict[str, int], **more: object) -> None:
    """Occasions of one day: the first so many have each fact."""
    known = kind_named(kind)
    assert known is not None
    rows = []
    for number in range(count):
        bits = known.mask(name for name, first in facts.items() if number < first)
        values = {
            "at": MONDAY,
            "day": date(2026, 11, 16),
            "place": SPOT,
            "facts": bits,
            "is_sensitive": False,
        }
        rows.append(Occasion(kind=known.number, item_id=number + 1, serial=0, **(values | more)))
    Occasion.objects.bulk_create(rows)
    IndicatorDefinition.objects.update(is_counted=False)
    count_new(at=LATER)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (911, 972, "93.72"),
        (737, 972, "75.82"),
        (157, 157, "100.00"),
        (90, 94, "95.74"),
        (123, 126, "97.62"),
        (1, 800, "0.13"),
        (1, 1600, "0.06"),
        (0, 7, "0.00"),
    ],
)
def test_two_decimals_half_up(part: int, whole: int, percent: str) -> None:
    assert percent_of(part, whole) == Decimal(percent)


def test_nothing_out_of_nothing_has_no_rate(cast: Cast) -> None:
    take_in()
    found = figure("K05")
    assert (found.percent, found.whole, found.reason) == (None, 0, "")
    assert percent_of(0, 0) is None
    assert (figure("K21").median, figure("K21").p90) == (None, None)


def test_a_month_of_972_limits_counted_by_hand(cast: Cast) -> None:
    """996 filed, 972 due, 911 closed, 737 on time: the denominator is what fell due."""
    take_in()
    prepare("handle_due", 996, {"judged": 972, "assessed": 972, "closed": 911, "in_time": 737})
    assert parts("K06") == (911, 972)
    assert parts("K05") == (737, 972)
    assert parts("K07") == (235, 972)
    assert (figure("K06").percent, figure("K05").percent) == (Decimal("93.72"), Decimal("75.82"))
    assert figure("K07").percent == Decimal("24.18")
    for subject in (place(TOWN), place(COMMUNITY), place("990101001001001")):
        assert parts("K06", subject) == (911, 972)
    assert parts("K06", place("990102001000")) == (0, 0)


@pytest.fixture
def plans(db: None) -> Source:
    """A room that is connected."""

    def kind(number: int, name: str, fact: str) -> Kind:
        return Kind(number=number, name=name, label=name, when=name, facts=(Fact(name=fact, label=fact),))

    def derive(_wanted: Wanted) -> tuple[str, dict[str, object]]:
        return (
            "SELECT 1::bigint, 940::smallint, 0::bigint, now(), 1::bigint, 1::bigint, 0, 0, false WHERE false",
            {},
        )

    source = Source(
        name="plans",
        kinds=(kind(940, "plan_due", "carried_out"), kind(941, "drill_held", "passed")),
        horizon=lambda: 0,
        changed=lambda after, _upto, _limit: Changes(ids=(), reached=after, steps=0),
        last_item=lambda: 0,
        pending=lambda _ids, _after: set(),
        derive=derive,
        items=lambda _by, ids: {pk: Item(number=str(pk), title="", url="") for pk in ids},
    )
    sources.register(source)
    yield source
    sources.forget("plans")


def test_a_room_is_connected_by_registering_it(cast: Cast, plans: Source) -> None:
    """The indicators that wait for it are counted: 90 of 94 and 157 of 157."""
    take_in()
    for code, kind, fact in (("X94", "plan_due", "carried_out"), ("X157", "drill_held", "passed")):
        IndicatorDefinition.objects.create(
            code=code, version=1, name=code, name_en=code, shape="rate", basis="-",
            whole={"kind": kind}, part={"kind": kind, "all": [fact]},
            formula="-", formula_en="-", valid_from=date(2020, 1, 1),
        )  # fmt: skip
    prepare("plan_due", 94, {"carried_out": 90})
    prepare("drill_held", 157, {"passed": 157})
    assert (parts("X94"), figure("X94").percent) == ((90, 94), Decimal("95.74"))
    assert (parts("X157"), figure("X157").percent) == ((157, 157), Decimal("100.00"))
    with pytest.raises(ValueError, match="another source"):
        sources.register(Source(**vars(plans) | {"name": "thieves"}))
    assert sources.source_by_kind(940) is plans
    with pytest.raises(KeyError):
        sources.source_by_kind(999)


def test_a_day_is_a_day_of_the_city(cast: Cast, make_ticket: MakeTicket) -> None:
    """Half past four in the afternoon of 30 November in London is half past midnight of 1 December here."""
    late = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    make_ticket("accepted", at=late - 2 * timedelta(minutes=1))
    make_ticket("accepted", at=late + timedelta(minutes=30), column=1)
    take_in(at=shanghai(20, 9, month=12))
    december = Period(since=date(2026, 12, 1), until=date(2027, 1, 1))
    assert parts("K15", period=NOVEMBER) == (0, 1)
    assert parts("K15", period=december) == (0, 1)
    last = Period(since=date(2026, 11, 30), until=date(2026, 12, 1))
    assert parts("K15", period=last) == (0, 1)


def test_months_and_odd_days_are_one_sum(cast: Cast, make_ticket: MakeTicket) -> None:
    for number in range(6):
        make_ticket("accepted", at=shanghai(28, 10, month=9) + number * 15 * DAY, column=number % 2)
    take_in(at=shanghai(20, 9, month=12))
    period = Period(since=date(2026, 9, 20), until=date(2026, 12, 13))
    days = sum(item.whole for item in trend(asked(["K15"], place(TOWN), period=period)).values())
    for subject in (place("990100000000"), place("990101000000"), place(TOWN), place(COMMUNITY)):
        assert parts("K15", subject, period=period)[1] == 6 == days
    for code in ("990101001001001", "990101001001002"):
        assert parts("K15", place(code), period=period)[1] == 3
    found = trend(asked(["K15"], place(COMMUNITY), period=period))
    assert sorted(found) == [date(2026, 9, 28) + number * timedelta(days=15) for number in range(6)]
    assert len(every_day(period, found)) == period.days
    assert trend(asked(["K17"], place(TOWN))) == {}


def test_the_median_and_the_ninetieth(cast: Cast, make_ticket: MakeTicket) -> None:
    """Working time from dispatch to feedback, to two digits; natural time to the first dispatch."""
    make_ticket("feedback")
    suspended = make_ticket("suspended", at=MONDAY + HOUR)
    take_in()
    assert (figure("K21").median, figure("K21").whole) == (2, 1)
    assert (figure("K54").median, figure("K54").p90, figure("K54").whole) == (2, 2, 2)
    assert figure("K54").percent is None
    assert suspended.pk
    many = Sum()
    for minutes in range(1, 101):
        many.put(1, minutes - minutes % (100 if minutes == 100 else 10), 1, 0, is_length=True)
        many.put(-1, minutes, 1, 0)
    assert (many.quantile(0.5), many.quantile(0.9)) == (50, 90)
    assert many.wanted() == {(50, 59), (90, 99)}


def test_long_times_keep_two_digits(cast: Cast) -> None:
    take_in()
    prepare("first_dispatch", 3, {}, minutes=12_345)
    assert figure("K54").median == 12_000
    assert figure("K54", unit("CG")).median is None


def test_sensitive_matters_count_for_those_who_see_them(cast: Cast, make_ticket: MakeTicket) -> None:
    first = make_ticket("accepted")
    make_ticket("accepted", at=MONDAY + HOUR)
    Ticket.objects.filter(pk=first.pk).update(is_sensitive=True)
    take_in()
    for subject in (place("990100000000"), place(COMMUNITY), place("990101001001001")):
        assert figure("K15", subject).whole == 2
        assert figure("K15", subject, sensitive=False).whole == 1
