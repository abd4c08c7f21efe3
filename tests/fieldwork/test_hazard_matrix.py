"""Verb x state x role of hazards, made from the state table."""

from typing import Any

import pytest

from fieldwork.hazards import deeds
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.rules import GUARDS, permitted, role_for
from fieldwork.hazards.states import HAZARD_TABLE, HazardState
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition
from tests.cast import MONDAY, Cast
from tests.fieldwork.props_hazards import data_for, hazard, trace

pytestmark = pytest.mark.django_db
MOVING = [verb.name for verb in HAZARD_TABLE if verb.sources]
BY_GRADE = {"accept": False, "lift": True, "control": True, "look": True, "lower": True}


def test_every_verb_that_moves_has_its_deed() -> None:
    assert set(deeds.DEEDS) == set(MOVING)
    assert set(GUARDS) <= set(MOVING)
    assert {verb.name for verb in HAZARD_TABLE if not verb.sources} == {"report"}
    assert "report" in HAZARD_TABLE.mermaid()


@pytest.mark.parametrize("is_major", [False, True])
@pytest.mark.parametrize("state", HazardState.values)
def test_the_table_guards_every_verb(cast: Cast, state: str, is_major: bool) -> None:
    """Who may, does; from any other state nobody, and nothing changes."""
    row = hazard(cast, state, major=is_major)
    doers = {"submit": cast.handler, "control": cast.handler, "lower": cast.oversight}
    for name in MOVING:
        by = doers.get(name, cast.oversight)
        verb, before = HAZARD_TABLE[name], trace(row)
        more = data_for(name, cast, by)
        before["kept"] = trace(row)["kept"]
        if state not in verb.sources:
            with pytest.raises(IllegalTransition):
                deeds.perform(name, row.pk, by=by, at=MONDAY, **more)
            assert trace(row) == before, name
            assert name not in [item.name for item in permitted(row, by)]
        elif name in BY_GRADE and BY_GRADE[name] is not (row.grade == "major"):
            with pytest.raises(Conflict):
                deeds.perform(name, row.pk, by=by, at=MONDAY, **more)
            assert trace(row) == before, name
            assert name not in [item.name for item in permitted(row, by)]
        else:
            is_listed = name == "list" and row.grade == "major"
            assert (name in [item.name for item in permitted(row, by)]) is not is_listed, name


@pytest.mark.parametrize("name", MOVING)
def test_a_verb_leads_where_the_table_says(cast: Cast, name: str) -> None:
    verb = HAZARD_TABLE[name]
    doers = {"submit": cast.handler, "control": cast.handler}
    by = doers.get(name, cast.oversight)
    for source in sorted(verb.sources):
        if name == "list" and source != "reported":
            row = hazard(cast, source)
        else:
            row = hazard(cast, source, major=BY_GRADE.get(name, False))
        done = deeds.perform(name, row.pk, by=by, at=MONDAY, **data_for(name, cast, by))
        assert done.state == (verb.target or source)
        stored = Hazard.objects.get(pk=row.pk)
        assert (stored.state, stored.version) == (done.state, row.version + 1)
        step = stored.steps.latest("pk")
        assert (step.verb, step.from_state, step.to_state) == (name, source, stored.state)


STAFF = {"community", "town", "oversight"}
ALLOWED: dict[str, set[str]] = {
    "order": STAFF | {"dispatcher", "second_dispatcher"},
    "list": {"town", "oversight", "leader"},
    "dismiss": STAFF | {"dispatcher", "second_dispatcher"},
    "control": {"handler", "lead"},
    "submit": {"handler", "lead"},
    "accept": STAFF | {"supervisor", "worker", "grid_leader", "police"},
    "lift": {"town", "oversight", "leader"},
    "send_back": STAFF | {"supervisor", "worker", "grid_leader", "police", "leader"},
    "extend": {"town", "oversight", "leader"},
    "look": {"town", "oversight", "leader", "supervisor"},
    "lower": {"oversight", "leader"},
}
"""Of a hazard in the first grid that CG rectifies and the town has ordered or listed; nobody of the line YJ plays."""
STANDING: dict[str, dict[str, Any]] = {
    "order": {"state": "reported"},
    "list": {"state": "reported"},
    "dismiss": {"state": "reported"},
    "control": {"state": "rectifying", "major": True},
    "submit": {"state": "rectifying"},
    "accept": {"state": "submitted"},
    "lift": {"state": "submitted", "major": True},
    "send_back": {"state": "submitted"},
    "extend": {"state": "rectifying"},
    "look": {"state": "rectifying", "major": True},
    "lower": {"state": "rectifying", "major": True},
}


@pytest.mark.parametrize("name", MOVING)
def test_only_the_named_roles_where_they_stand(cast: Cast, name: str) -> None:
    row, verb, may = hazard(cast, **STANDING[name]), HAZARD_TABLE[name], set()
    for who, actor in cast.everybody.items():
        hands = list(row.steps.values_list("verb", "actor_id"))
        try:
            role_for(verb, row, actor, hands)
        except Forbidden:
            before, more = trace(row), data_for(name, cast, cast.oversight)
            more["photos"] = []
            with pytest.raises(Forbidden):
                deeds.perform(name, row.pk, by=actor, at=MONDAY, **more)
            assert trace(row) == before, who
            assert name not in [item.name for item in permitted(row, actor)]
            continue
        may.add(who)
        assert name in [item.name for item in permitted(row, actor)]
    assert may == ALLOWED[name]


def test_whoever_had_a_hand_in_it_does_not_judge_it(cast: Cast) -> None:
    row = hazard(cast, "rectifying", unit="W1")
    deeds.perform("submit", row.pk, by=cast.community, at=MONDAY, **data_for("submit", cast, cast.community))
    for name in ("accept", "send_back"):
        before = trace(row)
        with pytest.raises(Forbidden) as refused:
            deeds.perform(name, row.pk, by=cast.community, at=MONDAY, opinion="合格")
        assert refused.value.code == "own_work"
        assert trace(row) == before
    assert not {"accept", "send_back"} & {
        verb.name for verb in permitted(Hazard.objects.get(pk=row.pk), cast.community)
    }
    listed = hazard(cast, "reported")
    deeds.perform("list", listed.pk, by=cast.oversight, at=MONDAY, **data_for("list", cast, cast.oversight))
    with pytest.raises(Forbidden):
        deeds.perform("lower", listed.pk, by=cast.oversight, at=MONDAY, opinion="误判")
    assert (
        deeds.perform("lower", listed.pk, by=cast.leader, at=MONDAY, opinion="专家复核为一般").grade
        == "general"
    )


def test_a_unit_does_not_supervise_itself(cast: Cast) -> None:
    row = hazard(cast, "rectifying", unit="T1")
    before = trace(row)
    with pytest.raises(Forbidden) as refused:
        deeds.perform("extend", row.pk, by=cast.town, at=MONDAY, **data_for("extend", cast, cast.town))
    assert refused.value.code == "own_unit"
    assert trace(row) == before
    assert deeds.perform(
        "extend", row.pk, by=cast.oversight, at=MONDAY, **data_for("extend", cast, cast.oversight)
    )
