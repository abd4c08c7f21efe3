"""急难愁盼: marked and cleared by those who may, found by filter and query language, counted once it is closed."""

from typing import Any

import pytest
from django.http import QueryDict

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.command.searching.language.reading import read
from governance.foundation.errors import Forbidden, Unprocessable
from incidents import transitions
from incidents.models import Ticket
from incidents.queries import filtered
from incidents.views.links import filter_from
from tests.assessment.props import TOWN, listed, parts, place, take_in
from tests.cast import DAY, MINUTE, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db


def mark(ticket: Ticket, by: Actor, verb: str = "mark_pressing", **data: Any) -> Ticket:
    return transitions.perform(verb, ticket.pk, by=by, at=MONDAY + DAY, data=data)


def found(query: str) -> set[int]:
    rows = filtered(Ticket.objects.all(), filter_from(QueryDict(query), MONDAY))
    return set(rows.values_list("pk", flat=True))


def test_marked_and_cleared_on_record(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket, other = make_ticket("handling"), make_ticket()
    assert mark(ticket, cast.dispatcher).is_pressing
    assert found("pressing=1") == {ticket.pk}
    assert found("pressing=0") == {other.pk}
    with pytest.raises(Unprocessable):
        mark(ticket, cast.dispatcher)
    with pytest.raises(Unprocessable):
        mark(ticket, cast.dispatcher, "clear_pressing", opinion=" ")
    with pytest.raises(Forbidden):
        mark(ticket, cast.handler, "clear_pressing", opinion="不急")
    cleared = mark(ticket, cast.oversight, "clear_pressing", opinion="并非急难")
    assert not cleared.is_pressing
    assert cleared.state == ticket.state
    assert [step.verb for step in cleared.steps.order_by("-pk")[:2]] == ["clear_pressing", "mark_pressing"]
    assert AuditEntry.objects.filter(verb__endswith="pressing", object_id=str(ticket.pk)).count() == 2


def test_the_search_language_knows_it() -> None:
    for words in ("急难愁盼:是", "pressing:yes"):
        assert read(words, person=None, today=MONDAY.date()).query.get("pressing") == "1", words


def test_counted_when_closed_and_every_number_opens_its_tickets(cast: Cast, make_ticket: MakeTicket) -> None:
    solved, told, other = (make_ticket("closed") for _ in range(3))
    Ticket.objects.filter(pk=told.pk).update(result_kind="explained")
    for ticket in (solved, told):
        mark(ticket, cast.oversight)
    mark(make_ticket("handling"), cast.oversight)
    take_in()
    assert parts("K06.worries", place(TOWN)) == (1, 2)
    assert listed(cast.town, "K06.worries", place(TOWN), "part") == 1
    mark(told, cast.oversight, "clear_pressing", opinion="并非急难")
    take_in(MONDAY + 30 * DAY + MINUTE)
    assert parts("K06.worries", place(TOWN)) == (1, 1)
    assert not Ticket.objects.get(pk=other.pk).is_pressing


def test_opinions_of_residents_are_counted_as_adopted_or_not(cast: Cast, make_ticket: MakeTicket) -> None:
    adopted, told, other = (make_ticket("closed") for _ in range(3))
    Ticket.objects.exclude(pk=other.pk).update(demand_type="suggestion")
    Ticket.objects.filter(pk=told.pk).update(result_kind="explained")
    take_in()
    assert parts("K47", place(TOWN)) == (1, 2)
    assert listed(cast.town, "K47", place(TOWN), "part") == 1
    assert adopted.result_kind == "resolved"
