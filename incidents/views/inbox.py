"""The inbox: what a person must do, in queues, sorted by what is due next. It refreshes itself."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Text
from governance.foundation.pages import is_partial
from grids import scope as scopes
from incidents.models import SavedFilter
from incidents.queries import PARTS, QUEUE_CAP, Inbox, Waiting, actionable_states, inbox
from incidents.rules import may_register
from incidents.states import State
from incidents.views.desk.views import default_url
from incidents.views.doors import topics_of
from incidents.views.faces import rows_of
from incidents.views.helping import as_helper

FEW, MANY = 50, 200

# What a state means to the person in whose inbox it lies.
QUEUE_WORDS: dict[str, Text] = {
    State.REGISTERED: pgettext_lazy("queue", "To accept"),
    State.VERIFYING: pgettext_lazy("queue", "To verify"),
    State.ACCEPTED: pgettext_lazy("queue", "To dispatch"),
    State.DISPATCHED: pgettext_lazy("queue", "To sign"),
    State.HANDLING: pgettext_lazy("queue", "In hand"),
    State.RETURNED: pgettext_lazy("queue", "Returns to decide"),
    State.SUSPENDED: pgettext_lazy("queue", "Suspended"),
    State.FEEDBACK: pgettext_lazy("queue", "To check"),
    State.FOLLOW_UP: pgettext_lazy("queue", "To follow up"),
    PARTS: pgettext_lazy("queue", "Co-handling"),
}


@dataclass(frozen=True, kw_only=True)
class QueueFace:
    """One entry of the queues on the left."""

    state: str
    label: str
    count: int
    lamp: str

    @property
    def words(self) -> str:
        """The number; beyond the bound of the count only that there are more."""
        return f"{QUEUE_CAP}+" if self.count >= QUEUE_CAP else str(self.count)


@require_safe
@desk_page
def inbox_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?queue=<state>` shows one queue, `?all=1` more rows; htmx gets the part that refreshes."""
    if address := default_url(request, actor, SavedFilter.Page.INBOX):
        return redirect(address)
    at = now()
    size = MANY if request.GET.get("all") == "1" else FEW
    found = inbox(actor, at=at, queue=request.GET.get("queue", ""), size=size)
    request.waiting = Waiting(found.total, found.late)  # type: ignore[attr-defined]  # for the navigation
    context = {
        "inbox": found,
        "rows": as_helper(rows_of(found.rows, at), found.unit_ids, at),
        "queues": queue_faces(found, actor),
        "topics": topics_of(actor),
        "everything_lamp": "red" if found.late else "",
        "may_register": may_register(actor),
        "may_show_more": found.has_more and size == FEW,
    }
    template = "incidents/_inbox.html" if is_partial(request) else "incidents/inbox.html"
    return render(request, template, context)


def queue_faces(found: Inbox, actor: Actor) -> list[QueueFace]:
    """Every queue that this person can have, empty ones too, in the order of a ticket's life."""
    waiting = {queue.state: queue for queue in found.queues}
    wanted = actionable_states(scopes.of(actor.user).roles) | set(waiting)
    faces = []
    for state in (*State.values, PARTS):
        if state not in wanted:
            continue
        queue = waiting.get(state)
        lamp = ""
        if queue is not None:
            lamp = "red" if queue.late else "amber" if queue.warned else "green"
        faces.append(
            QueueFace(
                state=state,
                label=str(QUEUE_WORDS[state]),
                count=queue.count if queue else 0,
                lamp=lamp,
            )
        )
    return faces
