"""A file of tickets on its way in: kept row by row, matched, checked without writing, then taken in by batches.

Each batch is one transaction: the tickets of its rows and what became of the rows are there together, or neither is. A
run that was killed goes on with the rows that wait; source and number make a row that comes again the same ticket.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from exports import reading, targets, values
from exports.models import ImportRow, SavedMapping, TicketImport
from exports.rules import must_import
from exports.targets import CellFault
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.exchange.doors import problem_words
from governance.exchange.edges import client_actor
from governance.foundation.bulk import update_rows
from governance.foundation.errors import Conflict, NotFound, Problem, Unprocessable
from governance.foundation.numbers import next_numbers
from incidents.batch import register_many
from incidents.drafts import Intake, TicketDraft
from incidents.intake import known_source
from incidents.models import Ticket
from incidents.places import locate
from incidents.transitions.taking_in import selectable

BATCH: Final = 250
"""As many as are written together."""
AT_ONCE: Final = 5
KEPT: Final = timedelta(days=30)
SHOWN: Final = 20
MOST_FAULTS: Final = 200


def digest_of(head: list[str]) -> str:
    """Files with the same columns are read the same way."""
    return hashlib.sha256(json.dumps(head, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def bring(name: str, raw: bytes, *, by: Actor, at: datetime) -> TicketImport:
    """Keep the rows of a file and guess what its columns mean. Raises Forbidden, TooLarge, Unprocessable."""
    must_import(by)
    sheet = reading.read(
        raw,
        most_bytes=int(values.value("import.most_bytes")),
        most_rows=int(values.value("import.most_rows")),
    )
    known = _remembered(sheet.head, by)
    run = TicketImport.objects.create(
        number=next_numbers("DR", at)[0],
        asked_by=by.user,
        client_id=by.client_id if by.is_api_client else None,
        unit_id=by.unit_id,
        asked_at=at,
        file_name=name[-120:],
        encoding=sheet.encoding,
        sha256=hashlib.sha256(raw).hexdigest(),
        head=sheet.head,
        row_count=len(sheet.rows),
        mapping=known.mapping if known is not None else targets.guess(sheet.head),
        source=known.source if known is not None else "",
    )
    ImportRow.objects.bulk_create(
        (
            ImportRow(run=run, line=line, cells=json.dumps(cells, ensure_ascii=False))
            for line, cells in sheet.rows
        ),
        batch_size=500,
    )
    details = {"file": run.file_name, "rows": run.row_count, "sha256": run.sha256, "encoding": run.encoding}
    journal.record("import.bring", by=by, obj=run, at=at, details=details)
    return run


def _remembered(head: list[str], by: Actor) -> SavedMapping | None:
    """How files with these columns were read: by the same person, then by somebody of the unit."""
    if by.user is None:
        return None
    saved = SavedMapping.objects.filter(head_digest=digest_of(head))
    return saved.filter(user=by.user).first() or saved.filter(unit=by.unit_id).order_by("-saved_at").first()


@transaction.atomic
def match(pk: int, mapping: Mapping[str, int], source: str, *, by: Actor, at: datetime) -> TicketImport:
    """Say what the columns mean; remembered for files like it. Raises Conflict, Unprocessable."""
    run = _locked(pk, TicketImport.State.MAPPING, TicketImport.State.CHECKED)
    known_source(source, by)
    known = {name: place for name, place in mapping.items() if name in targets.LABELS}
    if faults := targets.faults_of(known, run.head):
        raise Unprocessable(fields={"mapping": faults})
    run.mapping, run.source, run.state = known, source, TicketImport.State.CHECKED
    run.save()
    if by.user is not None:
        SavedMapping.objects.update_or_create(
            user=by.user,
            head_digest=digest_of(run.head),
            defaults={"unit_id": by.unit_id, "source": source, "mapping": known, "saved_at": at},
        )
    journal.record("import.match", by=by, obj=run, at=at, details={"mapping": known, "source": source})
    return run


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What would become of a row: a report, a ticket that is there, or faults."""

    line: int
    draft: TicketDraft | None = None
    ticket_number: str = ""
    faults: list[CellFault] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Check:
    """A run without writing: how many of each, the first rows, and every fault up to a bound."""

    fresh: int
    repeated: int
    refused: int
    first: list[Looked]
    faulty: list[Looked]


def check(run: TicketImport) -> Check:
    """Look at every row as the run would; nothing is written. Two statements for each thousand rows."""
    counts = {"fresh": 0, "repeated": 0, "refused": 0}
    first: list[Looked] = []
    faulty: list[Looked] = []
    seen: dict[str, int] = {}
    rows = run.rows.order_by("line")
    for begin in range(0, run.row_count, 1000):
        looked = [_look(run, row) for row in rows[begin : begin + 1000]]
        numbers = [item.draft.external_no for item in looked if item.draft is not None]
        there = dict(
            Ticket.objects.filter(source__code=run.source, external_no__in=numbers).values_list(
                "external_no", "number"
            )
        )
        for item in looked:
            found = _judged(item, there, seen, run)
            counts["refused" if found.faults else "repeated" if found.ticket_number else "fresh"] += 1
            if len(first) < SHOWN:
                first.append(found)
            if found.faults and len(faulty) < MOST_FAULTS:
                faulty.append(found)
    return Check(**counts, first=first, faulty=faulty)


def _read(run: TicketImport, row: ImportRow) -> tuple[TicketDraft | None, list[CellFault]]:
    """The report that a row describes; whether it can be taken in, the intake says."""
    return targets.draft_of(json.loads(row.cells), run.mapping, run.head, run.source)


