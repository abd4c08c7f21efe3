"""One verb for many tickets: looked at before, worked off in batches, taken back where the verb has an opposite.

Each deed is the ordinary verb, by the person who asked, on the version that he or she saw. Its outcome is written in
the same transaction, so that a run that is killed goes on where it was and does nothing twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.bulk import update_rows
from governance.foundation.errors import Forbidden, Invalid, Problem, Unprocessable
from governance.foundation.state_machine import Need, Verb
from grids import scope as scopes
from incidents.batching import Alone, Batch
from incidents.catalogue import current as catalogue
from incidents.ledger import ledger, using
from incidents.mandate import ruling
from incidents.models import BulkItem, BulkRun, Ticket
from incidents.routing import propose
from incidents.rules import role_for
from incidents.states import TICKET_TABLE
from incidents.successors import unit_now
from incidents.transitions import perform

OPPOSITES: Mapping[str, str] = {
    "accept": "take_back",
    "reclassify": "reclassify",
    "dispatch": "withdraw",
    "sign": "",
    "urge": "",
    "check": "",
    "close": "",
}
"""The verbs that may be done to many tickets, each with the one that takes it back; empty: it stands."""
LEFT_OUT: Mapping[str, frozenset[str]] = {
    "accept": frozenset({"category", "urgency", "demand_type"}),
    "dispatch": frozenset({"co_handlers"}),
    "check": frozenset({"attachments"}),
}
"""What belongs to one ticket only. Reclassifying has a verb of its own."""
BATCH, MAX_REASON = 50, 400


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would happen to one ticket: `change` in words, or the `obstacle` that stands in the way."""

    ticket: Ticket
    change: str = ""
    obstacle: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def most() -> int:
    """How many tickets one run may take."""
    return int(catalogue().policy("bulk.most"))


def offered(actor: Actor) -> list[Verb]:
    """The verbs of the table that this person's roles may do, in table order."""
    roles = scopes.of(actor.user).roles
    return [
        verb for verb in TICKET_TABLE if verb.name in OPPOSITES and verb.available and roles & set(verb.who)
    ]


def needs_of(verb: Verb) -> list[Need]:
    """What is asked for once, for all of them."""
    return [need for need in verb.needs if need.name not in LEFT_OUT.get(verb.name, frozenset())]


def preview(
    verb: Verb, tickets: Iterable[Ticket], data: Mapping[str, Any], *, by: Actor, at: datetime
) -> Iterator[Preview]:
    """Row by row what would happen now, by the same table and rules as the deed itself."""
    for ticket in tickets:
        try:
            TICKET_TABLE.check(verb.name, ticket.state)
            role_for(verb, ticket, by)
            own, change = _own(verb, ticket, data, at=at)
        except Problem as problem:
            yield Preview(ticket=ticket, obstacle=words_of(problem))
            continue
        yield Preview(ticket=ticket, change=change, data=own)


def _own(verb: Verb, ticket: Ticket, data: Mapping[str, Any], *, at: datetime) -> tuple[dict[str, Any], str]:
    """What only this ticket gets, and the change in words. Raises what the deed would raise."""
    if verb.name == "dispatch":
        return _destination(ticket, data, at=at)
    if verb.name == "reclassify":
        return {}, _reclassified(ticket, data)
    return {}, str(verb.label)


def _destination(ticket: Ticket, data: Mapping[str, Any], *, at: datetime) -> tuple[dict[str, Any], str]:
    """The unit asked for, else the one proposed for this ticket; a unit of the base only as the lists allow."""
    unit = unit_now(int(data["to"])) if data.get("to") else propose(ticket, at=at).lead
    if unit is None:
        raise Unprocessable(fields={"to": [_("No unit is proposed for it: please dispatch it by itself")]})
    ruling(ticket, unit, [], at=at).must_be_free(str(data.get("override_reason") or "").strip())
    return {"to": unit.id}, _("to %(unit)s") % {"unit": unit.label}


