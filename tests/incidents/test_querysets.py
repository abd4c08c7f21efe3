"""What each person sees; every list and every detail starts here."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint
from governance.accounts.models import User
from incidents import transitions
from incidents.models import Ticket
from incidents.sight import sight_of
from incidents.states import OPEN
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, draft

pytestmark = pytest.mark.django_db

SENSITIVE = "0409"


def seen(actor: Actor) -> list[int]:
    """What the database finds, which is what the same rule says of every ticket in hand."""
    found = list(Ticket.objects.visible_to(actor).order_by("pk").values_list("pk", flat=True))
    assert found == [row.pk for row in Ticket.objects.order_by("pk") if sight_of(actor).takes_in(row)]
    return found


EVERYWHERE = {"duty", "dispatcher", "second_dispatcher", "oversight", "leader", "system"}
HERE = EVERYWHERE | {"town", "community", "supervisor", "worker", "grid_leader", "part_timer", "police"}


def test_a_report_is_seen_where_it_lies_and_above(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(source="phone_in")
    assert {name for name, actor in cast.everybody.items() if seen(actor) == [ticket.pk]} == HERE
    assert all(seen(actor) == [] for name, actor in cast.everybody.items() if name not in HERE)


def test_far_away_others_see_it(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(column=3)
    there = {name for name, actor in cast.everybody.items() if seen(actor)}
    assert there == EVERYWHERE | {"far_town", "far_community", "far_dispatcher", "far_oversight"}


def test_sensitive_ones_are_for_those_who_read_them(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(category=SENSITIVE)
    assert {name for name, actor in cast.everybody.items() if seen(actor)} == EVERYWHERE


def test_whoever_takes_part_sees_even_the_sensitive(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", category=SENSITIVE, to="CG", co_handlers=("RQ",))
    for actor in (cast.handler, cast.lead, cast.gas):
        assert seen(actor) == [ticket.pk]
    assert seen(cast.outsider) == seen(cast.enforcer) == []


def test_whoever_took_part_goes_on_seeing_it(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="W1", column=0)
    transitions.escalate(ticket.pk, by=cast.community, at=MONDAY + HOUR, opinion="无力", measures="劝导")
    far = make_ticket("closed", to="RQ")
    assert far.pk in seen(cast.gas)
    assert ticket.pk in seen(cast.community)


def test_whoever_reported_it_sees_what_becomes_of_it(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(category=SENSITIVE, by=cast.neighbour, column=3)
    assert seen(cast.neighbour) == [ticket.pk]
    assert seen(cast.worker) == []


def test_the_pool_that_holds_it_sees_it_while_it_is_open(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="RQ")
    ticket.assignments.all().delete()
    assert seen(cast.gas) == [ticket.pk]
    Ticket.objects.filter(pk=ticket.pk).update(state="voided")
    assert seen(cast.gas) == []


def test_the_reporter_goes_on_seeing_what_lies_elsewhere(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("closed", column=3, category=SENSITIVE, by=cast.worker)
    assert ticket.pk in seen(cast.worker)
    assert ticket.pk not in seen(cast.part_timer)


def test_a_client_sees_its_own_sources(cast: Cast, make_ticket: MakeTicket) -> None:
    hotline, police = make_ticket(source="hotline"), make_ticket(source="police")
    assert seen(cast.client) == [hotline.pk]
    assert seen(cast.other_client) == [police.pk]


def test_the_whole_city_needs_no_condition(cast: Cast) -> None:
    sql = str(Ticket.objects.visible_to(cast.dispatcher).query)
    assert "WHERE" not in sql
    assert "seen_from" in str(Ticket.objects.visible_to(cast.town).query).split("WHERE")[1]


def test_a_person_without_a_unit(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    user = User.objects.create_user("free", "x", name="自由")
    appoint(
        Post(user=user, role="grid_patroller", target=cast.grid(0), starts_on=date(2026, 1, 1)), at=MONDAY
    )
    assert seen(Actor(user=user)) == [ticket.pk]


def test_words(cast: Cast, make_ticket: MakeTicket) -> None:
    fresh, held, done = make_ticket(), make_ticket("handling", column=1), make_ticket("closed")
    void = make_ticket("voided")
    rows = Ticket.objects
    assert set(rows.open()) == {fresh, held}
    assert {ticket.state for ticket in rows.open()} <= OPEN
    assert list(rows.held_by([held.holder_id])) == [held]
    assert list(rows.held_by([])) == []
    assert list(rows.overdue(MONDAY)) == []
    assert set(rows.overdue(MONDAY + 30 * DAY)) == {fresh, held}
    assert list(rows.inside(cast.grid(1).path)) == [held]
    assert set(rows.counted()) == {fresh, held, done}
    assert void.state == "voided"


def test_late_and_in_time(cast: Cast, make_ticket: MakeTicket) -> None:
    running, done = make_ticket("handling"), make_ticket("feedback")
    never = make_ticket()
    rows = Ticket.objects
    assert running.due_at is not None
    assert set(rows.late(running.due_at)) == set()
    assert set(rows.in_time(running.due_at)) == {running, done}
    later = running.due_at + HOUR
    assert set(rows.late(later)) == {running}, "what was fed back in time stays in time"
    assert set(rows.in_time(later)) == {done}
    transitions.feedback(running.pk, by=cast.handler, at=later, result_kind="resolved", opinion="迟办")
    assert set(rows.late(MONDAY)) == {running}
    assert never not in rows.in_time(later)


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("count", [1, 3])
def test_a_labelled_row_costs_no_statement(cast: Cast, make_ticket: MakeTicket, count: int) -> None:
    for _number in range(count):
        make_ticket("handling")
    with CaptureQueriesContext(connection) as queries:
        for ticket in Ticket.objects.visible_to(cast.leader).with_labels():
            labels = (ticket.source, ticket.category, ticket.holder, ticket.lead_unit, ticket.town)
            assert all(str(label) for label in labels)
            assert str(ticket.grid)
            assert str(ticket.community)
    assert len(queries) == 2, "the scope and the rows"


def test_every_ticket_is_drafted_alike() -> None:
    assert draft().digest() == draft().digest()
    assert draft().digest() != draft(content="别的").digest()
