"""The four tables are sound, and verb x state x person is what the field says: stated by hand, not from the tables."""

from typing import Any

import pytest

from consultation.models import CallLine, Consultation, Deed, Meeting, WhistleCall
from consultation.rules import TABLES, permitted, role_for
from consultation.states import CALL_TABLE, CONSULTATION_TABLE, LINE_TABLE, MEETING_TABLE
from governance.accounts.roles import SYSTEM, Role
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition
from tests.cast import Cast, MakeTicket
from tests.consultation.props import call, convene, line, meeting

TABLE_LIST = [CALL_TABLE, LINE_TABLE, CONSULTATION_TABLE, MEETING_TABLE]
# From which states a verb is possible.
FROM = {
    WhistleCall: {
        "confirm": {"requested"},
        "reject": {"requested"},
        "withdraw": {"requested"},
        "call_more": {"called"},
        "end": {"called"},
        "complete": {"called"},
    },
    CallLine: {
        "accept": {"called"},
        "decline": {"called"},
        "arrive": {"accepted"},
        "report": {"accepted", "arrived"},
        "overrule": {"declined"},
        "release": {"called", "accepted", "arrived", "declined"},
        "score": {"done", "declined", "released"},
    },
    Consultation: {
        "invite": {"convened", "opinions"},
        "opine": {"convened", "opinions"},
        "recuse": {"convened", "opinions"},
        "decide": {"convened", "opinions"},
        "cancel": {"convened", "opinions"},
        "close": {"decided"},
    },
    Meeting: {
        "change": {"planned"},
        "cancel": {"planned"},
        "minute": {"planned", "held"},
        "publish": {"held"},
    },
}
CENTRE = {"dispatcher", "second_dispatcher", "oversight"}
# Who may do it: the scene is a call of T1 asked for by W1 for CG, a consultation of CG and E1, a meeting of T1.
MAY: dict[type, dict[str, set[str]]] = {
    WhistleCall: {
        "confirm": {"town"},
        "reject": {"town"},
        "withdraw": {"community"},
        "call_more": {"town"},
        "end": {"town"},
        "complete": {"system"},
    },
    CallLine: {
        "accept": {"handler", "lead"},
        "decline": {"handler", "lead"},
        "arrive": {"handler", "lead"},
        "report": {"handler", "lead"},
        "overrule": {"oversight"},
        "release": {"town"},
        "score": {"town"},
    },
    Consultation: {
        "invite": CENTRE,
        "opine": {"handler", "lead", "enforcer"},
        "recuse": CENTRE,
        "decide": {"dispatcher", "second_dispatcher"},
        "cancel": CENTRE | {"system"},
        "close": CENTRE | {"system"},
    },
    Meeting: {"change": {"town"}, "cancel": {"town"}, "minute": {"town"}, "publish": {"town"}},
}


@pytest.mark.parametrize("table", TABLE_LIST, ids=lambda table: table.states.__name__)
def test_a_table_is_sound(table: Any) -> None:
    states = set(table.states.values)
    for verb in table:
        assert verb.sources | set(verb.targets) <= states
        assert set(verb.who) <= set(Role.values) | {SYSTEM}
        assert verb.who
        assert str(verb.label)
    for state in table.open_states:
        assert table.leaving(state), state
    assert table.leaving("gone") == []
    assert "[*]" in table.mermaid() or table is LINE_TABLE


@pytest.fixture
def scene(cast: Cast, make_ticket: MakeTicket) -> dict[type, Any]:
    """One row of each kind."""
    row = call(cast, "CG", by=cast.community)
    row.lines.create(unit=cast.unit("CG"), called_at=row.made_at, answer_due_at=row.made_at)
    ticket = make_ticket("returned", to="CG")
    return {
        WhistleCall: row,
        CallLine: row.lines.get(),
        Consultation: convene(cast, ticket),
        Meeting: meeting(cast),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(FROM), ids=lambda kind: kind.__name__)
def test_verb_by_state(scene: dict[type, Any], kind: type) -> None:
    table = TABLES[kind]
    for state in table.states.values:
        for name, sources in FROM[kind].items():
            if state in sources:
                assert table.check(name, state).name == name
            else:
                with pytest.raises(IllegalTransition):
                    table.check(name, state)
    assert {verb.name for verb in table if verb.sources} == set(FROM[kind])


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(FROM), ids=lambda kind: kind.__name__)
def test_verb_by_person(cast: Cast, scene: dict[type, Any], kind: type) -> None:
    row, before = scene[kind], (Deed.objects.count(), AuditEntry.objects.count())
    for name in FROM[kind]:
        verb = TABLES[kind][name]
        allowed = set()
        for person, actor in cast.everybody.items():
            try:
                role_for(verb, row, actor)
            except Forbidden:
                continue
            allowed.add(person)
        assert allowed == MAY[kind][name], name
    assert (Deed.objects.count(), AuditEntry.objects.count()) == before


@pytest.mark.django_db
def test_the_buttons_are_the_rules(cast: Cast, scene: dict[type, Any]) -> None:
    names = lambda row, by: [verb.name for verb in permitted(row, by)]  # noqa: E731  # used below only
    assert names(scene[WhistleCall], cast.town) == ["confirm", "reject"]
    assert names(scene[WhistleCall], cast.lead) == []
    assert names(scene[CallLine], cast.lead) == [], "not before the town has confirmed"
    assert names(scene[Consultation], cast.dispatcher) == ["invite", "recuse", "decide", "cancel"]
    assert names(scene[Consultation], cast.lead) == ["opine"]
    assert names(scene[Meeting], cast.town) == ["change", "cancel", "minute"]
    row = call(cast, "CG")
    assert names(line(row), cast.handler) == ["accept", "decline"]
    assert names(line(row), cast.town) == ["release"]