def _reclassified(ticket: Ticket, data: Mapping[str, Any]) -> str:
    book, parts = catalogue(), []
    code = data.get("category")
    if code and code != ticket.category.code:
        if code not in book.by_code:
            raise Unprocessable(fields={"category": [_("Unknown category")]})
        parts.append(f"{ticket.category.label} → {book.by_code[code].label}")
    if data.get("urgency") and data["urgency"] != ticket.urgency:
        need = TICKET_TABLE["reclassify"].need("urgency")
        names = dict(need.choices) if need else {}
        parts.append(f"{ticket.get_urgency_display()} → {names.get(data['urgency'], '')}")
    if not parts:
        raise Unprocessable(_("Nothing would change"))
    return "，".join(parts)


@transaction.atomic
def start(
    previews: Sequence[Preview],
    verb: Verb,
    data: Mapping[str, Any],
    versions: Mapping[int, int],
    *,
    key: UUID,
    by: Actor,
    at: datetime,
) -> BulkRun:
    """Write down what is to be done; a worker does it. The same `key` answers the run that is there.

    Tickets with an obstacle are written down as refused, so that the result tells of each one that was chosen.
    """
    if (known := BulkRun.objects.filter(key=key).first()) is not None:
        if known.owner_id != by.user_id:
            raise Forbidden()
        return known
    if not previews or len(previews) > most():
        raise Unprocessable(_("Choose between 1 and %(n)d tickets") % {"n": most()})
    assert by.user_id is not None
    run = BulkRun.objects.create(
        owner_id=by.user_id,
        unit_id_of_owner=by.unit_id,
        key=key,
        verb=verb.name,
        data={name: value for name, value in data.items() if name != "to"},
        total=len(previews),
        created_at=at,
    )
    items = (_item(run, item, versions) for item in sorted(previews, key=lambda item: item.ticket.pk))
    BulkItem.objects.bulk_create(items)
    journal.record("bulk.start", by=by, obj=run, at=at, details={"verb": verb.name, "tickets": run.total})
    return run


def _item(run: BulkRun, item: Preview, versions: Mapping[int, int]) -> BulkItem:
    ticket = item.ticket
    return BulkItem(
        run=run,
        ticket=ticket,
        version=versions.get(ticket.pk, ticket.version),
        data=dict(item.data),
        before={"category": ticket.category.code, "urgency": ticket.urgency},
        outcome=BulkItem.Outcome.REFUSED if item.obstacle else BulkItem.Outcome.WAITING,
        reason=item.obstacle[:MAX_REASON],
    )


def unfinished() -> list[int]:
    """The runs that have work left, the oldest first: one look at a small index."""
    states = [BulkRun.State.WAITING, BulkRun.State.RUNNING]
    return list(BulkRun.objects.filter(state__in=states).order_by("id").values_list("id", flat=True))


def work_off(run_id: int, *, at: datetime) -> int:
    """Do one batch of a run; returns how many tickets were looked at. Zero: nothing is left for this worker."""
    with transaction.atomic():
        run = BulkRun.objects.select_related("owner").get(pk=run_id)
        rows = BulkItem.objects.select_for_update(skip_locked=True, of=("self",))
        items = list(rows.filter(run=run, outcome="").order_by("id")[:BATCH])
        if items:
            _do_all(run, items, actor_of(run), at)
            update_rows(items, ("outcome", "reason", "version_after"))
            BulkRun.objects.filter(pk=run_id, state=BulkRun.State.WAITING).update(state=BulkRun.State.RUNNING)
    if not items:
        finish(run_id, at=at)
    return len(items)


def actor_of(run: BulkRun) -> Actor:
    """The person who asked, with the rights of now."""
    user = User.objects.get(pk=run.owner_id)
    return Actor(user=user, unit_id=run.unit_id_of_owner)


