"""Many tickets at once: what is written is what the verb writes for one, a refused one leaves nothing."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit import journal
from governance.audit.models import AuditEntry
from incidents import bulk, transitions
from incidents.batching import ALONE, Alone, Batch
from incidents.ledger import Ledger, using
from incidents.models import BulkItem, BulkRun, Deadline, RoutingCandidate, Step, Ticket
from incidents.states import TICKET_TABLE
from tests.cast import HOUR, MINUTE, MONDAY, Cast, MakeTicket, trace

pytestmark = pytest.mark.django_db
AT = MONDAY + 10 * MINUTE
READ = frozenset(
    {
        "calls",
        "changes",
        "find",
        "first_handle",
        "first_handle_of",
        "granted_return",
        "has_after_photos",
        "has_images",
        "last_dispatch",
        "last_doer",
        "last_of",
        "last_sending",
        "member",
        "parent_id",
        "parts",
        "received_at",
        "requests",
        "stories",
        "urge_of",
        "waiting_request",
        "was_late",
    }
)
"""What the database answers for a batch as well: nothing of a ticket has been written before its own deed."""
OWN = frozenset(
    {
        "id",
        "ticket_id",
        "deadline_id",
        "step_id",
        "number",
        "query_code",
        "seen_from",
        "content_digest",
        "search",
    }
)
WORDS: dict[str, Any] = {"opinion": "按规定办理"}
WAYS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("accept", "registered", "dispatcher", WORDS),
    ("take_back", "accepted", "dispatcher", WORDS),
    ("reclassify", "accepted", "dispatcher", WORDS | {"urgency": "critical"}),
    ("dispatch", "accepted", "dispatcher", {"to": "CG"}),
    ("withdraw", "dispatched", "dispatcher", WORDS),
    ("sign", "dispatched", "handler", WORDS),
    ("check", "feedback", "oversight", WORDS),
    ("close", "called", "dispatcher", WORDS),
    ("urge", "handling", "duty", WORDS),
)


def begin(verb: str, keys: list[int], by: Any, data: dict[str, Any]) -> BulkRun:
    rows = Ticket.objects.filter(pk__in=keys).select_related("source", "category").order_by("id")
    looked_at = [bulk.Preview(ticket=row, data={}) for row in rows]
    run = bulk.start(looked_at, TICKET_TABLE[verb], {}, {}, key=uuid4(), by=by, at=AT)
    BulkRun.objects.filter(pk=run.pk).update(data=data)
    return run


def outcomes(run: BulkRun) -> dict[int, str]:
    return dict(run.items.values_list("ticket_id", "outcome"))


def story(ticket: Ticket) -> dict[str, Any]:
    """What is stored about a ticket, without what is its own."""
    found = trace(ticket)
    rows = {name: value for name, value in found.items() if isinstance(value, list)}
    return {
        "ticket": {name: value for name, value in found["ticket"].items() if name not in OWN},
        "places": sorted(found["ticket"]["seen_from"]),
        **{
            name: [{key: item for key, item in row.items() if key not in OWN} for row in value]
            for name, value in rows.items()
        },
    }


def test_every_word_of_the_ledger_has_its_place() -> None:
    known = {name for name in vars(Ledger) if not name.startswith("_")}
    kept = {name for name in vars(Batch) if not name.startswith("_")} - ALONE
    assert known <= kept | ALONE | READ
    assert not READ & (kept | ALONE)
    assert {verb for verb, *_rest in WAYS} >= set(bulk.OPPOSITES) | {
        name for name in bulk.OPPOSITES.values() if name
    }


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way[0])
def test_it_writes_what_the_verb_writes(cast: Cast, make_ticket: MakeTicket, way: Any) -> None:
    verb, state, who, said = way
    data = said | ({"to": cast.unit(said["to"]).pk} if "to" in said else {})
    one, *others = [make_ticket(state) for _index in range(3)]
    by = cast.everybody[who]
    at = AT + HOUR if verb in {"check", "close", "sign", "urge"} else AT
    transitions.perform(verb, one.pk, by=by, at=at, data=data)
    run = begin(verb, [row.pk for row in others], by, data)
    assert bulk.work_off(run.pk, at=at) == 2
    assert set(outcomes(run).values()) == {"done"}, list(run.items.values_list("reason", flat=True))
    assert story(others[0]) == story(one)
    assert story(others[1]) == story(one)
    entries = AuditEntry.objects.filter(verb=f"ticket.{verb}").order_by("id")
    assert {row.object_label for row in entries} >= {row.number for row in (one, *others)}
    for row in others:
        entry, step = entries.get(object_id=str(row.pk)), Step.objects.filter(ticket=row).latest("id")
        assert entry.details == {"step": step.pk}
        assert entry.after_digest == journal.digest(Ticket.objects.get(pk=row.pk).facts())


def test_a_refused_one_leaves_nothing(cast: Cast, make_ticket: MakeTicket) -> None:
    rows = [make_ticket() for _index in range(3)]
    run = begin("accept", [row.pk for row in rows], cast.dispatcher, {"urgency": "urgent"})
    BulkItem.objects.filter(run=run, ticket=rows[0]).update(data={"opinion": "涉及安全"})
    BulkItem.objects.filter(run=run, ticket=rows[2]).update(data={"opinion": "涉及安全"})
    before = trace(rows[1]) | {"journal": None}
    bulk.work_off(run.pk, at=AT)
    assert [outcomes(run)[row.pk] for row in rows] == ["done", "refused", "done"]
    assert trace(rows[1]) | {"journal": None} == before
    assert Deadline.objects.filter(stage="dispatch").count() == 2


def test_what_reaches_further_is_done_by_itself(cast: Cast, make_ticket: MakeTicket) -> None:
    back, plain = make_ticket("returned"), make_ticket("accepted")
    transitions.grant_return(back.pk, by=cast.dispatcher, at=AT)
    data = {"to": cast.unit("CG").pk}
    with using(Batch([back.pk])), pytest.raises(Alone):
        transitions.perform("dispatch", back.pk, by=cast.dispatcher, at=AT, data=data)
    run = begin("dispatch", [back.pk, plain.pk], cast.dispatcher, data)
    bulk.work_off(run.pk, at=AT)
    assert set(outcomes(run).values()) == {"done"}
    assert RoutingCandidate.objects.filter(dispatched=1).count() == 1
    assert set(Ticket.objects.values_list("state", flat=True)) == {"dispatched"}


def test_a_ticket_with_children_waits_until_theirs_are_written(cast: Cast, make_ticket: MakeTicket) -> None:
    child, parent = make_ticket("called"), make_ticket("called")
    Ticket.objects.filter(pk=child.pk).update(parent=parent)
    Ticket.objects.filter(pk=parent.pk).update(child_count=1)
    run = begin("close", [child.pk, parent.pk], cast.dispatcher, WORDS)
    bulk.work_off(run.pk, at=AT + HOUR)
    assert outcomes(run) == {child.pk: "done", parent.pk: "done"}
    assert Step.objects.filter(ticket=parent, verb="child_end").count() == 1
    assert Step.objects.filter(verb="close").count() == 2


def test_rows_that_no_deed_of_a_batch_writes_are_refused(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    batch = Batch([ticket.pk])
    with pytest.raises(Alone):
        batch.add(Ticket(number="WG1"))
    assert batch.lock(0) is None
    batch.flush()
    assert trace(ticket)["ticket"]["version"] == ticket.version


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_costs_the_same_however_many_they_are(
    cast: Cast, make_ticket: MakeTicket, steady: None, rows: int
) -> None:
    """Run, items, person, scope; tickets, clocks, keys of clocks and steps; tickets, clocks, new clocks, steps, journal
    written; items, run."""
    tickets = [make_ticket() for _index in range(rows)]
    run = begin("accept", [row.pk for row in tickets], cast.dispatcher, {})
    with CaptureQueriesContext(connection) as captured:
        bulk.work_off(run.pk, at=AT)
    own = [query["sql"] or "" for query in captured if "SAVEPOINT" not in (query["sql"] or "")]
    assert set(outcomes(run).values()) == {"done"}
    assert len(own) == 15, own
