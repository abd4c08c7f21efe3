"""One supervision task: what is demanded, its clocks, its story, and the verbs this person may do now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from incidents.models import Ticket
from incidents.views.faces import amount_words, unit_name
from supervision.models import SupervisionTask
from supervision.names import Kind
from supervision.rules import may_see_board, permitted, role_for_task
from supervision.states import TASK_TABLE
from supervision.views.doors import visible_task
from supervision.views.faces import KIND_TONES, TONES, entries, place_words, task_lamp

FORWARD = ("notify", "sign", "submit", "accept", "close", "recheck")


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What is demanded, the clocks, the story, and what this person may do now."""
    at = now()
    row = visible_task(actor, number)
    verbs = permitted(TASK_TABLE, role_for_task, row, actor, at)
    first = next((name for name in FORWARD if any(verb.name == name for verb in verbs)), "")
    steps = row.steps.prefetch_related("proofs__attachment").order_by("-pk")
    context = {
        "row": row,
        "tone": TONES[row.state],
        "kind_tone": KIND_TONES[Kind(row.kind)],
        "lamp": task_lamp(row, at),
        "place": place_words(row.region_path),
        "entries": entries(steps, TASK_TABLE),
        "clocks": [
            (clock, amount_words(clock.amount, clock.amount_unit), clock.stopped_at is None)
            for clock in row.clocks.order_by("pk")
        ],
        "buttons": [(verb, verb.name == first) for verb in sorted(verbs, key=lambda verb: verb.dangerous)],
        "ticket_number": ticket_number(row, actor),
        "instruction": row.instructions.visible_to(actor).order_by("-pk").first(),
        "followers": list(row.followers.all()),
        "unit": unit_name(row.unit_id),
        "sees_board": may_see_board(actor),
    }
    return render(request, "supervision/task.html", context)


def ticket_number(row: SupervisionTask, actor: Actor) -> str:
    """The number of the ticket that it is about, if this person may open it."""
    if row.ticket_id is None:
        return ""
    rows = Ticket.objects.visible_to(actor).filter(pk=row.ticket_id)
    return rows.values_list("number", flat=True).first() or ""
