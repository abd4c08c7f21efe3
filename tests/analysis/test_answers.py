"""Warnings and projects: verb x state x role, a story from a surge to a closed project, and the pages of all this."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from openpyxl import load_workbook

from analysis import answering, projects
from analysis.models import EarlyWarning, HotSpot, ProjectTicket, SpecialProject, Surge, WarningRule
from analysis.models.found import AnalysisRun
from analysis.rules import permitted_project, permitted_warning, role_for_project, role_for_warning
from analysis.states import PROJECT_TABLE, WARNING_TABLE, ProjectState, WarningState
from analysis.views.answers import change_of
from fieldwork.models import FieldCampaign
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition, StaleVersion, Unprocessable
from incidents.models import Notice, Ticket
from incidents.queries import filtered
from incidents.views.links import filter_from
from tests.analysis.props import copies, daily
from tests.cast import DAY, LITTER, MONDAY, Cast, MakeTicket

BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
LAST = date(2026, 11, 16)
TOWN = "990101001000"


def make_warning(cast: Cast, **changes: Any) -> EarlyWarning:
    """A warning in the first town."""
    town = cast.region(TOWN)
    wanted: dict[str, Any] = {
        "number": f"YW20261116{EarlyWarning.objects.count() + 1:06d}",
        "rule": WarningRule.objects.get(code="surge-town"),
        "severity": "3yellow",
        "place": TOWN,
        "place_name": town.name,
        "region_path": town.path,
        "category": "0106",
        "since": LAST - timedelta(days=6),
        "until": LAST,
        "value": Decimal("2.50"),
        "facts": {"observed": 15, "expected": 6.0, "p": 0.00001, "q": 0.002, "tests": 120, "window": 7},
        "raised_at": MONDAY,
        "last_met_on": LAST,
    }
    return EarlyWarning.objects.create(**wanted | changes)


def make_project(cast: Cast, **changes: Any) -> SpecialProject:
    """A project in the first town, led by the city's bureau."""
    town = cast.region(TOWN)
    wanted: dict[str, Any] = {
        "number": f"ZX20261116{SpecialProject.objects.count() + 1:06d}",
        "title": "文津街道垃圾专项治理",
        "goal": "减少垃圾堆积",
        "place": TOWN,
        "place_name": town.name,
        "region_path": town.path,
        "category": "0106",
        "lead_unit": cast.unit("CG"),
        "starts_on": LAST,
        "ends_on": LAST + timedelta(days=60),
        "prepared_by": cast.oversight.user,
        "prepared_at": MONDAY,
    }
    return SpecialProject.objects.create(**wanted | changes)


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


CENTRE = {"oversight", "duty", "dispatcher", "second_dispatcher", "town"}
MAY_WARN = {
    "raise": {"system"},
    "lapse": {"system"},
    "acknowledge": CENTRE,
    "report": CENTRE,
    "begin_project": {"oversight", "town"},
    "dismiss": CENTRE,
    "close": CENTRE,
}
UNIT = {"lead", "handler"}
MAY_GOVERN = {
    "prepare": {"oversight", "town"},
    "edit": {"oversight", "town"},
    "start": {"leader", "oversight"},
    "add_measure": {"oversight", "town"} | UNIT,
    "finish_measure": {"oversight", "town"} | UNIT,
    "submit": {"oversight", "town"} | UNIT,
    "send_back": {"leader", "oversight"},
    "close": {"leader", "oversight"},
    "drop": {"leader", "oversight", "town"},
}


