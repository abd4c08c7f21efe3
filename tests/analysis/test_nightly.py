"""The night's work on tickets: what is found, what is kept, which warnings stand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from analysis import counting, evening, nightly, recurrence, watching
from analysis.models import AnalysisRun, AnalysisValue, EarlyWarning, HotSpot, Surge, WarningRule
from analysis.values import values
from grids.models import Grid
from incidents import catalogue
from incidents.models import Notice, Ticket, TicketSource
from tests.analysis.props import copies, daily
from tests.cast import DAY, DUTY_OF_GRID, LITTER, MONDAY, Cast, MakeTicket

TODAY = date(2026, 11, 17)
LAST = date(2026, 11, 16)
TOWN, COMMUNITY, GRID = "990101001000", "990101001001", "990101001001001"


@pytest.fixture
def busy(cast: Cast, make_ticket: MakeTicket) -> Ticket:
    """Nine weeks with one ticket a day in the first grid and in a far one, and fourteen more on the last day."""
    near = make_ticket()
    far = make_ticket(column=3, category=LITTER)
    copies(near, daily(1, 63, 1))
    copies(far, daily(3, 63, 0), category=LITTER)
    copies(near, daily(14, 0, 0))
    return near


def test_a_surge_is_found_kept_and_warned_of_once(busy: Ticket, cast: Cast) -> None:
    assert nightly.run(at=MONDAY + DAY, today=TODAY) == 3
    run = AnalysisRun.objects.get(day=LAST)
    assert (run.baseline_days, run.surges) == (56, Surge.objects.filter(run=run).count())
    day = Surge.objects.get(run=run, place=COMMUNITY, category="", window=1)
    assert (day.observed, day.level, day.place_name) == (15, "community", "书院社区")
    assert 0.5 < day.expected < 2
    assert day.q <= 0.05
    assert not Surge.objects.filter(place__startswith="990102").exists()
    warning = EarlyWarning.objects.get(rule__code="surge-town-double")
    assert (warning.place, warning.state, warning.severity) == (TOWN, "open", "2orange")
    assert warning.value == Decimal(str(round(day.observed / day.expected, 2))).quantize(Decimal("0.01"))
    assert warning.facts["observed"] == 15
    told = Notice.objects.filter(key=f"warning:{warning.pk}")
    assert {row.unit_id for row in told} == {cast.unit("T1").pk, cast.unit("CMD").pk}
    before = EarlyWarning.objects.count(), Notice.objects.count()
    assert nightly.run(at=MONDAY + DAY, today=TODAY) == 0, "a day is analysed once"
    assert (EarlyWarning.objects.count(), Notice.objects.count()) == before


def test_a_number_is_its_list(busy: Ticket, cast: Cast) -> None:
    evening.analyse(LAST, at=MONDAY + DAY)
    browser = Client()
    browser.force_login(cast.oversight.user, backend="governance.accounts.backends.NameOrPhoneBackend")
    row = Surge.objects.get(place=COMMUNITY, category="", window=1)
    url = counting.tickets_url(row.region_path, row.category, row.day, row.day)
    page = browser.get(url)
    assert page.status_code == 200
    assert page.content.decode().count('class="row-link"') >= 15


def test_what_is_sensitive_void_or_for_trial_is_kept_apart(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    copies(ticket, daily(1, 63, 1))
    trial = TicketSource.objects.create(code="trial-x", name="试用", kind="hotline")
    catalogue.forget()
    copies(ticket, daily(30, 0, 0), state="voided")
    copies(ticket, daily(30, 0, 0), source=trial.pk)
    copies(ticket, daily(20, 0, 0), is_sensitive=True)
    evening.analyse(LAST, at=MONDAY + DAY)
    assert {(row.is_sensitive, row.observed) for row in Surge.objects.filter(window=1)} == {(True, 20)}
    assert Surge.objects.visible_to(cast.oversight).exists()
    assert not Surge.objects.visible_to(cast.far_town).exists()
    assert not Surge.objects.visible_to(cast.auditor).exists()


def test_before_there_are_tickets_nothing_is_judged(cast: Cast) -> None:
    run = evening.analyse(LAST, at=MONDAY)
    assert run is not None
    assert (run.tests, run.surges, run.spots) == (0, 0, 0)


def test_a_standing_warning_is_renewed_a_dismissed_one_stays_quiet_and_an_old_one_lapses(cast: Cast) -> None:
    rule = WarningRule.objects.get(code="hot-spot")
    met = watching.Met(
        place=GRID,
        name="第1网格",
        path=Grid.objects.get(code=GRID).path,
        category="01",
        value=Decimal(3),
        facts={},
    )
    assert watching.settle(rule, met, LAST, at=MONDAY)
    row = EarlyWarning.objects.get()
    assert not watching.settle(rule, met, LAST + timedelta(days=1), at=MONDAY)
    row.refresh_from_db()
    assert (row.last_met_on, row.version) == (LAST + timedelta(days=1), 2)
    assert not watching.settle(rule, met, LAST, at=MONDAY), "an older evening changes nothing"
    assert watching.lapse_due(LAST + timedelta(days=15), at=MONDAY) == 0
    assert watching.lapse_due(LAST + timedelta(days=16), at=MONDAY) == 1
    row.refresh_from_db()
    assert row.state == "lapsed"
    assert watching.settle(rule, met, LAST + timedelta(days=17), at=MONDAY), "a lapsed one may come again"
    EarlyWarning.objects.exclude(pk=row.pk).update(state="dismissed")
    assert not watching.settle(rule, met, LAST + timedelta(days=20), at=MONDAY)
    assert watching.settle(rule, met, LAST + timedelta(days=46), at=MONDAY)


def test_counts_and_recurrence_warn_by_their_threshold(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(category=LITTER)
    copies(ticket, daily(1, 5, 1))
    run = AnalysisRun.objects.create(day=LAST, at=MONDAY, baseline_days=0, tests=0, surges=0)
    shared = {
        "name": "规则", "name_en": "Rule", "level": "community", "severity": "4blue", "basis": "测试",
        "valid_from": date(2026, 1, 1),
    }  # fmt: skip
    count = WarningRule(
        code="c", measure="count", category="01", window_days=7, threshold=6, least=1, **shared
    )
    assert [(met.place, met.value) for met in watching.of_counts(count, run)] == [(COMMUNITY, Decimal(6))]
    count.threshold = Decimal(7)
    assert list(watching.of_counts(count, run)) == []
    count.threshold, count.region_path = Decimal(6), cast.region("990102000000").path
    assert list(watching.of_counts(count, run)) == []
    again = WarningRule(code="r", measure="recurrence", window_days=7, threshold=5, least=5, **shared)
    met = list(watching.of_recurrence(again, run))
    assert [(one.place, one.value, one.facts["whole"]) for one in met] == [(COMMUNITY, Decimal(5), 6)]


def test_recurrence_is_counted_by_hand(cast: Cast, make_ticket: MakeTicket) -> None:
    """Day 0 and 20: again. Day 51: 31 days after the last, not again. Another kind does not count."""
    ticket = make_ticket(category=LITTER)
    copies(ticket, [MONDAY - 31 * DAY, MONDAY - 51 * DAY])
    copies(ticket, [MONDAY - 2 * DAY], category=DUTY_OF_GRID)
    rows = recurrence.by_kind("9901", LAST - timedelta(days=60), LAST, 30)
    assert {row.key: (row.again, row.whole) for row in rows} == {"0106": (1, 3), "0302": (0, 1)}
    assert rows[0].percent == Decimal("33.33")


def test_rates_warn_on_the_wrong_side(cast: Cast, make_ticket: MakeTicket) -> None:
    run = AnalysisRun.objects.create(day=LAST, at=MONDAY, baseline_days=0, tests=0, surges=0)
    rule = WarningRule.objects.get(code="late-town")
    assert list(watching.of_rates(rule, run)) == [], "nothing is counted yet"


def test_numbers_of_the_office_hold_from_their_day(cast: Cast) -> None:
    AnalysisValue.objects.create(name="least", value=9, valid_from=LAST, basis="办公室")
    assert values(LAST - timedelta(days=1))["least"] == 5
    assert values(LAST)["least"] == 9


def test_places_of_a_ticket() -> None:
    assert counting.places_of("990101001001001") == [
        ("990100000000", "city"),
        ("990101000000", "district"),
        ("990101001000", "town"),
        ("990101001001", "community"),
    ]
    assert counting.places_of("990101000000000")[-1] == ("990101000000", "district")
    assert evening.level_of("990101001000") == "town"
    assert evening.holds("990101000000", "990101001000")
    assert not evening.holds("990101001000", "990101001000")


def test_hot_spots_say_when_and_what_a_patrol_gains(cast: Cast, make_ticket: MakeTicket) -> None:
    """Sixteen more grids around the first; its own three tickets a day all come between 9 and 12."""
    base = Grid.objects.get(code=GRID)
    for number in range(16):
        pk = 90_000 + number
        lon, lat = base.lon + 0.011 * (number % 4 - 1), base.lat + 0.009 * (number // 4 + 1)
        row = Grid.objects.get(pk=base.pk)
        row.pk, row.code, row.path = pk, f"9901010010021{number:02d}", f"{base.path[:-4]}{number}x/"
        row.lon, row.lat, row.name, row.team = lon, lat, f"第{number}号网格", None
        row.save(force_insert=True)
    ticket = make_ticket(category=LITTER)
    copies(ticket, daily(3, 27, 0))
    run = evening.analyse(LAST, at=MONDAY + DAY)
    assert run is not None
    spot = HotSpot.objects.get(category="01")
    assert (spot.place, spot.observed, spot.days) == (GRID, 85, 28)
    assert spot.first_hour <= 9 < spot.last_hour
    assert (spot.in_hours, spot.by_workers, spot.gain) == (85, 0, 0.0)
    assert spot.q <= 0.05
