"""Every verb of every machine in every state by everybody: done by those who may, refused to the rest unchanged."""

from collections.abc import Callable
from typing import Any

import pytest

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition, Problem
from incidents import transitions
from supervision.deeds import announcing, appealing, checking, inspecting, instructing, ordering, rectifying
from supervision.deeds.ordering import Order, order_now
from supervision.models import Appeal, LeaderInstruction, SupervisionTask
from supervision.names import AppealState, BulletinState, InspectionState, InstructionState, TaskState
from supervision.rules import (
    permitted,
    role_for_appeal,
    role_for_bulletin,
    role_for_inspection,
    role_for_instruction,
    role_for_task,
)
from supervision.states import (
    APPEAL_TABLE,
    BULLETIN_TABLE,
    INSPECTION_TABLE,
    INSTRUCTION_TABLE,
    TASK_TABLE,
)
from tests.cast import DAY, MINUTE, MONDAY, Cast, MakeTicket, Photo
from tests.supervision.props import inspection_draft, put, task, trace

pytestmark = pytest.mark.django_db
LATER = MONDAY + 60 * DAY
ALL = (
    "handler",
    "lead",
    "oversight",
    "far_oversight",
    "town",
    "far_town",
    "community",
    "supervisor",
    "worker",
    "leader",
    "dispatcher",
    "duty",
    "mediator",
    "auditor",
    "administrator",
    "outsider",
)
UNIT = {"lead"}
OVERSIGHT = {"oversight"}
TASK_MAY: dict[str, set[str]] = {
    "notify": OVERSIGHT,
    "sign": UNIT,
    "plan": UNIT,
    "submit": UNIT,
    "accept": OVERSIGHT,
    "reject": OVERSIGHT,
    "again": set(),
    "escalate": OVERSIGHT,
    "interview": {"oversight", "leader"},
    "close": OVERSIGHT,
    "recheck": OVERSIGHT,
    "withdraw": OVERSIGHT,
}
APPEAL_MAY = {
    "review": OVERSIGHT,
    "grant": {"leader"},
    "refuse": {"leader"},
    "withdraw": UNIT,
}
"""The only officer of the centre has reviewed it, so that a leader decides."""
INSTRUCTION_MAY: dict[str, set[str]] = {
    "route": set(),
    "answer": OVERSIGHT,
    "press": {"leader"},
    "conclude": {"leader"},
    "withdraw": {"leader"},
}
INSPECTION_MAY = {
    "approve": {"leader"},
    "refuse": {"leader"},
    "begin": {"oversight", "town"},
    "close": {"oversight", "town"},
    "cancel": {"oversight", "town"},
}
BULLETIN_MAY = dict.fromkeys(("edit", "retake", "publish", "discard"), OVERSIGHT)


def test_the_tables_say_what_the_field_says() -> None:
    may = {verb.name for verb in TASK_TABLE if verb.sources}
    assert may == set(TASK_MAY)
    assert TASK_TABLE["notify"].sources == {"created", "escalated"}
    assert TASK_TABLE["escalate"].targets == ("escalated",)
    assert TASK_TABLE["again"].sources == {"rejected"}
    for table in (TASK_TABLE, APPEAL_TABLE, INSTRUCTION_TABLE, INSPECTION_TABLE, BULLETIN_TABLE):
        states = set(table.states)
        reached = {target for verb in table for target in verb.targets}
        assert reached == states, "no state that nothing leads to"


def judge(
    verb: str,
    state: str,
    row: Any,
    table: Any,
    may: dict[str, set[str]],
    cast: Cast,
    attempt: Callable[[Actor], object],
) -> None:
    """Asks as everybody: the state answers first, then the person; nothing is written either way."""
    before, journal = trace(row), AuditEntry.objects.count()
    allowed = state in table[verb].sources
    for name in ALL:
        actor = getattr(cast, name)
        if allowed and name in may[verb]:
            continue
        with pytest.raises(Problem) as refused:
            attempt(actor)
        kind = Forbidden if allowed else IllegalTransition
        assert isinstance(refused.value, kind), (name, refused.value)
    assert (trace(row), AuditEntry.objects.count()) == (before, journal)


