"""What a verb needs, said before it is pressed: the rule of the table, and what is missing on this ticket."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _

from governance.accounts.models import Tier
from governance.foundation.clock import local, now
from governance.foundation.state_machine import Verb
from incidents.catalogue import current as catalogue
from incidents.mandate import level_at
from incidents.models import Attachment, FollowUp, Ticket
from incidents.states import FollowUpOutcome, State


def note_of(verb: Verb, ticket: Ticket) -> str:
    """The sentence above the form; empty where the fields say it all."""
    special = NOTES.get(verb.name)
    return (special(ticket) if special else "") or str(verb.guard)


def _dispatch(ticket: Ticket) -> str:
    level = Tier(level_at(ticket, at=now())[0]).label
    return _("Lowest level that may close it: %(level)s. A unit below it needs an override reason.") % {
        "level": level
    }


def _feedback(ticket: Ticket) -> str:
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
    "dispatch": _dispatch,
    "feedback": _feedback,
    "check": _check,
    "close": _close,
    "reopen": _reopen,
}
