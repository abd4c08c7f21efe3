"""One ticket in the dispatcher's desk: its text, caller, photos, the proposal and the verbs, without leaving."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.naming import label_of
from governance.foundation.pages import is_partial
from grids.territory import current as territory
from incidents import sides
from incidents.models import Requester, Supplement
from incidents.opening import visible_ticket
from incidents.rules import permitted, timely
from incidents.states import FINAL, OPEN
from incidents.views.case import Case
from incidents.views.faces import tone_of, unit_name
from incidents.views.ticket import buttons_of, may_reveal, proposal_of
from incidents.views.verbs import Room, serve

ROOM = Room("incidents:desk-verb", "incidents:desk-ticket", "incidents:desk", "incidents/verb.html")
KEYS = {"accept": "a", "dispatch": "d", "merge": "m"}


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The right pane; without scripts the desk with this ticket opened."""
    if not is_partial(request):
        return redirect(f"{reverse('incidents:desk')}?ticket={number}")
    at = now()
    ticket = visible_ticket(actor, number)
    case = Case.read(ticket, at)
    verbs = timely(permitted(ticket, actor, hands=case.hands, at=at), ticket, case.steps)
    context = {
        "ticket": ticket,
        "case": case,
        "lamp": "" if ticket.state in FINAL else ticket.lamp(at),
        "tone": tone_of(ticket.state),
        "buttons": [(button, KEYS.get(button.verb.name, "")) for button in buttons_of(verbs, case)],
        "chain": [label_of(place) for place in territory().chain(ticket.region_path)][1:],
        "holder": unit_name(ticket.holder_id) if ticket.state in OPEN else "",
        "requesters": list(Requester.objects.filter(ticket=ticket).order_by("id")),
        "may_reveal": may_reveal(ticket, actor),
        "supplements": list(Supplement.objects.filter(ticket=ticket).order_by("id")),
        "proposal": proposal_of(ticket, verbs),
        "beside": [button for button in sides.buttons_of(ticket, actor, at) if button.stands_out],
        "last": case.entries()[:3],
    }
    return render(request, "incidents/desk/_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb's dialog, as on the ticket's page; when it is done the desk stays and is told so."""
    answer = serve(request, actor, number, name, ROOM)
    if "HX-Redirect" not in answer.headers:
        return answer
    said = " ".join(str(message) for message in messages.get_messages(request))
    told = {
        "dialog-close": {},
        "desk-done": {"number": number, "verb": name},
        "toast": {"level": "success", "text": said},
    }
    # Nothing is swapped: a part that settles in the dialog would open it again.
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})


@require_safe
@desk_page
def keys(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the keyboard does, for the dialog of the page."""
    return render(request, "incidents/desk/_keys.html", {})
