"""The verbs of a consultation: convene, invite, give an opinion, recuse, decide with binding force, cancel, close.

The decision goes through the ticket's own verbs in the same transaction: what the ticket refuses is not decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from consultation import notices
from consultation.frame import Move, conferring, leave_deed, locked_ticket
from consultation.limits import consultation_span
from consultation.models import Consultation, Invitation, Recusal
from consultation.rules import role_over
from consultation.states import CONSULTATION_TABLE
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.foundation.errors import Conflict, FieldErrors, Unprocessable
from governance.foundation.numbers import next_numbers
from grids import scope as scopes
from grids.territory import current as territory
from incidents import sides, transitions
from incidents.duty import deciding_unit
from incidents.inviting import invite as let_in
from incidents.mandate import Blocked
from incidents.models import Ticket
from incidents.states import State
from incidents.transitions.assigning import assign, count_blocked

SIDE = "consultation"
DECIDABLE = frozenset({State.ACCEPTED, State.DISPATCHED, State.HANDLING, State.RETURNED})
"""Where it is open who leads, or may be settled anew."""
MOST_UNITS = 20


@transaction.atomic
def convene(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    question: str,
    units: Iterable[int],
    cause: str = Consultation.Cause.CONVENED,
    since: datetime | None = None,
) -> Consultation:
    """Invite units to say in writing whose matter it is. `since`: from when the limit counts.

    Raises NotFound, Forbidden, Conflict (one is open already), Unprocessable.
    """
    ticket = locked_ticket(ticket_id)
    verb = CONSULTATION_TABLE["convene"]
    actor = by.acting_as(role_over(verb, by, path=ticket.region_path))
    if ticket.state not in DECIDABLE:
        raise Unprocessable(_("It is not open now which unit leads"), code="not_open")
    if ticket.is_final_assignment:
        raise Unprocessable(
            _("It has been decided with binding force already which unit leads"), code="final"
        )
    if Consultation.objects.open().filter(ticket=ticket).exists():
        raise Conflict(_("A consultation on this ticket is open already"), code="open_already")
    if not question.strip():
        raise Unprocessable(fields={"opinion": [_("Say what has to be settled")]})
    centre = _centre(ticket, by)
    limit = consultation_span(ticket.urgency, since or at, centre)
    row = Consultation.objects.create(
        number=next_numbers("HS", at)[0],
        ticket=ticket,
        region_path=ticket.region_path,
        is_sensitive=ticket.is_sensitive,
        cause=cause,
        question=question.strip(),
        centre_id=centre,
        convened_by=by.user,
        convened_at=at,
        due_at=limit.due_at,
        warn_at=limit.warn_at,
        next_alarm_at=limit.warn_at,
    )
    move = Move(row, verb, actor, at, opinion=row.question)
    invited = _invite(move, [*units, *([ticket.lead_unit_id] if ticket.lead_unit_id else [])])
    if not invited:
        raise Unprocessable(fields={"units": [_("Invite at least one unit")]})
    notices.told_consultation(row, "convene", at, invited, by=by)
    if by.is_system:
        notices.told_consultation(row, "returned", at, [centre], by=by)
    sides.mark(ticket.pk, SIDE)
    leave_deed(move, "", None)
    return row


def _centre(ticket: Ticket, by: Actor) -> int:
    """Who keeps it: the centre that decides returns there."""
    found = deciding_unit(ticket.region_path) or by.unit_id
    return found if found is not None else ticket.holder_id


def _invite(move: Move[Consultation], ids: Iterable[int]) -> list[int]:
    """Ask units that have not been asked yet; gives those. Raises Unprocessable for unknown ones."""
    land = territory()
    row = move.row
    known = set(row.invitations.values_list("unit", flat=True))
    fresh = [unit for unit in dict.fromkeys(ids) if unit not in known and unit != row.centre_id]
    if any(unit not in land.units for unit in fresh):
        raise Unprocessable(fields={"units": [_("Unknown unit")]}, code="unknown_unit")
    if len(known) + len(fresh) > MOST_UNITS:
        raise Unprocessable(fields={"units": [_("At most %(limit)d units") % {"limit": MOST_UNITS}]})
    Invitation.objects.bulk_create([Invitation(consultation=row, unit_id=unit, at=move.at) for unit in fresh])
    let_in(row.ticket_id, fresh, at=move.at)
    move.data["units"] = fresh
    return fresh


def invite(
    pk: int, *, by: Actor, at: datetime, units: Sequence[int], opinion: str = "", version: int | None = None
) -> Consultation:
    """Hear more units."""
    with conferring("invite", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        fresh = _invite(move, units)
        if not fresh:
            raise Unprocessable(fields={"units": [_("Choose units that have not been invited yet")]})
        notices.told_consultation(move.row, "invite", at, fresh, by=by)
    return move.row


def opine(
    pk: int, *, by: Actor, at: datetime, stance: str, opinion: str, version: int | None = None
) -> Consultation:
    """The written opinion of the person's unit; until the decision it may be replaced, the deed keeps each."""
    with conferring("opine", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        need = move.verb.need("stance")
        if need is None or stance not in dict(need.choices):
            raise Unprocessable(fields={"stance": [_("Choose the position of your unit")]})
        mine = _own_invitation(move)
        mine.stance, mine.opinion, mine.opined_by, mine.opined_at = stance, move.opinion, by.user, at
        mine.save()
        move.data |= {"unit": mine.unit_id, "stance": stance}
        notices.told_consultation(move.row, "opine", at, [move.row.centre_id], by=by)
    return move.row


def _own_invitation(move: Move[Consultation]) -> Invitation:
    """That of the home unit, or of another unit that the person serves; the rule has seen that there is one."""
    units = scopes.of(move.by.user).unit_ids
    rows = list(move.row.invitations.select_for_update().filter(unit__in=units).order_by("pk"))
    return next((row for row in rows if row.unit_id == move.by.unit_id), rows[0])


def recuse(
    pk: int, *, by: Actor, at: datetime, opinion: str, user: int | None = None, version: int | None = None
) -> Consultation:
    """Somebody (oneself, when nobody is named) has an interest in the matter and does not decide it."""
    with conferring("recuse", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        who = user or by.user_id
        person = User.objects.filter(pk=who, is_active=True).first() if who else None
        if person is None or by.user is None:
            raise Unprocessable(fields={"user": [_("This person is not known")]})
        _row, is_new = Recusal.objects.get_or_create(
            consultation=move.row,
            user=person,
            defaults={"reason": move.opinion, "at": at, "by": by.user},
        )
        if not is_new:
            raise Unprocessable(fields={"user": [_("This person is recused already")]})
        move.data["user"] = person.name
    return move.row


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the minutes say: who leads, who assists, on what basis."""

    lead: int
    basis: str
    minutes: str
    co_handlers: Sequence[int] = ()
    without: str = ""
    override_reason: str = ""

    def faults(self) -> FieldErrors:
        """What the decision lacks by itself."""
        found = {}
        if not self.basis.strip():
            found["basis"] = [_("Name the rule or duty list that says so")]
        if not self.minutes.strip():
            found["opinion"] = [_("Write down what was said and decided")]
        if self.lead in self.co_handlers:
            found["co_handlers"] = [_("The lead unit does not assist itself")]
        return found


def decide(
    pk: int, decision: Decision, *, by: Actor, at: datetime, version: int | None = None
) -> Consultation:
    """Final: the ticket goes to the lead unit with binding force, and the way that it took is counted for routing.

    Raises what the ticket's verbs raise; then nothing is decided.
    """
    try:
        with conferring("decide", pk, by=by, at=at, version=version) as move:
            row = move.row
            if faults := decision.faults():
                raise Unprocessable(fields=faults)
            move.say(decision.minutes)
            _must_be_heard(row, decision)
            row.lead_id, row.co_handlers = decision.lead, list(dict.fromkeys(decision.co_handlers))
            row.basis, row.minutes, row.without = (
                decision.basis.strip(),
                move.opinion,
                decision.without.strip(),
            )
            row.decided_by, row.decided_at, row.next_alarm_at = by.user, at, None
            move.data |= {"lead": row.lead_id, "co_handlers": row.co_handlers, "basis": row.basis}
            _carry_out(row, decision, by, at)
            parties = {row.lead_id, *row.co_handlers, *row.invitations.values_list("unit", flat=True)}
            move.afterwards.append(
                lambda: notices.told_consultation(row, "decide", at, sorted(parties), by=by)
            )
    except Blocked as refusal:
        count_blocked(refusal, _ticket_of(pk), by=by, at=at)
        raise
    return move.row


def _ticket_of(pk: int) -> Ticket:
    return Consultation.objects.select_related("ticket__category").defer("ticket__search").get(pk=pk).ticket


def _must_be_heard(row: Consultation, decision: Decision) -> None:
    """Every invited unit has spoken, or the minutes say why it was decided without."""
    silent = row.invitations.filter(opined_at=None)
    if not decision.without.strip() and silent.exists():
        names = "、".join(notices.name_of(unit) for unit in silent.values_list("unit", flat=True))
        raise Unprocessable(
            fields={
                "without": [
                    _("No opinion yet from %(units)s: say why it is decided without") % {"units": names}
                ]
            },
            code="not_heard",
        )


def _carry_out(row: Consultation, decision: Decision, by: Actor, at: datetime) -> None:
    """Settle a return that waits, then give the ticket to the lead for good."""
    ticket = row.ticket
    words = _("%(number)s: %(basis)s") % {"number": row.number, "basis": row.basis}
    if ticket.state == State.RETURNED:
        keeps = decision.lead == ticket.lead_unit_id
        settle = transitions.refuse_return if keeps else transitions.grant_return
        settle(ticket.pk, by=by, at=at, opinion=words)
    assign(
        ticket.pk,
        by=by,
        to=decision.lead,
        at=at,
        reference=row.number,
        opinion=words,
        co_handlers=row.co_handlers,
        override_reason=decision.override_reason,
    )
    row.ticket = locked_ticket(ticket.pk)


def cancel(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Consultation:
    """It is not needed any more."""
    with conferring("cancel", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.next_alarm_at, move.row.finished_at = None, at
        units = list(move.row.invitations.values_list("unit", flat=True))
        notices.told_consultation(move.row, "cancel", at, units, by=by)
    return move.row


def close(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Consultation:
    """The decision has been carried out."""
    with conferring("close", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.finished_at = at
    return move.row
