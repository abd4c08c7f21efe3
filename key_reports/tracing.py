"""The trace of a fact: who was told, who could see it, when it was read, when somebody acted. Read from what is kept:
steps, notices and their readings, receipts, the journal. It shows times; it concludes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import pgettext

from governance.accounts.roles import SYSTEM
from governance.audit.models import AuditEntry
from incidents.models import Assignment, Notice, NoticeReading
from incidents.views.faces import unit_name
from key_reports.models import AccountabilityCase, KeyReport
from key_reports.states import REPORT_TABLE, Stage

MOST: Final = 500


@dataclass(frozen=True, kw_only=True)
class Trail:
    """One moment. `kind`: told, saw, acted, limit."""

    at: datetime
    kind: str
    who: str
    what: str


@dataclass(frozen=True)
class Names:
    """The names of people; whoever reported in confidence has none."""

    hidden: frozenset[int]

    def of(self, user: Any) -> str:
        """A person's name."""
        return self.reporter if user.pk in self.hidden else str(user.name)

    @property
    def reporter(self) -> str:
        """What stands for a name that is kept back."""
        return pgettext("trace", "Reporter, identity confidential")


def trace(row: AccountabilityCase) -> list[Trail]:
    """Everything that is kept about the fact, in order of time, each once; at most 500 of each kind."""
    names = Names(frozenset(_hidden(row)))
    found = [*_ticket(row, names), *_journal(row, names)]
    if row.report is not None:
        found += [*_report(row.report, names), *_limits(row.report)]
    return sorted(dict.fromkeys(found), key=lambda item: item.at)


def _hidden(row: AccountabilityCase) -> Iterator[int]:
    if row.report is not None and row.report.is_confidential and row.report.writer_id is not None:
        yield row.report.writer_id
    if row.ticket is not None and row.ticket.is_confidential and row.ticket.reporter_id is not None:
        yield row.ticket.reporter_id


def _ticket(row: AccountabilityCase, names: Names) -> Iterator[Trail]:
    """Deeds on the ticket, and the units that could see it from which moment on."""
    ticket = row.ticket
    if ticket is None:
        return
    for step in ticket.steps.order_by("pk")[:MOST]:
        named = step.role_label if step.role == SYSTEM else step.actor_name or step.role_label
        who = names.reporter if step.actor_id in names.hidden else named
        yield Trail(at=step.at, kind="acted", who=who, what=f"{ticket.number} {step.label}")
    words = pgettext("trace", "could see the ticket from now on")
    for part in Assignment.objects.filter(ticket=ticket).order_by("pk")[:MOST]:
        yield Trail(at=part.at, kind="told", who=unit_name(part.unit_id), what=words)
    yield from _readings(Notice.objects.filter(ticket=ticket), names)


def _report(row: KeyReport, names: Names) -> Iterator[Trail]:
    known = pgettext("trace", "the fact became known")
    yield Trail(at=row.known_at, kind="limit", who=unit_name(row.unit_id), what=known)
    for step in row.steps.order_by("pk")[:MOST]:
        what = f"{row.number} {REPORT_TABLE[step.verb].label}"
        by = pgettext("trace", "Platform") if step.role == SYSTEM else step.actor_name or names.reporter
        yield Trail(at=step.at, kind="acted", who=by, what=what)
    sent, opened = pgettext("trace", "was sent the report"), pgettext("trace", "opened the report")
    confirmed = pgettext("trace", "confirmed receipt")
    for item in row.recipients.select_related("unit", "user", "opened_by", "received_by").order_by("pk"):
        yield Trail(at=item.sent_at, kind="told", who=item.name, what=sent)
        if item.opened_at is not None and item.opened_by is not None:
            yield Trail(at=item.opened_at, kind="saw", who=names.of(item.opened_by), what=opened)
        if item.received_at is not None and item.received_by is not None:
            yield Trail(at=item.received_at, kind="acted", who=names.of(item.received_by), what=confirmed)
    yield from _readings(Notice.objects.filter(key__startswith=f"keyreport:{row.pk}:"), names)


def _limits(row: KeyReport) -> Iterator[Trail]:
    for clock in row.clocks.filter(stage__in=[Stage.ORAL, Stage.WRITTEN]).order_by("pk"):
        words = pgettext("trace", "limit ends: %(stage)s") % {"stage": clock.get_stage_display()}
        yield Trail(at=clock.due_at, kind="limit", who=unit_name(row.unit_id), what=words)


def _readings(notices: Any, names: Names) -> Iterator[Trail]:
    """Who was told by the bell, and who has read that."""
    plain = pgettext("trace", "notice about the ticket")
    for notice in notices.select_related("user").order_by("pk")[:MOST]:
        who = names.of(notice.user) if notice.user is not None else unit_name(notice.unit_id)
        yield Trail(at=notice.at, kind="told", who=who, what=notice.title or plain)
    read = pgettext("trace", "read a notice about it")
    readings = NoticeReading.objects.filter(notice__in=notices).select_related("user")
    for reading in readings.order_by("pk")[:MOST]:
        yield Trail(at=reading.at, kind="saw", who=names.of(reading.user), what=read)


def _journal(row: AccountabilityCase, names: Names) -> Iterator[Trail]:
    """Who looked at what is masked, which the journal alone knows."""
    what = pgettext("trace", "looked at what is masked")
    for kind, pk in (("incidents.ticket", row.ticket_id), ("key_reports.keyreport", row.report_id)):
        entries = AuditEntry.objects.filter(object_type=kind, object_id=str(pk), verb__endswith="reveal")
        for entry in entries.order_by("pk")[:MOST]:
            who = names.reporter if entry.actor_id in names.hidden else entry.actor_name
            yield Trail(at=entry.at, kind="saw", who=who, what=what)
