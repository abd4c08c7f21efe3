"""Figures for everybody: off until somebody switches them on, nothing small is shown or can be worked out, cached and
limited, and the same as a document.
"""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assessment.freezing import freeze_due
from exports.models import OpenTable
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.audit.models import AuditEntry
from governance.command.public_board import table as tables
from governance.command.public_board import views
from governance.command.public_board.hiding import left_out, told_rate
from governance.command.public_board.setting import current, read
from governance.foundation.api.throttling import BUCKETS, SHARED
from incidents import catalogue
from incidents.models import Policy
from tests.assessment.props import take_in
from tests.cast import DAY, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.usefixtures("clean_cache")
AT = MONDAY + 30 * DAY  # 2026-12-16: November is over and frozen
SETTING = {
    "is_open": "on",
    "codes": ["K05", "K18.once"],
    "has_classes": "on",
    "least": "5",
    "reason": "政务公开",
}


@given(
    counts=st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 60)),
    least=st.integers(2, 12),
)
def test_nothing_small_can_be_worked_out(counts: dict[str, int | None], least: int) -> None:
    total = sum(count or 0 for count in counts.values())
    hidden = left_out(counts, total, least)
    shown = {key: count or 0 for key, count in counts.items() if key not in hidden}
    assert all(count == 0 or count >= least for count in shown.values())
    rest = [counts[key] or 0 for key in hidden]
    if any(shown.values()) and rest:
        assert len(rest) > 1, "what is missing from the total is never one number"
        assert sum(rest) >= least


def test_what_is_left_out_by_hand() -> None:
    assert left_out({"a": 3, "b": 20, "c": 40}, 63, 10) == {"a", "b"}
    assert left_out({"a": 3, "b": 4, "c": 40, "d": 50}, 97, 10) == {"a", "b", "c"}
    assert left_out({"a": 30, "b": 0, "c": 40}, 70, 10) == set()
    assert left_out({"a": None, "b": 20, "c": 40}, 100, 10) == {"a", "b"}
    assert left_out({"a": None, "b": 20}, None, 10) == {"a"}


def test_rates_of_small_groups_and_small_sides() -> None:
    told = {
        sides: told_rate(*sides, 10)
        for sides in [(0, 0), (8, 9), (196, 200), (150, 200), (200, 200), (1, 800)]
    }
    words = {sides: (str(rate), rough) for sides, (rate, rough) in told.items()}
    assert words == {
        (0, 0): ("None", False),
        (8, 9): ("None", False),
        (196, 200): ("98", True),
        (150, 200): ("75.00", False),
        (200, 200): ("100.00", False),
        (1, 800): ("0", True),
    }


