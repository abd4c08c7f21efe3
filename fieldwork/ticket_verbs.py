"""A ticket's own verbs from a phone's outbox: the form of the page, the transitions of the desk.

What a worker saw when acting without a line is said by `version`. Where nobody but this worker has changed the ticket
since, one's own earlier actions are no conflict.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from fieldwork.devices.rules import person_of
from fieldwork.sync.kinds import Done, Kind, Sent
from fieldwork.whole import WHOLE
from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Invalid, Text
from governance.foundation.prepared import fetch_one
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from incidents import transitions
from incidents.forms import VerbForm
from incidents.ledger import using
from incidents.models import Step, Ticket
from incidents.opening import visible_ticket
from incidents.states import TICKET_TABLE, State
from incidents.views.case import last_change
from incidents.views.verbs import blank_texts

VERBS: tuple[tuple[str, str, Text], ...] = (
    ("sign", "sign", pgettext_lazy("phone action", "Sign")),
    ("feedback", "feedback", pgettext_lazy("phone action", "Give feedback")),
    ("hand_up", "escalate", pgettext_lazy("phone action", "Hand up")),
    ("check", "check", pgettext_lazy("phone action", "Check")),
    ("rework", "rework", pgettext_lazy("phone action", "Send back for rework")),
    ("verify", "verify", pgettext_lazy("phone action", "Verify")),
)
"""Kind, verb of the state table, words. Handing up is no fault: the clock goes on with the tier above."""


def perform(sent: Sent, *, by: Actor, at: datetime, verb: Verb) -> Done:
    """Do the verb. Raises NotFound, Invalid, Forbidden, Conflict."""
    ticket = visible_ticket(by, sent.one("number"))
    form = VerbForm(verb, sent.form_data())
    if not form.is_valid():
        raise Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})
    version = _known_version(sent, by, ticket, form.cleaned_data["version"])
    data = form.data_of_verb() | blank_texts(form)
    with using(WHOLE):
        changed = transitions.perform(verb.name, ticket.pk, by=by, at=at, version=version, data=data)
    return _done(changed, _("%(verb)s: done, %(number)s") % {"verb": verb.label, "number": changed.number})


def meanwhile(sent: Sent, problem: Conflict, *, by: Actor, at: datetime, verb: Verb) -> Done | None:
    """Signing what a colleague of the own team has signed is done; else what has changed since."""
    ticket = visible_ticket(by, sent.one("number"))
    if verb.name == "sign" and (words := _signed_already(ticket, by)):
        return _done(ticket, words)
    changed = last_change(ticket, own={by.user_id: _("You yourself, on another device")})
    problem.extra = {"current_version": ticket.version} | problem.extra | dict(changed)
    return None


def _known_version(sent: Sent, by: Actor, ticket: Ticket, version: int | None) -> int | None:
    """The version that the worker may go by: the one seen, or the one that the own last action has made."""
    if version is None or version == ticket.version:
        return version
    last = fetch_one(_LAST_OWN, [person_of(by).pk, sent.subject])
    return last[0] if last is not None and last[0] > version else version


_LAST_OWN = """
SELECT version_after FROM fieldwork_syncaction
 WHERE user_id = %s AND subject = %s AND version_after IS NOT NULL ORDER BY id DESC LIMIT 1
"""


def _signed_already(ticket: Ticket, by: Actor) -> str:
    """That it is signed: by oneself elsewhere, whatever was done since, or by a colleague whose unit has it in hand."""
    if ticket.state == State.DISPATCHED:
        return ""
    steps = Step.objects.filter(ticket_id=ticket.pk, verb="sign").order_by("-id")
    signed = steps.values_list("actor", "actor_name").first()
    if signed is not None and signed[0] == by.user_id:
        return _("You have signed it already, on another device")
    is_ours = ticket.state == State.HANDLING and ticket.holder_id in scopes.of(by.user).unit_ids
    if signed is None or not is_ours:
        return ""
    return _("%(name)s of your team has signed it already") % {"name": signed[1]}


def _done(ticket: Ticket, words: str) -> Done:
    return Done(
        words=words,
        number=ticket.number,
        url=reverse("phone:ticket", args=[ticket.number]),
        version=ticket.version,
        ticket_id=ticket.pk,
    )


def _kind(name: str, verb: Verb, label: Text) -> Kind:
    deed: Callable[..., Done] = partial(perform, verb=verb)
    after: Callable[..., Done | None] = partial(meanwhile, verb=verb)
    return Kind(name=name, label=label, do=deed, meanwhile=after)


KINDS = tuple(_kind(name, TICKET_TABLE[verb], label) for name, verb, label in VERBS)
KIND_OF = {verb: name for name, verb, _label in VERBS}
"""Which kind of action a verb's form on the phone becomes."""
