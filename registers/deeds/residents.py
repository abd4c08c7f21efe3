"""Writing residents: registering (migrants too), changing, leaving and cancelling; holds and correction requests."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import NotFound, Text, Unprocessable
from registers.deeds.recording import changing, create, facts_of, locked
from registers.identity import WrongIdentity, normalise_phone, read_identity
from registers.models import CorrectionRequest, Household, Resident
from registers.roles import HOLDERS, KEEPERS
from registers.rules import role_over


@dataclass(frozen=True, kw_only=True)
class ResidentFacts:
    """What a form says of a resident. An identity number gives date of birth and sex, whatever was typed."""

    name: str
    kind: str
    sex: str = ""
    birth_date: date | None = None
    relation: str = ""
    identity_number: str = ""
    phone: str = ""
    origin: str = ""
    arrived_on: date | None = None
    registered_on: date | None = None
    groups: tuple[str, ...] = field(default_factory=tuple)


def register_resident(
    household_id: int, facts: ResidentFacts, *, key: UUID, by: Actor, at: datetime
) -> tuple[Resident, bool]:
    """A new resident of the household: (resident, whether new). A migrant is registered as of today.

    Raises NotFound, Forbidden, Unprocessable.
    """
    household = Household.objects.visible_to(by).active().filter(pk=household_id).first()
    if household is None:
        raise NotFound()
    today = local(at).date()
    row = Resident(
        household=household,
        path=household.path,
        key=key,
        created_at=at,
        updated_at=at,
        confirmed_on=today,
        confirmed_by=by.user,
    )
    role_over(by, row.path, KEEPERS)
    fill_resident(row, facts, today)
    return create(row, by=by, at=at, verb="resident.register", roles=KEEPERS, path=row.path)


def change_resident(pk: int, facts: ResidentFacts, *, version: int, by: Actor, at: datetime) -> Resident:
    """Change a present resident; this confirms the record, too.

    Raises NotFound, Forbidden, StaleVersion, Unprocessable.
    """
    rows, today = Resident.objects.visible_to(by).present(), local(at).date()
    with changing(rows, pk, by=by, at=at, verb="resident.change", roles=KEEPERS, version=version) as row:
        fill_resident(row, facts, today)
        row.confirmed_on, row.confirmed_by = today, by.user
    return row


def leave(pk: int, *, on: date, is_cancelled: bool, version: int, by: Actor, at: datetime) -> Resident:
    """The resident has left on that day; `is_cancelled` also cancels a migrant's registration.

    Open files close with it no sooner than their keepers say so. Raises NotFound, Forbidden, StaleVersion,
    Unprocessable.
    """
    rows, today = Resident.objects.visible_to(by).present(), local(at).date()
    with changing(rows, pk, by=by, at=at, verb="resident.leave", roles=KEEPERS, version=version) as row:
        if on > today:
            raise Unprocessable(fields={"left_on": [_("This day has not come yet: please check the date")]})
        if row.arrived_on and on < row.arrived_on:
            raise Unprocessable(
                fields={"left_on": [_("Nobody leaves before arriving: please check both dates")]}
            )
        row.left_on = on
        row.cancelled_on = today if is_cancelled else None
    return row


def hold(pk: int, *, is_on_hold: bool, reason: str, version: int, by: Actor, at: datetime) -> Resident:
    """Keep the record past its time for a legal reason, or no longer. Raises NotFound, Forbidden, Unprocessable."""
    rows = Resident.objects.visible_to(by).filter(anonymised_at=None)
    with changing(rows, pk, by=by, at=at, verb="resident.hold", roles=HOLDERS, version=version) as row:
        if is_on_hold and len(reason.strip()) < 5:
            raise Unprocessable(
                fields={"reason": [_("Name the legal reason, such as the number of the letter")]}
            )
        row.is_on_hold, row.hold_reason = is_on_hold, reason.strip() if is_on_hold else ""
    return row


@transaction.atomic
def ask_correction(pk: int, *, text: str, key: UUID, by: Actor, at: datetime) -> CorrectionRequest:
    """Note what the person asks to be put right. Raises NotFound, Forbidden, Unprocessable."""
    resident = locked(Resident.objects.visible_to(by).filter(anonymised_at=None), pk)
    actor = by.acting_as(role_over(by, resident.path, KEEPERS))
    known = CorrectionRequest.objects.filter(key=key).first()
    if known is not None:
        return known
    if by.user is None:
        raise NotFound()
    if not text.strip():
        raise Unprocessable(fields={"text": [_("Please write down what is to be corrected")]})
    row = CorrectionRequest(resident=resident, text=text.strip(), asked_at=at, noted_by=by.user, key=key)
    row.save(force_insert=True)
    journal.record("resident.ask_correction", by=actor, obj=resident, at=at, after=facts_of(row))
    return row


@transaction.atomic
def answer_correction(pk: int, *, is_done: bool, answer: str, by: Actor, at: datetime) -> CorrectionRequest:
    """Say that it was corrected, or why not. Answered once; a second answer changes nothing.

    Raises NotFound, Forbidden, Unprocessable.
    """
    visible = Resident.objects.visible_to(by)
    row = locked(CorrectionRequest.objects.filter(resident__in=visible), pk)
    actor = by.acting_as(role_over(by, row.resident.path, HOLDERS))
    if row.state != CorrectionRequest.State.OPEN:
        return row
    if not answer.strip():
        raise Unprocessable(fields={"answer": [_("Please say what was done, or why it was refused")]})
    before = facts_of(row)
    row.state = CorrectionRequest.State.DONE if is_done else CorrectionRequest.State.REFUSED
    row.answer, row.answered_at, row.answered_by = answer.strip(), at, by.user
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    journal.record(
        "resident.answer_correction", by=actor, obj=row.resident, at=at, before=before, after=facts_of(row)
    )
    return row


def fill_resident(row: Resident, facts: ResidentFacts, today: date) -> None:
    """Set what the form says; an identity number gives date of birth and sex. Raises Unprocessable with every fault."""
    wrong = _wrong(facts, today)
    birth_date, sex, number = facts.birth_date, facts.sex, ""
    if facts.identity_number.strip():
        try:
            identity = read_identity(facts.identity_number, on=today)
            number, birth_date, sex = identity.number, identity.birth_date, identity.sex
        except WrongIdentity as error:
            wrong["identity_number"] = [error.reason]
    if wrong:
        raise Unprocessable(fields=wrong)
    row.name, row.kind, row.relation = facts.name.strip(), facts.kind, facts.relation
    row.sex, row.birth_date, row.identity_number = sex, birth_date, number
    row.phone, row.origin = facts.phone.strip(), facts.origin.strip()
    row.arrived_on, row.registered_on = facts.arrived_on, facts.registered_on
    if row.kind == Resident.Kind.MIGRANT and row.registered_on is None:
        row.registered_on = today
    row.groups = sorted(set(facts.groups))


def _wrong(facts: ResidentFacts, today: date) -> dict[str, list[Text]]:
    wrong: dict[str, list[Text]] = {}
    for name in ("birth_date", "arrived_on", "registered_on"):
        if (getattr(facts, name) or today) > today:
            wrong[name] = [_("This day has not come yet: please check the date")]
    if facts.phone.strip() and not 7 <= len(normalise_phone(facts.phone)) <= 13:
        wrong["phone"] = [_("Please type a whole phone number")]
    if not facts.name.strip():
        wrong["name"] = [_("Please type the name")]
    return wrong