def _do_all(run: BulkRun, items: Sequence[BulkItem], actor: Actor, at: datetime) -> None:
    """The verb for each, written together; by themselves those that need more than a batch can keep."""
    batch, alone = Batch([item.ticket_id for item in items]), []
    with using(batch):
        for item in items:
            try:
                _do(run, item, actor, at)
            except Alone:
                alone.append(item)
    batch.flush()
    for item in alone:
        _do(run, item, actor, at)


def _do(run: BulkRun, item: BulkItem, actor: Actor, at: datetime) -> None:
    try:
        with ledger().atomic():
            if not actor.user or not actor.user.is_active:
                raise Forbidden(_("Whoever asked for it may no longer sign in"))
            ticket = perform(
                run.verb, item.ticket_id, by=actor, at=at, version=item.version, data=item.arguments(run)
            )
    except Problem as problem:
        item.outcome, item.reason = BulkItem.Outcome.REFUSED, words_of(problem)[:MAX_REASON]
    else:
        item.outcome, item.version_after = BulkItem.Outcome.DONE, ticket.version


def words_of(problem: Problem) -> str:
    """A refusal in one sentence."""
    if isinstance(problem, Invalid) and problem.fields:
        return " ".join(str(text) for texts in problem.fields.values() for text in texts)
    return str(problem.detail)


@transaction.atomic
def finish(run_id: int, *, at: datetime) -> None:
    """Nothing waits any more: the run is over."""
    run = BulkRun.objects.select_for_update().get(pk=run_id)
    if run.is_over or run.items.filter(outcome="").exists():
        return
    run.state, run.finished_at = BulkRun.State.DONE, at
    run.save(update_fields=["state", "finished_at"])


@transaction.atomic
def stop(run: BulkRun, *, by: Actor, at: datetime) -> None:
    """Leave the rest as it is; what is done stays done."""
    locked = BulkRun.objects.select_for_update().get(pk=run.pk)
    if locked.is_over:
        return
    BulkItem.objects.filter(run=locked, outcome="").update(
        outcome=BulkItem.Outcome.REFUSED, reason=_("Stopped before its turn")
    )
    locked.state, locked.finished_at = BulkRun.State.STOPPED, at
    locked.save(update_fields=["state", "finished_at"])
    journal.record("bulk.stop", by=by, obj=locked, at=at)


def why_no_undo(run: BulkRun, *, at: datetime) -> str:
    """What speaks against taking a run back; empty when nothing does."""
    if run.undoes_id is not None or not OPPOSITES.get(run.verb):
        return _("This step cannot be taken back for many tickets at once")
    if not run.is_over or run.finished_at is None:
        return _("It is not finished yet")
    if at > run.finished_at + timedelta(minutes=int(catalogue().policy("bulk.undo_minutes"))):
        return _("The time in which it could be taken back is over")
    if BulkRun.objects.filter(undoes=run).exists():
        return _("It has been taken back already")
    return ""


@transaction.atomic
def undo(run: BulkRun, *, key: UUID, by: Actor, at: datetime) -> BulkRun:
    """A run of the opposite verb for what was done, each ticket only if nobody has moved it since."""
    locked = BulkRun.objects.select_for_update().get(pk=run.pk)
    if reason := why_no_undo(locked, at=at):
        raise Unprocessable(reason, code="no_undo")
    done = list(locked.items.filter(outcome=BulkItem.Outcome.DONE).order_by("id"))
    if not done:
        raise Unprocessable(_("Nothing was done that could be taken back"), code="no_undo")
    back = BulkRun.objects.create(
        owner_id=locked.owner_id,
        unit_id_of_owner=by.unit_id,
        key=key,
        verb=OPPOSITES[locked.verb],
        data={"opinion": _("Bulk change taken back")},
        total=len(done),
        undoes=locked,
        created_at=at,
    )
    BulkItem.objects.bulk_create(
        BulkItem(
            run=back,
            ticket_id=item.ticket_id,
            version=item.version_after or item.version,
            data=item.before if locked.verb == "reclassify" else {},
        )
        for item in done
    )
    journal.record("bulk.undo", by=by, obj=locked, at=at, details={"run": back.pk, "tickets": len(done)})
    return back
