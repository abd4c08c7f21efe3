"""Joint tasks from a phone's outbox: a co-handler signs, answers or returns the own part of a ticket without a line."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from fieldwork.sync.kinds import Done, Kind, Sent
from fieldwork.whole import WHOLE
from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Invalid, Text, Unprocessable
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from incidents import transitions
from incidents.forms import VerbForm
from incidents.ledger import using
from incidents.models import Assignment, Ticket
from incidents.opening import visible_ticket
from incidents.rules import permitted_on_part
from incidents.states import OPEN_PARTS, PART_TABLE, PartState
from incidents.views.case import last_change
from incidents.views.verbs import blank_texts

VERBS: tuple[tuple[str, Text], ...] = (
    ("sign_part", pgettext_lazy("phone action", "Sign a joint task")),
    ("answer_part", pgettext_lazy("phone action", "Feedback on a joint task")),
    ("return_part", pgettext_lazy("phone action", "Return a joint task")),
)
"""Verb of the table of parts, which is the kind as well, and its words."""
AHEAD = "answer_part"
"""What may be prepared for a part that will have been signed by then."""


def perform(sent: Sent, *, by: Actor, at: datetime, verb: Verb) -> Done:
    """Do the verb to the part. Raises NotFound, Invalid, Forbidden, Conflict."""
    ticket, number = visible_ticket(by, sent.one("number")), sent.one("part")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Unprocessable(fields={"part": [_("This does not say which part it belongs to")]})
    form = VerbForm(verb, sent.form_data(), initial={})
    if not form.is_valid():
        raise Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})
    data = form.data_of_verb() | blank_texts(form)
    with using(WHOLE):
        transitions.perform_part(verb.name, ticket.pk, int(number), by=by, at=at, data=data)
    return _done(ticket, _("%(verb)s: done, %(number)s") % {"verb": verb.label, "number": ticket.number})


def meanwhile(sent: Sent, problem: Conflict, *, by: Actor, at: datetime, verb: Verb) -> Done | None:
    """Signing what somebody of the unit has signed is done; else what has changed since."""
    ticket = visible_ticket(by, sent.one("number"))
    if verb.name == "sign_part" and is_at_work(ticket, int(sent.one("part"))):
        return _done(ticket, _("The part is signed already"))
    problem.extra = problem.extra | dict(last_change(ticket))
    return None


def is_at_work(ticket: Ticket, part_id: int) -> bool:
    """Whether somebody of the unit, or the platform, has signed it meanwhile."""
    return Assignment.objects.filter(ticket=ticket, pk=part_id, state=PartState.WORKING).exists()


def _done(ticket: Ticket, words: str) -> Done:
    url = reverse("phone:ticket", args=[ticket.number])
    return Done(words=words, number=ticket.number, url=url, ticket_id=ticket.pk)


def own_parts(tickets: Iterable[Ticket], actor: Actor) -> Mapping[int, list[Assignment]]:
    """The open parts of the person's own units by ticket: one statement, none where the units lead everything."""
    units: Collection[int] = scopes.of(actor.user).unit_ids
    helped = [ticket.pk for ticket in tickets if ticket.holder_id not in units]
    found: dict[int, list[Assignment]] = {}
    if helped:
        rows = Assignment.objects.filter(ticket__in=helped, unit__in=units, state__in=sorted(OPEN_PARTS))
        for row in rows.order_by("pk"):
            found.setdefault(row.ticket_id, []).append(row)
    return found


def addresses_of(ticket: Ticket, part: Assignment, actor: Actor) -> list[str]:
    """The dialogs of a part that are kept: what may be done now, and what may follow once it is signed."""
    kinds = {name for name, _label in VERBS}
    names = [verb.name for verb in permitted_on_part(ticket, part, actor) if verb.name in kinds]
    found = [reverse("phone:part", args=[ticket.number, part.pk, name]) for name in names]
    if "sign_part" in names:
        found.append(f"{reverse('phone:part', args=[ticket.number, part.pk, AHEAD])}?ahead=1")
    return found


def _kind(name: str, label: Text) -> Kind:
    deed: Callable[..., Done] = partial(perform, verb=PART_TABLE[name])
    after: Callable[..., Done | None] = partial(meanwhile, verb=PART_TABLE[name])
    return Kind(name=name, label=label, do=deed, meanwhile=after)


KINDS = tuple(_kind(name, label) for name, label in VERBS)
KIND_OF = {name: name for name, _label in VERBS}
"""Which kind of action a form of a part becomes."""
