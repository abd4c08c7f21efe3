"""The frame of every verb, in one transaction: lock the row, check version, table and rule, let the verb write, then
write state, deed and journal. A called department is locked behind its call, a consultation behind its ticket.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from consultation.models import CallLine, Consultation, Deed, Meeting, WhistleCall
from consultation.rules import role_for
from consultation.states import CALL_TABLE, CONSULTATION_TABLE, LINE_TABLE, MEETING_TABLE
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Unprocessable
from governance.foundation.live import publish_on_commit
from governance.foundation.state_machine import StateTable, Verb
from incidents.models import Ticket

LONGEST = 4000
Row = TypeVar("Row", WhistleCall, CallLine, Consultation, Meeting)


@dataclass
class Move(Generic[Row]):
    """One verb in progress: the locked row and what the deed will say."""

    row: Row
    verb: Verb
    by: Actor
    at: datetime
    to_state: str = ""
    opinion: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    def say(self, opinion: str, *, required: bool | None = None) -> str:
        """Keep the words; Unprocessable when the verb needs some and there are none, or far too many."""
        self.opinion = opinion.strip()
        need = self.verb.need("opinion")
        if required is None:
            required = need is not None and need.required
        if required and not self.opinion:
            raise Unprocessable(fields={"opinion": [_("Please give a reason")]})
        if len(self.opinion) > LONGEST:
            raise Unprocessable(fields={"opinion": [_("At most %(limit)d characters") % {"limit": LONGEST}]})
        return self.opinion


@contextmanager
def calling(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[WhistleCall]]:
    """Run one verb on a call. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable."""
    with transaction.atomic():
        row = _locked_call(pk)
        with _moving(CALL_TABLE, row, name, by=by, at=at, version=version) as move:
            yield move


@contextmanager
def answering(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[CallLine]]:
    """Run one verb on a called department; its call is locked first, so that the last result closes it once."""
    with transaction.atomic():
        call_id = CallLine.objects.filter(pk=pk).values_list("call", flat=True).first()
        if call_id is None:
            raise NotFound()
        call = _locked_call(call_id)
        row = CallLine.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)
        row.call = call
        with _moving(LINE_TABLE, row, name, by=by, at=at, version=version) as move:
            yield move


@contextmanager
def conferring(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[Consultation]]:
    """Run one verb on a consultation; its ticket is locked first, as by whoever acts on the ticket."""
    with transaction.atomic():
        ticket_id = Consultation.objects.filter(pk=pk).values_list("ticket", flat=True).first()
        if ticket_id is None:
            raise NotFound()
        ticket = locked_ticket(ticket_id)
        row = Consultation.objects.select_for_update().get(pk=pk)
        row.ticket = ticket
        with _moving(CONSULTATION_TABLE, row, name, by=by, at=at, version=version) as move:
            yield move


@contextmanager
def meeting(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[Move[Meeting]]:
    """Run one verb on a meeting. Raises as the others do."""
    with transaction.atomic():
        row = Meeting.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotFound()
        with _moving(MEETING_TABLE, row, name, by=by, at=at, version=version) as move:
            yield move


def locked_ticket(ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends. Raises NotFound."""
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("source", "category").defer("search")
    ticket = rows.filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound()
    return ticket


def _locked_call(pk: int) -> WhistleCall:
    row = WhistleCall.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


@contextmanager
def _moving(
    table: StateTable, row: Row, name: str, *, by: Actor, at: datetime, version: int | None
) -> Iterator[Move[Row]]:
    if version is not None and version != row.version:
        raise StaleVersion(
            _("Somebody else has changed this in the meantime; nothing was stored"),
            current_version=row.version,
            state=row.state,
        )
    verb = table.check(name, row.state)
    move = Move(row, verb, by.acting_as(role_for(verb, row, by)), at, to_state=verb.target or row.state)
    before, from_state = facts(row), row.state
    yield move
    row.state = move.to_state
    row.version += 1
    row.save()
    leave_deed(move, from_state, before)
    for deed in move.afterwards:
        deed()


def leave_deed(move: Move[Row], from_state: str, before: Mapping[str, Any] | None) -> Deed:
    """Write the deed and its journal entry, and tell open screens."""
    row = move.row
    deed = Deed.objects.create(
        **_object_of(row),
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        unit_id=move.by.unit_id,
        opinion=move.opinion,
        data=move.data,
    )
    journal.record(
        f"{NAMES[type(row)]}.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"deed": deed.pk},
    )
    publish_on_commit({topic_of(row)}, {"verb": move.verb.name})
    return deed


NAMES: dict[type[models.Model], str] = {
    WhistleCall: "whistle",
    CallLine: "whistle_line",
    Consultation: "consultation",
    Meeting: "meeting",
}


def _object_of(row: models.Model) -> dict[str, models.Model]:
    if isinstance(row, CallLine):
        return {"call": row.call, "line": row}
    if isinstance(row, WhistleCall):
        return {"call": row}
    return {"consultation" if isinstance(row, Consultation) else "meeting": row}


def topic_of(row: models.Model) -> str:
    """What the open page of the row listens to."""
    shown = row.call if isinstance(row, CallLine) else row
    return f"{NAMES[type(shown)]}:{shown.pk}"


def facts(row: models.Model) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
