"""The dashboard: every number equals the list behind it, what is counted, who sees what, and its cost."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import unescape
from itertools import product

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.command import views
from governance.command.counting import Tally, total
from governance.command.figures import SOURCES, Dashboard, Figure, dashboard, level_of
from governance.command.periods import PERIODS, period
from governance.command.templatetags.figures import bar, rate_lamp, rate_word
from grids.models import Grid, GridVersion
from incidents import standing
from incidents.catalogue import current as catalogue
from incidents.models import OpenReach, Ticket
from incidents.queries import TicketFilter, filtered
from incidents.views.links import filter_from, list_url, query_of
from tests.cast import DAY, HOUR, LITTER, MONDAY, Cast, MakeTicket, Photo

WEDNESDAY = MONDAY + 2 * DAY + 6 * HOUR
READERS = ("leader", "duty", "town", "community", "worker", "handler", "far_oversight", "grid_leader")


def every_figure(found: Dashboard) -> list[Figure]:
    """All numbers that the page shows."""
    rates = [found.worker_share, found.on_time, *(row.on_time for row in found.places)]
    return [
        found.intake,
        found.intake_before,
        found.open_now,
        found.late_now,
        found.closed,
        found.due_soon,
        *(named.figure for named in (*found.compared, *found.deciding, *found.holders)),
        *found.late_stages.values(),
        *(cell.figure for cell in found.heat.cells),
        *(figure for rate in rates for figure in (rate.part, rate.whole)),
        *(figure for beat in found.rhythm for figure in (beat.now, beat.before)),
        *(named.figure for named in (*found.sources, *found.stages)),
        *(figure for row in found.places for figure in (row.intake, row.open_now, row.late_now)),
    ]


@pytest.fixture
def busy_days(make_ticket: MakeTicket, cast: Cast, photo: Photo) -> None:
    """Ten days of reports of all sorts: late and in time, voided, from workers, outside every town."""
    for days in range(4, 10):
        at = MONDAY - 7 * DAY + days * DAY
        make_ticket("closed", at=at, column=days % 4)
        make_ticket("handling", at=at + HOUR, column=(days + 1) % 4, source="hotline", category=LITTER)
        make_ticket("registered", at=at + 3 * HOUR, column=(days + 2) % 4, source="police")
    make_ticket("voided", at=WEDNESDAY - HOUR)
    make_ticket("feedback", at=WEDNESDAY - 2 * HOUR, to="G1", category=LITTER)
    make_ticket("archived", at=MONDAY - 31 * DAY)
    make_ticket(
        at=WEDNESDAY - HOUR, source="worker", by=cast.worker, attachments=[photo(cast.worker)], silent=True
    )
    nowhere = make_ticket(at=WEDNESDAY - HOUR)
    Ticket.objects.filter(pk=nowhere.pk).update(town=None, community=None, grid=None)


def lists_agree(cast: Cast, cases: Iterable[tuple[str, str]]) -> None:
    for reader, name in cases:
        actor = getattr(cast, reader)
        figures = every_figure(dashboard(actor, period(name, WEDNESDAY)))
        assert len(figures) > 30
        for figure in figures:
            query = QueryDict(list_url(figure.wanted).partition("?")[2])
            wanted = filter_from(query, WEDNESDAY)
            rows = filtered(Ticket.objects.visible_to(actor), wanted)
            assert rows.count() == figure.count, (reader, name, query)


@pytest.mark.django_db
def test_every_number_equals_its_list_and_they_add_up(busy_days: None, cast: Cast) -> None:
    lists_agree(cast, product(READERS, PERIODS))
    standing.fold(at=WEDNESDAY - timedelta(minutes=1))
    before = {reader: dashboard(getattr(cast, reader), period("today", WEDNESDAY)) for reader in READERS}
    OpenReach.objects.all().delete()  # without their moment sums cannot be asked
    for reader in READERS:
        assert dashboard(getattr(cast, reader), period("today", WEDNESDAY)) == before[reader]
    for name in PERIODS:
        found = dashboard(cast.leader, period(name, WEDNESDAY))
        assert found.intake.count > 0
        assert sum(beat.now.count for beat in found.rhythm) == found.intake.count
        assert sum(source.figure.count for source in found.sources) == found.intake.count
        assert sum(row.intake.count for row in found.places) == found.intake.count
        assert sum(stage.figure.count for stage in found.stages) == found.open_now.count
        assert sum(row.open_now.count for row in found.places) == found.open_now.count
        assert sum(row.late_now.count for row in found.places) == found.late_now.count > 0
        assert sum(late.count for late in found.late_stages.values()) == found.late_now.count
        assert sum(holder.figure.count for holder in found.holders) == found.late_now.count


@pytest.mark.django_db
def test_counts_by_hand(make_ticket: MakeTicket, cast: Cast) -> None:
    make_ticket("registered", at=MONDAY - DAY)
    make_ticket("registered", at=MONDAY - DAY + 2 * HOUR)
    make_ticket("closed", at=MONDAY, source="hotline")
    make_ticket("voided", at=MONDAY)
    found = dashboard(cast.leader, period("today", MONDAY + HOUR))
    assert (found.intake.count, found.intake_before.count, found.closed.count) == (1, 1, 1)
    assert [(row.key, row.figure.count) for row in found.sources] == [("hotline", 1)]
    assert (found.worker_share.part.count, found.worker_share.percent) == (0, 0.0)
    yesterday = dashboard(cast.leader, period("yesterday", MONDAY + HOUR))
    assert (yesterday.intake.count, yesterday.intake_before.count, yesterday.worker_share.percent) == (
        2,
        0,
        0.0,
    )
    assert dashboard(cast.leader, period("week", MONDAY + HOUR)).intake.count == 3


@pytest.mark.django_db
def test_on_time_is_by_due_time_and_a_zero_denominator_has_no_rate(
    make_ticket: MakeTicket, cast: Cast
) -> None:
    make_ticket("handling", at=MONDAY, category=LITTER)
    assert dashboard(cast.leader, period("today", MONDAY + HOUR)).on_time.percent is None
    due_at = Ticket.objects.get().due_at
    assert due_at is not None
    late = dashboard(cast.leader, period("today", due_at + timedelta(minutes=1)))
    assert (late.on_time.part.count, late.on_time.whole.count, late.on_time.percent) == (0, 1, 0.0)


@pytest.mark.django_db
def test_places_are_one_level_below_what_is_covered(cast: Cast) -> None:
    wanted = {
        "leader": "town",
        "far_oversight": "town",
        "town": "community",
        "community": "grid",
        "worker": "grid",
        "handler": "town",
        "outsider": "town",
    }
    assert {name: level_of(getattr(cast, name)) for name in wanted} == wanted


@pytest.mark.django_db
def test_a_grid_that_is_no_longer_in_force_keeps_its_row(make_ticket: MakeTicket, cast: Cast) -> None:
    make_ticket(at=MONDAY)
    Grid.objects.filter(code="990101001001001").update(valid_to=MONDAY.date())
    GridVersion.bump()
    from tests.city import forget_snapshots

    forget_snapshots()
    found = dashboard(cast.community, period("today", MONDAY + HOUR))
    assert [row.place.name for row in found.places if row.place] == ["第1网格"]
    query = query_of(found.places[0].intake.wanted)
    assert query["path"].endswith("/990101001001001/")
    rows = filtered(Ticket.objects.visible_to(cast.community), filter_from(query, MONDAY))
    assert rows.count() == found.places[0].intake.count == 1


@pytest.mark.django_db
def test_nobody_sees_beyond_the_own_scope(make_ticket: MakeTicket, cast: Cast) -> None:
    make_ticket(at=MONDAY, column=3)
    today = period("today", MONDAY + HOUR)
    assert dashboard(cast.leader, today).intake.count == 1
    assert dashboard(cast.far_community, today).intake.count == 1
    assert dashboard(cast.community, today).intake.count == 0
    assert dashboard(cast.outsider, today).intake.count == 0


@pytest.mark.usefixtures("steady")
@pytest.mark.django_db
@pytest.mark.parametrize("how_many", [1, 3])
def test_it_costs_six_statements(make_ticket: MakeTicket, cast: Cast, how_many: int) -> None:
    for column in range(how_many):
        make_ticket(at=MONDAY, column=column)
    dashboard(cast.leader, period("today", MONDAY))
    with CaptureQueriesContext(connection) as queries:
        dashboard(cast.leader, period("today", MONDAY + HOUR))
    assert len(queries) == 6, [query["sql"] for query in queries]


LINK = re.compile(r'<a [^>]*href="(/tickets/\?[^"]+)"[^>]*>(\d+)</a>')


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(views, "now", lambda: WEDNESDAY)
    return WEDNESDAY


@pytest.mark.django_db
def test_each_link_on_the_page_opens_that_many(
    busy_days: None, cast: Cast, client: Client, noon: datetime
) -> None:
    assert cast.leader.user is not None
    client.force_login(cast.leader.user)
    links = []
    for name in PERIODS:
        page = client.get("/dashboard/", {"period": name, "ground": "now"})
        assert page.status_code == 200
        links += LINK.findall(page.content.decode())
    assert len(links) > 150
    for url, shown in links:
        query = QueryDict(unescape(url).partition("?")[2])
        rows = filtered(Ticket.objects.visible_to(cast.leader), filter_from(query, noon))
        assert rows.count() == int(shown), url


@pytest.mark.django_db
def test_htmx_gets_the_part_alone(cast: Cast, client: Client) -> None:
    assert cast.leader.user is not None
    client.force_login(cast.leader.user)
    part = client.get("/dashboard/", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="dashboard"')
    assert 'data-stream="/dashboard/events/?period=today"' in part
    assert "data-still" in part
    assert "<html" not in part


@pytest.mark.django_db
def test_whoever_has_no_appointment_is_told_so(cast: Cast, client: Client) -> None:
    assert cast.outsider.user is not None
    client.force_login(cast.outsider.user)
    assert client.get("/dashboard/").status_code == 403
    client.logout()
    assert client.get("/dashboard/").status_code == 302


@pytest.mark.django_db
def test_many_sources_are_shown_with_the_small_ones_together(make_ticket: MakeTicket, cast: Cast) -> None:
    codes = [code for code in catalogue().sources if code != "worker"]
    for code in codes:
        make_ticket(at=MONDAY, source=code)
    found = dashboard(cast.leader, period("today", MONDAY + HOUR))
    assert len(found.sources) == SOURCES
    assert sum(row.figure.count for row in found.sources) == found.intake.count == len(codes)
    rest = found.sources[-1]
    assert (rest.key, rest.name, rest.figure.count) == ("other", "其他来源", len(codes) - SOURCES + 1)
    rows = filtered(Ticket.objects.visible_to(cast.leader), filter_from(query_of(rest.figure.wanted), MONDAY))
    assert rows.count() == rest.figure.count


def test_bars_and_lamps() -> None:
    assert 'width="50.00"' in bar(5, 10)
    assert 'width="0.00"' in bar(None, 0)
    assert 'width="100.00"' in bar(20, 10)
    assert 'class="bar-line" x="60"' in bar(1, 2, "green", 60)
    from governance.command.figures import Rate

    def rate(part: int, whole: int) -> Rate:
        return Rate(Figure(part, TicketFilter()), Figure(whole, TicketFilter()))

    line = [95, 85]
    assert [rate_lamp(rate(part, 100), line) for part in (100, 95, 94, 85, 84)] == [
        "green",
        "green",
        "amber",
        "amber",
        "red",
    ]
    assert rate_lamp(rate(0, 0), line) == rate_lamp(rate(1, 1), None) == ""
    assert rate_word("green") == "达标"
    assert rate_word("") == ""


def test_tallies_are_summed() -> None:
    assert total([Tally(1, 2, 3, 4, 5), Tally(1, 1, 1, 1, 1)]) == Tally(2, 3, 4, 5, 6)
