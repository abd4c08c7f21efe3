"""The journal as auditors read it: in words, narrowed, by nobody else; the settings in the platform's dress."""

import pytest
from django.test import Client

from governance.audit.admin import kind_words
from tests.cast import Cast, MakeTicket

pytestmark = pytest.mark.django_db
JOURNAL = "/admin/audit/auditentry/"


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    """An auditor at work."""
    assert cast.auditor.user is not None
    cast.auditor.user.is_staff = True
    cast.auditor.user.save()
    client.force_login(cast.auditor.user)
    return client


def page(desk: Client, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    found: str = answer.content.decode()
    return found


def test_entries_are_told_in_words(desk: Client, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    shown = page(desk, JOURNAL)
    for words in (
        "人员",
        "岗位",
        "对象类别",
        "入口",
        "值班员",
        "派单员",
        "桌面端",
        ticket.number,
        "ticket.accept",
    ):
        assert words in shown, words
    assert "Actor name" not in shown


@pytest.mark.parametrize(
    ("narrowed", "is_there"),
    [
        ("role=dispatcher", True),
        ("role=leader", False),
        ("client=web", True),
        ("client=api", False),
        ("object_type=incidents.ticket", True),
        ("object_type=grids.grid", False),
        ("q=ticket.accept", True),
        ("q=ticket.close", False),
    ],
)
def test_narrowed(desk: Client, make_ticket: MakeTicket, narrowed: str, is_there: bool) -> None:
    make_ticket("accepted")
    assert ("ticket.accept</td>" in page(desk, f"{JOURNAL}?{narrowed}")) is is_there


def test_only_kinds_that_there_are_can_be_chosen(desk: Client, make_ticket: MakeTicket) -> None:
    make_ticket()
    shown = page(desk, JOURNAL)
    assert "object_type=incidents.ticket" in shown
    assert "object_type=grids.grid" not in shown
    assert (kind_words("incidents.ticket"), kind_words("gone.model"), kind_words("odd")) == (
        "工单",
        "gone.model",
        "odd",
    )


def test_nobody_else_reads_it(client: Client, cast: Cast) -> None:
    assert cast.administrator.user is not None
    cast.administrator.user.is_staff = True
    cast.administrator.user.save()
    client.force_login(cast.administrator.user)
    assert client.get(JOURNAL).status_code == 403


def test_the_settings_say_what_the_role_may_do(desk: Client) -> None:
    shown = page(desk, "/admin/")
    assert "本岗位不接触工单内容和个人信息" in shown
    assert "返回业务界面" not in shown, "an auditor has no desk to go back to"
    assert "settings.css" in shown
    assert "content-related" not in shown, "no empty box where nothing was changed"


def test_a_search_keeps_what_is_narrowed(desk: Client, make_ticket: MakeTicket) -> None:
    make_ticket("accepted")
    shown = page(desk, f"{JOURNAL}?role=dispatcher&q=ticket.accept")
    assert '<input type="hidden" name="role" value="dispatcher">' in shown
    assert 'value="ticket.accept"' in shown
    assert '<label id="searchbar-label" for="searchbar">搜索</label>' in shown