@pytest.mark.parametrize("verb", sorted(TASK_MAY))
@pytest.mark.parametrize("state", TaskState.values)
def test_tasks(cast: Cast, photo: Photo, verb: str, state: str) -> None:
    row = put(task(cast, photo, "created", kind="interview"), state)
    deeds: dict[str, Callable[[Actor], object]] = {
        "notify": lambda by: ordering.notify(row.pk, by=by, at=LATER),
        "sign": lambda by: rectifying.sign(row.pk, by=by, at=LATER, plan="方案", person="某人"),
        "plan": lambda by: rectifying.change_plan(row.pk, by=by, at=LATER, plan="方案", person="某人"),
        "submit": lambda by: rectifying.submit(row.pk, by=by, at=LATER, opinion="报告", files=[photo(by)]),
        "accept": lambda by: checking.accept(row.pk, by=by, at=LATER),
        "reject": lambda by: checking.reject(row.pk, by=by, at=LATER, opinion="不实"),
        "escalate": lambda by: rectifying.escalate(row.pk, by=by, at=LATER),
        "interview": lambda by: checking.interview(
            row.pk, by=by, at=LATER, held_on=MONDAY.date(), opinion="谈话"
        ),
        "close": lambda by: checking.close(row.pk, by=by, at=LATER, score=80),
        "recheck": lambda by: checking.recheck(row.pk, by=by, at=LATER, outcome="held"),
        "withdraw": lambda by: rectifying.withdraw(row.pk, by=by, at=LATER, opinion="误发"),
    }
    if verb == "again":
        with pytest.raises((Forbidden, IllegalTransition)):
            role_for_task(TASK_TABLE.check(verb, state), row, cast.oversight)
        return
    judge(verb, state, row, TASK_TABLE, TASK_MAY, cast, deeds[verb])
    for name in ALL:
        shown = {item.name for item in permitted(TASK_TABLE, role_for_task, row, getattr(cast, name))}
        wanted = {item.name for item in TASK_TABLE.leaving(state) if name in TASK_MAY.get(item.name, set())}
        assert shown == wanted, (state, name)
    if state in TASK_TABLE[verb].sources and verb not in {"escalate"}:
        actor = getattr(cast, sorted(TASK_MAY[verb])[0])
        deeds[verb](actor)
        row.refresh_from_db()
        assert row.steps.order_by("pk").last().verb in {verb, "again", "notify"}


