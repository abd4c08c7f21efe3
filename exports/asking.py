"""Asking for an export and deciding about it: what is sensitive or large waits for somebody else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from exports import values
from exports.columns import BY_NAME, PERSONAL
from exports.models import TicketExport
from exports.rules import exporting_role, reach_of, role_for
from exports.states import EXPORT_TABLE, ExportFormat, ExportState
from exports.telling import tell_approvers, tell_asker
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import NotFound, StaleVersion, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from incidents.models import Ticket
from incidents.queries import bounded_count, filtered
from incidents.querysets import TicketQuerySet
from incidents.views.links import filter_from

LONGEST = 400


def rows_of(by: Actor, filters: str, at: datetime) -> TicketQuerySet:
    """What this person may see now of what the filters of the list ask for, read at the time of asking."""
    return filtered(Ticket.objects.visible_to(by), filter_from(QueryDict(filters), at))


def expected(by: Actor, filters: str, at: datetime) -> int:
    """How many rows it would be: exact up to the most that is ever written, one more beyond it."""
    return bounded_count(rows_of(by, filters, at), int(values.value("export.most_rows")))


@transaction.atomic
def ask(
    *,
    by: Actor,
    at: datetime,
    filters: str,
    columns: Sequence[str],
    kind: str,
    is_clear: bool = False,
    reason: str = "",
) -> TicketExport:
    """Ask for an export; a system asks for its own tickets, masked, up to what its role allows.

    Raises Forbidden, Unprocessable (no rows, too many, no reason where approval is needed).
    """
    role = exporting_role(by)
    limit, count = values.rows_for([role]), expected(by, filters, at)
    is_clear = is_clear and bool(set(columns) & PERSONAL) and not by.is_api_client
    needs_approval = (is_clear or count > limit) and not by.is_api_client
    row = TicketExport(
        number=next_numbers("DC", at)[0],
        state=ExportState.ASKED if needs_approval else ExportState.QUEUED,
        asked_by=by.user,
        client_id=by.client_id if by.is_api_client else None,
        unit_id=by.unit_id,
        role=role,
        reach_path=reach_of(by),
        asked_at=at,
        filters=filters,
        columns=list(columns),
        format=kind,
        is_clear=is_clear,
        reason=reason.strip(),
        expected=count,
        limit=limit,
        needs_approval=needs_approval,
    )
    if faults := _faults(row):
        raise Unprocessable(fields=faults)
    row.save(force_insert=True)
    _record("ask", row, by.acting_as(role), at)
    if needs_approval:
        tell_approvers(row, at=at, by=by)
    return row


def _faults(row: TicketExport) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {}
    most = int(values.value("export.most_rows"))
    if row.client_id is not None:  # nobody approves what a system asks for
        most = min(most, row.limit)
    if not row.columns or not set(row.columns) <= set(BY_NAME):
        found["columns"] = [pgettext_lazy("export", "Choose at least one column")]
    if row.format not in ExportFormat.values:
        found["format"] = [pgettext_lazy("export", "Choose a format")]
    if not row.expected:
        found["filters"] = [pgettext_lazy("export", "No ticket that you may see fits these filters")]
    if row.expected > most:
        words = pgettext_lazy("export", "More than %(most)d rows: please narrow the filters") % {"most": most}
        found["filters"] = [words]
    if row.needs_approval and len(row.reason) < 5:
        found["reason"] = [pgettext_lazy("export", "Say what it is needed for: somebody else decides")]
    if len(row.reason) > LONGEST:
        found["reason"] = [pgettext_lazy("export", "At most 400 characters")]
    return found


@contextmanager
def deciding(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None
) -> Iterator[tuple[TicketExport, Actor]]:
    """One verb on a locked row. Raises NotFound, StaleVersion, IllegalTransition, Forbidden."""
    with transaction.atomic():
        row = TicketExport.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
        if row is None:
            raise NotFound()
        if version is not None and version != row.version:
            raise StaleVersion(current_version=row.version, state=row.state)
        verb = EXPORT_TABLE.check(name, row.state)
        actor = by.acting_as(role_for(verb, row, by))
        before = facts(row)
        row.state = verb.target
        yield row, actor
        row.version += 1
        row.save()
        _record(name, row, actor, at, before=before)


def decide(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> TicketExport:
    """Approve, refuse or withdraw. Raises what `deciding` raises, and Unprocessable."""
    if name not in {"approve", "refuse", "withdraw"}:
        raise NotFound()
    words = opinion.strip()
    with deciding(name, pk, by=by, at=at, version=version) as (row, actor):
        if name == "refuse" and not words:
            raise Unprocessable(fields={"opinion": [pgettext_lazy("export", "Please give a reason")]})
        if len(words) > LONGEST:
            raise Unprocessable(fields={"opinion": [pgettext_lazy("export", "At most 400 characters")]})
        if name != "withdraw":
            row.decided_by, row.decided_at, row.decision = actor.user, at, words
            tell_asker(row, name, at=at, by=by)
    return row


def facts(row: TicketExport) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}


def _record(
    name: str, row: TicketExport, by: Actor, at: datetime, *, before: dict[str, str] | None = None
) -> None:
    details: dict[str, Any] = {
        "filters": row.filters[:400],
        "columns": row.columns,
        "format": row.format,
        "clear": row.is_clear,
        "rows": row.written or row.expected,
        "sha256": row.sha256,
        "reason": row.reason,
        "decision": row.decision,
    }
    journal.record(f"export.{name}", by=by, obj=row, at=at, before=before, after=facts(row), details=details)
