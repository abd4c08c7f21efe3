"""Messages to citizens, masked: the list of the centre, and sending one once more."""

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from followup.messages.sending import resend
from followup.models import Message, MessageKind, MessageState
from followup.querysets import MessageQuerySet
from followup.rules import CENTRE, KEEPERS, has, must
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict
from grids.views.pagers import page_of

SIZE = 50
TONES = {"queued": "wait", "sending": "work", "sent": "done", "failed": "stop", "cancelled": "stop"}


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=` and `?kind=` (several) and `?q=` (a ticket number) narrow."""
    must(CENTRE, actor)
    rows = wanted(Message.objects.visible_to(actor), request).select_related("ticket", "written_by")
    rows = rows.prefetch_related("resent").defer("ticket__search", "ticket__content")
    page = page_of(rows, "at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, TONES[row.state], may_resend(row)) for row in page.rows],
        "states": MessageState.choices,
        "kinds": MessageKind.choices,
        "is_filtered": any(key in request.GET for key in ("state", "kind", "q")),
        "may_write": has(KEEPERS, actor),
    }
    return render(request, "followup/messages.html", context)


def may_resend(row: Message) -> bool:
    """Sent or failed, and not sent again yet."""
    return row.state in {MessageState.SENT, MessageState.FAILED} and not row.resent.all()


def wanted(rows: MessageQuerySet, request: HttpRequest) -> MessageQuerySet:
    """The filters of the list."""
    states = [word for word in request.GET.getlist("state") if word in MessageState.values]
    kinds = [word for word in request.GET.getlist("kind") if word in MessageKind.values]
    if states:
        rows = rows.filter(state__in=states)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if number := request.GET.get("q", "").strip().upper()[:20]:
        rows = rows.filter(ticket__number__startswith=number)
    return rows


@require_POST
@desk_page
def send_again(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """Send one once more."""
    must(CENTRE, actor)
    try:
        resend(pk, by=actor, at=now())
    except Conflict as problem:
        toasts.error(request, str(problem.detail))
    else:
        toasts.success(request, _("It will be sent again in a moment"))
    return redirect("followup:messages")
