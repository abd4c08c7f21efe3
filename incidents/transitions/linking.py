"""挂接子工单: an open ticket becomes the child of another one, or stands on its own again.

The main ticket then waits for it as for one that was split off (`moving`). One level deep: a main ticket is nobody's
child, and a child has no children, so there are no circles. Both are locked in the order of their keys, so that two
people who link crosswise do not wait for each other for ever; the database keeps the same rule.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Text, Unprocessable
from incidents.catalogue import current as catalogue
from incidents.ledger import ledger
from incidents.models import Ticket
from incidents.rules import role_for
from incidents.states.aside import WITH_CHILDREN
from incidents.transitions.moving import moving, tell_other


def link(
    ticket_id: int, *, by: Actor, at: datetime, target: str, opinion: str = "", version: int | None = None
) -> Ticket:
    """Let the ticket be a child of the one of number `target`, whose reporters and clocks stay its own.

    Raises Forbidden for a main ticket that `by` sees but does not dispatch, Unprocessable with field `target`.
    """
    with ledger().atomic():
        main_id = ledger().find(target.strip().upper(), by)
        main = ledger().lock_pair(ticket_id, main_id) if main_id is not None else None
        with moving("link", ticket_id, by=by, at=at, version=version) as move:
            ticket = move.ticket
            move.say(opinion)
            if main is None:
                raise Unprocessable(fields={"target": [_("There is no ticket of this number")]})
            role_for(move.verb, main, by)
            if reason := why_not(ticket, main):
                raise Unprocessable(fields={"target": [reason]}, code="not_to_be_linked")
            ticket.parent_id = main.pk
            move.data |= {"main": main.number}
            main.child_count += 1
            tell_other(move, main, "child_link", {"child": ticket.number}, changed=("child_count",))
            return ticket


def why_not(ticket: Ticket, main: Ticket) -> Text:
    """What speaks against `ticket` as a child of `main`; empty when nothing does."""
    if main.pk == ticket.pk:
        return _("A ticket cannot be its own child")
    if ticket.parent_id is not None:
        return _("It has a main ticket already: unlink it first")
    if ticket.child_count:
        return _("It has child tickets itself: children are one level deep")
    if main.parent_id is not None:
        return _("That ticket is a child itself: choose its main ticket")
    if main.state not in WITH_CHILDREN:
        return _("That ticket does not take children: it is not accepted yet, or its result is there already")
    if main.child_count >= int(catalogue().policy("split.children")):
        return _("That ticket has as many children as are allowed")
    return ""


def unlink(ticket_id: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Ticket:
    """It stands on its own again. Who waits for an answer about the main ticket, from which it was split off, is then
    answered about it as well.
    """
    with ledger().atomic():
        main_id = ledger().parent_id(ticket_id)
        main = ledger().lock_pair(ticket_id, main_id) if main_id is not None else None
        with moving("unlink", ticket_id, by=by, at=at, version=version) as move:
            ticket = move.ticket
            move.say(opinion, required=True)
            if main is None or ticket.parent_id != main.pk:
                raise Unprocessable(_("It has no main ticket"), code="nothing_to_undo")
            role_for(move.verb, main, by)
            ticket.parent_id = None
            move.data |= {"main": main.number}
            if ledger().give_back(ticket, main):
                ticket.needs_reply = True
                ledger().change(ticket, ("needs_reply",))
            main.child_count -= 1
            tell_other(move, main, "child_out", {"child": ticket.number}, changed=("child_count",))
            return ticket
