"""What rows say of themselves: labels, lamps, addresses."""

import pytest
from django.utils import translation

from incidents.models import Deadline, DueChange, FollowUp, NoticeMark, Policy, Step, Supplement, Ticket
from tests.cast import DAY, GAS_LEAK, MINUTE, MONDAY, Cast, MakeTicket


class TestLamps:
    def test_the_colours_of_a_limit(self) -> None:
        ticket = Ticket(next_warn_at=MONDAY, next_due_at=MONDAY + DAY)
        assert ticket.lamp(MONDAY - MINUTE) == "green"
        assert ticket.lamp(MONDAY) == "amber"
        assert ticket.lamp(MONDAY + DAY) == "red"
        assert Ticket().lamp(MONDAY) == "grey"
        assert Ticket(next_due_at=MONDAY + DAY).lamp(MONDAY) == "green"


@pytest.mark.parametrize(
    ("verb", "english"),
    [
        ("sign", "Sign"),
        ("warn", "About to be late"),
        ("climb", "Raised to the next tier"),
        ("supplement", "Supplement received"),
        ("something", "something"),
    ],
)
def test_a_step_in_words(verb: str, english: str) -> None:
    with translation.override("en"):
        step = Step(verb=verb, role="dispatcher", to_state="handling", ticket_id=3)
        assert step.label == english
        assert (step.role_label, step.to_state_label) == ("Dispatcher", "Being handled")
        assert Step(role="system").role_label == "System"
    assert str(step) == f"3 {verb}"


@pytest.mark.django_db
def test_rows_in_words(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("closed", category=GAS_LEAK)
    assert str(ticket) == ticket.number
    assert ticket.number in ticket.get_absolute_url()
    assert ticket.is_final
    row = ticket.deadlines.order_by("id")[0]
    assert str(row) == f"{ticket.pk} accept {row.due_at}"
    assert str(FollowUp(ticket_id=3, outcome="solved")) == "3 solved"
    assert str(Supplement(ticket_id=3, at=MONDAY)).startswith("3 2026-11-16")
    assert str(DueChange(old_due_at=1, new_due_at=2)) == "1 -> 2"
    assert str(NoticeMark(user_id=4, seen_id=9)) == "4 9"
    assert str(Policy(key="a.b", value=3)) == "a.b = 3"
    assert str(ticket.assignments.get()) == f"{ticket.pk} lead {cast.unit('CG').pk}"
    assert Deadline(stage="sign").get_stage_display()
