"""The parts of co-handlers on a ticket's page: who has signed and answered, and the dialogs of their verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, IllegalTransition, NotFound
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from incidents import transitions
from incidents.forms import VerbForm
from incidents.ledger import ledger
from incidents.models import Assignment, Deadline, Ticket
from incidents.opening import visible_ticket
from incidents.rules import part_role_for, permitted_on_part
from incidents.states import OPEN_PARTS, PART_TABLE, PartState, ResultKind
from incidents.states.parts import WHILE
from incidents.transitions.partaking import name_of
from incidents.views.case import Case, Photo, last_change, photo_of
from incidents.views.faces import NO_CLOCK, ClockFace, clock_face
from incidents.views.helping import TONES
from incidents.views.verbs import Dialog, Room, perform

DESK_PARTS = Room("incidents:part-verb", "incidents:ticket", "incidents:inbox", "incidents/verb.html")
PHONE_PARTS = Room("phone:part", "phone:ticket", "phone:tasks", "phone/verb.html")


@dataclass(frozen=True, kw_only=True)
class PartButton:
    """One verb of a part."""

    label: str
    url: str
    is_grave: bool


@dataclass(frozen=True, kw_only=True)
class PartRow:
    """One co-handler in the table of the page."""

    unit: str
    is_mine: bool
    state: str
    label: str
    tone: str
    asked_at: datetime
    signed_at: datetime | None
    is_auto_signed: bool
    clock: ClockFace
    was_late: bool
    result: str
    answer: str
    answered_at: datetime | None
    photos: Sequence[Photo]
    buttons: Sequence[PartButton]


@dataclass(frozen=True, kw_only=True)
class PartsPane:
    """The table, and what may be begun beside it."""

    rows: Sequence[PartRow]
    buttons: Sequence[PartButton]
    open: int


def parts_of(ticket: Ticket, case: Case, actor: Actor, at: datetime) -> PartsPane | None:
    """The pane of the co-handlers; None where nobody helps and this person may not ask anybody.

    Every part has clocks, so that a ticket without any costs no statement. Buttons lead to the dialogs of the phone for
    whoever acts by phone.
    """
    room = PHONE_PARTS if actor.client == "phone" else DESK_PARTS
    adding = [_button(verb, ticket, None) for verb in permitted_on_part(ticket, None, actor)]
    clocks: dict[int, list[Deadline]] = {}
    for row in case.deadlines:
        if row.assignment_id is not None:
            clocks.setdefault(row.assignment_id, []).append(row)
    parts = ledger().parts(ticket) if clocks else []
    if not (parts or adding):
        return None
    own = scopes.of(actor.user).unit_ids
    rows = [_row(part, ticket, case, clocks.get(part.pk, []), actor, at, room, own) for part in parts]
    return PartsPane(rows=rows, buttons=adding, open=sum(part.state in OPEN_PARTS for part in parts))


def _row(
    part: Assignment,
    ticket: Ticket,
    case: Case,
    clocks: Sequence[Deadline],
    actor: Actor,
    at: datetime,
    room: Room,
    own: frozenset[int],
) -> PartRow:
    running = min((row for row in clocks if row.stopped_at is None), key=lambda row: row.due_at, default=None)
    steps = {
        step.pk for step in case.steps if step.verb == "answer_part" and step.data.get("part") == part.pk
    }
    state = PartState(part.state)
    return PartRow(
        unit=name_of(part),
        is_mine=part.unit_id in own,
        state=state.value,
        label=str(state.label),
        tone=TONES[state],
        asked_at=part.at,
        signed_at=part.signed_at,
        is_auto_signed=part.is_auto_signed,
        clock=clock_face(running, at) if running is not None else NO_CLOCK,
        was_late=any(row.outcome == Deadline.Outcome.LATE for row in clocks),
        result=str(ResultKind(part.result_kind).label) if part.result_kind else "",
        answer=part.answer,
        answered_at=part.answered_at,
        photos=[photo_of(row) for row in case.attachments if row.step_id in steps and row.is_image],
        buttons=[_button(verb, ticket, part, room) for verb in permitted_on_part(ticket, part, actor)],
    )


def _button(verb: Verb, ticket: Ticket, part: Assignment | None, room: Room = DESK_PARTS) -> PartButton:
    url = url_of(verb.name, ticket.number, part, room)
    return PartButton(label=str(verb.label), url=url, is_grave=verb.dangerous)


def url_of(name: str, number: str, part: Assignment | None, room: Room = DESK_PARTS) -> str:
    """The dialog of a verb on a part, or of adding one."""
    if part is None:
        return reverse("incidents:part-add", args=[number])
    return reverse(room.verb, args=[number, part.pk, name])


@dataclass
class PartDialog(Dialog):
    """One verb of one part, on its way through a request."""

    part: Assignment | None = None

    @property
    def url(self) -> str:
        return url_of(self.verb.name, self.ticket.number, self.part, self.room)

    @property
    def title(self) -> str:
        unit = f" · {name_of(self.part)}" if self.part is not None else ""
        return f"{self.verb.label}{unit} · {self.ticket.number}"

    @property
    def note(self) -> str:
        """The rule of the table, and what the co-handler has written where it is decided about."""
        if self.part is not None and self.part.state == PartState.RETURNING and self.part.answer:
            return _("Reason: %(reason)s") % {"reason": self.part.answer}
        return str(self.verb.guard)

    def do(self, data: dict[str, Any]) -> None:
        part_id = self.part.pk if self.part is not None else None
        transitions.perform_part(self.verb.name, self.ticket.pk, part_id, by=self.actor, at=now(), data=data)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def add_dialog(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Ask one more unit."""
    return serve(request, actor, number, None, "add_part")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def part_dialog(request: HttpRequest, actor: Actor, number: str, part_id: int, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done to this part now. POST: do it."""
    return serve(request, actor, number, part_id, name)


def serve(
    request: HttpRequest,
    actor: Actor,
    number: str,
    part_id: int | None,
    name: str,
    room: Room = DESK_PARTS,
    *,
    is_ahead: bool = False,
) -> HttpResponse:
    """The same for every room. `is_ahead`: the empty form is given before the part has been signed."""
    verb = PART_TABLE.verbs.get(name)
    if verb is None or (part_id is None) != (not verb.sources):
        raise NotFound()
    ticket = visible_ticket(actor, number)
    part = next((row for row in ledger().parts(ticket) if row.pk == part_id), None)
    if part_id is not None and part is None:
        raise NotFound()
    if request.method == "POST":
        form = VerbForm(verb, request.POST, initial={})
        return perform(PartDialog(request, actor, ticket, verb, form, room=room, part=part))
    dialog = PartDialog(request, actor, ticket, verb, VerbForm(verb, initial={}), room=room, part=part)
    try:
        if ticket.state not in WHILE:
            raise IllegalTransition(verb=name, state=ticket.state, allowed=[])
        if part is not None:
            is_early = is_ahead and part.state == PartState.ASSIGNED
            PART_TABLE.check(name, PartState.WORKING if is_early else part.state)
    except Conflict as problem:
        problem.extra |= last_change(ticket)
        return dialog.answer(status=409, problem=problem)
    part_role_for(verb, ticket, part, actor)
    return dialog.answer()
