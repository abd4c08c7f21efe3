"""Writing what was asked for, by key in batches; safe to run twice: a claim is a compare-and-set with its own attempt.

A run that was killed is begun anew when its claim is old; what it had written under its own name is dropped.
"""

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation

from exports import asking, store, values
from exports.columns import FIELDS, OF_CITIZENS, FileNames, Row, chosen
from exports.models import TicketExport
from exports.rules import is_asker
from exports.states import ExportState
from exports.telling import tell_asker
from exports.writing import Watermark, write
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.exchange.edges import client_actor
from governance.foundation.clock import local
from governance.foundation.errors import NotFound
from governance.foundation.plain_rows import PlainIterable
from incidents.models import Requester, Ticket
from incidents.views.faces import unit_name

BATCH: Final = 1_000
STALE: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 3
AT_ONCE: Final = 5
LOG = logging.getLogger(__name__)


def run_due(*, at: datetime) -> int:
    """Write the exports that wait, and those whose writer was killed; how many are ready now."""
    waiting = TicketExport.objects.filter(state=ExportState.QUEUED)
    free = waiting.filter(Q(claimed_at=None) | Q(claimed_at__lte=at - STALE))
    return sum(run(pk, at=at) for pk in list(free.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]))


def run(pk: int, *, at: datetime) -> bool:
    """Write one, unless somebody else does. True when it is ready."""
    free = TicketExport.objects.filter(Q(claimed_at=None) | Q(claimed_at__lte=at - STALE), pk=pk)
    claimed = free.filter(state=ExportState.QUEUED).update(claimed_at=at, attempt=F("attempt") + 1, written=0)
    if not claimed:
        return False
    row = TicketExport.objects.select_related("asked_by", "client").get(pk=pk)
    if row.attempt > MOST_ATTEMPTS:
        return _end(row, at=at, is_ready=False)
    name = f"exports/{row.number}-{row.attempt}"
    try:
        with tempfile.TemporaryFile() as plain, translation.override(settings.LANGUAGE_CODE):
            count = write(row.format, plain, chosen(row.columns), rows_of(row), watermark(row), row.asked_at)
            plain.seek(0)
            row.size, row.sha256 = store.put(name, plain, context_of(row))
    except Exception:
        LOG.exception("An export could not be written", extra={"export": row.number})
        store.drop(name)
        TicketExport.objects.filter(pk=pk, attempt=row.attempt).update(claimed_at=at)
        return _end(row, at=at, is_ready=False) if row.attempt >= MOST_ATTEMPTS else False
    row.file, row.written = name, count
    return _end(row, at=at, is_ready=True)


def _end(row: TicketExport, *, at: datetime, is_ready: bool) -> bool:
    """Ready or failed, if the claim still stands and it has not been withdrawn."""
    with transaction.atomic():
        found = TicketExport.objects.select_for_update(no_key=True).get(pk=row.pk)
        if found.attempt != row.attempt or found.state != ExportState.QUEUED:
            store.drop(row.file)
            return False
        with asking.deciding("finish", row.pk, by=SYSTEM_ACTOR, at=at) as (live, _actor):
            live.finished_at = at
            if is_ready:
                live.file, live.size, live.sha256 = row.file, row.size, row.sha256
                live.written = row.written
                live.expires_at = at + timedelta(hours=int(values.value("export.keep_hours")))
            else:
                live.state = ExportState.FAILED
            tell_asker(live, "ready" if is_ready else "failed", at=at)
    return is_ready


def context_of(row: TicketExport) -> str:
    """What the sealed blocks of the file are bound to."""
    return f"exports.ticketexport|{row.pk}"


def watermark(row: TicketExport) -> Watermark:
    """Who asked, when, under which number."""
    return Watermark(
        number=row.number,
        who=row.asker,
        unit=unit_name(row.unit_id),
        at=f"{local(row.asked_at):%Y-%m-%d %H:%M}",
        is_clear=row.is_clear,
    )


def rows_of(row: TicketExport) -> Iterator[Row]:
    """The tickets, newest first, as far as the asker may see them now: pages by key, three statements each at most."""
    tickets = asking.rows_of(asker_of(row), row.filters, row.asked_at)
    tickets = tickets.only(*FIELDS, *(["content"] if row.is_clear and "content" in row.columns else []))
    tickets._iterable_class = PlainIterable
    most, done = row.limit if not row.needs_approval else int(values.value("export.most_rows")), 0
    tickets = tickets.filter(registered_at__lte=row.asked_at).order_by("-registered_at", "-id")
    page = list(tickets[: min(BATCH, most)])
    while page:
        yield from _dressed(page, row)
        done += len(page)
        TicketExport.objects.filter(pk=row.pk, attempt=row.attempt).update(written=done)
        last = page[-1]
        beyond = Q(registered_at__lt=last.registered_at) | Q(registered_at=last.registered_at, pk__lt=last.pk)
        page = list(tickets.filter(beyond)[: min(BATCH, most - done)]) if done < most else []


def asker_of(row: TicketExport) -> Actor:
    """Who asked, with what he, she or it may see now; nothing for a key that has ended."""
    if row.client is None:
        return Actor(user=row.asked_by, unit_id=row.unit_id)
    found = client_actor(row.client)
    return found if row.client.is_active else replace(found, source_codes=frozenset())


def _dressed(page: list[Ticket], row: TicketExport) -> Iterator[Row]:
    names = FileNames(page)
    found: dict[int, Requester] = {}
    if not OF_CITIZENS.isdisjoint(row.columns):
        for citizen in Requester.objects.filter(ticket__in=[ticket.pk for ticket in page]).order_by("-pk"):
            found[citizen.ticket_id] = citizen
    for ticket in page:
        yield Row(ticket, names, found.get(ticket.pk), row.is_clear)


def expire(*, at: datetime) -> int:
    """Remove files whose time has ended; the row and the journal stay."""
    rows = TicketExport.objects.filter(state=ExportState.READY, expires_at__lte=at).order_by("pk")
    count = 0
    for pk in list(rows.values_list("pk", flat=True)[:200]):
        with asking.deciding("expire", pk, by=SYSTEM_ACTOR, at=at) as (row, _actor):
            store.drop(row.file)
            row.file = ""
        count += 1
    return count


def download(row: TicketExport, *, by: Actor, at: datetime) -> Iterator[bytes]:
    """The file for whoever asked, while there is time; each time is in the journal. Raises NotFound."""
    if not is_asker(row, by) or not row.is_open_at(at):
        raise NotFound()
    content = store.blocks(row.file, context_of(row))
    with transaction.atomic():
        TicketExport.objects.filter(pk=row.pk).update(downloads=F("downloads") + 1)
        details = {"rows": row.written, "sha256": row.sha256, "clear": row.is_clear}
        journal.record("export.download", by=by.acting_as(row.role), obj=row, at=at, details=details)
    return content
