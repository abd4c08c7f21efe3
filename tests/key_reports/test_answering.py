"""Accountability: suspicions, explanations, decisions by people, appeals; the trace; who may read what."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition, Unprocessable
from key_reports import answering, sweep
from key_reports.models import AccountabilityCase, KeyReport, KeyStep
from key_reports.states import ACCOUNT_TABLE, ACCOUNT_TONES, AccountState
from key_reports.tracing import trace
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast
from tests.key_reports.props import report

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
SOON = MONDAY + HOUR
DATA: dict[str, dict[str, Any]] = {
    "name": {"person": "community", "capacity": "unit_lead"},
    "notify": {"opinion": "请说明为何逾期"},
    "drop": {"opinion": "线索不实"},
    "explain": {"opinion": "现场先行处置，未及时书面报送"},
    "decide": {"decision": "reminded", "opinion": "确有迟报，已改正"},
    "appeal": {"opinion": "当时通信中断"},
    "rule": {"decision": "not_established", "opinion": "通信中断属实"},
}
WAY = (
    ("notified", "notify", "oversight"),
    ("investigating", "explain", "town"),
    ("decided", "decide", "oversight"),
    ("appealed", "appeal", "town"),
    ("closed", "rule", "leader"),
)


def late_report(cast: Cast, **changes: Any) -> KeyReport:
    """The town's report, an hour too late."""
    facts = {"known_at": MONDAY - 2 * HOUR, "occurred_at": None} | changes
    return report(cast, "first_reported", by=cast.town, **facts)


def account(cast: Cast, state: str = "suspected", kind: str = "late", **changes: Any) -> AccountabilityCase:
    row = answering.open_case(
        kind, report=late_report(cast, **changes), grounds="首报逾期", by=cast.oversight, at=SOON
    )
    if state != "suspected":
        for place, (reached, name, who) in enumerate(WAY):
            actor = getattr(cast, who)
            answering.perform(name, row.pk, by=actor, at=SOON + place * MINUTE, data=DATA[name])
            if reached == state:
                break
    return AccountabilityCase.objects.get(pk=row.pk)


def test_the_deeds_are_the_verbs() -> None:
    assert set(answering.DEEDS) == {verb.name for verb in ACCOUNT_TABLE if verb.sources}
    assert set(ACCOUNT_TONES) == set(AccountState.values)


ALLOWED = {
    "name": {"oversight"},
    "notify": {"oversight"},
    "drop": {"oversight"},
    "explain": {"town"},
    "investigate": {"oversight", "system"},
    "decide": {"oversight"},
    "appeal": {"town"},
    "rule": {"leader"},
    "close": {"oversight", "system"},
}


@pytest.mark.parametrize("state", AccountState.values)
def test_verb_state_and_role(cast: Cast, state: str) -> None:
    row = account(cast, state)
    before = (AccountabilityCase.objects.values().get(), KeyStep.objects.count())
    for verb in ACCOUNT_TABLE:
        if not verb.sources:
            continue
        if state not in verb.sources:
            with pytest.raises(IllegalTransition):
                answering.perform(verb.name, row.pk, by=cast.oversight, at=SOON, data=DATA.get(verb.name, {}))
            continue
        may = set()
        for who, actor in cast.everybody.items():
            try:
                answering.role_for(verb, row, actor)
                may.add(who)
            except Forbidden:
                with pytest.raises(Forbidden):
                    answering.perform(verb.name, row.pk, by=actor, at=SOON, data=DATA.get(verb.name, {}))
        named = {"worker", "supervisor"} if verb.name in {"explain", "appeal"} else set()
        assert may - named == ALLOWED[verb.name], verb.name
    assert (AccountabilityCase.objects.values().get(), KeyStep.objects.count()) == before


def test_people_are_named_by_the_posts_of_that_day(cast: Cast) -> None:
    row = account(cast)
    named = {(person.user.username, person.capacity) for person in row.persons.select_related("user")}
    assert ("town", "direct") in named
    assert ("supervisor", "supervisor") in named
    hidden = account(cast, known_at=MONDAY - 3 * HOUR, is_confidential=True)
    assert not hidden.persons.filter(user=cast.town.user, capacity="direct").exists()


def test_limits_go_on_by_themselves_and_decide_nothing(cast: Cast) -> None:
    row = account(cast, "notified")
    with pytest.raises(Conflict):
        answering.perform("investigate", row.pk, by=cast.oversight, at=SOON + HOUR, data={})
    sweep.sweep(at=SOON + 7 * DAY)
    row.refresh_from_db()
    assert (row.state, row.decision, row.explained_at) == ("investigating", "", None)
    row = answering.perform("decide", row.pk, by=cast.oversight, at=SOON + 7 * DAY, data=DATA["decide"])
    with pytest.raises(Conflict):
        answering.perform("appeal", row.pk, by=cast.town, at=SOON + 30 * DAY, data=DATA["appeal"])
    sweep.sweep(at=SOON + 30 * DAY)
    row.refresh_from_db()
    assert (row.state, row.decision) == ("closed", "reminded")


