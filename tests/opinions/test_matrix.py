"""Verb x state x role of online opinion, made from the state table; the post of online opinion among the roles."""

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition
from incidents.states import TICKET_TABLE
from opinions import conduct
from opinions.models import OnlineOpinion
from opinions.rules import permitted, role_for
from opinions.states import OPINION_TABLE, OpinionState
from tests.cast import HOUR, MONDAY, Cast
from tests.opinions.props import data_for, hold_post, opinion, trace

pytestmark = pytest.mark.django_db
MOVING = [verb.name for verb in OPINION_TABLE if verb.sources]
LATER = MONDAY + HOUR
DOER = {"respond": "lead", "raise_ticket": "dispatcher"}


def test_the_deeds_are_the_verbs() -> None:
    assert set(conduct.DEEDS) == set(MOVING)
    registering = set(TICKET_TABLE["register"].who)
    assert set(OPINION_TABLE["raise_ticket"].who) <= registering, "the intake would refuse them"


@pytest.mark.parametrize("state", OpinionState.values)
@pytest.mark.parametrize("name", MOVING)
def test_the_table_guards_every_verb(cast: Cast, name: str, state: str) -> None:
    row, by = opinion(cast, state), getattr(cast, DOER.get(name, "oversight"))
    if state in OPINION_TABLE[name].sources:
        conduct.perform(name, row.pk, by=by, at=LATER, **data_for(cast, name))
        assert OnlineOpinion.objects.get(pk=row.pk).state == (OPINION_TABLE[name].target or state)
    else:
        before = trace(row)
        with pytest.raises(IllegalTransition):
            conduct.perform(name, row.pk, by=by, at=LATER, **data_for(cast, name))
        assert trace(row) == before


FINDERS = {"oversight", "duty", "dispatcher", "second_dispatcher", "town", "worker"}
JUDGES = {"oversight", "duty", "worker"}
ALLOWED = {
    "observe": FINDERS,
    "watch": JUDGES,
    "assign": JUDGES,
    "respond": {"lead", "handler"},
    "send_back": JUDGES,
    "close": JUDGES,
    "dismiss": JUDGES,
    "raise_ticket": {"duty", "dispatcher", "second_dispatcher", "town"},
}
STATE = {"respond": "assigned", "send_back": "responded", "close": "responded"}


@pytest.mark.parametrize("name", MOVING)
def test_only_the_named_roles_and_the_post_may(cast: Cast, name: str) -> None:
    """A grid worker holds the post of the town; a neighbour's ended, another one's is elsewhere."""
    hold_post(cast.worker, cast)
    hold_post(
        cast.neighbour, cast, starts_on=MONDAY.date().replace(day=1), ends_on=MONDAY.date().replace(day=2)
    )
    hold_post(cast.far_community, cast, "990102001000")
    row = opinion(cast, STATE.get(name, "registered"))
    may = set()
    for who, actor in cast.everybody.items():
        before, written = trace(row), AuditEntry.objects.count()
        shown = [verb.name for verb in permitted(row, actor, LATER)]
        try:
            role_for(OPINION_TABLE[name], row, actor, LATER)
        except Forbidden:
            with pytest.raises(Forbidden):
                conduct.perform(name, row.pk, by=actor, at=LATER, **data_for(cast, name))
            assert trace(row) == before
            assert AuditEntry.objects.count() == written
            assert name not in shown
            continue
        may.add(who)
        assert name in shown
    assert may == ALLOWED[name]


def test_whoever_responded_does_not_close(cast: Cast) -> None:
    row = opinion(cast, "assigned")
    OnlineOpinion.objects.filter(pk=row.pk).update(unit=cast.unit("T1"))
    hold_post(cast.town, cast)
    conduct.perform("respond", row.pk, by=cast.town, at=LATER, **data_for(cast, "respond"))
    before = trace(row)
    with pytest.raises(Forbidden) as refused:
        conduct.perform("close", row.pk, by=cast.town, at=LATER, **data_for(cast, "close"))
    assert refused.value.code == "own_work"
    assert trace(row) == before
