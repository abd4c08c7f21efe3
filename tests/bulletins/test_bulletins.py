"""Bulletins: drawn, written, approved by a second person, read by units, recalled; as Word and PDF; by schedule."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from analysis.models import AnalysisRun, Surge
from assessment.loading import load_shipped
from bulletins import drawing, paper, plots, writing
from bulletins.charts import charts_of, ranked
from bulletins.models import Bulletin, BulletinSchedule, BulletinTemplate, UnitReceipt
from bulletins.rules import role_for, role_over
from bulletins.spans import before, ended_before
from bulletins.states import BULLETIN_TABLE
from governance.audit.models import AuditEntry
from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    NotFound,
    StaleVersion,
    Unprocessable,
)
from grids.territory import current as territory
from incidents.models import Notice
from opinions.models import OnlineOpinion
from tests.analysis.props import copies, daily
from tests.cast import DAY, LITTER, MONDAY, Cast, MakeTicket
from tests.consultation.props import meeting
from tests.opinions.props import opinion

BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
CITY, TOWN = "990100000000", "990101001000"
SINCE, LAST = date(2026, 11, 9), date(2026, 11, 15)


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


def weekly(cast: Cast, **changes: Any) -> Bulletin:
    """Last week's bulletin of the city, drafted by the oversight officer."""
    template = BulletinTemplate.objects.get(code="weekly")
    return writing.prepare(template, CITY, SINCE, LAST, **{"by": cast.oversight, "at": MONDAY} | changes)


def full(row: Bulletin, cast: Cast) -> Bulletin:
    """With something under every head."""
    texts = [part["text"] or "请各单位抓好落实。" for part in row.sections]
    return writing.edit(row.pk, title=row.title, texts=texts, by=cast.oversight, at=MONDAY)


def published(cast: Cast) -> Bulletin:
    """Approved by the leader."""
    return submitted(weekly(cast), cast)


def submitted(row: Bulletin, cast: Cast) -> Bulletin:
    """The draft, filled in and approved."""
    row = full(row, cast)
    writing.submit(row.pk, by=cast.oversight, at=MONDAY)
    return writing.publish(row.pk, by=cast.leader, at=MONDAY)


@pytest.mark.parametrize(
    ("span", "today", "expected"),
    [
        ("day", date(2026, 11, 16), (date(2026, 11, 15), date(2026, 11, 15))),
        ("week", date(2026, 11, 16), (date(2026, 11, 9), date(2026, 11, 15))),
        ("week", date(2026, 11, 22), (date(2026, 11, 9), date(2026, 11, 15))),
        ("month", date(2026, 3, 5), (date(2026, 2, 1), date(2026, 2, 28))),
        ("half_year", date(2026, 7, 1), (date(2026, 1, 1), date(2026, 6, 30))),
        ("half_year", date(2026, 6, 30), (date(2025, 7, 1), date(2025, 12, 31))),
        ("special", date(2026, 11, 16), (date(2026, 10, 19), date(2026, 11, 15))),
    ],
)
def test_the_span_that_ended_last(span: str, today: date, expected: tuple[date, date]) -> None:
    assert ended_before(span, today) == expected


