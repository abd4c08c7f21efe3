"""What a verb needs, said before it is pressed: the rule of the table, and what is missing on this ticket."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from governance.foundation.naming import label_of
from governance.foundation.state_machine import Verb
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.clocks import ladder
from incidents.deadlines import Stage, settled
from incidents.ledger import ledger
from incidents.mandate import level_at
from incidents.models import Attachment, Deadline, DueChange, FollowUp, Step, Ticket
from incidents.rules import needs_consultation, return_end, return_window, role_for
from incidents.states import (
    TICKET_TABLE,
    DemandType,
    Finding,
    FollowUpOutcome,
    RequestKind,
    State,
    SuspensionCause,
)
from incidents.states.hands import BY_OTHERS, Hands
from incidents.transitions.extending import allowance
from incidents.views.faces import amount_words


def note_of(verb: Verb, ticket: Ticket) -> str:
    """The sentence above the form; empty where the fields say it all."""
    special = NOTES.get(verb.name)
    return (special(ticket) if special else "") or str(verb.guard)


def _found(ticket: Ticket) -> str:
    """What somebody found who went to look."""
    step = Step.objects.filter(ticket=ticket, verb="verify").order_by("-id").first()
    if step is None:
        return ""
    words = _("Verified on site: %(finding)s.") % {"finding": Finding(step.data["finding"]).label}
    return f"{words} {step.opinion}".strip()


def _dispatch(ticket: Ticket) -> str:
    level = Tier(level_at(ticket, at=now())[0]).label
    return _("Lowest level that may close it: %(level)s. A unit below it needs an override reason.") % {
        "level": level
    }


def _return(ticket: Ticket) -> str:
    """Until when, who decides, and what a refusal means."""
    if ticket.is_final_assignment:
        return _("It has been decided with binding force that this unit handles it: it cannot be returned")
    received_at, unit = ledger().received_at(ticket), territory().units.get(ticket.holder_id)
    if received_at is None or unit is None:
        return ""
    last = return_end(ticket, unit, received_at)
    if now() > last and RequestKind.RETURN not in ticket.asked:
        return _ended(last)
    words = _("Possible until %(at)s. A dispatcher decides; a refusal binds the unit.")
    return words % {"at": f"{local(last):%Y-%m-%d %H:%M}"}


def return_words(ticket: Ticket, actor: Actor, hands: Hands, at: datetime) -> str:
    """Beside the buttons of whoever may return the ticket, or could: until when."""
    end = return_window(ticket, actor, hands=hands)
    if end is None:
        return ""
    if at > end:
        return _ended(end)
    return _("Return possible until %(at)s") % {"at": f"{local(end):%Y-%m-%d %H:%M}"}


def barred_words(ticket: Ticket, actor: Actor, hands: Hands) -> str:
    """Why somebody whose step it would be may not check or call: it is his or her own work."""
    for verb in TICKET_TABLE.leaving(ticket.state):
        if verb.name not in BY_OTHERS:
            continue
        try:
            role_for(verb, ticket, actor)
        except Forbidden:
            continue
        try:
            role_for(verb, ticket, actor, hands=hands)
        except Forbidden as barred:
            return str(barred.detail)
    return ""


def limit_words(ticket: Ticket, actor: Actor, hands: Hands, at: datetime) -> str:
    """Beside the buttons: what could be done until when, and what is for others."""
    words = (return_words(ticket, actor, hands, at), barred_words(ticket, actor, hands))
    return " · ".join(filter(None, words))


def _ended(end: datetime) -> str:
    return _("The time to return it ended on %(at)s") % {"at": f"{local(end):%Y-%m-%d %H:%M}"}


def _decide_return(ticket: Ticket) -> str:
    """What was asked, and how often this ticket has come back."""
    row = ledger().waiting_request(ticket, RequestKind.RETURN)
    if row is None:
        return ""
    unit = territory().units.get(row.terms.get("suggested_id", 0))
    words = _("Reason: %(reason)s. Basis: %(basis)s.") % {
        "reason": row.reason,
        "basis": row.terms.get("basis", ""),
    }
    if unit is not None:
        words += " " + _("Suggested: %(unit)s.") % {"unit": label_of(unit)}
    if needs_consultation(ticket):
        count = {"n": ticket.return_count}
        words += " " + _("Returned %(n)d times: hear the units together; the next dispatch binds.") % count
    return words


def _handle(ticket: Ticket) -> Deadline | None:
    return Deadline.objects.filter(ticket=ticket, stage=Stage.HANDLE, stopped_at=None).first()


def _ask_extension(ticket: Ticket) -> str:
    """What is left to ask for, before it is asked."""
    handle = _handle(ticket)
    if handle is None:
        return ""
    left = allowance(ticket, handle)
    if left.times == 0 or left.amount == 0:
        return _("No further extension is possible on this ticket")
    return ngettext(
        "%(times)d more extension may be asked for, %(amount)s in all. Before %(due)s.",
        "%(times)d more extensions may be asked for, %(amount)s in all. Before %(due)s.",
        left.times,
    ) % {
        "times": left.times,
        "amount": amount_words(left.amount, left.unit),
        "due": f"{local(left.due_at):%Y-%m-%d %H:%M}",
    }


def _decide_extension(ticket: Ticket) -> str:
    """What is asked for, and where it would lead."""
    row, handle = ledger().waiting_request(ticket, RequestKind.EXTENSION), _handle(ticket)
    if row is None or handle is None:
        return ""
    amount, unit = row.terms["amount"], row.terms["unit"]
    granted = DueChange(deadline=handle, kind=DueChange.Kind.EXTENDED, amount=amount, amount_unit=unit)
    changes = [*ledger().changes(handle), granted]
    new_due, _warn = settled(handle, changes, load_calendar(handle.calendar), ladder())
    return _("Extension no. %(round)d: %(amount)s, from %(old)s to %(new)s. Reason: %(reason)s") % {
        "round": row.terms["round"],
        "amount": amount_words(amount, unit),
        "old": f"{local(handle.due_at):%Y-%m-%d %H:%M}",
        "new": f"{local(new_due):%Y-%m-%d %H:%M}",
        "reason": row.reason,
    }


def _ask_suspension(ticket: Ticket) -> str:
    days = {"days": catalogue().policy("suspension.max_days")}
    return (
        _("At most %(days)d days; an oversight officer decides. On the day of review it is resumed.") % days
    )


def _decide_suspension(ticket: Ticket) -> str:
    """The cause, the plan and the day."""
    row = ledger().waiting_request(ticket, RequestKind.SUSPENSION)
    if row is None:
        return ""
    return _("%(cause)s: %(reason)s Plan: %(plan)s. Responsible: %(responsible)s. Review: %(review_on)s.") % {
        **row.terms,
        "cause": SuspensionCause(row.terms["cause"]).label,
        "reason": row.reason,
    }


def _feedback(ticket: Ticket) -> str:
    if ticket.demand_type == DemandType.SUGGESTION:
        return _(
            "An opinion or suggestion: “Resolved” says that it is adopted, “Explained” that it is not; then say why."
        )
    if ticket.category.needs_after_photos:
        return _(
            "This matter is checked on site: a photo of the result is needed, unless it was only explained."
        )
    return ""


def _check(ticket: Ticket) -> str:
    if ticket.checked_at is not None:
        return _("The check has been passed already: the ticket can be closed.")
    explained = ticket.result_kind == "explained"
    if not ticket.category.needs_after_photos or explained:
        return ""
    if Attachment.objects.filter(ticket=ticket, phase=Attachment.Phase.AFTER).exists():
        return ""
    return _("There is no photo of the result yet: add one.")


def _close(ticket: Ticket) -> str:
    if ticket.checked_at is None:
        return _("Missing: the result has to be checked first.")
    if ticket.state != State.FOLLOW_UP:
        return ""
    calls = list(FollowUp.objects.filter(ticket=ticket, at__gte=ticket.feedback_at).order_by("id"))
    if any(call.outcome != FollowUpOutcome.UNREACHABLE for call in calls):
        return ""
    policy = catalogue().policy
    tries, days = len(calls), len({local(call.at).date() for call in calls})
    if tries >= policy("follow_up.tries") and days >= policy("follow_up.days"):
        return ""
    return _(
        "Missing: the citizen has to be called first. Not reached so far: %(tries)d times on %(days)d days; "
        "%(need_tries)d times on %(need_days)d days are enough."
    ) % {
        "tries": tries,
        "days": days,
        "need_tries": policy("follow_up.tries"),
        "need_days": policy("follow_up.days"),
    }


def _reopen(ticket: Ticket) -> str:
    if ticket.closed_at is None:
        return ""
    last = ticket.closed_at + timedelta(days=catalogue().policy("reopen.days"))
    return _("Possible until %(at)s; it goes back to the unit that led it.") % {
        "at": f"{local(last):%Y-%m-%d %H:%M}"
    }


NOTES: Mapping[str, Callable[[Ticket], str]] = {
    "accept": _found,
    "reject": _found,
    "dispatch": _dispatch,
    "ask_return": _return,
    "return": _return,
    "decline_return": _decide_return,
    "grant_return": _decide_return,
    "refuse_return": _decide_return,
    "ask_extension": _ask_extension,
    "extend": _decide_extension,
    "refuse_extension": _decide_extension,
    "ask_suspension": _ask_suspension,
    "suspend": _decide_suspension,
    "refuse_suspension": _decide_suspension,
    "feedback": _feedback,
    "check": _check,
    "close": _close,
    "reopen": _reopen,
}
