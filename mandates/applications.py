"""The verbs of an access application: a department prepares it, the centre reviews, the leading group decides."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, FieldErrors, NotFound, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from grids.models import Region
from mandates.frame import Move, applying, leave_step
from mandates.models import AccessApplication
from mandates.models.access import AccessLevel
from mandates.models.lists import MATTER_PATTERN, NO_MATTER
from mandates.rules import role_over
from mandates.states import ACCESS_TABLE, FINDINGS

LONGEST_TERM_DAYS = 3 * 366
BATCH = 200


@dataclass(frozen=True, kw_only=True)
class AccessDraft:
    """What the department writes down."""

    title: str
    matter_code: str
    level: str
    region: Region
    starts_on: date
    ends_on: date
    content: str = ""
    legal_basis: str = ""
    money: str = ""
    training: str = ""

    def faults(self) -> FieldErrors:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not self.title.strip():
            found["title"] = [_("Give it a title")]
        if not MATTER_PATTERN.match(self.matter_code):
            found["matter_code"] = [NO_MATTER]
        if self.level not in AccessLevel.values:
            found["level"] = [_("Choose whom the task shall reach")]
        if self.ends_on < self.starts_on:
            found["ends_on"] = [_("The last day cannot be before the first")]
        elif (self.ends_on - self.starts_on).days > LONGEST_TERM_DAYS:
            found["ends_on"] = [_("At most three years; apply again afterwards")]
        return found


@transaction.atomic
def prepare(draft: AccessDraft, *, unit_id: int, by: Actor, at: datetime) -> AccessApplication:
    """Begin an application of one's own unit. Raises Forbidden, Unprocessable."""
    verb = ACCESS_TABLE["prepare"]
    actor = by.acting_as(role_over(verb, by, unit_id=unit_id))
    assert by.user is not None
    row = AccessApplication(
        number=next_numbers("ZR", at)[0], unit_id=unit_id, prepared_by=by.user, prepared_at=at
    )
    _write(row, draft)
    row.save(force_insert=True)
    leave_step(Move(row, verb, actor, at), "", None)
    return row


def edit(
    pk: int, draft: AccessDraft, *, by: Actor, at: datetime, version: int | None = None
) -> AccessApplication:
    """Replace what a draft says."""
    with applying("edit", pk, by=by, at=at, version=version) as move:
        _write(move.row, draft)
    return move.row


def _write(row: AccessApplication, draft: AccessDraft) -> None:
    if faults := draft.faults():
        raise Unprocessable(fields=faults)
    row.title, row.matter_code, row.level = draft.title.strip(), draft.matter_code, draft.level
    row.region, row.region_path = draft.region, draft.region.path
    row.starts_on, row.ends_on = draft.starts_on, draft.ends_on
    row.content, row.legal_basis = draft.content.strip(), draft.legal_basis.strip()
    row.money, row.training = draft.money.strip(), draft.training.strip()


def perform(
    name: str,
    pk: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    opinion: str = "",
    findings: dict[str, str] | None = None,
) -> AccessApplication:
    """Submit, send back, review, approve, refuse or withdraw."""
    with applying(name, pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        if name == "submit":
            _must_be_complete(move.row, at)
        if name == "review":
            _keep_findings(move, findings or {})
        if name in {"approve", "refuse"}:
            move.row.decided_at = at
        if name == "approve":
            _must_not_be_over(move.row, at)
    if name == "approve" and move.row.starts_on <= local(at).date():
        return take_effect(pk, at=at)
    return move.row


def _must_be_complete(row: AccessApplication, at: datetime) -> None:
    missing: dict[str, list[Text]] = {}
    words: dict[str, Text] = {
        "content": _("Say what is to be done"),
        "legal_basis": _("Name the law or document that it rests on"),
        "money": _("Say who brings the money and the people"),
        "training": _("Say how people are trained for it"),
    }
    for name, text in words.items():
        if not getattr(row, name):
            missing[name] = [text]
    if missing:
        raise Unprocessable(fields=missing)
    _must_not_be_over(row, at)


def _must_not_be_over(row: AccessApplication, at: datetime) -> None:
    if row.ends_on < local(at).date():
        raise Unprocessable(fields={"ends_on": [_("Its last day is over already")]})


def _keep_findings(move: Move[AccessApplication], findings: dict[str, str]) -> None:
    for need in FINDINGS:
        text = findings.get(need.name, "").strip()
        if not text:
            raise Unprocessable(fields={need.name: [_("Write down what the review found")]})
        setattr(move.row, need.name, text[:400])
    move.data = {need.name: getattr(move.row, need.name) for need in FINDINGS}


def take_effect(pk: int, *, at: datetime) -> AccessApplication:
    """On its first day. Raises Unprocessable before."""
    with applying("take_effect", pk, by=SYSTEM_ACTOR, at=at) as move:
        if move.row.starts_on > local(at).date():
            raise Unprocessable(_("Its first day has not come"))
    return move.row


def expire(pk: int, *, at: datetime) -> AccessApplication:
    """When its last day is over. Raises Unprocessable before."""
    with applying("expire", pk, by=SYSTEM_ACTOR, at=at) as move:
        if move.row.ends_on >= local(at).date():
            raise Unprocessable(_("Its last day is not over"))
    return move.row


def follow_dates(*, at: datetime) -> int:
    """Write down what the dates say: what has begun and what is over; at most `BATCH` of each. How many were moved."""
    today, moved = local(at).date(), 0
    begun = AccessApplication.objects.filter(state="approved", starts_on__lte=today, ends_on__gte=today)
    over = AccessApplication.objects.filter(state__in=["approved", "in_force"], ends_on__lt=today)
    for rows, deed in ((over, expire), (begun, take_effect)):
        for pk in list(rows.order_by("ends_on", "pk").values_list("pk", flat=True)[:BATCH]):
            try:
                deed(pk, at=at)
            except (NotFound, Conflict, Unprocessable):
                continue  # somebody was quicker; the next run looks again
            moved += 1
    return moved
