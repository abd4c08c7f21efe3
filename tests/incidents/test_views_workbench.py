"""The unit's workbench and the leader's picture: what stands where, who sees it, what it costs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from grids import scope as scopes
from incidents import sides, transitions
from incidents.models import Ticket
from incidents.queries import workload
from incidents.sides import Side, SideButton
from incidents.views.desk import workbench
from incidents.views.desk.workbench import day_ends, week_ends
from tests.cast import (
    DAY,
    DUTY_OF_GRID,
    HOUR,
    LITTER,
    MINUTE,
    MONDAY,
    STREET_TRADE,
    Cast,
    MakeTicket,
    shanghai,
)

pytestmark = pytest.mark.django_db


def open_page(client: Client, actor, path: str = "/workbench/") -> str:
    client.force_login(actor.user)
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_days_and_weeks_are_those_of_the_city() -> None:
    assert day_ends(shanghai(18, 23, 59)) == shanghai(19, 0)
    assert week_ends(shanghai(18, 9)) == shanghai(23, 0)
    assert week_ends(shanghai(22, 9)) == shanghai(23, 0)


def test_by_the_clock(cast: Cast, make_ticket: MakeTicket) -> None:
    late = make_ticket("handling", at=MONDAY - 30 * DAY, category=STREET_TRADE)
    soon = make_ticket("handling", at=MONDAY)
    sent = make_ticket("feedback", at=MONDAY)
    make_ticket("dispatched", at=MONDAY)
    scope = scopes.of(cast.lead.user)
    found = workload.board(scope, at=MONDAY, day_ends=day_ends(MONDAY), week_ends=week_ends(MONDAY))
    assert late in found.today
    assert soon in found.week
    assert [ticket.pk for ticket in found.others] == [sent.pk]
    assert found.to_sign == 1
    assert not found.is_cut
    far = workload.board(scope, at=MONDAY, day_ends=MONDAY - 90 * DAY, week_ends=MONDAY - 90 * DAY)
    assert late in far.later


def test_a_flood_is_cut(cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    make_ticket("handling")
    make_ticket("handling", content="第二件")
    monkeypatch.setattr(workload, "HELD_CAP", 1)
    found = workload.board(
        scopes.of(cast.lead.user), at=MONDAY, day_ends=day_ends(MONDAY), week_ends=week_ends(MONDAY)
    )
    assert found.is_cut
    assert len(found.today) + len(found.week) + len(found.later) == 1


def test_who_carries_how_much(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("handling", at=MONDAY - 30 * DAY, category=STREET_TRADE)
    make_ticket("handling", at=MONDAY)
    other = make_ticket("dispatched", at=MONDAY)
    transitions.sign(other.pk, by=cast.lead, at=MONDAY + HOUR)
    auto = make_ticket("dispatched", at=MONDAY)
    transitions.sign(auto.pk, by=cast.system, at=MONDAY + HOUR)
    loads = {load.key: load for load in workload.by_person(scopes.of(cast.lead.user).unit_ids, MONDAY + HOUR)}
    mine = loads[cast.handler.user_id]
    assert (mine.open, mine.late, mine.percent) == (2, 1, "50 %")
    assert (loads[cast.lead.user_id].open, loads[0].open) == (1, 1)
    assert workload.Load(key=1, open=0, late=0).share == 0


def test_grids_of_one_s_own_ground(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("dispatched", to="G1", category=LITTER)
    make_ticket(column=3)
    found = workload.by_grid(scopes.of(cast.community.user).paths, MONDAY + DAY)
    assert [(load.key, load.open) for load in found] == [(cast.grid(0).pk, 1)]


def test_what_may_still_be_asked(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", at=MONDAY)
    transitions.ask_extension(ticket.pk, by=cast.handler, at=MONDAY + 10 * MINUTE, opinion="需协调", amount=1)
    transitions.extend(ticket.pk, by=cast.oversight, at=MONDAY + 11 * MINUTE)
    rights = workload.allowances([ticket], extensions=2, returns=2)[ticket.pk]
    assert (rights.extensions, rights.returns, rights.is_binding) == (1, 2, False)
    Ticket.objects.filter(pk=ticket.pk).update(is_final_assignment=True)
    assert workload.allowances([ticket], extensions=2, returns=2)[ticket.pk].returns == 0


def test_the_page_shows_all_of_it(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    at = timezone.now()
    helped = make_ticket("dispatched", to="CG", co_handlers=("RQ",), category=STREET_TRADE, at=at - HOUR)
    handled = make_ticket("handling", at=at - 30 * DAY, category=STREET_TRADE)
    page = open_page(client, cast.lead)
    assert handled.number in page
    assert "可延期 2 次" in page
    assert "全部签收" in page
    assert "朱办" in page
    assert helped.number in open_page(client, cast.gas)
    assert "第1网格" in open_page(client, cast.community)


def test_show_all_leads_to_exactly_what_was_counted(
    client: Client, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "SHOWN", 1)
    late = [make_ticket("handling", at=MONDAY - 30 * DAY, category=STREET_TRADE) for _n in range(3)]
    sent = make_ticket("feedback", at=MONDAY)
    page = open_page(client, cast.lead)
    assert 'href="?column=today"' in page
    assert 'href="?column=others"' not in page, "nothing more than what is shown"
    assert sum(ticket.number in page for ticket in late) == 1
    whole = open_page(client, cast.lead, "/workbench/?column=today")
    assert whole.count("data-row") == 3
    assert all(ticket.number in whole for ticket in late)
    assert sent.number not in whole
    assert 'href="/workbench/"' in whole
    client.force_login(cast.lead.user)
    part = client.get("/workbench/?column=others", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="workbench"')
    assert 'hx-get="/workbench/?column=others"' in part
    assert sent.number in part
    assert "今日没有到期工单" in open_page(client, cast.gas, "/workbench/?column=today")
    assert 'id="bench-week"' in open_page(client, cast.lead, "/workbench/?column=nonsense")


@pytest.mark.parametrize("who", ["dispatcher", "leader", "worker", "auditor", "outsider"])
def test_it_is_for_units_that_handle(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who).user)
    assert client.get("/workbench/").status_code == 403


def test_nothing_of_others_shows(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", category=DUTY_OF_GRID, to="G1")
    assert ticket.number not in open_page(client, cast.handler)


@pytest.mark.parametrize("rows", [1, 3])
def test_its_price_does_not_grow(
    client: Client, cast: Cast, make_ticket: MakeTicket, django_assert_max_num_queries, steady, rows: int
) -> None:
    for index in range(rows):
        make_ticket("handling", content=f"第{index}件", at=timezone.now() - timedelta(days=3))
    open_page(client, cast.lead)
    with django_assert_max_num_queries(16):
        client.get("/workbench/", headers={"HX-Request": "true"})


class TestPicture:
    @pytest.fixture
    def instructing(self):
        def buttons(ticket, actor, at):
            return [SideButton(label="批示", url=f"/guest/{ticket.number}/")]

        sides.register(
            Side(name="guest", template="parts/_empty.html", panel=lambda *_of: None, buttons=buttons)
        )
        yield
        sides._SIDES.pop("guest")

    @pytest.mark.usefixtures("instructing")
    def test_figures_groups_and_the_button(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", category="0206", at=MONDAY - 30 * DAY)
        page = open_page(client, cast.leader, "/picture/")
        assert ticket.number in page
        assert f'data-dialog="/guest/{ticket.number}/"' in page
        assert "/tickets/?open=1" in page
        assert "城市管理局" in page
        assert (
            client.get("/picture/", headers={"HX-Request": "true"})
            .content.decode()
            .lstrip()
            .startswith("<div")
        )

    @pytest.mark.parametrize("who", ["dispatcher", "handler", "auditor"])
    def test_it_is_for_leaders(self, client: Client, cast: Cast, who: str) -> None:
        client.force_login(getattr(cast, who).user)
        assert client.get("/picture/").status_code == 403

    def test_an_empty_city_says_so(self, client: Client, cast: Cast) -> None:
        page = open_page(client, cast.leader, "/picture/")
        assert "没有此类在办工单" in page
        assert "没有单位存在超期工单" in page
