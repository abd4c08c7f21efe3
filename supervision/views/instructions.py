"""Leaders' instructions: the list, one with its answer, writing one on a ticket or on a free subject."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from grids.views.pagers import page_of
from incidents.models import Ticket
from supervision.deeds.instructing import Instruction, instruct
from supervision.forms import InstructionForm
from supervision.models import LeaderInstruction
from supervision.names import InstructionState
from supervision.querysets import OVERSEERS
from supervision.rules import covers_as, may_instruct, permitted, role_for_instruction, role_over
from supervision.states import INSTRUCTION_TABLE
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import must_read, supervised_ticket, visible_instruction
from supervision.views.faces import TONES, entries, place_words

SIZE = 50
USUAL_DAYS = 7
FORWARD = ("answer", "conclude")


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=` (several) narrows."""
    must_read(actor)
    if not covers_as(actor, OVERSEERS):
        raise Forbidden(
            pgettext("supervision", "Instructions are read by leaders and oversight"), roles=sorted(OVERSEERS)
        )
    rows = LeaderInstruction.objects.visible_to(actor).select_related("leader", "ticket", "task__unit")
    states = [state for state in request.GET.getlist("state") if state in InstructionState.values]
    if states:
        rows = rows.filter(state__in=states)
    rows = rows.defer("ticket__search", "ticket__content")
    page = page_of(rows, "given_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "states": InstructionState.choices,
        "is_filtered": bool(states),
        "may_instruct": may_instruct(actor),
        "today": local(now()).date(),
    }
    return render(request, "supervision/instructions.html", context)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What was instructed, the supervision that carries it, the answer, the story."""
    row = visible_instruction(actor, number)
    verbs = permitted(INSTRUCTION_TABLE, role_for_instruction, row, actor)
    steps = row.steps.prefetch_related("proofs__attachment").order_by("-pk")
    seen = Ticket.objects.visible_to(actor).filter(pk=row.ticket_id or 0)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "task": row.task,
        "task_tone": TONES[row.task.state] if row.task else "",
        "entries": entries(steps, INSTRUCTION_TABLE),
        "buttons": [(verb, verb.name in FORWARD) for verb in verbs],
        "place": place_words(row.region_path),
        "ticket_number": seen.values_list("number", flat=True).first() or "",
    }
    return render(request, "supervision/instruction.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def on_ticket(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """An instruction on this ticket."""
    ticket = supervised_ticket(actor, number)
    role_over(INSTRUCTION_TABLE["instruct"], actor, path=ticket.region_path)
    return ask(
        request,
        actor,
        ticket,
        reverse("supervision:instruct", args=[number]),
        reverse("incidents:ticket", args=[number]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def free(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An instruction on a subject of its own."""
    if not may_instruct(actor):
        raise Forbidden(pgettext("supervision", "Leaders write instructions"), roles=[Role.LEADER])
    return ask(
        request, actor, None, reverse("supervision:instruct-free"), reverse("supervision:instructions")
    )


def ask(request: HttpRequest, actor: Actor, ticket: Ticket | None, url: str, back: str) -> HttpResponse:
    """The form of an instruction."""
    initial = {"due_on": local(now()).date() + timedelta(days=USUAL_DAYS)}

    def do(data: dict[str, Any]) -> tuple[str, str]:
        wanted = Instruction(
            text=data["text"], due_on=data["due_on"], subject=data.get("subject", ""), ticket=ticket
        )
        row = instruct(wanted, by=actor, at=now())
        said = pgettext("supervision", "Instruction %(number)s is with oversight") % {"number": row.number}
        return reverse("supervision:instruction", args=[row.number]), said

    title = pgettext("supervision", "Write an instruction")
    dialog = Dialog(
        title=f"{title} · {ticket.number}" if ticket is not None else title,
        url=url,
        back=back,
        verb=pgettext("supervision", "Instruct"),
        make=lambda data: InstructionForm(data, initial=initial, on_ticket=ticket is not None),
        deed=do,
        note=pgettext(
            "supervision", "Oversight sends it to the unit and supervises it; the answer comes back to you."
        ),
    )
    return serve(request, actor, dialog)