def test_verb_by_state_by_role(cast: Cast) -> None:
    """Who may is exactly who is named here; every other pair of state and verb is refused by the table."""
    warning, project = make_warning(cast), make_project(cast)
    people = {name: actor for name, actor in cast.everybody.items() if "client" not in name}
    for table, row, rule, may in (
        (WARNING_TABLE, warning, role_for_warning, MAY_WARN),
        (PROJECT_TABLE, project, role_for_project, MAY_GOVERN),
    ):
        for verb in table:
            allowed = set()
            for name, actor in people.items():
                try:
                    rule(verb, row, actor)
                except Forbidden:
                    continue
                allowed.add(name)
            assert allowed == may[verb.name], verb.name
            for state in [*table.states.values, "nonsense"]:
                if state not in verb.sources:
                    with pytest.raises(IllegalTransition):
                        table.check(verb.name, state)
    for state in WarningState.values:
        warning.state = state
        names = {verb.name for verb in permitted_warning(warning, cast.oversight)}
        assert names == {verb.name for verb in WARNING_TABLE.leaving(state)} - {"lapse"}
    project.state = ProjectState.REVIEW
    assert [verb.name for verb in permitted_project(project, cast.leader)] == ["send_back", "close"]


def test_refused_means_unchanged_and_unrecorded(cast: Cast) -> None:
    row = make_warning(cast)
    before = AuditEntry.objects.count()
    with pytest.raises(Forbidden):
        answering.dismiss(row.pk, by=cast.far_town, at=MONDAY, opinion="不是我的")
    with pytest.raises(StaleVersion):
        answering.dismiss(row.pk, by=cast.oversight, at=MONDAY, opinion="旧", version=9)
    with pytest.raises(Unprocessable):
        answering.dismiss(row.pk, by=cast.oversight, at=MONDAY, opinion="  ")
    with pytest.raises(Unprocessable):
        answering.dismiss(row.pk, by=cast.oversight, at=MONDAY, opinion="长" * 2001)
    with pytest.raises(IllegalTransition):
        answering.close(row.pk, by=cast.oversight, at=MONDAY, opinion="还没处置")
    row.refresh_from_db()
    assert (row.state, row.version, row.steps.count(), AuditEntry.objects.count()) == ("open", 1, 0, before)


def test_a_warning_becomes_a_ticket_once(cast: Cast) -> None:
    row = make_warning(cast, category="01")
    with pytest.raises(Unprocessable):
        answering.report(row.pk, by=cast.oversight, at=MONDAY, task="核实垃圾堆积")
    with pytest.raises(Forbidden):
        answering.report(row.pk, by=cast.lead, at=MONDAY, task="核实垃圾堆积", category=LITTER)
    answering.report(row.pk, by=cast.duty, at=MONDAY, task="核实垃圾堆积", category=LITTER)
    row.refresh_from_db()
    assert row.ticket is not None
    assert (row.state, row.ticket.category.code, row.ticket.content) == ("acted", LITTER, "核实垃圾堆积")
    assert row.acknowledged_by == cast.duty.user
    with pytest.raises(IllegalTransition):
        answering.report(row.pk, by=cast.duty, at=MONDAY, task="再来", category=LITTER)
    answering.close(row.pk, by=cast.oversight, at=MONDAY + DAY, opinion="已清理")
    row.refresh_from_db()
    assert row.state == "closed"


