"""Appeals: a unit objects within the days allowed; one officer reviews, another decides; granted means left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.calendars import due, load_calendar, next_workday_close, warn_at
from governance.foundation.errors import Conflict, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from incidents import sides
from incidents.assessing import leave_out
from incidents.duty import centre_with
from incidents.models import Deadline, FollowUp, Notice, Ticket
from incidents.states import FollowUpOutcome, Satisfaction
from incidents.telling import tell
from supervision.deeds.ordering import SIDE
from supervision.frame import APPEALS, LONGEST, Move, begun, moving
from supervision.ground import answering_unit
from supervision.models import Appeal
from supervision.names import AppealKind
from supervision.rules import role_over
from supervision.states import APPEAL_TABLE
from supervision.timing import OFFICE
from supervision.values import as_limit, values_at
from supervision.words import in_city_words

POOR = frozenset({Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED})
UNSOLVED = frozenset({FollowUpOutcome.UNSOLVED, FollowUpOutcome.PARTLY})


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What the unit says: against which result, why, with what proof."""

    kind: str
    reason: str
    files: Sequence[UUID] = ()


@transaction.atomic
def lodge(ticket_id: int, wanted: Objection, *, by: Actor, at: datetime) -> Appeal:
    """Object. Raises Forbidden, Unprocessable (nothing to object to, too late, no proof), Conflict (done before)."""
    ticket = Ticket.objects.select_for_update(of=("self",)).defer("search").get(pk=ticket_id)
    unit_id = answering_unit(ticket)
    role = role_over(APPEAL_TABLE["lodge"], by, unit_id=unit_id)
    _check(wanted)
    result_at = result_of(ticket, wanted.kind, at=at)
    if result_at is None:
        raise Unprocessable(
            fields={"kind": [pgettext_lazy("supervision", "No such result is counted for this ticket")]}
        )
    values = values_at(at)
    calendar, limit = load_calendar(OFFICE), as_limit(values["limit.appeal"])
    due_at = due(calendar, limit, at)
    warned_at = warn_at(calendar, limit, at, due_at, values["alarm.warn_ratio"])
    if at > next_workday_close(calendar, result_at, values["appeal.workdays"]):
        raise Unprocessable(
            pgettext_lazy("supervision", "Too late: it had to be appealed within %(days)d workdays")
            % {"days": values["appeal.workdays"]},
            code="too_late",
        )
    assert by.user is not None
    row = Appeal(
        number=next_numbers("SS", at)[0],
        kind=wanted.kind,
        ticket=ticket,
        region_path=ticket.region_path,
        unit_id=unit_id,
        reason=wanted.reason.strip(),
        result_at=result_at,
        lodged_by=by.user,
        lodged_at=at,
        due_at=due_at,
        warn_at=warned_at,
        next_alarm_at=warned_at,
    )
    try:
        with transaction.atomic():
            begun(APPEALS, "lodge", row, by=by, role=role, at=at, opinion=row.reason, files=wanted.files)
    except IntegrityError as error:
        before = Appeal.objects.filter(ticket=ticket, kind=row.kind).order_by("pk").last()
        raise Conflict(
            pgettext_lazy("supervision", "This result has been appealed already; a decision is final"),
            code="appealed",
            number=before.number if before else "",
        ) from error
    sides.mark(ticket.pk, SIDE)
    centre = centre_with(Role.OVERSIGHT_OFFICER, row.region_path)
    if centre is not None:
        _tell(row, pgettext_lazy("supervision notice", "Appeal to be reviewed"), at=at, unit_id=centre, by=by)
    return row


def _check(wanted: Objection) -> None:
    found: dict[str, list[Text]] = {}
    if wanted.kind not in AppealKind.values:
        found["kind"] = [pgettext_lazy("supervision", "Choose the result")]
    if not 0 < len(wanted.reason.strip()) <= LONGEST:
        found["reason"] = [pgettext_lazy("supervision", "Give the reason, in at most 2000 characters")]
    if not wanted.files:
        found["files"] = [pgettext_lazy("supervision", "Add a photo or a paper that proves it")]
    if found:
        raise Unprocessable(fields=found)


def result_of(ticket: Ticket, kind: str, *, at: datetime) -> datetime | None:
    """When the result came about that is counted; None when there is none.

    Overdue: the moment when the late handle clock ended, or passed its due time if it still runs. Dissatisfied: the
    last call with a poor answer.
    """
    if kind == AppealKind.OVERDUE:
        rows = Deadline.objects.filter(ticket=ticket, stage=Deadline.Stage.HANDLE).order_by("-id")
        for row in rows:
            if row.outcome == Deadline.Outcome.LATE:
                return row.stopped_at
            if row.stopped_at is None and row.paused_at is None and row.due_at < at:
                return row.due_at
        return None
    for call in FollowUp.objects.filter(ticket=ticket).order_by("-id"):
        if call.satisfaction in POOR or call.outcome in UNSOLVED:
            return call.at
    return None


def review(
    pk: int, *, by: Actor, at: datetime, advice: str, opinion: str = "", version: int | None = None
) -> Appeal:
    """The first officer's advice."""
    with moving(APPEALS, "review", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        if advice not in {"grant", "refuse"}:
            raise Unprocessable(fields={"advice": [pgettext_lazy("supervision", "Choose the advice")]})
        move.row.advice = advice
        move.data = {"advice": advice}
    result: Appeal = move.row
    return result


def grant(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Appeal:
    """The ticket is left out of the assessment from now on."""
    with moving(APPEALS, "grant", pk, by=by, at=at, version=version) as move:
        _decide(move, opinion)
        leave_out(move.row.ticket_id, by=by, at=at)
        _tell(
            move.row,
            pgettext_lazy("supervision notice", "Appeal granted"),
            at=at,
            unit_id=move.row.unit_id,
            by=by,
        )
    result: Appeal = move.row
    return result


def refuse(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Appeal:
    """It stays counted; this is final."""
    with moving(APPEALS, "refuse", pk, by=by, at=at, version=version) as move:
        _decide(move, opinion)
        _tell(
            move.row,
            pgettext_lazy("supervision notice", "Appeal refused"),
            at=at,
            unit_id=move.row.unit_id,
            by=by,
        )
    result: Appeal = move.row
    return result


def withdraw(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Appeal:
    """The unit takes its objection back, and may still object anew in time."""
    with moving(APPEALS, "withdraw", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.next_alarm_at = None
    result: Appeal = move.row
    return result


def _decide(move: Move[Appeal], opinion: str) -> None:
    move.say(opinion)
    move.row.decided_at, move.row.next_alarm_at = move.at, None


def _tell(row: Appeal, news: Text, *, at: datetime, unit_id: int, by: Actor) -> None:
    is_for_oversight = unit_id != row.unit_id
    tell(
        key=f"supervision:{row.number}:{row.state}",
        kind="appeal",
        title=in_city_words(news, row.ticket.title),
        url=reverse("supervision:appeal", args=[row.number]),
        at=at,
        unit_ids=[unit_id],
        audience=Notice.Audience.OVERSIGHT if is_for_oversight else Notice.Audience.HANDLERS,
        ticket_id=row.ticket_id,
        by=by,
    )
