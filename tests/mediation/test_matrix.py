"""Who may do which verb in which state, over the whole company: what the table says, and nothing else."""

from typing import Any

import pytest

from governance.foundation.errors import Forbidden, IllegalTransition
from mediation.models import MediationCase
from mediation.rules import is_timely, permitted, role_for
from mediation.states import CASE_TABLE, CaseState
from mediation.transitions import perform
from tests.cast import Cast
from tests.mediation.props import Way, trace

pytestmark = pytest.mark.django_db

ROLE_OF = {
    "system": {"system"},
    "mediator": {"mediator"},
    "town": {"town_staff"},
    "community": {"community_staff"},
    "dispatcher": {"dispatcher"},
    "second_dispatcher": {"dispatcher"},
    "grid_leader": {"grid_leader"},
    "leader": {"leader"},
    "police": {"police_grid_officer"},
}
"""Everybody of the company who may do something about a case in the first grid, and in which role."""
NAMED = {"mediator"}
"""Who mediates it."""


def expected(name: str) -> set[str]:
    """Who of the company may do a verb, read from the table: by place, or as the case's mediator."""
    who = CASE_TABLE[name].who
    return {
        person
        for person, roles in ROLE_OF.items()
        for role in roles
        if who.get(role) in {"scope", "system"} or (who.get(role) == "own" and person in NAMED)
    }


@pytest.mark.parametrize("state", sorted(CaseState.values))
def test_every_verb_and_everybody(cast: Cast, state: str) -> None:
    way = Way(cast).to(state)
    row = MediationCase.objects.get(pk=way.row.pk)
    everybody = dict(cast.everybody)
    before = trace(row)
    for verb in CASE_TABLE:
        if verb.name == "register":
            continue
        if state not in verb.sources:
            with pytest.raises(IllegalTransition):
                perform(verb.name, row.pk, by=cast.town, at=way.at)
            continue
        may = set()
        for who, actor in everybody.items():
            shown = {item.name for item in permitted(row, actor, way.at)}
            try:
                role_for(verb, row, actor)
            except Forbidden:
                assert verb.name not in shown
                if who in {"worker", "far_town", "client", "auditor"}:
                    with pytest.raises(Forbidden):
                        perform(verb.name, row.pk, by=actor, at=way.at)
                continue
            may.add(who)
            assert verb.name in shown or not is_timely(verb, row, way.at)
        named = expected(verb.name)
        if state == "registered":  # nobody mediates it yet, and no body has it
            named -= {"mediator"} if CASE_TABLE[verb.name].who.get("mediator") else set()
        assert may == named, (state, verb.name)
    assert trace(row) == before


SEEN: dict[str, Any] = {
    "registered": {"town", "dispatcher", "second_dispatcher", "community", "duty"},
    "triaged": {"town", "dispatcher", "second_dispatcher", "community", "mediator"},
}


def test_who_reads_a_case(cast: Cast) -> None:
    for state, named in SEEN.items():
        row = Way(cast).to(state).row
        assert readers(cast, row) == named, state
    restricted = Way(cast, category="0402").to("triaged").row
    assert readers(cast, restricted) == {"town", "dispatcher", "second_dispatcher", "community", "mediator"}
    MediationCase.objects.filter(pk=restricted.pk).update(readers=[])
    assert readers(cast, restricted) == {"town", "dispatcher", "second_dispatcher"}
    grid = Way(cast, level="grid").to("triaged").row
    MediationCase.objects.filter(pk=grid.pk).update(readers=[], level="grid")
    assert "grid_leader" in readers(cast, grid)
    red = Way(cast, facts="扬言持刀报复").to("registered").row
    assert {"leader", "police"} <= readers(cast, red)


def readers(cast: Cast, row: MediationCase) -> set[str]:
    seen = {
        who
        for who, actor in cast.everybody.items()
        if MediationCase.objects.visible_to(actor).filter(pk=row.pk).exists()
    }
    return seen - {"system"}