def _look(run: TicketImport, row: ImportRow) -> Looked:
    draft, faults = _read(run, row)
    if draft is not None:
        try:
            selectable(draft.category)
            locate(draft.spot)
        except Problem as problem:
            return Looked(line=row.line, faults=[CellFault(column="", words=problem_words(problem))])
    return Looked(line=row.line, draft=draft, faults=faults)


def _judged(item: Looked, there: Mapping[Any, str], seen: dict[str, int], run: TicketImport) -> Looked:
    """A number that is known already, or stands in the file twice."""
    if item.draft is None or item.draft.external_no is None:
        return item
    number = item.draft.external_no
    if number in seen:
        words = pgettext_lazy("import", "stands in row %(row)d already") % {"row": seen[number]}
        heading = run.head[run.mapping["external_no"]]
        return Looked(line=item.line, faults=[CellFault(column=heading, words=str(words))])
    seen[number] = item.line
    return Looked(line=item.line, draft=item.draft, ticket_number=there.get(number, ""))


@transaction.atomic
def start(pk: int, *, by: Actor, at: datetime) -> TicketImport:
    """Let the run begin; a second start changes nothing. Raises Conflict."""
    run = _locked(pk, TicketImport.State.CHECKED)
    run.state, run.started_at = TicketImport.State.RUNNING, at
    run.save()
    journal.record("import.start", by=by, obj=run, at=at, details={"rows": run.row_count})
    return run


@transaction.atomic
def cancel(pk: int, *, by: Actor, at: datetime) -> TicketImport:
    """Give up what has not been taken yet; its rows are forgotten. Raises Conflict."""
    states = TicketImport.State
    run = _locked(pk, states.MAPPING, states.CHECKED, states.RUNNING)
    run.state, run.finished_at = states.CANCELLED, at
    run.save()
    run.rows.filter(outcome=ImportRow.Outcome.WAITING).delete()
    journal.record("import.cancel", by=by, obj=run, at=at, details={"taken": run.taken})
    return run


def _locked(pk: int, *states: str) -> TicketImport:
    run = TicketImport.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if run is None:
        raise NotFound()
    if run.state not in states:
        raise Conflict(pgettext_lazy("import", "This import has gone on in the meantime"))
    return run


def continue_all(*, at: datetime) -> int:
    """The next batch of each import that runs; how many rows. Safe beside itself."""
    running = TicketImport.objects.filter(state=TicketImport.State.RUNNING).order_by("pk")
    return sum(continue_one(pk, at=at) for pk in list(running.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def continue_one(pk: int, *, at: datetime) -> int:
    """One batch, unless somebody else is at it; the run ends with its last row."""
    runs = TicketImport.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    run = runs.select_related("asked_by", "client").filter(pk=pk, state=TicketImport.State.RUNNING).first()
    if run is None:
        return 0
    if run.client is not None and not run.client.is_usable(at):
        return _ended_with_its_key(run, at)
    rows = list(run.rows.filter(outcome=ImportRow.Outcome.WAITING).order_by("line")[:BATCH])
    by = (
        Actor(user=run.asked_by, unit_id=run.unit_id, client="import")
        if run.client is None
        else client_actor(run.client)
    )
    drafts: dict[int, TicketDraft] = {}
    for row in rows:
        draft, faults = _read(run, row)
        if draft is None:
            _refused(row, faults)
        else:
            drafts[row.line] = draft
    _took(rows, register_many(drafts, by=by, at=at))
    update_rows(rows, ("outcome", "ticket_number", "faults"))
    for name in ("taken", "repeated", "refused"):
        setattr(run, name, getattr(run, name) + sum(row.outcome == name for row in rows))
    if len(rows) < BATCH:
        run.state, run.finished_at = TicketImport.State.DONE, at
        counts = {name: getattr(run, name) for name in ("taken", "repeated", "refused")}
        journal.record("import.done", by=by, obj=run, at=at, details=counts)
    run.save()
    return len(rows)


def _ended_with_its_key(run: TicketImport, at: datetime) -> int:
    """What a system whose key has ended had brought goes no further."""
    run.state, run.finished_at = TicketImport.State.CANCELLED, at
    run.save()
    run.rows.filter(outcome=ImportRow.Outcome.WAITING).delete()
    journal.record("import.cancel", by=SYSTEM_ACTOR, obj=run, at=at, details={"taken": run.taken})
    return 0


def _took(rows: list[ImportRow], done: Mapping[int, Intake | Problem]) -> None:
    """What became of the rows that were reports."""
    for row in rows:
        became = done.get(row.line)
        if isinstance(became, Problem):
            _refused(row, [CellFault(column="", words=problem_words(became))])
        elif became is not None:
            row.outcome = ImportRow.Outcome.TAKEN if became.created else ImportRow.Outcome.REPEATED
            row.ticket_number = became.ticket.number


def _refused(row: ImportRow, faults: list[CellFault]) -> None:
    row.outcome = ImportRow.Outcome.REFUSED
    row.faults = [[fault.column, fault.words] for fault in faults]


def forget(*, at: datetime) -> int:
    """Rows of imports that ended long ago, or were never started, go; counts and journal stay."""
    states = TicketImport.State
    old = TicketImport.objects.filter(asked_at__lte=at - KEPT).exclude(state=states.RUNNING)
    keys = list(old.filter(rows__isnull=False).distinct().values_list("pk", flat=True)[:100])
    return ImportRow.objects.filter(run__in=keys).delete()[0]
