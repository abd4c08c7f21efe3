"""Disputes counted by the engine: the same numbers as on mediation's own page, together and split, step by step."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from assessment.checking import recount
from assessment.definitions import definitions
from assessment.disputes.reading import SOURCE
from assessment.drilling import listing
from assessment.figures import Asked
from assessment.periods import Period
from assessment.running import catch_up
from assessment.splitting import splits
from incidents import catalogue
from incidents.models import TicketSource
from incidents.places import Spot
from mediation import intake, queries
from mediation.calendar import bounds
from mediation.models import Callback, MediationCase, Obligation
from tests.assessment.props import CITY, asked, parts, place, take_in
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket
from tests.mediation.conftest import enter
from tests.mediation.props import Way, draft, terms

__all__ = ["enter"]
pytestmark = pytest.mark.django_db
LEVELS = ("K31.community", "K31.town", "K31.upper", "K31.up")
CODES = ("K31", *LEVELS, "K32", "K33", "K34", "K35", "K36")
WINTER = Period(since=date(2026, 11, 1), until=date(2027, 5, 1))
LATER = MONDAY + 160 * DAY


@pytest.fixture
def disputes(cast: Cast) -> dict[str, Way]:
    """One of every end, at two levels and of several kinds."""
    found = {
        state: Way(cast, MONDAY + number * HOUR).to(state)
        for number, state in enumerate(
            ("confirmed", "confirm_refused", "breached", "failed", "refused", "not_mediable", "mediating")
        )
    }
    found["oral"] = Way(cast, MONDAY, level="grid", category="0403").to("agreed_oral")
    found["archived"] = Way(cast, MONDAY, category="0405").to("archived")
    found["restricted"] = Way(cast, MONDAY, category="0402").to("agreed_written")
    relapsed = Way(cast, MONDAY, category="0404").to("performed")
    relapsed.call(outcome="relapse", satisfaction="2", opinion="又起争执")
    found["relapsed"] = relapsed
    for way in (found["archived"], found["relapsed"], found["mediating"]):
        MediationCase.objects.filter(pk=way.row.pk).update(origin="police")
    return found


def pages(by: str = "") -> dict[str, dict[str, tuple[int, int]]]:
    """What mediation's own page says of everything, by code and group."""
    period = bounds(WINTER.since, WINTER.days)
    found = queries.rates(MediationCase.objects.all(), *period, by)
    return {item.code: {rate.group: (rate.part, rate.whole) for rate in rates} for item, rates in found}


def test_the_same_numbers_as_the_page(cast: Cast, disputes: dict[str, Way]) -> None:
    take_in(LATER)
    shown = pages()
    assert {code: parts(code, period=WINTER) for code in CODES} == {code: shown[code][""] for code in CODES}
    assert shown["K31"][""] == (5, 9), "the relapsed one counts anew, the broken one does not count"
    assert [shown[code][""] for code in LEVELS] == [(1, 5), (4, 5), (0, 5), (0, 9)]
    assert shown["K32"][""] == (7, 8), "an agreement before the relapse stays an end of mediation"
    assert shown["K33"][""][1] >= 4
    assert shown["K34"][""] == (1, 6)
    assert shown["K35"][""] == (1, 3)
    assert shown["K36"][""] == (3, 4)
    for by, place_of in (("level", 0), ("kind", 1), ("cause", 2)):
        own = pages(by)
        for code in CODES:
            split = splits(asked([code], place(CITY), period=WINTER))[place_of]
            assert sorted((row.part, row.whole) for row in split.rows) == sorted(own[code].values()), (
                by,
                code,
            )
    assert splits(asked(["K19"], place(CITY), period=WINTER)) == []
    assert splits(asked(["K17"], place(CITY), period=WINTER)) == []
    hidden = Asked(
        definitions=[row for row in definitions() if row.code == "K32"],
        subjects=[place(CITY)],
        period=WINTER,
        sensitive=False,
    )
    assert sum(row.whole for row in splits(hidden)[0].rows) == 7, "the restricted one counts for few"


def test_a_step_moves_what_it_touches_and_a_recount_finds_nothing(
    cast: Cast, enter: Callable[[str], Client]
) -> None:
    way = Way(cast).to("mediating")
    take_in(LATER)
    assert (parts("K31", period=WINTER), parts("K32", period=WINTER)) == ((0, 1), (0, 0))
    way.do("draft", agreement=terms(way.row, way.at))
    way._agreed_oral()
    assert catch_up(at=LATER)
    assert (parts("K31", period=WINTER), parts("K32", period=WINTER)) == ((1, 1), (1, 1))
    assert parts("K31", place("990101001001001"), period=WINTER) == (1, 1), "the grid where it was registered"
    found = listing(cast.leader, asked(["K31"], place(CITY), period=WINTER), "part")
    assert [(line.item_id, line.item) for line in found.lines] == [(way.row.pk, None)], (
        "no leader reads a yellow one"
    )
    shown = listing(cast.town, asked(["K31"], place(CITY), period=WINTER), "part").lines[0]
    assert shown.item is not None
    assert (shown.item.number, shown.item.title) == (way.row.number, "")
    assert "邻里纠纷" in shown.facts
    days = f"since={WINTER.since}&last={WINTER.last}"
    page = enter("town").get(f"{reverse('assessment:indicator', args=['K31'])}?{days}").content.decode()
    assert "按纠纷类型" in page
    assert "邻里纠纷" in page
    months = [date(2026, 11, 1), date(2026, 12, 1)]
    done = recount(SOURCE, at=LATER, low=1, high=way.row.pk, months=months)
    assert (done.differing_items, done.differing_cells) == (0, 0)
    Obligation.objects.filter(term__agreement__case=way.row).update(done_on=date(2026, 11, 16))
    Callback.objects.filter(case=way.row).delete()
    assert recount(SOURCE, at=LATER, low=1, high=way.row.pk, months=months).differing_items == 1


def test_trial_disputes_count_nowhere(cast: Cast, make_ticket: MakeTicket) -> None:
    TicketSource.objects.create(code=catalogue.TRIAL, name="试用", kind=TicketSource.Kind.APP)
    catalogue.forget()
    for source in (catalogue.TRIAL, "phone_in"):
        ticket = make_ticket("accepted", at=MONDAY, source=source)
        case = intake.from_ticket(ticket.pk, draft(spot=Spot()), by=cast.community, at=MONDAY)
        MediationCase.objects.filter(pk=case.pk).update(origin="police")
    take_in(LATER)
    assert parts("K35", period=WINTER) == pages()["K35"][""] == (0, 1)
