"""The ticket's page: its story, clocks, place and people, and the verbs this person may do now."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Unprocessable
from governance.foundation.naming import label_of
from governance.foundation.pages import is_partial
from governance.foundation.prepared import fetch_models
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from grids.territory import current as territory
from grids.views.ground import Ground, ground_of
from incidents import disclosure, sides
from incidents.again import again
from incidents.forms import FORM_KEY, PHONE_KEY
from incidents.models import Requester, Supplement, Ticket
from incidents.opening import visible_ticket
from incidents.queries import actionable_states
from incidents.routing import Proposal, propose
from incidents.rules import permitted, timely
from incidents.states import FINAL, OPEN, RequestKind
from incidents.views.case import Case, people_of, reporter_words
from incidents.views.faces import tone_of, unit_name
from incidents.views.notes import limit_words
from incidents.views.parts import parts_of

MAX_REASON, MAX_MERGED = 200, 50


@dataclass(frozen=True, kw_only=True)
class Button:
    """One verb of the bottom bar."""

    verb: Verb
    is_primary: bool


@dataclass(frozen=True, kw_only=True)
class ChildRow:
    """A child ticket in the list of its main ticket."""

    ticket: Ticket
    lamp: str
    tone: str
    unit: str


@require_safe
@desk_page
def ticket_page(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The whole page; htmx gets the part that refreshes when the ticket changes."""
    at = now()
    ticket = visible_ticket(actor, number)
    case = Case.read(ticket, at)
    verbs = timely(permitted(ticket, actor, hands=case.hands, at=at), ticket, case.steps)
    beside = sides.buttons_of(ticket, actor, at)
    context = {
        "ticket": ticket,
        "case": case,
        "has_inbox": bool(actionable_states(scopes.of(actor.user).roles)),
        "sender_number": sender_number(ticket),
        "lamp": "" if ticket.state in FINAL else ticket.lamp(at),
        "tone": tone_of(ticket.state),
        "buttons": buttons_of(verbs, case),
        "limit_words": limit_words(ticket, actor, case.hands, at),
        "chain": [label_of(place) for place in territory().chain(ticket.region_path)],
        "holder": unit_name(ticket.holder_id) if ticket.state in OPEN else "",
        "lead": unit_name(ticket.lead_unit_id),
        "reporter": reporter_words(ticket),
        "requesters": fetch_models(Requester, "WHERE ticket_id = %s ORDER BY id", [ticket.pk]),
        "may_reveal": may_reveal(ticket, actor),
        "supplements": fetch_models(Supplement, "WHERE ticket_id = %s ORDER BY id", [ticket.pk]),
        "people": people_of(ticket, local(at).date()),
        "ground": ground(ticket),
        "similar_url": reverse("incidents:similar", args=[ticket.number]) if is_taken_in(verbs) else "",
        "proposal": proposal_of(ticket, verbs),
        "main": main_of(ticket),
        "parts": parts_of(ticket, case, actor, at),
        "parent": ticket.parent.number if ticket.parent is not None else "",
        "children": children_of(ticket, actor) if ticket.child_count else [],
        "again": again(ticket, actor) if ticket.state in OPEN else None,
        "merged": merged_of(ticket, actor) if ticket.merged_count else [],
        "asked": [str(RequestKind(kind).label) for kind in ticket.asked],
        "panels": list(sides.panels_of(ticket, actor, at)),
        "beside": [button for button in beside if button.stands_out],
        "others": [button for button in beside if not button.stands_out],
    }
    template = "incidents/_ticket.html" if is_partial(request) else "incidents/ticket.html"
    return render(request, template, context)


# What moves a ticket on, in the order of its life; the first one that is possible is the primary button.
FORWARD = (
    "verify",
    "grant_return",
    "extend",
    "suspend",
    "resume",
    "accept",
    "dispatch",
    "sign",
    "feedback",
    "check",
    "follow_up",
    "close",
)


def buttons_of(verbs: list[Verb], case: Case) -> list[Button]:
    """The verbs in table order, grave ones last; what moves the ticket on now is primary."""
    done = {"check"} if case.ticket.checked_at else set()
    if case.has_answer:
        done.add("follow_up")
    possible = {verb.name for verb in verbs} - done
    first = next((name for name in FORWARD if name in possible), "")
    ordered = sorted(verbs, key=lambda verb: (verb.dangerous, verb.aside, verb.name != first))
    return [Button(verb=verb, is_primary=verb.name == first) for verb in ordered]


def is_taken_in(verbs: list[Verb]) -> bool:
    """Whether this person may accept or merge it now: then similar tickets stand beside it."""
    return any(verb.name in {"accept", "merge"} for verb in verbs)


def main_of(ticket: Ticket) -> str:
    """The number of the ticket that it was merged into."""
    return ticket.merged_into.number if ticket.merged_into is not None else ""


def children_of(ticket: Ticket, actor: Actor) -> list[ChildRow]:
    """The tickets that were split off, as far as this person may see them."""
    names = ("number", "title", "state", "lead_unit_id", "holder_id", "next_due_at", "next_warn_at")
    rows = Ticket.objects.visible_to(actor).filter(parent=ticket).only(*names).order_by("id")
    at = now()
    return [
        ChildRow(
            ticket=row,
            lamp="" if row.state in FINAL else row.lamp(at),
            tone=tone_of(row.state),
            unit=unit_name(row.lead_unit_id or row.holder_id),
        )
        for row in rows[:MAX_MERGED]
    ]


def merged_of(ticket: Ticket, actor: Actor) -> list[str]:
    """The numbers of the reports that were merged into it, as far as this person may see them."""
    rows = Ticket.objects.visible_to(actor).filter(merged_into=ticket)
    return list(rows.order_by("id").values_list("number", flat=True)[:MAX_MERGED])


def proposal_of(ticket: Ticket, verbs: list[Verb]) -> Proposal | None:
    """The routing proposal, for those who may dispatch now."""
    return propose(ticket, at=now()) if any(verb.name == "dispatch" for verb in verbs) else None


@require_POST
@desk_page
def reveal(request: HttpRequest, actor: Actor, number: str, requester_id: int) -> HttpResponse:
    """Show a citizen's name and phone in full, once, for a reason that goes into the journal."""
    ticket = visible_ticket(actor, number)
    context = {"name": f"requester-{requester_id}", "url": request.path}
    try:
        reason = request.POST.get("reason", "")[:MAX_REASON]
        person = disclosure.reveal(ticket, requester_id, by=actor, at=now(), reason=reason)
    except Unprocessable as problem:
        person = ticket.requesters.get(pk=requester_id)
        context |= {"value": person.masked_words, "error": problem_words(problem)}
        return render(request, "parts/_masked.html", context, status=422)
    context["shown"] = " ".join(part for part in (person.name, person.phone) if part)
    return render(request, "parts/_masked.html", context)


def may_reveal(ticket: Ticket, actor: Actor) -> bool:
    """Whether the button is shown."""
    try:
        disclosure.revealing_role(ticket, actor)
    except Forbidden:
        return False
    return True


def sender_number(ticket: Ticket) -> str:
    """The sender's own number; empty for the key of a form of our own."""
    number = ticket.external_no or ""
    return "" if number.startswith((FORM_KEY, PHONE_KEY)) else number


def ground(ticket: Ticket) -> Ground | None:
    """The ground around the place; None where the ticket is placed in the whole city without a point."""
    place = territory().by_path.get(ticket.region_path)
    if place is None or place.level in {"city", "district"}:
        return None
    return ground_of(place.path)