@pytest.fixture
def december(cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine tickets in one town and one in the other, all of November, which is frozen."""
    monkeypatch.setattr(views, "now", lambda: AT)
    monkeypatch.setattr(catalogue, "now", lambda: AT + timedelta(hours=1))
    SHARED.clear()
    BUCKETS.clear()
    for number in range(9):
        make_ticket("closed", at=MONDAY - number * timedelta(hours=1), column=0)
    make_ticket("closed", at=MONDAY, column=3)
    take_in(at=AT)
    freeze_due(at=AT)
    rows = [("", 30), ("01", 20), ("02", 7), ("03", 3)]
    OpenTable.objects.create(
        month=date(2026, 11, 1),
        made_at=AT,
        least=5,
        rows=[
            {"community_code": "all", "class_code": code or "all", "class": code, "tickets": count}
            for code, count in rows
        ],
    )


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def switch_on(**more: object) -> int:
    """By the oversight of the city."""
    status = signed_in("oversight").post("/public-board/change/", {**SETTING, **more}).status_code
    catalogue.forget()
    return status


@pytest.mark.django_db
def test_nothing_is_public_until_it_is_switched_on_and_it_can_be_switched_off(
    december: None, client: Client
) -> None:
    assert client.get("/c/figures/").status_code == 404
    assert client.get("/c/figures/figures.json").status_code == 404
    assert switch_on() == 302
    page = client.get("/c/figures/")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "public, max-age=300"
    assert "按时办结率" in page.content.decode()
    views_at = AT + timedelta(minutes=5)
    assert Policy.objects.filter(key="public_board").count() == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "now", lambda: views_at)
        assert switch_on(is_open="", reason="暂停公开") == 302
    catalogue.forget()
    assert client.get("/c/figures/").status_code == 404
    assert AuditEntry.objects.filter(verb="public_board.set").count() == 2
    assert not current().is_open
    assert "暂停公开" in signed_in("oversight").get("/public-board/").content.decode()


@pytest.mark.django_db
def test_other_public_pages_lead_to_the_figures_while_they_are_public(
    december: None, client: Client, django_assert_num_queries: Any
) -> None:
    link, pages = (
        '<a class="sign-in-figures" href="/c/figures/"',
        ["/login/", "/c/", "/c/notices/", "/c/ask/"],
    )
    for page in pages:
        assert "/c/figures/" not in client.get(page).content.decode()
    switch_on()
    for page in pages:
        assert 'href="/c/figures/"' in client.get(page).content.decode()
    with django_assert_num_queries(0):
        assert link in client.get("/login/").content.decode()
    in_english = client.get("/login/", headers={"accept-language": "en"}).content.decode()
    assert ">Figures of the city</a>" in in_english
    itself = client.get("/c/figures/").content.decode()
    assert "本市治理数据</a>" not in itself


@pytest.mark.django_db
def test_small_cells_are_not_told_and_the_document_says_the_same(december: None, client: Client) -> None:
    switch_on()
    found = client.get("/c/figures/figures.json", {"month": "2026-11"})
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    body = json.loads(found.content)
    assert (body["month"], body["is_final"], body["smallest_count_shown"]) == ("2026-11", True, 5)
    assert body["accepted"]["total"] == 10
    assert [row["count"] for row in body["accepted"]["places"]] == [None, None], (
        "one in ten would give itself away"
    )
    once = next(row for row in body["rates"] if row["code"] == "K18.once")
    assert (once["percent"], once["of"]) == ("100.00", 10)
    assert {row["percent"] for row in once["places"]} == {None}
    assert body["classes"] == [{"name": "01", "count": 20}, {"name": "其他类别", "count": None}]
    page = client.get("/c/figures/", {"month": "2026-11"}).content.decode()
    assert "少于 5 件" in page
    assert client.get("/c/figures/figures.json", {"month": "2026-12"}).status_code == 404, "not over yet"
    assert client.get("/c/figures/", {"month": "nonsense"}).status_code == 404


@pytest.mark.django_db
def test_a_month_is_offered_once_it_is_frozen() -> None:
    assert tables.months(AT.replace(day=4))[0] == date(2026, 10, 1)
    assert tables.months(AT.replace(day=5))[0] == date(2026, 11, 1)
    assert len(tables.months(AT)) == 12


@pytest.mark.django_db
def test_a_month_is_counted_once_in_ten_minutes(
    december: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on()
    first = client.get("/c/figures/figures.json").content
    monkeypatch.setattr(tables, "counted", lambda *_args, **_named: pytest.fail("counted again"))
    assert client.get("/c/figures/figures.json").content == first


@pytest.mark.django_db
def test_who_asks_too_often_is_told_when_to_come_again(
    december: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_on()
    monkeypatch.setattr(views, "PER_MINUTE", 2)
    assert [client.get("/c/figures/").status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/c/figures/figures.json")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["leader", "town", "worker", "auditor", "outsider"])
def test_others_cannot_set_it(december: None, who: str) -> None:
    client = signed_in(who)
    assert client.get("/public-board/").status_code == 403
    assert client.post("/public-board/change/", SETTING).status_code == 403
    assert not Policy.objects.filter(key="public_board").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more", [{"least": "1"}, {"least": "x"}, {"codes": ["K99"]}, {"reason": ""}, {"codes": ["K21"]}]
)
def test_a_setting_that_does_not_hold_is_refused(december: None, more: dict[str, object]) -> None:
    assert switch_on(**more) == 422
    assert not Policy.objects.filter(key="public_board").exists()


@pytest.mark.django_db
def test_an_administrator_sets_it(december: None) -> None:
    user = User.objects.get(username="outsider")
    from django.contrib.auth.models import Group

    user.groups.add(Group.objects.get_or_create(name=Role.ADMINISTRATOR)[0])
    client = signed_in("outsider")
    assert client.get("/public-board/").status_code == 200
    assert client.post("/public-board/change/", SETTING).status_code == 302


def test_satisfaction_is_never_shown_without_its_reach() -> None:
    for codes in (["K09", "K05"], ["K11.reach", "K09", "K05"]):
        setting = read({"is_open": True, "codes": codes, "least": 10})
        assert tables.shown_codes(setting) == ["K09", "K11.reach", "K05"]


def test_a_value_that_cannot_be_read_shows_nothing() -> None:
    for raw in (
        None,
        7,
        {"is_open": True, "least": 2},
        {"is_open": True, "least": "ten"},
        {"is_open": "yes", "least": 10},
    ):
        assert not read(raw).is_open
