"""Own arrangements of the dashboard: kept for one person, checked, undone; retired indicators are explained; the shared
document costs nothing more.
"""

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessment.models import IndicatorDefinition
from governance.accounts.models import User
from governance.command import views
from governance.command.layouts import keeping
from governance.command.layouts import views as arranging
from governance.command.layouts.models import DashboardLayout
from governance.command.layouts.pieces import DAY, PAGES, SPAN, known, of_role, rows, shipped, without
from governance.command.picture import views as picture
from incidents.models import Policy
from tests.assessment.props import take_in
from tests.cast import HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.usefixtures("clean_cache")
ARRANGE = "/dashboard/arrange/"
NAMES = re.compile(r'aria-labelledby="(\w+)-title"')
FIGURES = ["late", "K05", "K21", "open"]
PANES = ["holders:narrow", "places:wide"]


@pytest.fixture
def noon(cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (views, arranging, picture):
        monkeypatch.setattr(module, "now", lambda: MONDAY + 6 * HOUR)
    make_ticket("closed", at=MONDAY - 24 * HOUR)
    make_ticket("handling", at=MONDAY)
    take_in()
    arranging.SHELF.entries.clear()
    picture.KEEP.forget()
    monkeypatch.setattr(keeping.transaction, "on_commit", lambda told: told())


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def arrange(client: Client, page: str = DAY, figures: list[str] = FIGURES, panes: list[str] = PANES) -> int:
    return client.post(
        f"{ARRANGE}?page={page}", {"figures": figures, "panes": panes, "deed": "save"}
    ).status_code


def test_shipped_arrangements_name_what_is_there() -> None:
    for page, by_role in shipped().items():
        for raw in by_role.values():
            assert known(page, raw).as_data() == raw
    assert set(shipped()) == set(PAGES)


def test_panes_stand_beside_each_other() -> None:
    default = known(DAY, shipped()[DAY]["*"]).panes
    assert rows(default) == [
        ("wide", ["rhythm"]),
        ("narrow", ["sources"]),
        ("wide", ["places", "heat"]),
        ("narrow", ["stages", "holders"]),
    ]
    assert rows([("a", "narrow"), ("b", "narrow"), ("c", "wide")]) == [
        ("narrow", ["a", "b"]),
        ("wide", ["c"]),
    ]
    three = [("a", "wide"), ("b", "wide"), ("c", "narrow")]
    assert rows(three) == [("full", ["a"]), ("wide", ["b"]), ("narrow", ["c"])]
    assert rows(three[::-1]) == [("narrow", ["c"]), ("wide", ["b"]), ("full", ["a"])]
    assert rows([("a", "wide"), ("b", "wide")]) == [("full", ["a"]), ("full", ["b"])]
    assert rows([("a", "narrow"), ("b", "full")]) == [("full", ["a"]), ("full", ["b"])]
    assert rows([]) == []


def test_what_is_left_off_is_passed_over_by_the_stream() -> None:
    layout = known(DAY, {"figures": ["late"], "panes": ["places:wide", "nothing:wide", "heat:huge"]})
    assert layout.panes == (("places", "wide"),)
    gone = without(DAY, layout)
    assert {"intake", "beat", "heat", "stage_late", "closed"} <= set(gone)
    assert not {"late", "soon", "place"} & set(gone)


@pytest.mark.django_db
def test_a_role_has_its_arrangement_and_a_rule_value_replaces_it(cast: Cast) -> None:
    assert of_role(DAY, {"dept_lead"}).figures[0] == "late"
    assert of_role(DAY, {"dept_lead", "leader"}).figures[0] == "late"
    assert of_role(DAY, set()) == of_role(DAY, {"leader"})
    value = {"figures": ["closed"], "panes": ["heat:full"]}
    Policy.objects.create(key="dashboard.day.leader", value=value, valid_from=MONDAY - 24 * HOUR)
    from incidents import catalogue

    catalogue.forget()
    assert of_role(DAY, {"dept_lead", "leader"}).as_data() == value


@pytest.mark.django_db
def test_somebody_arranges_the_day_and_goes_back(noon: None) -> None:
    client, other = signed_in("leader"), signed_in("far_oversight")
    before = other.get("/dashboard/").content.decode()
    assert arrange(client) == 302
    page = client.get("/dashboard/").content.decode()
    assert NAMES.findall(page) == ["deciding", "holders", "places", "places", "dialog"]
    assert page.index('data-n="late"') < page.index('id="slot-K05"') < page.index('id="slot-K21"')
    assert 'data-n="intake"' not in page
    assert 'hx-get="/dashboard/tiles/?period=today"' in page
    assert NAMES.findall(other.get("/dashboard/").content.decode()) == NAMES.findall(before)
    shown = client.get(f"{ARRANGE}?page=day").content.decode()
    assert "本页为您自定的布局" in shown
    assert client.post(f"{ARRANGE}?page=day", {"deed": "reset"}).status_code == 302
    assert 'data-n="intake"' in client.get("/dashboard/").content.decode()
    assert DashboardLayout.objects.get().pages == {}


@pytest.mark.django_db
def test_indicators_of_the_day_come_beside_the_page(noon: None) -> None:
    client = signed_in("leader")
    assert client.get("/dashboard/tiles/").status_code == 204
    arrange(client)
    part = client.get("/dashboard/tiles/?period=yesterday").content.decode()
    assert re.findall(r'hx-swap-oob="innerHTML:#slot-([\w-]+)"', part) == ["K05", "K21"]
    assert "本月" in part
    assert "K05 按时办结率" in part, "the formula stands on the figure"
    with CaptureQueriesContext(connection) as queries:
        again = client.get("/dashboard/tiles/?period=yesterday").content.decode()
    assert again == part
    assert not any("assessment_" in (query["sql"] or "") for query in queries), (
        "kept for all who see the same"
    )
    assert "按时办结率" in client.get("/dashboard/?period=yesterday").content.decode(), (
        "no blank at the next look"
    )


@pytest.mark.django_db
def test_longer_stretches_have_their_own_strip(noon: None) -> None:
    client = signed_in("leader")
    assert arrange(client, SPAN, ["K31", "accepted", "K21"], ["places:full"]) == 302
    page = client.get("/dashboard/?period=month").content.decode()
    assert page.index("K31 化解率") < page.index("K21 平均办理时长")
    assert NAMES.findall(page)[0] == "places"
    assert 'data-n="intake"' in client.get("/dashboard/").content.decode(), "the day stays as it was"


@pytest.mark.django_db
def test_each_function_has_a_page_of_its_own(noon: None) -> None:
    client = signed_in("leader")
    for view, code in (("order", "K37.matters"), ("disputes", "K32"), ("risk", "K42.major")):
        page = client.get("/dashboard/", {"period": "month", "view": view})
        assert code in [item.key for item in page.context["figures"]]
        assert all(item.tile is not None for item in page.context["figures"]), view
        assert f"period=year&amp;place=990100000000&amp;view={view}" in page.content.decode()
    assert client.get("/dashboard/", {"period": "month", "view": "nonsense"}).context["view"] == ""


@pytest.mark.django_db
def test_a_retired_indicator_is_explained(noon: None) -> None:
    client = signed_in("leader")
    arrange(client, SPAN, ["K31", "K02"], ["places:full"])
    IndicatorDefinition.objects.filter(code="K31").delete()
    IndicatorDefinition.objects.filter(code="K02").update(valid_to=date(2026, 11, 10))
    page = client.get("/dashboard/?period=month").content.decode()
    assert "该指标已不在指标目录中" in page
    assert "自 2026-11-10 起停用" in page
    card = client.get(f"{ARRANGE}?page=span").content.decode()
    assert "已停用" in card
    assert arrange(client, SPAN, ["K31", "K02"], []) == 302, "it may stay"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("figures", "panes"),
    [
        (["late", "K99"], []),
        (["nothing"], []),
        (["late"], ["nothing:wide"]),
        (["late"], ["heat:huge"]),
        (["K01", "K02", "K03", "K05", "K06", "K07", "K08", "K09", "K12", "K14", "K15", "K18", "K19"], []),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_kept(
    noon: None, figures: list[str], panes: list[str]
) -> None:
    client = signed_in("leader")
    assert arrange(client, DAY, figures, panes) == 422
    assert not DashboardLayout.objects.exists()


@pytest.mark.django_db
def test_who_has_no_appointment_has_none_and_who_reads_no_indicators_gets_none(noon: None) -> None:
    assert signed_in("outsider").get(ARRANGE).status_code == 403
    worker = signed_in("worker")
    assert "按时签收率" not in worker.get(ARRANGE).content.decode()
    assert arrange(worker, DAY, ["K05"], []) == 422
    assert arrange(worker, SPAN, ["late"], []) == 302, "there is only the day for those who read no sums"
    assert set(DashboardLayout.objects.get().pages) == {DAY}
    assert worker.get("/dashboard/tiles/").status_code == 403


@pytest.mark.django_db
def test_the_shared_document_is_the_same_for_every_arrangement(noon: None) -> None:
    client = signed_in("leader")
    client.get("/dashboard/")
    seen = []
    for figures in (None, FIGURES):
        if figures is not None:
            arrange(client, DAY, figures)
        picture.KEEP.forget()
        with CaptureQueriesContext(connection) as queries:
            body = json.loads(client.get("/dashboard/cells.json").content)
        assert not any("dashboardlayout" in (query["sql"] or "") for query in queries)
        seen.append((len(queries), body["set"]))
        client.get("/dashboard/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/dashboard/", headers={"HX-Request": "true"})
        assert not any("dashboardlayout" in (query["sql"] or "") for query in queries), "kept for a minute"
    assert seen[0] == seen[1]