def test_good_faith_is_protected_and_grounds_are_needed(cast: Cast) -> None:
    row = late_report(cast)
    for wrong in ({"kind": "false", "grounds": " "}, {"kind": "guilty", "grounds": "x"}):
        with pytest.raises(Unprocessable):
            answering.open_case(**wrong, report=row, by=cast.oversight, at=SOON)
    for who in (cast.town, cast.duty, cast.far_oversight):
        with pytest.raises(Forbidden):
            answering.open_case("late", report=row, grounds="逾期", by=who, at=SOON)
    in_time = report(cast, "first_reported")
    with pytest.raises(Unprocessable):
        answering.open_case("late", report=in_time, grounds="逾期", by=cast.oversight, at=SOON)
    made = answering.open_case("false", report=row, grounds="与走访记录不符", by=cast.leader, at=SOON)
    with pytest.raises(Conflict):
        answering.open_case("false", report=row, grounds="再次", by=cast.oversight, at=SOON)
    answering.perform("notify", made.pk, by=cast.oversight, at=SOON, data=DATA["notify"])
    answering.perform("explain", made.pk, by=cast.town, at=SOON, data=DATA["explain"])
    with pytest.raises(Unprocessable) as found:
        answering.perform("decide", made.pk, by=cast.oversight, at=SOON, data=DATA["decide"])
    assert "knowing" in found.value.fields
    data = DATA["decide"] | {"decision": "not_established"}
    done = answering.perform("decide", made.pk, by=cast.oversight, at=SOON, data=data)
    assert done.decision == "not_established"


def visible(cast: Cast, actor: Actor) -> int:
    return AccountabilityCase.objects.visible_to(actor).count()


def test_who_reads_a_case_and_its_trace(cast: Cast, enter: Enter) -> None:
    row = account(cast, is_confidential=True)
    assert cast.town.user is not None
    assert [visible(cast, actor) for actor in (cast.oversight, cast.leader, cast.town)] == [1, 1, 0]
    assert visible(cast, cast.far_oversight) == visible(cast, cast.outsider) == 0
    answering.perform("notify", row.pk, by=cast.oversight, at=SOON, data=DATA["notify"])
    assert visible(cast, cast.town) == 1
    trail = trace(AccountabilityCase.objects.get(pk=row.pk))
    assert trail == sorted(trail, key=lambda item: item.at)
    assert {"told", "acted", "limit"} <= {item.kind for item in trail}
    page = reverse("key_reports:account", args=[row.number])
    shown = enter("oversight").get(page).content.decode()
    assert "谁能看到" in shown
    assert f"<strong>{cast.town.user.name}</strong> JX" not in shown
    own = enter("town").get(page).content.decode()
    assert "谁能看到" not in own
    assert "/do/explain/" in own
    assert enter("far_town").get(page).status_code == 404
    assert enter("worker").get(reverse("key_reports:accounts")).status_code == 403


def test_the_pages_of_a_case(cast: Cast, enter: Enter) -> None:
    row, boss = late_report(cast), enter("oversight")
    place = reverse("key_reports:suspect", args=[row.number])
    assert "迟报" in boss.get(place, headers={"HX-Request": "true"}).content.decode()
    assert boss.post(place, {"kind": "late", "grounds": ""}).status_code == 422
    assert boss.post(place, {"kind": "late", "grounds": "首报逾期"}).status_code == 302
    assert boss.post(place, {"kind": "late", "grounds": "首报逾期"}).status_code == 409
    made = AccountabilityCase.objects.get()
    assert enter("duty").get(place).status_code == 403
    assert len(boss.get(reverse("key_reports:accounts"), {"open": "1"}).context["rows"]) == 1

    def dialog(name: str) -> str:
        return reverse("key_reports:account-verb", args=[made.number, name])

    assert boss.get(dialog("decide")).status_code == 409
    assert boss.get(dialog("judge")).status_code == 404
    assert cast.community.user is not None
    named = {"person": str(cast.community.user.pk), "capacity": "unit_lead"}
    assert boss.post(dialog("name"), named).status_code == 302
    assert made.persons.filter(user=cast.community.user).exists()
    assert boss.post(dialog("notify"), {"opinion": ""}).status_code == 422
    assert boss.post(dialog("notify"), DATA["notify"] | {"version": 1}).status_code == 409
    assert boss.post(dialog("notify"), DATA["notify"]).status_code == 302
    assert enter("town").post(dialog("explain"), DATA["explain"]).status_code == 302
    assert made.number in boss.get(reverse("key_reports:report", args=[row.number])).content.decode()
