"""One verb in a dialog: a short form made from its needs, performed through the transitions."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from governance.foundation.naming import label_of
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import Need, NeedKind, Verb
from grids.territory import Unit
from grids.territory import current as territory
from incidents import transitions
from incidents.catalogue import current as catalogue
from incidents.forms import VerbForm, initial_of
from incidents.ledger import ledger
from incidents.models import Attachment, Ticket, TicketRequest
from incidents.opening import visible_ticket
from incidents.routing import Proposal, propose
from incidents.rules import role_for
from incidents.states import OPEN_PARTS, TICKET_TABLE, RequestKind, State
from incidents.transitions.partaking import code_of, name_of
from incidents.views.case import last_change, photo_of
from incidents.views.notes import note_of

WIDE = {"dispatch"}


@dataclass(frozen=True)
class Room:
    """Where a verb is done: the names of its addresses and its page for browsers without scripts."""

    verb: str
    ticket: str
    home: str
    page: str


DESK = Room("incidents:verb", "incidents:ticket", "incidents:inbox", "incidents/verb.html")


@dataclass
class Dialog:
    """One verb of one ticket, on its way through a request."""

    request: HttpRequest
    actor: Actor
    ticket: Ticket
    verb: Verb
    form: VerbForm
    proposal: Proposal | None = None
    room: Room = DESK

    @property
    def url(self) -> str:
        return reverse(self.room.verb, args=[self.ticket.number, self.verb.name])

    @property
    def title(self) -> str:
        return f"{self.verb.label} · {self.ticket.number}"

    @property
    def note(self) -> str:
        """The sentence above the form."""
        return note_of(self.verb, self.ticket)

    def do(self, data: dict[str, Any]) -> None:
        """Perform the verb. Raises what it raises."""
        version = self.form.cleaned_data["version"]
        transitions.perform(
            self.verb.name, self.ticket.pk, by=self.actor, at=now(), version=version, data=data
        )

    def answer(self, *, status: int = 200, problem: Problem | None = None) -> HttpResponse:
        """The form, as the inside of the dialog or, without scripts, as a page."""
        context = {
            "ticket": self.ticket,
            "title": self.title,
            "url": self.url,
            "form": self.form,
            "verb": self.verb.label,
            "is_grave": self.verb.dangerous,
            "version": self.ticket.version,
            "note": self.note,
            "problem": problem,
            "fields": [face_of(self, need) for need in self.verb.needs if is_asked(need, self.ticket)],
            "proposal": self.proposal,
        }
        template = "incidents/_verb.html" if is_partial(self.request) else self.room.page
        return render(self.request, template, context, status=status)


@dataclass(frozen=True, kw_only=True)
class FieldFace:
    """How one need is asked for."""

    part: str
    bound: Any
    url: str = ""
    shown: str = ""
    have: Any = field(default_factory=list)
    options: list[Any] = field(default_factory=list)
    error: str = ""
    is_needed: bool = False
    kind: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb_dialog(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    return serve(request, actor, number, name, DESK)


def serve(
    request: HttpRequest, actor: Actor, number: str, name: str, room: Room, *, is_ahead: bool = False
) -> HttpResponse:
    """The same for every room. `is_ahead`: the empty form is given before the ticket has been signed."""
    verb = TICKET_TABLE.verbs.get(name)
    if verb is None or not verb.sources or not verb.available:
        raise NotFound()
    ticket = visible_ticket(actor, number)
    proposal = propose(ticket, at=now()) if name == "dispatch" else None
    initial = initial_of(verb, ticket) | proposed(proposal) | asked_before(verb, ticket)
    initial |= given(verb, request)
    if request.method == "POST":
        form = VerbForm(verb, request.POST, initial=initial)
        return perform(Dialog(request, actor, ticket, verb, form, proposal, room))
    dialog = Dialog(request, actor, ticket, verb, VerbForm(verb, initial=initial), proposal, room)
    try:
        is_early = is_ahead and ticket.state == State.DISPATCHED
        TICKET_TABLE.check(name, State.HANDLING if is_early else ticket.state)
    except Conflict as problem:
        problem.extra |= last_change(ticket)
        return dialog.answer(status=409, problem=problem)
    role_for(verb, ticket, actor, hands=ledger().hands(ticket.pk))
    return dialog.answer()


GIVEN = frozenset({NeedKind.NUMBER, NeedKind.CATEGORY, NeedKind.UNIT})


def given(verb: Verb, request: HttpRequest) -> dict[str, str]:
    """What the address fills in: the ticket to merge into, a category, a unit. The form says what is wrong with it."""
    if request.method == "POST":
        return {}
    wanted = {need.name for need in verb.needs if need.kind in GIVEN}
    return {name: value for name in wanted if (value := request.GET.get(name, "")[:20])}


def asked_before(verb: Verb, ticket: Ticket) -> dict[str, Any]:
    """What somebody of the unit has asked already, for the lead who consents."""
    if verb.name != "return" or RequestKind.RETURN not in ticket.asked:
        return {}
    row = TicketRequest.objects.filter(ticket=ticket, kind=RequestKind.RETURN, outcome="").first()
    if row is None:
        return {}
    return {
        "opinion": row.reason,
        "basis": row.terms.get("basis", ""),
        "suggested": row.terms.get("suggested_id"),
    }


def proposed(proposal: Proposal | None) -> dict[str, Any]:
    """The proposal as the form starts with it."""
    if proposal is None or proposal.lead is None:
        return {}
    return {"to": proposal.lead.id}


def perform(dialog: Dialog) -> HttpResponse:
    """Do what was posted: back to the ticket, or the form again with what is wrong."""
    form, ticket = dialog.form, dialog.ticket
    if not form.is_valid():
        return dialog.answer(status=422)
    try:
        dialog.do(form.data_of_verb() | blank_texts(form))
    except Invalid as problem:
        form.show(problem)
        return dialog.answer(status=422)
    except Conflict as problem:
        problem.extra |= last_change(ticket)
        return dialog.answer(status=409, problem=problem)
    except Forbidden as problem:
        return dialog.answer(status=403, problem=problem)
    return done(dialog)


def blank_texts(form: VerbForm) -> dict[str, str]:
    """Required words that only hold spaces reach the verb, which says what is missing."""
    return {
        need.name: ""
        for need in form.verb.needs
        if need.kind is NeedKind.TEXT and need.required and not form.cleaned_data.get(need.name)
    }


def done(dialog: Dialog) -> HttpResponse:
    """Back to the ticket, or to the inbox when it has left what this person may see."""
    number = dialog.ticket.number
    messages.success(
        dialog.request, _("%(verb)s: done, %(number)s") % {"verb": dialog.verb.label, "number": number}
    )
    is_seen = Ticket.objects.visible_to(dialog.actor).filter(number=number).exists()
    url = reverse(dialog.room.ticket, args=[number]) if is_seen else reverse(dialog.room.home)
    if is_partial(dialog.request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def face_of(dialog: Dialog, need: Need) -> FieldFace:
    """The part and its data for one need."""
    bound = dialog.form[need.name]
    value = bound.value()
    match need.kind:
        case NeedKind.CATEGORY:
            category = catalogue().by_code.get(str(value or ""))
            shown = category.label if category else ""
            return FieldFace(
                part="picker", bound=bound, url=reverse("incidents:pick-categories"), shown=shown
            )
        case NeedKind.UNIT:
            unit = known(value)
            shown = label_of(unit) if unit else ""
            return FieldFace(part="picker", bound=bound, url=units_url(dialog.ticket), shown=shown)
        case NeedKind.UNITS:
            return units_face(dialog, bound)
        case NeedKind.PHOTOS:
            errors = " ".join(str(text) for text in bound.errors)
            return FieldFace(
                part="photos",
                bound=bound,
                have=uploaded(dialog.actor, value),
                error=errors,
                is_needed=need.required or dialog.ticket.category.needs_after_photos,
                kind="before" if dialog.verb.name == "verify" else "after",
            )
        case NeedKind.POSITION:
            return FieldFace(part="position", bound=bound, have=bound.value() or {})
    return rarer_face(dialog, need, bound)


def rarer_face(dialog: Dialog, need: Need, bound: Any) -> FieldFace:
    """What few verbs ask for, and everything that is an ordinary field."""
    match need.kind:
        case NeedKind.PLACE:
            return FieldFace(part="picker", bound=bound, url=reverse("incidents:pick-places"))
        case NeedKind.NOTES:
            return FieldFace(
                part="notes", bound=bound, options=open_parts(dialog.ticket, bound.value() or {})
            )
        case NeedKind.PERSON:
            bound.field.widget.choices = people_of_unit(dialog.ticket.holder_id)
    return FieldFace(part="plain", bound=bound)


def open_parts(ticket: Ticket, said: dict[str, str]) -> list[tuple[str, str, str]]:
    """(code, name, what has been typed) of each co-handler that has not answered."""
    parts = [part for part in ledger().parts(ticket) if part.state in OPEN_PARTS]
    return [(code_of(part), name_of(part), said.get(code_of(part), "")) for part in parts]


def people_of_unit(unit_id: int) -> list[tuple[str, str]]:
    """(user name, name) of the unit's people, for choosing one."""
    rows = User.objects.filter(unit_id=unit_id, is_active=True).order_by("name", "pk")
    return [("", _("Choose a person")), *rows.values_list("username", "name")]