def test_from_a_warning_to_a_closed_project(cast: Cast, make_ticket: MakeTicket) -> None:
    """Two tickets a day before, one every second day after: 75 % fewer, a goal of 30 % is reached."""
    ticket = make_ticket(category=LITTER, at=MONDAY - 28 * DAY)
    copies(ticket, daily(2, 27, 1))
    copies(ticket, [MONDAY - 28 * DAY + timedelta(hours=1)])
    row = make_warning(cast)
    answering.begin_project(row.pk, by=cast.town, at=MONDAY, goal="垃圾不再堆积")
    row.refresh_from_db()
    project = row.project
    assert project is not None
    assert ProjectTicket.objects.filter(project=project).count() == 12, "two a day on six days of the window"
    with pytest.raises(Conflict):
        answering.close(row.pk, by=cast.town, at=MONDAY, opinion="好了")
    with pytest.raises(Unprocessable):
        projects.start(project.pk, by=cast.leader, at=MONDAY)
    draft = projects.ProjectDraft(
        title="文津街道垃圾专项治理", goal="垃圾不再堆积", place=TOWN, category=LITTER, unit="CG", goal_percent=30,
        starts_on=LAST, ends_on=LAST + timedelta(days=60),
    )  # fmt: skip
    projects.edit(project.pk, draft, by=cast.town, at=MONDAY)
    projects.start(project.pk, by=cast.leader, at=MONDAY, opinion="同意")
    project.refresh_from_db()
    assert (project.before["tickets"], project.before["days"]) == (56, 28)
    assert Notice.objects.filter(key__startswith=f"project:{project.pk}:start", unit=cast.unit("CG")).exists()
    measure = projects.add_measure(
        project.pk, by=cast.handler, at=MONDAY, words="增设垃圾桶", due_on=LAST + timedelta(days=9)
    )
    with pytest.raises(Unprocessable):
        projects.add_measure(
            project.pk, by=cast.lead, at=MONDAY, words="太晚", due_on=LAST + timedelta(days=90)
        )
    later = MONDAY + 28 * DAY
    with pytest.raises(Unprocessable):
        projects.submit(project.pk, by=cast.lead, at=later, opinion="桶不够")
    projects.finish_measure(project.pk, by=cast.handler, at=later, measure=measure.pk, result="已增设十个")
    with pytest.raises(Conflict):
        projects.finish_measure(project.pk, by=cast.handler, at=later, measure=measure.pk, result="再报")
    copies(ticket, [MONDAY + number * 2 * DAY for number in range(14)])
    projects.submit(project.pk, by=cast.oversight, at=later, opinion="垃圾桶不够")
    with pytest.raises(Forbidden):
        projects.close(project.pk, by=cast.oversight, at=later, opinion="自己结项")
    projects.send_back(project.pk, by=cast.leader, at=later, opinion="补充成因")
    projects.submit(project.pk, by=cast.lead, at=later, opinion="垃圾桶不够,清运不及时")
    projects.close(project.pk, by=cast.leader, at=later, opinion="达到目标")
    project.refresh_from_db()
    assert (project.state, project.after["tickets"], change_of(project)) == ("closed", 14, Decimal("75.00"))
    assert [step.verb for step in project.steps.order_by("pk")][-4:] == [
        "submit",
        "send_back",
        "submit",
        "close",
    ]
    answering.close(row.pk, by=cast.town, at=later, opinion="专项已结项")


def test_nothing_before_has_no_change(cast: Cast) -> None:
    stretch = {"since": "2026-10-01", "last": "2026-10-28", "days": 28}
    row = make_project(cast, before=stretch | {"tickets": 0}, after=stretch | {"tickets": 3})
    assert change_of(row) is None


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " "}),
        ("goal", {"goal": ""}),
        ("ends_on", {"ends_on": LAST - timedelta(days=1)}),
        ("ends_on", {"ends_on": LAST + timedelta(days=400)}),
        ("goal_percent", {"goal_percent": 0}),
        ("unit", {"unit": "没有"}),
        ("category", {"category": "9999"}),
        ("place", {"place": "000000000000"}),
    ],
)
def test_a_bad_draft_is_not_stored(cast: Cast, field: str, changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "title": "专项", "goal": "目标", "place": TOWN, "starts_on": LAST, "ends_on": LAST + timedelta(days=9),
    }  # fmt: skip
    with pytest.raises(Unprocessable) as refused:
        projects.prepare(projects.ProjectDraft(**given | changes), by=cast.oversight, at=MONDAY)
    assert field in refused.value.fields
    assert not SpecialProject.objects.exists()


PAGES = ("surges", "hot-spots", "frequency", "recurrence", "warnings", "warnings/rules")


def test_pages_open_for_those_who_answer_for_places(cast: Cast, enter: Callable[[str], Client]) -> None:
    for name, status in {
        "oversight": 200, "town": 200, "community": 200, "leader": 200, "lead": 403, "worker": 403, "auditor": 403,
    }.items():  # fmt: skip
        client = enter(name)
        assert {client.get(f"/analysis/{page}/").status_code for page in PAGES} == {status}, name
        seen = client.get("/analysis/projects/").status_code
        assert seen == (200 if name not in {"worker", "auditor"} else 403), name


@pytest.mark.parametrize(
    ("who", "where"), [("oversight", "/analysis/warnings/"), ("lead", "/analysis/projects/")]
)
def test_the_entry_leads_to_what_there_is(enter: Callable[[str], Client], who: str, where: str) -> None:
    answer = enter(who).get("/analysis/", follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(where, 302)])