def test_what_a_span_is_compared_with() -> None:
    assert before(date(2026, 3, 1), date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert before(date(2026, 1, 1), date(2026, 6, 30)) == (date(2025, 7, 1), date(2025, 12, 31))
    assert before(SINCE, LAST) == (date(2026, 11, 2), date(2026, 11, 8))


def test_sentences_are_made_from_the_figures(cast: Cast, make_ticket: MakeTicket) -> None:
    """Six this week, three the week before: +100 %; of the six four are litter."""
    ticket = make_ticket(at=MONDAY - 2 * DAY)
    copies(ticket, daily(1, 10, 8))
    copies(ticket, daily(2, 3, 2), category=LITTER)
    copies(ticket, [MONDAY - 4 * DAY])
    run = AnalysisRun.objects.create(day=LAST, at=MONDAY, baseline_days=56, tests=9, surges=1)
    Surge.objects.create(
        run=run, day=LAST, place=TOWN, place_name="文津街道", region_path=cast.region(TOWN).path, level="town",
        category="01", window=7, observed=9, expected=2.0, dispersion=0.1, factor=1.0, p=1e-5, q=1e-3,
    )  # fmt: skip
    row = weekly(cast)
    text = row.sections[0]["text"]
    assert "6件" in text
    assert "+100.00%" in text
    assert "市容环境4件（66.67%）" in text
    assert "文津街道" in row.sections[2]["text"]
    assert row.title == "云泽市网格化联动工作周报（2026年11月9日至2026年11月15日）"


def test_nothing_divides_by_zero(cast: Cast) -> None:
    row = weekly(cast)
    assert "没有" in row.sections[0]["text"]
    assert {line["value"] for line in row.sections[0]["lines"]} <= {"–"}
    drawn = drawing.Drawn(territory().by_code[CITY], SINCE, LAST)
    assert drawn.earlier == (date(2026, 11, 2), date(2026, 11, 8))


MAY = {
    "prepare": {"oversight", "town", "system"},
    "edit": {"oversight", "town"},
    "redraw": {"oversight", "town"},
    "submit": {"oversight", "town"},
    "publish": {"leader", "oversight"},
    "send_back": {"leader", "oversight"},
    "recall": {"leader", "oversight"},
}


def test_verb_by_state_by_role(cast: Cast) -> None:
    """Over the first town; who may is exactly who is named here."""
    town = cast.region(TOWN)
    people = {name: actor for name, actor in cast.everybody.items() if "client" not in name}
    for verb in BULLETIN_TABLE:
        allowed = set()
        for name, actor in people.items():
            try:
                role_over(verb, actor, town.path)
            except Forbidden:
                continue
            allowed.add(name)
        assert allowed == MAY[verb.name], verb.name
        for state in [*BULLETIN_TABLE.states.values, "nonsense"]:
            if state not in verb.sources:
                with pytest.raises(IllegalTransition):
                    BULLETIN_TABLE.check(verb.name, state)


def test_two_people_and_the_units(cast: Cast) -> None:
    row = full(weekly(cast), cast)
    writing.submit(row.pk, by=cast.oversight, at=MONDAY, opinion="请审")
    with pytest.raises(Forbidden):
        writing.publish(row.pk, by=cast.oversight, at=MONDAY)
    writing.send_back(row.pk, by=cast.leader, at=MONDAY, opinion="补充要求")
    writing.submit(row.pk, by=cast.oversight, at=MONDAY)
    writing.publish(row.pk, by=cast.leader, at=MONDAY, opinion="同意")
    row.refresh_from_db()
    assert (row.state, row.published_by) == ("published", cast.leader.user)
    units = set(UnitReceipt.objects.values_list("unit__code", flat=True))
    assert {"CMD", "T1", "T2", "W1", "CG"} <= units
    assert not units & {"G1", "RQ", "P1"}
    assert Notice.objects.filter(key=f"bulletin:{row.pk}", unit=cast.unit("CG")).exists()
    receipt = writing.confirm(row.pk, by=cast.handler, at=MONDAY)
    assert (
        writing.confirm(row.pk, by=cast.lead, at=MONDAY + DAY).read_by == receipt.read_by == cast.handler.user
    )
    with pytest.raises(NotFound):
        writing.confirm(row.pk, by=cast.gas, at=MONDAY)
    with pytest.raises(Unprocessable):
        writing.recall(row.pk, by=cast.leader, at=MONDAY, opinion=" ")
    writing.recall(row.pk, by=cast.leader, at=MONDAY, opinion="数据有误")
    with pytest.raises(Conflict):
        writing.confirm(row.pk, by=cast.town, at=MONDAY)
    assert weekly(cast).pk != row.pk, "after a recall it may be written anew"


def test_figures_are_frozen_until_they_are_drawn_again(cast: Cast, make_ticket: MakeTicket) -> None:
    row = full(weekly(cast), cast)
    kept = row.sections
    make_ticket(at=MONDAY - 2 * DAY)
    row.refresh_from_db()
    assert row.sections == kept
    writing.redraw(row.pk, by=cast.oversight, at=MONDAY + DAY)
    row.refresh_from_db()
    assert row.drawn_at == MONDAY + DAY
    assert [part["text"] for part in row.sections] == [part["text"] for part in kept]
    assert [step.texts["texts"] for step in row.steps.order_by("pk")][-1] == [part["text"] for part in kept]


def test_what_cannot_be_counted_is_told_to_the_makers(cast: Cast, enter: Callable[[str], Client]) -> None:
    load_shipped()
    template = BulletinTemplate.objects.get(code="weekly")
    template.sections[0]["figures"] += ["K04"]
    template.save()
    row = submitted(weekly(cast), cast)
    why = "响应率（办理单位与来电人的首次联系尚未留痕）"
    assert row.sections[0]["left_out"] == [why]
    assert [line["code"] for line in row.sections[0]["lines"]] == template.sections[0]["figures"][:-1]
    assert why in enter("oversight").get(f"/bulletins/{row.number}/").content.decode()
    assert why not in enter("handler").get(f"/bulletins/{row.number}/").content.decode()


def test_refused_means_unchanged(cast: Cast) -> None:
    row = weekly(cast)
    before_it = AuditEntry.objects.count()
    with pytest.raises(Conflict):
        weekly(cast)
    with pytest.raises(Forbidden):
        weekly(cast, by=cast.town)
    with pytest.raises(StaleVersion):
        writing.submit(row.pk, by=cast.oversight, at=MONDAY, version=7)
    with pytest.raises(Unprocessable):
        writing.submit(row.pk, by=cast.oversight, at=MONDAY)
    with pytest.raises(Unprocessable):
        writing.edit(row.pk, title=" ", texts=["", "", "", ""], by=cast.oversight, at=MONDAY)
    with pytest.raises(Unprocessable):
        writing.edit(row.pk, title="题", texts=["只有一段"], by=cast.oversight, at=MONDAY)
    template = BulletinTemplate.objects.get(code="daily")
    for since, last in ((LAST, SINCE), (date(2024, 1, 1), LAST), (date(2026, 11, 16), date(2026, 11, 16))):
        with pytest.raises(Unprocessable):
            writing.prepare(template, CITY, since, last, by=cast.oversight, at=MONDAY)
    with pytest.raises(Unprocessable):
        writing.prepare(template, "000000000000", SINCE, LAST, by=cast.oversight, at=MONDAY)
    row.refresh_from_db()
    assert (row.state, row.version, AuditEntry.objects.count()) == ("draft", 1, before_it)
    with pytest.raises(Forbidden):
        role_for(BULLETIN_TABLE["edit"], row, cast.town)


def test_schedules_draft_once(cast: Cast) -> None:
    for code in ("daily", "weekly", "monthly", "special"):
        BulletinSchedule.objects.create(
            template=BulletinTemplate.objects.get(code=code),
            region=cast.region(CITY),
            hour=9,
            valid_from=LAST,
        )
    assert writing.draft_due(at=MONDAY - 2 * DAY) == 0, "not in force yet"
    assert writing.draft_due(at=MONDAY) == 3, "special reports are written by hand"
    assert writing.draft_due(at=MONDAY) == 0
    assert set(Bulletin.objects.values_list("template__code", flat=True)) == {"daily", "weekly", "monthly"}


def drawn_week(cast: Cast, make_ticket: MakeTicket) -> Bulletin:
    """Seven tickets this week, two the week before; rates of the city, of two towns and one without any."""
    ticket = make_ticket(at=MONDAY - 2 * DAY)
    copies(ticket, daily(1, 9, 8))
    copies(ticket, daily(3, 3, 2), category=LITTER)
    row = weekly(cast)
    rate = {"part": 911, "whole": 972, "value": "93.72%", "before": "95.74%", "url": "/"}
    row.sections[0]["lines"] = [
        {"code": "K05", "name": "按时办结率", **rate},
        {"code": "K08", "name": "解决率", **rate, "before": "–"},
        {"code": "K21", "name": "平均办理时长", **rate, "value": "3.50小时"},
    ]
    places = [
        ["文津街道", "1", "1", "100.00%"],
        ["<东苑镇>", "1", "2", "50.00%"],
        ["汉正街道", "0", "0", "–"],
    ]
    row.sections[1]["ranking"] = {"code": "K05", "name": "按时办结率", "rows": places}
    row.save()
    return row


def test_charts_are_drawn_from_what_was_frozen(cast: Cast, make_ticket: MakeTicket) -> None:
    row = drawn_week(cast, make_ticket)
    intake = row.sections[0]["charts"][0]
    assert (intake["names"][0], intake["names"][-1]) == ("11-9", "11-15")
    assert (sum(intake["now"]), sum(intake["then"])) == (7, 2)
    make_ticket(at=MONDAY - 2 * DAY)
    first, second, *rest = charts_of(Bulletin.objects.get())
    assert [one.caption for one in first] == [
        "图1 工单登记量变化",
        "图2 工单主要类别",
        "图3 总体情况主要指标",
    ]
    assert [one.caption for one in second] == ["图4 各单位按时办结率"]
    assert not any(rest)
    assert first[1].words == "市容环境6件（85.71%），民生求助1件（14.29%）"
    assert "K21" not in first[2].svg
    assert "平均办理时长" not in first[2].svg, "a length is no rate"
    assert first[2].words == "按时办结率93.72%（上期95.74%），解决率93.72%（上期–）"
    assert "&lt;东苑镇&gt;" in second[0].svg
    assert "汉正街道" not in second[0].svg, "there is nothing to draw for a place without a rate"
    del row.sections[0]["charts"]
    assert len(charts_of(row)[0]) == 1, "a bulletin from before charts were frozen has those of its tables"


def test_of_many_places_the_ends_are_drawn(cast: Cast) -> None:
    row = weekly(cast)
    places = [[f"镇{number}", "1", "1", f"{100 - number}.00%"] for number in range(31)]
    row.sections[1]["ranking"] = {"code": "K05", "name": "按时办结率", "rows": places}
    (drawn,) = charts_of(row)[1]
    assert drawn.title == "各单位按时办结率（前15名和后15名）"
    assert [number for number in range(31) if f">镇{number}<" not in drawn.svg] == [15]


def test_equal_rates_share_a_rank_and_no_rate_has_none() -> None:
    rates = ("100.00%", "100.00%", "50.00%", "–", "–")
    assert [row[0] for row in ranked([["镇", "1", "1", rate] for rate in rates])] == ["1", "1", "3", "–", "–"]


@pytest.mark.parametrize(
    ("most", "expected"), [(1, (1, 1)), (8, (8, 2)), (9, (10, 5)), (97, (100, 50)), (4001, (6000, 2000))]
)
def test_the_marks_of_an_axis(most: int, expected: tuple[int, int]) -> None:
    assert plots.scale(most) == expected


@pytest.mark.parametrize(
    ("since", "last", "count", "first", "final"),
    [
        (LAST, LAST, 24, "0时", "23时"),
        (date(2026, 2, 1), date(2026, 2, 28), 28, "1日", "28日"),
        (date(2026, 1, 1), date(2026, 6, 30), 6, "1月", "6月"),
    ],
)
def test_in_which_steps_a_stretch_is_drawn(
    since: date, last: date, count: int, first: str, final: str
) -> None:
    _unit, steps = drawing.steps_of(since, last)
    assert (len(steps), steps[0][1], steps[-1][1]) == (count, first, final)


def test_long_names_end_in_dots() -> None:
    assert plots.shortened("天门山经济技术开发区管理委员会", 100) == "天门山经济…"
    assert plots.shortened("文津街道", 100) == "文津街道"


def test_titles_break_before_the_days() -> None:
    assert paper.title_lines("网格化联动日报（2026年11月9日）") == ["网格化联动日报（2026年11月9日）"]
    long = "云泽市网格化联动工作周报（2026年11月9日至2026年11月15日）"
    assert paper.title_lines(long) == ["云泽市网格化联动工作周报", "（2026年11月9日至2026年11月15日）"]


def test_as_word_and_pdf(cast: Cast, make_ticket: MakeTicket) -> None:
    import docx

    drawn_week(cast, make_ticket)
    row = submitted(Bulletin.objects.get(), cast)
    document = docx.Document(io.BytesIO(paper.docx(row)))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[:2] == ["云泽市网格化联动工作周报", "（2026年11月9日至2026年11月15日）"]
    assert "一、总体情况" in words
    assert words[-2:] == ["云泽市网格化联动指挥中心", "2026年11月16日"]
    assert round(document.sections[0].top_margin.mm) == 37
    assert [shape._inline.docPr.get("name")[:2] for shape in document.inline_shapes] == [
        "图1",
        "图2",
        "图3",
        "图4",
    ]
    assert {round(shape.width.mm) for shape in document.inline_shapes} == {156}
    assert paper.pdf(row).startswith(b"%PDF")


def test_pages(cast: Cast, enter: Callable[[str], Client], make_ticket: MakeTicket) -> None:
    row = drawn_week(cast, make_ticket)
    url = f"/bulletins/{row.number}/"
    writer, leader = enter("oversight"), enter("leader")
    assert writer.get(url).status_code == 200
    assert enter("handler").get(url).status_code == 404
    assert enter("far_town").get(url).status_code == 404
    assert enter("auditor").get("/bulletins/").status_code == 403
    assert writer.get(f"{url}edit/").status_code == 200
    assert f'src="{url}chart-1.svg"' in writer.get(url).content.decode()
    assert writer.get(f"{url}chart-1.svg").headers["Content-Type"] == "image/svg+xml"
    saved = writer.get(f"{url}chart-4.png?save=1")
    assert saved.content.startswith(b"\x89PNG")
    assert f"{row.number}-4.png" in saved.headers["Content-Disposition"]
    for wrong in ("chart-9.svg", "chart-0.svg", "chart-1.exe"):
        assert writer.get(f"{url}{wrong}").status_code == 404
    assert enter("handler").get(f"{url}chart-1.svg").status_code == 404
    texts = {f"text_{number}": "请抓好落实。" for number in range(4)}
    assert writer.post(f"{url}edit/", texts | {"title": "周报", "version": "9"}).status_code == 409
    assert writer.post(f"{url}edit/", texts | {"title": "", "version": "1"}).status_code == 422
    assert writer.post(f"{url}edit/", texts | {"title": "周报", "version": "1"}).status_code == 302
    assert writer.get(f"{url}do/submit/").status_code == 200
    done = writer.post(f"{url}do/submit/", {"version": "2"}, headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == url
    assert writer.post(f"{url}do/publish/", {"version": "3"}).status_code == 403
    assert writer.get(f"{url}do/redraw/").status_code == 409
    assert leader.post(f"{url}do/publish/", {"version": "3"}).status_code == 302
    reader = enter("handler")
    assert "周报" in reader.get(url).content.decode()
    assert reader.get(f"{url}file.pdf").headers["Content-Type"] == "application/pdf"
    assert reader.get(f"{url}file.exe").status_code == 404
    assert reader.post(f"{url}confirm/").status_code == 302
    assert leader.post(f"{url}do/recall/", {"opinion": ""}).status_code == 422
    assert leader.post(f"{url}do/recall/", {"opinion": "数据有误", "version": "4"}).status_code == 302
    seen = reader.get(url).content.decode()
    assert "数据有误" in seen
    assert "请抓好落实" not in seen
    assert reader.get(f"{url}file.docx").status_code == 404
    assert reader.get(f"{url}chart-1.svg").status_code == 404


def test_drafting_by_its_form(cast: Cast, enter: Callable[[str], Client]) -> None:
    client = enter("oversight")
    template = BulletinTemplate.objects.get(code="monthly")
    assert client.get("/bulletins/new/").status_code == 200
    assert client.post("/bulletins/new/", {"template": template.pk, "place": "x"}).status_code == 422
    given = {"template": template.pk, "place": TOWN, "since": "2026-10-01", "last": "2026-10-31"}
    assert client.post("/bulletins/new/", given).status_code == 302
    assert client.post("/bulletins/new/", given).status_code == 422
    assert Bulletin.objects.get().title == "文津街道网格化联动工作通报（2026年10月）"
    assert enter("leader").get("/bulletins/new/").status_code == 403


def test_the_list_costs_the_same_with_three_rows(
    cast: Cast, enter: Callable[[str], Client], django_assert_num_queries: Any
) -> None:
    client = enter("oversight")
    weekly(cast)
    client.get("/bulletins/")
    for code in ("daily", "special"):
        with django_assert_num_queries(6):
            assert client.get("/bulletins/").status_code == 200
        writing.prepare(
            BulletinTemplate.objects.get(code=code), CITY, LAST, LAST, by=cast.oversight, at=MONDAY
        )


def test_a_digest_of_public_mood_is_drawn_with_the_minutes_of_the_month(cast: Cast, enter: Callable) -> None:
    """What came back, what is said on the net, and meetings whose minutes are out; approved as any other."""
    held = meeting(cast, "published")
    meeting(cast, "held", title="未印发的例会")
    opinion(cast, place=TOWN)
    OnlineOpinion.objects.update(sentiment="negative")
    template = BulletinTemplate.objects.get(code="mood")
    row = writing.prepare(
        template, TOWN, date(2026, 11, 1), date(2026, 11, 30), by=cast.oversight, at=MONDAY + 20 * DAY
    )
    parts = {part["head"]: part for part in row.sections}
    assert "登记网上舆情1条，上期0条；其中负面1条，已回应0条。" in parts["网上民意"]["text"]
    assert held.number in parts["会议研判"]["text"]
    assert [one["number"] for one in parts["会议研判"]["minutes"]] == [held.number]
    assert "没有同一地点反复出现的问题" in parts["反复出现的问题"]["text"]
    page = enter("oversight").get(f"/bulletins/{row.number}/").content.decode()
    assert f"/meetings/{held.number}/" in page
    row = full(row, cast)
    writing.submit(row.pk, by=cast.oversight, at=MONDAY + 20 * DAY)
    assert writing.publish(row.pk, by=cast.leader, at=MONDAY + 20 * DAY).state == "published"
