"""The table is sound, and verb x state x person is exactly what the field says: the full matrix.

`DESK` and `GROUND` state the expected answer by hand (domain brief, sections 4 and 5a), not from the table.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Forbidden, IllegalTransition, Problem
from governance.foundation.state_machine import Reach, StateTable
from incidents import rules, transitions
from incidents.models import Ticket
from incidents.states import FINAL, MOVES, OPEN, TICKET_TABLE, State
from incidents.transitions.performing import VERBS
from tests.cast import DAY, MINUTE, MONDAY, Cast, MakeTicket, trace


class TestTheTable:
    def test_every_row_of_the_field_is_there(self) -> None:
        assert sorted({verb.row for verb in TICKET_TABLE}) == list(range(1, 25))

    @pytest.mark.parametrize("verb", list(TICKET_TABLE), ids=lambda verb: verb.name)
    def test_a_row_names_known_states_and_roles(self, verb: Any) -> None:
        assert verb.sources | set(verb.targets) <= set(State.values)
        assert set(verb.who) <= set(Role.values) | {SYSTEM}
        assert verb.who
        assert str(verb.label)

    @pytest.mark.parametrize("verb", MOVES, ids=lambda verb: verb.name)
    def test_an_available_verb_is_written_and_takes_exactly_what_it_needs(self, verb: Any) -> None:
        code = VERBS[verb.name].__code__
        arguments = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
        assert arguments == {"ticket_id", "by", "at", "version"} | {need.name for need in verb.needs} | (
            {"opinion"} if verb.name == "sign" else set()
        )
        assert not (verb.asks and verb.answers)

    def test_every_open_state_has_a_way_out_and_can_be_voided(self) -> None:
        reachable = {target for verb in MOVES for target in verb.targets} | {State.REGISTERED}
        for state in reachable & OPEN:
            assert [verb for verb in TICKET_TABLE.leaving(state) if verb.name != "void"], state
        for state in OPEN:
            assert "void" in [verb.name for verb in TICKET_TABLE.leaving(state)]

    def test_every_state_leads_to_an_end(self) -> None:
        ends = set(FINAL)
        for _round in State:
            ends |= {state for verb in TICKET_TABLE for state in verb.sources if set(verb.targets) & ends}
        assert ends == set(State)

    def test_open_and_final_share_the_states(self) -> None:
        assert set(State) == OPEN | FINAL
        assert not OPEN & FINAL

    def test_only_closing_and_merging_can_be_undone(self) -> None:
        assert {state for state in FINAL if TICKET_TABLE.leaving(state)} == {State.CLOSED, State.MERGED}

    @pytest.mark.parametrize("state", ["", "REGISTERED", "gone", "已登记"])
    def test_an_unknown_state_permits_nothing(self, state: str) -> None:
        assert TICKET_TABLE.leaving(state) == []
        for verb in TICKET_TABLE:
            with pytest.raises(IllegalTransition):
                TICKET_TABLE.check(verb.name, state)

    def test_a_row_that_is_not_open_yet_permits_nobody(self) -> None:
        closed = replace(TICKET_TABLE["merge"], available=False)
        table = StateTable(State, {"merge": closed}, OPEN)
        assert table.leaving(State.REGISTERED) == []
        with pytest.raises(IllegalTransition):
            table.check("merge", State.REGISTERED)
        assert "merge" not in table.mermaid()

    def test_every_row_is_open(self) -> None:
        assert [verb.name for verb in TICKET_TABLE if not verb.available] == []

    def test_an_unknown_verb_is_illegal(self) -> None:
        with pytest.raises(IllegalTransition) as caught:
            TICKET_TABLE.check("explode", State.REGISTERED)
        assert caught.value.status == 409
        assert caught.value.extra["allowed"] == [
            "send_verification",
            "reject",
            "merge",
            "accept",
            "mark_pressing",
            "clear_pressing",
            "urge",
            "void",
        ]

    def test_tiers_are_only_asked_of_staff_that_have_one(self) -> None:
        tiered = {role for verb in TICKET_TABLE for role, reach in verb.who.items() if reach is Reach.TIER}
        assert tiered == set(rules.ROLE_TIER)

    def test_only_the_platform_itself_reaches_as_the_system(self) -> None:
        for verb in TICKET_TABLE:
            for role, reach in verb.who.items():
                assert (reach is Reach.SYSTEM) == (role == SYSTEM)

    def test_auditors_administrators_and_leaders_move_nothing(self) -> None:
        moving_roles = {role for verb in TICKET_TABLE for role in verb.who}
        assert not moving_roles & {Role.AUDITOR, Role.ADMINISTRATOR, Role.LEADER}

    def test_the_diagram_shows_what_is_available(self) -> None:
        drawn = TICKET_TABLE.mermaid()
        assert "closed --> handling: reopen" in drawn
        assert "[*] --> registered: register" in drawn
        assert "returned --> handling: refuse_return" in drawn
        assert "dispatched --> dispatched: ask_return" in drawn
        assert "dispatched --> handling: ask_return" not in drawn


DATA: dict[str, dict[str, Any]] = {
    "split": {"content": "另一处同类问题"},
    "link": {"target": "WG20000101000001"},
    "unlink": {"opinion": "各办各的"},
    "reject": {"reason_code": "beyond_duty", "opinion": "告知"},
    "merge": {"target": "WG20000101000001"},
    "unmerge": {"opinion": "另有其事"},
    "reclassify": {"category": "0301", "opinion": "改类"},
    "take_back": {"opinion": "误受理"},
    "verify": {"finding": "true", "position": {"lon": 118.505, "lat": 31.105}, "attachments": []},
    "withdraw": {"opinion": "派错单位"},
    "ask_return": {"opinion": "不属本单位职责", "basis": "三定规定"},
    "return": {"opinion": "不属本单位职责", "basis": "三定规定"},
    "decline_return": {"opinion": "属本单位职责"},
    "refuse_return": {"opinion": "职责清单有明确规定"},
    "escalate": {"opinion": "超出能力", "measures": "已先行劝导"},
    "ask_extension": {"opinion": "需跨部门协调", "amount": 1},
    "refuse_extension": {"opinion": "时间足够"},
    "ask_suspension": {
        "cause": "funds",
        "opinion": "需列入年度计划",
        "plan": "明年一季度改造",
        "responsible": "lead",
        "review_on": date(2026, 12, 1),
    },
    "refuse_suspension": {"opinion": "可以办理"},
    "feedback": {"result_kind": "explained", "opinion": "已解释"},
    "rework": {"opinion": "未到位"},
    "follow_up": {"outcome": "solved", "satisfaction": "4"},
    "redo": {"opinion": "未解决"},
    "reopen": {"opinion": "反复"},
    "void": {"opinion": "误登"},
    "clear_pressing": {"opinion": "并非急难"},
}

DISPATCHERS = {"dispatcher", "second_dispatcher"}
WATCHERS = {"worker", "grid_leader", "supervisor", "police"}

# A citizen's call in the city's pool, dispatched to the city department; who may do what.
DESK = {
    "accept": DISPATCHERS | {"duty"},
    "reject": DISPATCHERS | {"duty"},
    "merge": DISPATCHERS | {"duty"},
    "unmerge": DISPATCHERS | {"duty"},
    "reclassify": DISPATCHERS | {"duty"},
    "take_back": DISPATCHERS | {"duty"},
    "send_verification": DISPATCHERS,
    "verify": WATCHERS,
    "dispatch": DISPATCHERS,
    "withdraw": DISPATCHERS,
    "sign": {"handler", "lead", "system"},
    "ask_return": {"handler"},
    "return": {"lead"},
    "decline_return": {"lead"},
    "grant_return": DISPATCHERS,
    "refuse_return": DISPATCHERS,
    "escalate": set(),
    "ask_extension": {"handler", "lead"},
    "extend": {"lead", "oversight"},
    "refuse_extension": {"lead", "oversight"},
    "ask_suspension": {"lead"},
    "suspend": {"oversight"},
    "refuse_suspension": {"oversight"},
    "resume": {"lead", "oversight", "system"},
    "feedback": {"handler", "lead"},
    "check": WATCHERS | {"oversight"},
    "rework": WATCHERS | {"oversight"},
    "follow_up": {"duty", "oversight", "client", "system"},
    "close": DISPATCHERS | {"oversight"},
    "redo": {"duty", "oversight", "client"},
    "reopen": {"oversight", "client"},
    "archive": {"system"},
    "void": {"oversight"},
    "split": DISPATCHERS,
    "link": DISPATCHERS,
    "unlink": DISPATCHERS,
    "urge": DISPATCHERS | {"duty", "oversight", "client", "system"},
    "mark_pressing": DISPATCHERS | {"oversight", "town", "community"},
    "clear_pressing": DISPATCHERS | {"oversight", "town", "community"},
}
# The same matter in the pool of the community, dispatched to the grid's own team.
STAFF = {"town", "community"}
GROUND = DESK | {
    "split": DISPATCHERS | STAFF,
    "link": DISPATCHERS | STAFF,
    "unlink": DISPATCHERS | STAFF,
    "accept": DISPATCHERS | STAFF | {"duty"},
    "reject": DISPATCHERS | STAFF | {"duty"},
    "merge": DISPATCHERS | STAFF | {"duty"},
    "unmerge": DISPATCHERS | STAFF | {"duty"},
    "reclassify": DISPATCHERS | STAFF | {"duty"},
    "take_back": DISPATCHERS | STAFF | {"duty"},
    "send_verification": DISPATCHERS | STAFF,
    "dispatch": DISPATCHERS | STAFF,
    "withdraw": {"community"},
    "sign": {"worker", "grid_leader", "system"},
    "ask_return": set(),
    "return": set(),
    "decline_return": set(),
    "escalate": {"worker", "grid_leader"},
    "ask_extension": set(),
    "extend": {"oversight"},
    "refuse_extension": {"oversight"},
    "ask_suspension": set(),
    "resume": {"oversight", "system"},
    "feedback": {"worker", "grid_leader"},
    "check": WATCHERS | STAFF | {"oversight"},
    "rework": WATCHERS | STAFF | {"oversight"},
    "follow_up": STAFF | {"duty", "oversight", "client", "system"},
    "close": DISPATCHERS | STAFF | {"oversight"},
}
GUARDED = {
    "unprocessable",
    "no_cause",
    "not_checked",
    "not_called",
    "nothing_asked",
    "no_clock",
    "no_need",
    "handed_up",
    "nothing_to_undo",
}
POOLS = {"desk": ("CMD", "CG"), "ground": ("W1", "G1")}


def place(ticket: Ticket, state: str, pool: str, unit: str, cast: Cast, verb: Any = None) -> None:
    """Put the ticket into any state, available or not, held by whoever holds it then, with what `verb` decides."""
    held_by_unit = {"dispatched", "handling", "suspended"}
    asked = [verb.answers] if verb is not None and verb.answers else []
    Ticket.objects.filter(pk=ticket.pk).update(
        state=state,
        asked=asked,
        holder=cast.unit(unit if state in held_by_unit else pool),
        accepted_unit=cast.unit(pool),
        dispatched_unit=cast.unit(pool),
        lead_unit=cast.unit(unit),
        feedback_at=MONDAY,
        checked_at=MONDAY if state == "follow_up" else None,
        closed_at=MONDAY if state in {"closed", "archived"} else None,
    )


@pytest.mark.django_db
class TestTheMatrix:
    @pytest.mark.parametrize("scene", ["desk", "ground"])
    @pytest.mark.parametrize("verb", [verb.name for verb in MOVES])
    def test_who_may_do_what(self, cast: Cast, make_ticket: MakeTicket, verb: str, scene: str) -> None:
        looked_at = verb == "send_verification"
        ticket = make_ticket(source="hotline", category="0202" if looked_at else "0106")
        if verb == "unlink":
            main = make_ticket("accepted", by=cast.community)
            Ticket.objects.filter(pk=main.pk).update(child_count=1)
            Ticket.objects.filter(pk=ticket.pk).update(parent=main)
        if verb == "clear_pressing":
            Ticket.objects.filter(pk=ticket.pk).update(is_pressing=True)
        pool, unit = POOLS[scene]
        expected = {"desk": DESK, "ground": GROUND}[scene][verb]
        at = MONDAY + (31 * DAY if verb == "archive" else MINUTE)
        data = DATA.get(verb, {})
        if verb == "dispatch":
            data = {"to": cast.unit(unit).pk}
        sources = sorted(TICKET_TABLE[verb].sources)
        for state in sources:
            place(ticket, state, pool, unit, cast, TICKET_TABLE[verb])
            current, before = Ticket.objects.get(pk=ticket.pk), trace(ticket)
            for name, actor in cast.everybody.items():
                shown = verb in [item.name for item in rules.permitted(current, actor)]
                assert shown == (name in expected), (state, name)
                if name in expected or state != sources[0]:
                    continue
                with pytest.raises(Forbidden) as caught:
                    transitions.perform(verb, ticket.pk, by=actor, at=at, data=data)
                assert caught.value.status == 403
            assert trace(ticket) == before
            for name in sorted(expected):
                outcome = attempt(verb, ticket, cast.everybody[name], at, data)
                assert outcome in {"done", *GUARDED}, name
            assert trace(ticket) == before

    @pytest.mark.parametrize("verb", [verb.name for verb in MOVES])
    def test_a_state_that_forbids_is_409_for_everybody(
        self, cast: Cast, make_ticket: MakeTicket, verb: str
    ) -> None:
        ticket = make_ticket()
        data = DATA.get(verb, {}) | ({"to": cast.unit("CG").pk} if verb == "dispatch" else {})
        before = trace(ticket)
        for state in sorted(set(State.values) - TICKET_TABLE[verb].sources):
            place(ticket, state, "CMD", "CG", cast)
            current = Ticket.objects.get(pk=ticket.pk)
            for actor in cast.everybody.values():
                assert verb not in [item.name for item in rules.permitted(current, actor)]
            for actor in (cast.oversight, cast.handler, cast.outsider, cast.system):
                with pytest.raises(IllegalTransition) as caught:
                    transitions.perform(verb, ticket.pk, by=actor, at=MONDAY, data=data)
                assert caught.value.status == 409, state
            assert Ticket.objects.get(pk=ticket.pk).facts() == current.facts()
        assert trace(ticket) | {"ticket": None} == before | {"ticket": None}

    @pytest.mark.parametrize("verb", ["register", "self_handle", "nonsense"])
    def test_what_creates_a_ticket_moves_none(self, cast: Cast, make_ticket: MakeTicket, verb: str) -> None:
        ticket = make_ticket()
        before = trace(ticket)
        with pytest.raises(IllegalTransition):
            transitions.perform(verb, ticket.pk, by=cast.oversight, at=MONDAY, data={})
        assert trace(ticket) == before


def attempt(verb: str, ticket: Ticket, by: Any, at: Any, data: dict[str, Any]) -> str:
    """What became of it; always rolled back."""
    with transaction.atomic():
        try:
            transitions.perform(verb, ticket.pk, by=by, at=at, data=data)
            return "done"
        except Problem as problem:
            return problem.code
        finally:
            transaction.set_rollback(True)