def test_what_lies_elsewhere_is_not_there(cast: Cast, enter: Callable[[str], Client]) -> None:
    row, project = make_warning(cast), make_project(cast)
    far, near, unit = enter("far_town"), enter("town"), enter("handler")
    assert far.get(f"/analysis/warnings/{row.number}/").status_code == 404
    assert near.get(f"/analysis/warnings/{row.number}/").status_code == 200
    assert far.get(f"/analysis/projects/{project.number}/").status_code == 404
    assert unit.get(f"/analysis/projects/{project.number}/").status_code == 200
    hidden = make_warning(cast, is_sensitive=True, category="17")
    assert enter("community").get(f"/analysis/warnings/{hidden.number}/").status_code == 404


def test_a_verb_in_its_dialog(cast: Cast, enter: Callable[[str], Client]) -> None:
    row = make_warning(cast)
    url = f"/analysis/warnings/{row.number}/do/dismiss/"
    client = enter("town")
    assert client.get(url).status_code == 200
    assert client.post(url, {"opinion": "", "version": 1}).status_code == 422
    assert client.post(url, {"opinion": "误报", "version": 5}).status_code == 409
    done = client.post(url, {"opinion": "误报", "version": 1}, headers={"HX-Request": "true"})
    assert (done.status_code, done.headers["HX-Redirect"]) == (200, f"/analysis/warnings/{row.number}/")
    assert client.get(url).status_code == 409
    assert client.get(f"/analysis/warnings/{row.number}/do/raise/").status_code == 404
    assert enter("leader").get(url).status_code == 403


def test_a_project_by_its_form(cast: Cast, enter: Callable[[str], Client]) -> None:
    client = enter("oversight")
    assert client.get("/analysis/projects/new/").status_code == 200
    given = {
        "title": "占道经营专项", "goal": "路面畅通", "place": TOWN, "category": "03", "unit": "CG",
        "goal_percent": "25", "starts_on": "2026-11-16", "ends_on": "2027-01-15",
    }  # fmt: skip
    assert client.post("/analysis/projects/new/", given | {"ends_on": "2026-01-01"}).status_code == 422
    assert client.post("/analysis/projects/new/", given).status_code == 302
    row = SpecialProject.objects.get()
    assert (row.title, row.lead_unit, row.place) == ("占道经营专项", cast.unit("CG"), TOWN)
    url = f"/analysis/projects/{row.number}/edit/"
    assert client.get(url).status_code == 200
    assert client.post(url, given | {"title": "改名", "version": "7"}).status_code == 409
    assert client.post(url, given | {"title": "改名", "version": "1"}).status_code == 302
    assert client.get(f"/analysis/projects/{row.number}/do/add_measure/").status_code == 200
    assert enter("leader").get("/analysis/projects/new/").status_code == 403


def test_a_hot_spot_becomes_a_draft_campaign_once(cast: Cast, enter: Callable[[str], Client]) -> None:
    run = AnalysisRun.objects.create(
        day=LAST, at=MONDAY, baseline_days=56, tests=9, surges=1, spot_tests=9, spots=1
    )
    grid = cast.grid(0)
    spot = HotSpot.objects.create(
        run=run, day=LAST, days=28, place=grid.code, place_name=grid.name, region_path=grid.path, category="01",
        observed=20, expected=5.5, p=1e-6, q=1e-4, z=4.2, grids=[grid.code], first_hour=9, in_hours=12, by_workers=3,
        gain=1.25, best_share=0.6, lon=118.5, lat=31.1,
    )  # fmt: skip
    Surge.objects.create(
        run=run, day=LAST, place=TOWN, place_name="文津街道", region_path=cast.region(TOWN).path, level="town",
        category="", window=7, observed=30, expected=10.0, dispersion=0.1, factor=1.0, p=1e-5, q=1e-3,
    )  # fmt: skip
    client = enter("town")
    assert "/patrol/" not in enter("oversight").get("/analysis/hot-spots/").content.decode()
    assert "1.25" in client.get("/analysis/hot-spots/").content.decode()
    assert "3.00" in client.get("/analysis/surges/").content.decode()
    assert client.get("/analysis/surges/?day=nonsense").status_code == 422
    for _again in range(2):
        done = client.post(f"/analysis/hot-spots/{spot.pk}/patrol/")
        assert (done.status_code, done.headers["Location"]) == (302, "/fieldwork/campaigns/")
    assert FieldCampaign.objects.count() == 1
    assert enter("far_town").post(f"/analysis/hot-spots/{spot.pk}/patrol/").status_code == 404


