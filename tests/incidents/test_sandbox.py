"""What came in for trial: found in the list, and nowhere that would bother the staff of the real city."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from followup import results, steps
from followup.models import CallTask
from grids import scope as scopes
from incidents import catalogue, outbox, sandbox, similar
from incidents.intake import Citizen
from incidents.models import Notice, Step, Ticket, TicketSource
from incidents.queries import inboxes, workload
from supervision import clusters, ladder, queries
from supervision.deeds.watching import watch
from supervision.models import RecurrenceWarning
from supervision.values import values_at
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
SAME = {"content": "文津路书院街路口的路灯不亮", "citizen": Citizen(name="张三丰", phone="13812345678")}


@pytest.fixture
def trial(cast: Cast) -> str:
    """A source for trying."""
    TicketSource.objects.create(code=catalogue.TRIAL, name="试用", kind=TicketSource.Kind.APP)
    catalogue.forget()
    return catalogue.TRIAL


def test_desks_show_real_tickets_only(cast: Cast, make_ticket: MakeTicket, trial: str) -> None:
    real = {state: make_ticket(state) for state in ("registered", "handling")}
    tried = {state: make_ticket(state, source=trial) for state in ("registered", "handling")}
    make_ticket("feedback", source=trial)
    at = MONDAY + HOUR
    assert [row.pk for row in inboxes.inbox(cast.dispatcher, at=at).rows] == [real["registered"].pk]
    assert inboxes.waiting(scopes.of(cast.dispatcher.user), at).count == 1
    scope = scopes.of(cast.handler.user)
    found = workload.board(scope, at=at, day_ends=at + DAY, week_ends=at + 7 * DAY)
    shown = [ticket.pk for rows in (found.today, found.week, found.later, found.others) for ticket in rows]
    assert shown == [real["handling"].pk]
    assert sum(load.open for load in workload.by_person(scope.unit_ids, at)) == 1
    assert sum(load.open for load in workload.by_grid([""], at)) == 2
    numbers = set(Ticket.objects.visible_to(cast.dispatcher).values_list("pk", flat=True))
    assert numbers >= {tried["registered"].pk, tried["handling"].pk}, "the list finds them"


def test_parts_of_tickets_on_trial_wait_nowhere(cast: Cast, make_ticket: MakeTicket, trial: str) -> None:
    for source in ("phone_in", trial):
        make_ticket("handling", source=source, co_handlers=["RQ"])
    scope = scopes.of(cast.gas.user)
    queue = {item.state: item.count for item in inboxes.inbox(cast.gas, at=MONDAY).queues}
    assert queue == {"parts": 1}
    assert [part.ticket.source.code for part in workload.parts(scope.unit_ids)] == ["phone_in"]


def test_nobody_is_told_called_or_written_to(cast: Cast, make_ticket: MakeTicket, trial: str) -> None:
    steps.read_on(at=MONDAY)
    real, tried = make_ticket("follow_up"), make_ticket("follow_up", source=trial)
    while outbox.deliver(at=MONDAY):
        pass
    assert Notice.objects.filter(ticket=real).exists()
    assert not Notice.objects.filter(ticket=tried).exists()
    assert not Step.objects.filter(delivered_at=None).exists()
    for step in Step.objects.filter(verb="check"):
        steps.follow(step, at=MONDAY)
    steps.reconcile(at=MONDAY + DAY)
    assert [task.ticket_id for task in CallTask.objects.all()] == [real.pk]


def test_similar_ones_are_looked_for_among_real_ones(cast: Cast, make_ticket: MakeTicket, trial: str) -> None:
    make_ticket(source=trial, **SAME)
    twin, ticket = make_ticket(**SAME), make_ticket(**SAME)
    whole = Ticket.objects.select_related("category").get(pk=ticket.pk)
    assert [item.ticket_id for item in similar.likenesses(whole, cast.dispatcher)] == [twin.pk]


def test_nothing_recurs_by_trying(cast: Cast, make_ticket: MakeTicket, trial: str) -> None:
    tried = [make_ticket(source=trial, at=MONDAY + day * DAY, **SAME) for day in range(4)]
    real = [make_ticket(at=MONDAY + day * DAY, **SAME) for day in range(2)]
    at, values = MONDAY + 5 * DAY, values_at(MONDAY)
    ids = [ticket.pk for ticket in real]
    for find in (clusters.places, clusters.persons):
        assert find(ids, values) == [], "those on trial do not fill a cluster up"
    watch(at=at)
    assert not RecurrenceWarning.objects.exists()
    last = make_ticket(at=MONDAY + 2 * DAY, **SAME)
    make_ticket(source=trial, at=MONDAY + 3 * DAY, **SAME)
    watch(at=at)
    found = {row.kind: row for row in RecurrenceWarning.objects.all()}
    assert sorted(found) == ["person", "place"]
    for row in found.values():
        assert set(row.links.values_list("ticket_id", flat=True)) == {*ids, last.pk}
    assert tried[0].pk not in ids


def test_oversight_and_figures_of_calls_leave_them_out(
    cast: Cast, make_ticket: MakeTicket, trial: str
) -> None:
    make_ticket("follow_up")
    make_ticket("follow_up", source=trial)
    late = make_ticket("handling")
    make_ticket("handling", source=trial)
    Ticket.objects.filter(state="handling").update(rework_count=9)
    at, values = MONDAY + 90 * DAY, values_at(MONDAY)
    assert [wish.ticket_id for wish in ladder.reworked(values, at, 10)] == [late.pk]
    assert {wish.ticket_id for wish in ladder.overdue(values, at, 10)} == {late.pk}
    assert list(ladder.dissatisfied(values, at, 10)) == []
    assert list(ladder.repeated(values, at, 10)) == []
    columns = queries.columns(cast.oversight, values, at, size=10)
    assert {row.pk for column in columns for row in column.rows} == {late.pk}
    assert results.results(cast.oversight, group="unit", since=MONDAY, until=at).total.owed == 1


def test_the_rule_asks_nothing_where_nobody_tries(cast: Cast) -> None:
    assert sandbox.clause("t") == ""
    assert sandbox.apart() == sandbox.NOTHING
    assert sandbox.ids() == []
    with CaptureQueriesContext(connection) as asked:
        inboxes.inbox(cast.dispatcher, at=MONDAY)
    assert not any("source_id NOT IN" in str(query["sql"]) for query in asked)