@pytest.fixture
def appeal(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> Appeal:
    """An objection against a ticket that the management bureau handled too late."""
    ticket = make_ticket("dispatched", to="CG")
    at = LATER
    transitions.perform("sign", ticket.pk, by=cast.handler, at=at, data={})
    transitions.perform(
        "feedback",
        ticket.pk,
        by=cast.handler,
        at=at + MINUTE,
        data={"result_kind": "resolved", "opinion": "已办"},
    )
    wanted = appealing.Objection(kind="overdue", reason="系统停机", files=[photo(cast.lead)])
    return appealing.lodge(ticket.pk, wanted, by=cast.lead, at=at + 2 * MINUTE)


@pytest.mark.parametrize("verb", sorted(APPEAL_MAY))
@pytest.mark.parametrize("state", AppealState.values)
def test_appeals(cast: Cast, appeal: Appeal, verb: str, state: str) -> None:
    if state != AppealState.LODGED:
        appealing.review(appeal.pk, by=cast.oversight, at=LATER + DAY, advice="grant", opinion="属实")
    row = put(appeal, state)
    deeds: dict[str, Callable[[Actor], object]] = {
        "review": lambda by: appealing.review(
            row.pk, by=by, at=LATER + DAY, advice="refuse", opinion="理由不足"
        ),
        "grant": lambda by: appealing.grant(row.pk, by=by, at=LATER + DAY),
        "refuse": lambda by: appealing.refuse(row.pk, by=by, at=LATER + DAY, opinion="理由不足"),
        "withdraw": lambda by: appealing.withdraw(row.pk, by=by, at=LATER + DAY, opinion="撤回"),
    }
    judge(verb, state, row, APPEAL_TABLE, APPEAL_MAY, cast, deeds[verb])
    if state in APPEAL_TABLE[verb].sources:
        deeds[verb](getattr(cast, sorted(APPEAL_MAY[verb])[0]))
        row.refresh_from_db()
        assert row.state == APPEAL_TABLE[verb].target
        shown = permitted(APPEAL_TABLE, role_for_appeal, row, cast.outsider)
        assert shown == []


@pytest.mark.parametrize("verb", sorted(INSTRUCTION_MAY))
@pytest.mark.parametrize("state", InstructionState.values)
def test_instructions(cast: Cast, verb: str, state: str) -> None:
    wanted = instructing.Instruction(text="请督促解决", due_on=MONDAY.date(), subject="校门口拥堵")
    row = instructing.instruct(wanted, by=cast.leader, at=MONDAY)
    SupervisionTask.objects.filter(pk=row.task_id).update(state=TaskState.CLOSED)
    put(row, state)
    deeds: dict[str, Callable[[Actor], object]] = {
        "answer": lambda by: instructing.answer(row.pk, by=by, at=LATER, opinion="已解决"),
        "press": lambda by: instructing.press(row.pk, by=by, at=LATER, opinion="继续"),
        "conclude": lambda by: instructing.conclude(row.pk, by=by, at=LATER),
        "withdraw": lambda by: instructing.withdraw(row.pk, by=by, at=LATER, opinion="不再需要"),
    }
    if verb == "route":
        with pytest.raises((Forbidden, IllegalTransition)):
            role_for_instruction(INSTRUCTION_TABLE.check(verb, state), row, cast.oversight)
        return
    judge(verb, state, row, INSTRUCTION_TABLE, INSTRUCTION_MAY, cast, deeds[verb])
    if state in INSTRUCTION_TABLE[verb].sources:
        deeds[verb](getattr(cast, sorted(INSTRUCTION_MAY[verb])[0]))
        assert LeaderInstruction.objects.get(pk=row.pk).state == INSTRUCTION_TABLE[verb].target


def test_another_leader_does_not_conclude_what_is_not_his(cast: Cast) -> None:
    wanted = instructing.Instruction(text="请督促解决", due_on=MONDAY.date(), subject="校门口拥堵")
    row = put(instructing.instruct(wanted, by=cast.leader, at=MONDAY), "answered")
    LeaderInstruction.objects.filter(pk=row.pk).update(leader=cast.oversight.user)
    with pytest.raises(Forbidden):
        instructing.conclude(row.pk, by=cast.leader, at=MONDAY)


@pytest.mark.parametrize("verb", sorted(INSPECTION_MAY))
@pytest.mark.parametrize("state", InspectionState.values)
def test_inspections(cast: Cast, verb: str, state: str) -> None:
    row = put(inspecting.propose(inspection_draft(cast), by=cast.oversight, at=MONDAY), state)
    deeds: dict[str, Callable[[Actor], object]] = {
        "approve": lambda by: inspecting.approve(row.pk, by=by, at=MONDAY),
        "refuse": lambda by: inspecting.refuse(row.pk, by=by, at=MONDAY, opinion="重复检查"),
        "begin": lambda by: inspecting.begin(row.pk, by=by, at=MONDAY),
        "close": lambda by: inspecting.close(row.pk, by=by, at=MONDAY, opinion="总结"),
        "cancel": lambda by: inspecting.cancel(row.pk, by=by, at=MONDAY, opinion="合并"),
    }
    judge(verb, state, row, INSPECTION_TABLE, INSPECTION_MAY, cast, deeds[verb])
    if state in INSPECTION_TABLE[verb].sources:
        deeds[verb](getattr(cast, sorted(INSPECTION_MAY[verb])[0]))
        row.refresh_from_db()
        assert row.state == INSPECTION_TABLE[verb].target
        assert permitted(INSPECTION_TABLE, role_for_inspection, row, cast.outsider) == []


@pytest.mark.parametrize("verb", sorted(BULLETIN_MAY))
@pytest.mark.parametrize("state", BulletinState.values)
def test_bulletins(cast: Cast, photo: Photo, verb: str, state: str) -> None:
    task(cast, photo, "notified", kind="listed_supervision")
    row = put(announcing.draft(title="督办通报", by=cast.oversight, at=MONDAY + DAY), state)
    deeds: dict[str, Callable[[Actor], object]] = {
        "edit": lambda by: announcing.edit(row.pk, by=by, at=LATER, opening="导语"),
        "retake": lambda by: announcing.retake(row.pk, by=by, at=LATER),
        "publish": lambda by: announcing.publish(row.pk, by=by, at=LATER),
        "discard": lambda by: announcing.discard(row.pk, by=by, at=LATER, opinion="不再需要"),
    }
    judge(verb, state, row, BULLETIN_TABLE, BULLETIN_MAY, cast, deeds[verb])
    if state in BULLETIN_TABLE[verb].sources:
        deeds[verb](cast.oversight)
        row.refresh_from_db()
        assert row.state == (BULLETIN_TABLE[verb].target or state)
        assert permitted(BULLETIN_TABLE, role_for_bulletin, row, cast.far_oversight) == []


def test_nobody_checks_what_he_answers_for(cast: Cast, photo: Photo) -> None:
    row = task(cast, photo, "submitted")
    row.steps.filter(verb="sign").update(actor=cast.oversight.user)
    with pytest.raises(Forbidden) as refused:
        checking.accept(row.pk, by=cast.oversight, at=LATER)
    assert refused.value.code == "own_work"
    own = put(task(cast, photo, "created", unit_id=cast.unit("CMD").pk), "submitted")
    with pytest.raises(Forbidden):
        checking.reject(own.pk, by=cast.oversight, at=LATER, opinion="不实")


def test_town_staff_and_grid_supervisors_order_what_is_theirs(cast: Cast) -> None:
    town = cast.region("990101001000")
    base: dict[str, Any] = {"cause": "unsolved", "title": "整改", "demands": "整改"}
    done = order_now(Order(kind="urge", region=town, **base), by=cast.town, at=MONDAY)
    assert (done.state, done.unit.code, done.object_kind) == ("notified", "T1", "region")
    grid = order_now(Order(kind="supervise", grid=cast.grid(0), **base), by=cast.supervisor, at=MONDAY)
    assert (grid.unit.code, grid.object_kind) == ("W1", "grid")
    for order, by in (
        (Order(kind="listed_supervision", region=town, **base), cast.town),
        (Order(kind="urge", region=cast.region("990101001001"), **base), cast.supervisor),
        (Order(kind="urge", region=town, **base), cast.far_town),
        (Order(kind="urge", region=town, **base), cast.lead),
    ):
        before = SupervisionTask.objects.count()
        with pytest.raises(Forbidden):
            order_now(order, by=by, at=MONDAY)
        assert SupervisionTask.objects.count() == before
    others = ordering.create(Order(kind="urge", region=town, **base), by=cast.oversight, at=MONDAY)
    with pytest.raises(Forbidden):
        ordering.notify(others.pk, by=cast.town, at=MONDAY)


def test_the_system_is_nobody_for_people_s_verbs(cast: Cast, photo: Photo) -> None:
    row = task(cast, photo, "accepted")
    with pytest.raises(Forbidden):
        checking.close(row.pk, by=SYSTEM_ACTOR, at=LATER, score=80)