def test_lists_cost_the_same_with_three_rows(
    cast: Cast, enter: Callable[[str], Client], django_assert_num_queries: Any
) -> None:
    client = enter("oversight")
    make_warning(cast)
    make_project(cast)
    client.get("/analysis/warnings/")
    for _more in range(2):
        with django_assert_num_queries(6):
            assert client.get("/analysis/warnings/").status_code == 200
        make_warning(cast, place=f"99010100100{_more + 1}", category="02")
        make_project(cast)


def test_each_hour_opens_as_many_tickets(
    cast: Cast, enter: Callable[[str], Client], make_ticket: MakeTicket
) -> None:
    copies(make_ticket(at=MONDAY - 3 * DAY, category=LITTER), daily(2, 3, 1))
    asked = {"since": "2026-11-01", "last": "2026-11-16"}
    page = unescape(enter("oversight").get("/analysis/frequency/", asked).content.decode())
    found = re.findall(r'href="/tickets/\?([^"]*hour=[^"]*)">(\d+)<', page)
    assert found
    for query, number in found:
        rows = filtered(Ticket.objects.visible_to(cast.oversight), filter_from(QueryDict(query), MONDAY))
        assert rows.count() == int(number) > 0, query


def test_tables_are_files_on_record(
    cast: Cast, enter: Callable[[str], Client], make_ticket: MakeTicket
) -> None:
    """Each table as CSV and XLSX with its watermark, for those who export; what is refused is not written down."""
    copies(make_ticket(at=MONDAY - 3 * DAY, category=LITTER), daily(2, 3, 1))
    make_warning(cast)
    make_project(cast)
    client, given = enter("oversight"), {"since": "2026-11-01", "last": "2026-11-16", "state": "draft"}
    for name, words in {
        "surges": "期望值",
        "hot-spots": "每周预期成效",
        "frequency": "文津街道",
        "hours": "市容环境",
        "recurrence": "垃圾分类问题",
        "repeats": "反复",
        "warnings": "突增",
        "projects": "文津街道垃圾专项治理",
    }.items():
        asked = given if name != "warnings" else {}
        text = client.get(f"/analysis/files/{name}/", asked).content.decode("utf-8-sig")
        mark, *_heads = text.splitlines()
        assert cast.oversight.name in mark, name
        assert words in text, (name, text)
        book = load_workbook(
            io.BytesIO(client.get(f"/analysis/files/{name}/", {**asked, "format": "xlsx"}).content)
        )
        assert len(list(book.active.values)) == len(text.splitlines()) - 1
    kept = AuditEntry.objects.filter(verb="analysis.exported")
    assert kept.count() == 16
    assert client.get("/analysis/files/nothing/").status_code == 404
    assert client.get("/analysis/files/surges/?format=pdf").status_code == 400
    assert client.get("/analysis/files/surges/?day=x").status_code == 422
    assert client.get("/analysis/files/recurrence/?since=1999-01-01").status_code == 422
    assert enter("far_town").get(f"/analysis/files/recurrence/?place={TOWN}").status_code == 404
    assert enter("community").get("/analysis/files/surges/").status_code == 403, (
        "reads, but takes nothing away"
    )
    assert enter("worker").get("/analysis/files/surges/").status_code == 403
    assert kept.count() == 16