def is_asked(need: Need, ticket: Ticket) -> bool:
    """A reason for being quicker than one's children is asked of those that have any."""
    return need.name != "children_reason" or ticket.child_count > 0


def units_face(dialog: Dialog, bound: Any) -> FieldFace:
    """Suggested helpers as ticks, others through a picker."""
    chosen = [unit for unit in map(known, bound.value() or ()) if unit is not None]
    suggested = list(dialog.proposal.co_handlers) if dialog.proposal else []
    others = [unit for unit in chosen if unit.id not in {item.id for item in suggested}]
    ids = {unit.id for unit in chosen}
    options = [(unit.id, label_of(unit), unit.id in ids) for unit in (*suggested, *others)]
    return FieldFace(part="units", bound=bound, url=units_url(dialog.ticket), options=options)


def units_url(ticket: Ticket) -> str:
    """The unit picker, with the units of the ticket's place first."""
    return f"{reverse('incidents:pick-units')}?path={ticket.region_path}"


def known(unit_id: object) -> Unit | None:
    """The unit of that id, as posted."""
    text = str(unit_id or "")
    return territory().units.get(int(text)) if text.isdigit() else None


def uploaded(actor: Actor, ids: object) -> list[Any]:
    """Photos that this person has sent already and not yet used."""
    wanted = [item for item in (ids if isinstance(ids, list) else []) if item]
    if not wanted:
        return []
    try:
        rows = list(Attachment.objects.filter(pk__in=wanted, uploader_id=actor.user_id, ticket=None))
    except (ValueError, TypeError, ValidationError):
        return []
    return [photo_of(row) for row in rows]
