"""Mediation is suspended and goes on: its limits stand still, the others run, and what stood still is added exactly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local
from governance.foundation.errors import Problem
from incidents.models import Announcement, Notice
from mediation import asking, clocks
from mediation.documents.facts import Reader
from mediation.documents.papers import Matter, build
from mediation.documents.pauses import length as length_of
from mediation.documents.pdf import pdf
from mediation.documents.volume import volume
from mediation.documents.word import docx
from mediation.models import CaseClock, CasePause, MediationCase, SessionHold
from mediation.states.names import PauseGround
from mediation.sweep import sweep
from mediation.transitions import perform
from mediation.values import CALENDAR, civil_end, pause_rules
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast
from tests.mediation.conftest import BACKEND
from tests.mediation.props import GUIDED, Way, trace
from tests.mediation.test_documents import flat, text_of, word_text
from tests.mediation.test_transitions import refused

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
SPELLS = st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 90_000)), min_size=1, max_size=5)
"""Suspensions: minutes until each, and how many minutes it lasts."""


def told(way: Way, days: int = 10, **changes: Any) -> dict[str, Any]:
    facts = {
        "ground": "appraisal",
        "until": local(way.at + HOUR).date() + timedelta(days=days),
        "parties": way.keys,
        "opinion": "委托房屋安全鉴定，已告知双方",
    }
    return facts | changes


def clock(way: Way, kind: str) -> CaseClock:
    return CaseClock.objects.get(case=way.row, kind=kind, stopped_at=None)


def test_limits_of_mediation_stand_still_and_those_of_the_law_run_on(cast: Cast) -> None:
    way = Way(cast, category="0405").to("mediating")
    before = {kind: clock(way, kind).due_at for kind in ("case", "level", "session", "statute")}
    way.do(
        "plan_session", session_kind="mediator", starts_at=way.at + DAY, minutes=60, place="社区", opinion=""
    )
    way.do(
        "plan_session",
        session_kind="mediator",
        starts_at=way.at + 20 * DAY,
        minutes=60,
        place="社区",
        opinion="",
    )
    way.do("suspend", **told(way))
    began = way.at
    assert way.row.paused_at == began
    assert way.row.next_due == "pause"
    assert {item.state for item in way.row.sessions.filter(starts_at__lt=began + 10 * DAY, number=None)} <= {
        "cancelled"
    }
    assert SessionHold.objects.filter(session__case=way.row).values("session").distinct().count() == 1
    assert {item.kind for item in way.row.clocks.filter(paused_at=began)} == {"case", "level", "session"}
    assert Notice.objects.filter(title__contains="中止").exists()
    sweep(at=began + 5 * DAY)
    assert not Notice.objects.filter(key__contains=f"warn_case:{clock(way, 'case').pk}").exists()
    way.do("resume", after=3 * DAY + 5 * HOUR, opinion="鉴定意见已出具")
    stood = way.at - began
    assert stood == 3 * DAY + 5 * HOUR
    for kind in ("level", "session"):
        found = clock(way, kind)
        assert found.due_at == before[kind] + stood, kind
        assert (found.stood, found.base_due_at, found.original_due_at) == (stood, before[kind], before[kind])
    case = clock(way, "case")
    assert case.due_at == civil_end(load_calendar(CALENDAR), 34, case.started_at), "part of a day is a day"
    assert clock(way, "statute").due_at == before["statute"]
    assert way.row.paused_at is None
    pause = CasePause.objects.get()
    assert (pause.started_at, pause.ended_at, pause.ground) == (began, way.at, "appraisal")
    assert "第三十八条" in pause.source
    step = way.row.steps.get(verb="resume")
    assert (step.data["stood"], step.data["due_at"]) == (77 * 60, case.due_at.isoformat())
    way.do("extend", parties=way.keys, opinion="双方书面同意")
    longer = clock(way, "case")
    assert longer.base_due_at is not None
    assert longer.base_due_at - before["case"] >= 30 * DAY
    assert longer.due_at >= longer.base_due_at + stood


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spells=SPELLS, rule=st.sampled_from(["level.town", "session", "case"]))
def test_suspensions_add_exactly(cast: Cast, spells: list[tuple[int, int]], rule: str) -> None:
    """However the time is cut up: each limit gets what it stood still for, no more and no less."""
    begun = CaseClock(kind=rule.partition(".")[0], rule=rule, started_at=MONDAY)
    begun.due_at = begun.original_due_at = (
        civil_end(load_calendar(CALENDAR), 30, MONDAY) if rule == "case" else MONDAY + 200 * DAY
    )
    at, whole = MONDAY, timedelta(0)
    for gap, length in spells:
        at += gap * MINUTE
        begun.paused_at = at
        left = begun.due_at - at
        at += length * MINUTE
        whole += length * MINUTE
        clocks.lengthen(begun, at)
        if rule != "case":
            assert begun.due_at - at == left, "what was left is left"
    assert (begun.stood, begun.paused_at, begun.base_due_at) == (whole, None, begun.original_due_at)
    exact = begun.original_due_at + whole
    if rule != "case":
        assert begun.due_at == exact
        return
    calendar, last = load_calendar(CALENDAR), local(begun.due_at - TICK).date()
    first = local(exact - TICK).date()
    assert begun.due_at >= exact
    assert (local(begun.due_at).hour, local(begun.due_at).minute) == (0, 0)
    assert calendar.is_workday(last)
    assert not any(calendar.is_workday(first + timedelta(days=n)) for n in range((last - first).days))


def test_who_when_why_and_how_often(cast: Cast) -> None:
    way = Way(cast).to("triaged")
    refused(way, "suspend", **told(way))
    way.to("mediating")
    today = local(way.at + HOUR).date()
    for changes, code in (
        ({"ground": "tired"}, "ground"),
        ({"parties": way.keys[:1]}, "not_told"),
        ({"parties": []}, "not_told"),
        ({"opinion": ""}, "opinion"),
        ({"until": today}, "until"),
        ({"until": today + timedelta(days=pause_rules().days + 1)}, "until"),
        ({"until": "2026-12-01"}, "until"),
        ({"by": cast.community}, ""),
        ({"by": cast.leader}, ""),
        ({"when": way.at + 60 * DAY, "until": today + timedelta(days=70)}, "limit_over"),
    ):
        refused(way, "suspend", *filter(None, [code]), **told(way) | changes)
    refused(way, "resume", "not_suspended")
    way.do("suspend", cast.town, **told(way))
    for verb, data in (
        ("suspend", told(way)),
        ("hold_session", {}),
        ("level_up", {}),
        ("extend", {}),
        ("agree_oral", {}),
        ("agree_written", {}),
    ):
        refused(way, verb, "suspended", **data)
    refused(way, "resume", by=cast.community)
    way.do("resume", cast.town)
    way.do("suspend", **told(way, ground="unable"))
    way.do("resume")
    refused(way, "suspend", "suspended_often", **told(way))
    assert set(pause_rules().grounds) == set(PauseGround.values)
    assert all(pause_rules().grounds.values())


def test_it_goes_on_by_itself_and_never_reaches_further(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    way = Way(cast).to("accepted")
    due = clock(way, "level").due_at
    way.do("suspend", **told(way, 5))
    pause, version = CasePause.objects.get(), way.row.version

    def broken(*_args: object, **_facts: object) -> None:
        raise ValueError

    sweep(at=pause.until - MINUTE)
    assert MediationCase.objects.get().paused_at is not None
    with monkeypatch.context() as patch:
        patch.setattr("mediation.sweep.perform", broken)
        sweep(at=pause.until)
    assert "could not go on" in caplog.text
    for _twice in range(2):
        sweep(at=pause.until + 2 * DAY)
    row, pause = MediationCase.objects.get(), CasePause.objects.get()
    assert (row.paused_at, row.version, pause.ended_at) == (None, version, pause.until)
    assert clock(way, "level").due_at == due + (pause.until - pause.started_at), (
        "not the two days it came late"
    )
    assert row.steps.filter(verb="resume", role="system").count() == 1


def test_a_party_ends_it_while_it_is_suspended(cast: Cast) -> None:
    way = Way(cast).to("mediating")
    way.do("suspend", **told(way))
    way.do("stop", party=way.keys[0], opinion="不愿再等", **GUIDED)
    row = MediationCase.objects.get()
    assert (row.state, row.paused_at) == ("failed", None)
    assert CasePause.objects.get().ended_at == way.at
    assert not CaseClock.objects.filter(
        stopped_at=None, kind__in=["case", "level", "session", "pause"]
    ).exists()
    with pytest.raises(Problem):
        perform("resume", row.pk, by=way.me, at=way.at + HOUR)


def test_it_is_shown_with_its_arithmetic_and_told_outside(
    cast: Cast, enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Way(cast, origin="police", external_no="JQ9").to("mediating")
    monkeypatch.setattr("mediation.views.case.now", lambda: way.at)
    client, number = enter("mediator"), way.row.number
    address = f"/mediation/case/{number}/"
    assert "/do/suspend/" in client.get(address).content.decode()
    assert "中止记录" not in client.get(address).content.decode()
    way.do("suspend", **told(way))
    page = client.get(address)
    shown = page.content.decode()
    assert page.context["buttons"][0].verb.name == "resume"
    for words in ("停止计算，自", "中止记录", "鉴定、评估或检测", "第三十八条"):
        assert words in shown, words
    assert [line.row for line in client.get("/mediation/cases/?paused=1").context["rows"]] == [way.row]
    for gone in ("suspend", "hold_session", "level_up"):
        assert f"/do/{gone}/" not in shown
    told_outside = asking.look_up(number, way.row.query_code, address="10.0.0.1", at=way.at)
    assert ("中止" in told_outside.next_words, told_outside.due_at) == (True, None)
    way.do("resume", after=2 * DAY + 3 * HOUR)
    shown = client.get(address).content.decode()
    assert "2 天 3 小时" in shown
    assert "停止计算，自" not in shown
    assert "民事诉讼法" in client.get("/mediation/limits/").content.decode()
    assert trace(way.row)["pauses"]
    assert not Announcement.objects.exists(), "no system referred it"


def test_both_notices_say_why_and_until_when(cast: Cast) -> None:
    way = Way(cast).to("mediating")
    words = "委托房屋安全鉴定，张三丰已同意"
    way.do("suspend", **told(way, opinion=words))
    pause = CasePause.objects.get()
    said = flat(text_of(pdf(build("suspension", Matter(row=way.row, at=way.at, pause=pause)))))
    for part in (
        "中止调解通知书",
        "张三丰、李四光：",
        f"中止原因：{words}",
        "第二十三条",
        "以上事项已告知：",
    ):
        assert part in said, part
    assert "第三十八条" not in said, "the law of medical disputes is no ground of other ones"
    client, address = Client(), f"/mediation/case/{way.row.number}"
    client.force_login(way.me.user, backend=BACKEND)  # type: ignore[arg-type]
    query = f"?pause={pause.pk}"
    page = client.get(f"{address}/papers/").text
    assert f"papers/suspension.docx{query}" in page
    assert "papers/resumption" not in page
    assert client.get(f"{address}/papers/resumption.pdf{query}").status_code == 404
    way.do("resume", after=3 * DAY + 5 * HOUR, opinion="鉴定意见已出具")
    last = local(clock(way, "case").due_at - TICK).date()
    word = client.get(f"{address}/papers/resumption.docx{query}")
    for part in (
        "恢复调解通知书",
        "中止的原因已经消除",
        "3日5小时",
        f"期限顺延至{last.year}年{last.month}月",
    ):
        assert part in flat(word_text(word.content)), part
    matter = Matter(row=way.row, at=way.at, pause=CasePause.objects.get(), reader=Reader(True))
    masked = flat(word_text(docx(build("suspension", matter))))
    assert "张三丰" not in masked
    assert "张**已同意" in masked
    way.do("suspend", **told(way, ground="unable"))
    way.do("stop", party=way.keys[0], opinion="不再调解", **GUIDED)
    book = flat(text_of(volume(way.row, way.at)))
    assert [book.count(f"{name}调解通知书20") for name in ("中止", "恢复")] == [2, 1], (
        "as the contents list them"
    )
    assert length_of(5 * MINUTE) == "5分钟"


def test_a_form_that_a_city_changed_before_leaves_the_new_ones(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"rights": {"title": "权利告知", "blocks": []}}
    monkeypatch.setattr("mediation.documents.forms._in_force", lambda name: own)
    from mediation.documents import forms

    assert forms.title("rights") == "权利告知"
    assert forms.title("resumption") == "恢复调解通知书"