def test_the_cases_behind_recurrence_and_hot_spots(
    cast: Cast, enter: Callable[[str], Client], make_ticket: MakeTicket
) -> None:
    """Nine in one grid within a month: eight came again. Those of a hot spot are the tickets of all its grids."""
    ticket = make_ticket(at=MONDAY - 3 * DAY, category=LITTER)
    copies(ticket, daily(2, 4, 1))
    make_ticket(at=MONDAY - 3 * DAY, category=LITTER, column=1)
    days = "since=2026-11-10&last=2026-11-16"
    client = enter("oversight")
    page = client.get(f"/analysis/recurrence/?{days}")
    assert (page.context["again"], page.context["whole"]) == (8, 10)
    ((row, _name, (again, whole)),) = page.context["kinds"]
    assert (row.again, row.whole) == (8, 10)
    for url in (again, page.context["all_url"]):
        assert days in url
        listed = client.get(url).context
        assert (listed["count"], len(listed["lines"]), listed["hidden"]) == (8, 8, 0)
        assert days in listed["back"]
    assert client.get(whole.replace("/tickets/", "/tickets/count/")).content.decode().count(">10<") == 1
    assert client.get(f"/analysis/recurrence/tickets/?{days}&category=x").status_code == 404
    assert client.get("/analysis/recurrence/tickets/?since=2020-01-01&last=2026-11-16").status_code == 422
    assert enter("worker").get(f"/analysis/recurrence/tickets/?{days}").status_code == 403
    grids = sorted(Ticket.objects.values_list("grid__code", flat=True).distinct())
    run = AnalysisRun.objects.create(day=LAST, at=MONDAY, baseline_days=56, tests=0, surges=0)
    spot = HotSpot.objects.create(
        run=run, day=LAST, place=grids[0], place_name="网格", region_path=ticket.region_path, category=LITTER[:4],
        observed=10, expected=1.0, p=0.0, q=0.0, days=28, grids=grids, z=5.0, first_hour=9, in_hours=5,
        by_workers=1, gain=1.0, best_share=0.5, lon=0.0, lat=0.0,
    )  # fmt: skip
    listed = client.get(f"/analysis/hot-spots/{spot.pk}/tickets/").context
    assert (listed["count"], listed["hidden"]) == (10, 0)
    assert f"/analysis/hot-spots/{spot.pk}/tickets/" in client.get("/analysis/hot-spots/").content.decode()
    assert client.get("/analysis/hot-spots/0/tickets/").status_code == 404
    assert enter("far_town").get(f"/analysis/hot-spots/{spot.pk}/tickets/").status_code == 404


def test_nonsense_is_explained(cast: Cast, enter: Callable[[str], Client]) -> None:
    client = enter("oversight")
    assert client.get("/analysis/frequency/?since=2024-01-01&last=2026-01-01").status_code == 422
    assert client.get("/analysis/frequency/?category=x").status_code == 404
    assert client.get("/analysis/frequency/?place=123456789012").status_code == 404
    assert client.get("/analysis/recurrence/?since=2026-13-01").status_code == 422
    assert client.get("/analysis/warnings/?cursor=nonsense").status_code == 400


def test_over_rest_people_read_what_they_see(cast: Cast, enter: Callable[[str], Client]) -> None:
    row = make_warning(cast)
    found = enter("town").get("/api/v1/analysis/warnings").json()["warnings"]
    assert [(one["number"], one["rule"], one["value"]) for one in found] == [
        (row.number, "surge-town", "2.50")
    ]
    assert enter("far_town").get("/api/v1/analysis/warnings").json() == {"warnings": [], "next": None}
    assert enter("lead").get("/api/v1/analysis/warnings").status_code == 403
    assert Client().get("/api/v1/analysis/surges").status_code == 401
    assert enter("oversight").get("/api/v1/analysis/surges").json() == {"day": None, "looks": 0, "found": []}
    run = AnalysisRun.objects.create(
        day=LAST, at=MONDAY, baseline_days=56, tests=9, surges=0, spot_tests=4, spots=0
    )
    found = enter("oversight").get(f"/api/v1/analysis/hot-spots?day={run.day}").json()
    assert found == {"day": "2026-11-16", "looks": 4, "found": []}
    assert enter("oversight").get("/api/v1/analysis/surges?day=x").status_code in {400, 422}
