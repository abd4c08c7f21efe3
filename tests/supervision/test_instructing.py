"""A leader's instruction: with oversight, to the unit, answered, read; another round; taken back."""

from datetime import timedelta

import pytest

from governance.foundation.errors import Forbidden, Unprocessable
from incidents.models import Notice, Ticket
from supervision.deeds import checking, instructing, ordering, rectifying
from supervision.deeds.instructing import Instruction, instruct
from supervision.models import LeaderInstruction, SupervisionTask
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, Photo, shanghai
from tests.supervision.props import TODAY, in_days

pytestmark = pytest.mark.django_db


def test_the_whole_way(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    ticket = make_ticket("handling", to="CG")
    wanted = Instruction(text="请城管局一周内解决", due_on=in_days(7), ticket=ticket)
    row = instruct(wanted, by=cast.leader, at=MONDAY)
    assert (row.state, row.subject, row.number[:2]) == ("given", ticket.title, "PS")
    task = SupervisionTask.objects.get()
    assert (task.state, task.cause, task.unit.code, task.limit_on) == (
        "created",
        "instruction",
        "CG",
        in_days(7),
    )
    ticket.refresh_from_db()
    assert (ticket.has_instruction, ticket.is_supervised) == (True, True)
    assert Notice.objects.filter(audience="oversight", kind="supervision_create").count() == 1
    ordering.notify(task.pk, by=cast.oversight, at=MONDAY + HOUR)
    row.refresh_from_db()
    assert row.state == "routed"
    signed = rectifying.sign(task.pk, by=cast.lead, at=MONDAY + 2 * HOUR, plan="方案", person="秦长")
    assert signed.due_at == shanghai(23, 17, 30), "the leader's day beats the limit of the kind"
    with pytest.raises(Unprocessable):
        instructing.answer(row.pk, by=cast.oversight, at=MONDAY + DAY, opinion="已解决")
    rectifying.submit(task.pk, by=cast.lead, at=MONDAY + DAY, opinion="已清理", files=[photo(cast.lead)])
    checking.accept(task.pk, by=cast.oversight, at=MONDAY + DAY + HOUR)
    done = instructing.answer(row.pk, by=cast.oversight, at=MONDAY + 2 * DAY, opinion="已全部清理")
    assert (done.state, done.answer) == ("answered", "已全部清理")
    told = Notice.objects.get(user=cast.leader.user)
    assert (told.url, told.kind) == (f"/supervision/instructions/{row.number}/", "instruction_answer")
    assert instructing.conclude(row.pk, by=cast.leader, at=MONDAY + 3 * DAY).state == "concluded"
    verbs = list(row.steps.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["instruct", "route", "answer", "conclude"]


def test_a_free_subject_waits_until_oversight_says_for_whom(cast: Cast) -> None:
    row = instruct(
        Instruction(text="研究", due_on=in_days(3), subject="校门口拥堵"), by=cast.leader, at=MONDAY
    )
    assert row.task is not None
    assert row.task.unit.code == "CMD"
    sent = ordering.notify(
        row.task.pk, by=cast.oversight, at=MONDAY, unit_id=cast.unit("P1").pk, demands="请派出所牵头疏导"
    )
    assert (sent.unit.code, sent.demands) == ("P1", "请派出所牵头疏导")


def test_another_round_has_as_much_time_as_the_first(cast: Cast) -> None:
    row = instruct(Instruction(text="研究", due_on=in_days(3), subject="拥堵"), by=cast.leader, at=MONDAY)
    first = row.task_id
    LeaderInstruction.objects.filter(pk=row.pk).update(state="answered", answer="正在研究")
    again = instructing.press(row.pk, by=cast.leader, at=MONDAY + 5 * DAY, opinion="要有结果")
    assert (again.state, again.round, again.answer, again.due_on) == (
        "given",
        2,
        "",
        TODAY + timedelta(days=8),
    )
    assert again.task_id != first
    assert again.task is not None
    assert again.task.demands == "要有结果"


def test_taking_it_back_takes_back_what_carries_it(cast: Cast) -> None:
    row = instruct(Instruction(text="研究", due_on=in_days(3), subject="拥堵"), by=cast.leader, at=MONDAY)
    assert row.task is not None
    ordering.notify(row.task.pk, by=cast.oversight, at=MONDAY)
    assert instructing.withdraw(row.pk, by=cast.leader, at=MONDAY, opinion="另行安排").state == "withdrawn"
    assert SupervisionTask.objects.get().state == "withdrawn"
    assert Notice.objects.filter(kind="supervision_withdraw").count() == 1


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("subject", {"subject": " "}),
        ("text", {"text": " "}),
        ("text", {"text": "长" * 2001}),
        ("due_on", {"due_on": in_days(-1)}),
        ("due_on", {"due_on": in_days(400)}),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, field: str, changes: dict[str, object]) -> None:
    facts: dict[str, object] = {"text": "研究", "due_on": in_days(3), "subject": "拥堵"}
    with pytest.raises(Unprocessable) as refused:
        instruct(Instruction(**facts | changes), by=cast.leader, at=MONDAY)  # type: ignore[arg-type]
    assert set(refused.value.fields) == {field}
    assert LeaderInstruction.objects.count() == 0


@pytest.mark.parametrize("name", ["oversight", "town", "lead", "dispatcher", "outsider", "auditor"])
def test_only_leaders_instruct(cast: Cast, make_ticket: MakeTicket, name: str) -> None:
    ticket = make_ticket("handling", to="CG")
    for subject in (None, ticket):
        with pytest.raises(Forbidden):
            instruct(
                Instruction(text="研究", due_on=in_days(3), subject="拥堵", ticket=subject),
                by=getattr(cast, name),
                at=MONDAY,
            )
    assert LeaderInstruction.objects.count() == 0
    assert not Ticket.objects.filter(has_instruction=True).exists()
