"""The list: filters, pages, cost; cells that a spreadsheet takes for no formula."""

from datetime import timedelta

import pytest
from django.test import Client

from governance.foundation import spreadsheets
from governance.foundation.errors import Invalid
from incidents.views import listing
from tests.cast import GAS_LEAK, HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db


def page_of(client: Client, actor, query: str = "") -> str:
    client.force_login(actor.user)
    response = client.get(f"/tickets/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_newest_first_and_only_what_one_may_see(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    old, new = make_ticket(at=MONDAY), make_ticket(at=MONDAY + HOUR, content="新的一件")
    far = make_ticket(at=MONDAY + 2 * HOUR, column=3, content="石桥村的一件")
    page = page_of(client, cast.community)
    assert page.index(new.number) < page.index(old.number)
    assert far.number not in page
    assert far.number in page_of(client, cast.dispatcher)


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("?state=accepted", True),
        ("?state=closed", False),
        ("?source=phone_in", True),
        ("?source=hotline", False),
        ("?region=990101001001", True),
        ("?region=990102001001", False),
        ("?region=990101001001001", True),
        ("?region=990101000000", True),
        ("?category=0206", True),
        ("?category=03", False),
        ("?urgency=critical", True),
        ("?urgency=normal", False),
        ("?demand=help", True),
        ("?since=2026-11-16&until=2026-11-16", True),
        ("?since=2026-11-17", False),
        ("?open=1", True),
        ("?open=0", False),
        ("?late=1", True),
        ("?hour=9", True),
        ("?hour=10", False),
        ("?outside=1", False),
        ("?q=燃气泄漏", True),
        ("?q=没有这样的词", False),
    ],
)
def test_filters(client: Client, cast: Cast, make_ticket: MakeTicket, query: str, is_found: bool) -> None:
    ticket = make_ticket("accepted", category=GAS_LEAK, content="楼道里燃气泄漏")
    assert (f'id="row-{ticket.number}"' in page_of(client, cast.dispatcher, query)) is is_found


def test_a_number_finds_its_ticket(client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
    wanted, other = make_ticket(), make_ticket(content="另一件")
    page = page_of(client, cast.dispatcher, f"?q={wanted.number}")
    assert f'id="row-{wanted.number}"' in page
    assert f'id="row-{other.number}"' not in page


def test_a_drill_down_shows_what_it_restricts(client: Client, cast: Cast) -> None:
    page = page_of(client, cast.dispatcher, f"?holder={cast.handler.unit_id}&due_until=2026-11-20")
    assert "当前单位 城市管理局" in page
    assert "到期止 2026-11-20" in page
    assert f'name="holder" value="{cast.handler.unit_id}"' in page


def test_what_cannot_be_read_is_told_and_the_rest_holds(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("accepted")
    page = page_of(
        client, cast.dispatcher, "?since=2026-13-45&state=accepted&holder=x&urged=maybe&without=moon"
    )
    assert "“2026-13-45”不是有效日期，筛选条件“登记起”未生效。" in page
    assert "链接中有无法识别的条件，未生效：holder=x、urged=maybe、without=moon。" in page
    assert f'id="row-{ticket.number}"' in page
    page = page_of(
        client, cast.dispatcher, "?state=eaten&source=moon&level=moon&region=12&category=zz&hour=31&urgency=x"
    )
    for name, value in (("来源", "moon"), ("所属区域", "12"), ("事项类别", "zz"), ("紧急程度", "x")):
        assert f"“{name}”中没有“{value}”这一项。" in page
    assert "登记时段应为0至23时。" in page
    assert f'id="row-{ticket.number}"' not in page
    page = page_of(client, cast.dispatcher, "?since=2026-11-17&until=2026-11-01")
    assert "截止日期早于起始日期" in page
    assert "list-unread" not in page_of(client, cast.dispatcher, "?state=accepted&since=2026-11-16")


def test_a_page_that_is_refused_names_no_inner_words(client: Client, cast: Cast) -> None:
    assert cast.leader.user is not None
    client.force_login(cast.leader.user)
    answer = client.get("/assessment/indicators/?month=2026-99")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "422" in page
    assert "month:" not in page
    assert "2026-99-01" in page


def test_pages_by_key_meet_without_gap(
    client: Client, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SIZE", 2)
    tickets = [make_ticket(at=MONDAY + timedelta(minutes=n), content=f"第{n}件").number for n in range(5)]
    client.force_login(cast.dispatcher.user)
    seen, query = [], ""
    for _page in range(3):
        response = client.get(f"/tickets/{query}")
        seen += [row.ticket.number for row in response.context["rows"]]
        assert response.context["total"] is None
        query = f"?cursor={response.context['next']}"
    assert seen == tickets[::-1]
    back = client.get(f"/tickets/?cursor={response.context['previous']}")
    assert [row.ticket.number for row in back.context["rows"]] == tickets[1:3][::-1]


@pytest.mark.parametrize("cursor", ["x", "b3xh", "b3wyMDI2LTExLTE2fDE"])
def test_a_strange_cursor_is_refused(client: Client, cast: Cast, cursor: str) -> None:
    with pytest.raises(Invalid):
        listing.read_cursor(cursor)
    client.force_login(cast.dispatcher.user)
    assert client.get(f"/tickets/?cursor={cursor}").status_code == 400


def test_many_are_counted_only_so_far(
    client: Client, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SIZE", 1)
    monkeypatch.setattr(listing, "COUNT_CAP", 2)
    for index in range(4):
        make_ticket(content=f"第{index}件")
    client.force_login(cast.dispatcher.user)
    assert (
        'hx-get="/tickets/count/?state=registered"'
        in client.get("/tickets/?state=registered").content.decode()
    )
    assert ">2+<" in client.get("/tickets/count/?state=registered").content.decode()
    assert ">0<" in client.get("/tickets/count/?state=closed").content.decode()


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_seven_statements(
    client: Client, cast: Cast, make_ticket: MakeTicket, django_assert_num_queries, rows: int
) -> None:
    """Session, person, scope, rows, clocks; the bell and the number in the navigation."""
    for index in range(rows):
        make_ticket(column=index, content=f"第{index}件")
    page_of(client, cast.dispatcher)
    with django_assert_num_queries(7):
        client.get("/tickets/")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx", " =1"])
def test_cells_are_never_formulas(text: str) -> None:
    assert spreadsheets.harmless(text) == f"'{text}"
