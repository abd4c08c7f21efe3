"""Verb x state x role between 110 and the centre, made from the state table."""

import pytest
from django.db import transaction

from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition
from police_link import conduct
from police_link.models import PoliceIncident
from police_link.rules import first_holder, permitted, role_for
from police_link.states import INCIDENT_TABLE, TONES, WAITING, IncidentState
from tests.cast import HOUR, MINUTE, MONDAY, Cast
from tests.police_link.props import data_for, incident, police_desk, trace

pytestmark = pytest.mark.django_db
MOVING = [verb.name for verb in INCIDENT_TABLE if verb.sources]
SOON = MONDAY + 10 * MINUTE
POLICE_VERBS = {"object", "withdraw", "take", "decline", "report"}


def doer(cast: Cast, name: str) -> Actor:
    if name == "lapse":
        return cast.system
    if name in POLICE_VERBS:
        return cast.other_client
    return cast.oversight if name == "uphold" else cast.dispatcher


def test_the_deeds_are_the_verbs() -> None:
    assert set(conduct.DEEDS) == set(MOVING)
    assert set(TONES) == set(IncidentState.values)
    assert all(INCIDENT_TABLE.leaving(state) for state in WAITING)
    assert "hand_back" in INCIDENT_TABLE.mermaid()


@pytest.mark.parametrize("state", IncidentState.values)
def test_the_table_guards_every_verb(cast: Cast, state: str) -> None:
    row = incident(cast, state)
    before, keeper = trace(row), first_holder(row)
    for name in MOVING:
        verb = INCIDENT_TABLE[name]
        if state not in verb.sources:
            with pytest.raises(IllegalTransition):
                conduct.perform(name, row.pk, by=doer(cast, name), at=SOON, **data_for(name))
            assert trace(row) == before, name
            continue
        with transaction.atomic():
            conduct.perform(name, row.pk, by=doer(cast, name), at=SOON, **data_for(name))
            wanted = keeper if name in {"uphold", "lapse"} else verb.target or state
            after = PoliceIncident.objects.get(pk=row.pk)
            assert (after.state, after.version) == (wanted, row.version + 1), name
            assert after.state in verb.leads_to(state)
            transaction.set_rollback(True)
    assert trace(row) == before


DESK = {"duty", "dispatcher", "second_dispatcher", "town"}
POLICE = {"police", "other_client", "station"}
ALLOWED = {
    "accept": DESK,
    "joint": DESK,
    "refuse": DESK,
    "object": POLICE,
    "uphold": {"oversight"},
    "withdraw": POLICE,
    "hand_back": DESK | {"oversight"},
    "take": POLICE,
    "decline": POLICE,
    "report": POLICE,
    "lapse": {"system"},
}


@pytest.mark.parametrize("state", ["offered", "refused", "disputed", "accepted", "handing", "joint"])
def test_only_the_named_roles_of_the_side_may(cast: Cast, state: str) -> None:
    """Everybody of the cast, and a handler of the police station, tries the verbs that are possible in the state."""
    row, station = incident(cast, state), police_desk(cast)
    before = trace(row)
    for name in (verb.name for verb in INCIDENT_TABLE.leaving(state)):
        may = set()
        for who, actor in {**cast.everybody, "outsider": cast.auditor, "station": station}.items():
            shown = [verb.name for verb in permitted(row, actor, SOON)]
            try:
                role_for(INCIDENT_TABLE[name], row, actor)
            except Forbidden:
                with pytest.raises(Forbidden):
                    conduct.perform(name, row.pk, by=actor, at=SOON, **data_for(name))
                assert name not in shown
                continue
            may.add(who)
            assert name in shown
        assert may == ALLOWED[name], name
    assert trace(row) == before


def test_whoever_refused_does_not_judge_the_objection(cast: Cast) -> None:
    row = incident(cast, "disputed")
    refused = row.steps.get(verb="refuse")
    type(refused).objects.filter(pk=refused.pk).update(actor=cast.oversight.user)
    before = trace(row)
    with pytest.raises(Forbidden) as found:
        conduct.perform("uphold", row.pk, by=cast.oversight, at=SOON, **data_for("uphold"))
    assert found.value.code == "own_work"
    assert trace(row) == before
    assert "uphold" not in [verb.name for verb in permitted(row, cast.oversight, SOON)]


def test_an_objection_has_its_time(cast: Cast) -> None:
    row = incident(cast, "refused")
    assert row.due_at is not None
    late = row.due_at + MINUTE
    before = trace(row)
    with pytest.raises(Conflict) as found:
        conduct.perform("object", row.pk, by=cast.other_client, at=late, **data_for("object"))
    assert (found.value.code, trace(row)) == ("too_late", before)
    assert permitted(row, cast.other_client, late) == [INCIDENT_TABLE["report"]]


def test_after_a_refusal_of_110_the_matter_stays(cast: Cast) -> None:
    row = incident(cast, "handing")
    done = conduct.perform("decline", row.pk, by=cast.police, at=SOON, **data_for("decline"))
    assert (done.state, done.is_binding, done.due_at) == ("accepted", True, None)
    before = trace(row)
    with pytest.raises(Conflict) as found:
        conduct.perform("hand_back", row.pk, by=cast.duty, at=SOON + HOUR, **data_for("hand_back"))
    assert (found.value.code, trace(row)) == ("binding", before)
