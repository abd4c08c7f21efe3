"""Messages as pages: all with filters, one with its attempts, and dead letters with what sends them again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_default_timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, NotFound
from grids.views.pagers import page_of
from webhooks import replaying
from webhooks.forms import SureForm
from webhooks.models import Delivery, Endpoint
from webhooks.querysets import DeliveryQuerySet
from webhooks.rules import must_keep, must_read
from webhooks.states import MESSAGE_TABLE, MessageState
from webhooks.views.dialogs import Dialog, posted
from webhooks.wording import TONES, kind_words, outcome_words

SIZE = 50
FILTERS = ("endpoint", "state", "q", "since", "until")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message as the pages show it."""

    row: Delivery
    kind: str
    state: str
    tone: str
    outcome: str


def lines_of(rows: Iterable[Delivery]) -> list[Line]:
    """The messages in words."""
    return [
        Line(
            row=row,
            kind=str(kind_words(row.kind)),
            state=str(MessageState(row.state).label),
            tone=TONES[row.state],
            outcome=outcome_words(row.last_status, row.last_error),
        )
        for row in rows
    ]


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?endpoint=`, `?state=`, `?q=` (ticket or id of a message), `?since=`, `?until=`."""
    must_read(actor)
    rows = wanted(Delivery.objects.visible_to(actor), request.GET)
    return render(request, "webhooks/messages.html", _listed(request, actor, rows, "messages"))


@require_safe
@desk_page
def dead_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was given up; chosen ones, or all of an endpoint, are sent again from here."""
    may_write = must_read(actor)
    rows = wanted(Delivery.objects.visible_to(actor).filter(state=MessageState.DEAD), request.GET)
    context = _listed(request, actor, rows, "dead") | {"may_write": may_write}
    return render(request, "webhooks/dead.html", context)


def _listed(request: HttpRequest, actor: Actor, rows: DeliveryQuerySet, tab: str) -> dict[str, Any]:
    shown = rows.select_related("endpoint__client").defer(
        "tries", "endpoint__secret", "endpoint__previous_secret"
    )
    page = page_of(shown, "made_at", request.GET.get("cursor", ""), SIZE)
    endpoints = Endpoint.objects.visible_to(actor).living().order_by("name", "pk")
    return {
        "tab": tab,
        "page": page,
        "lines": lines_of(page.rows),
        "endpoints": list(endpoints.values_list("pk", "name")),
        "states": MessageState.choices,
        "is_filtered": any(request.GET.get(name) for name in FILTERS),
    }


def wanted(rows: DeliveryQuerySet, query: QueryDict) -> DeliveryQuerySet:
    """The filters; words that cannot be read restrict nothing."""
    endpoint = query.get("endpoint", "")
    if endpoint.isascii() and endpoint.isdigit() and len(endpoint) < 19:
        rows = rows.filter(endpoint_id=int(endpoint))
    if query.get("state") in MessageState.values:
        rows = rows.filter(state=query["state"])
    if word := query.get("q", "").replace("\x00", "").strip()[:80]:
        rows = rows.about(word)
    since, until = _day(query.get("since", "")), _day(query.get("until", ""))
    if since is not None:
        rows = rows.filter(made_at__gte=since)
    return rows.filter(made_at__lt=until + timedelta(days=1)) if until is not None else rows


def _day(text: str) -> datetime | None:
    """The beginning of a day in the city's own time."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not 1900 < day.year < 2200:
        return None
    return datetime.combine(day, time(), get_default_timezone()).astimezone(UTC)


@require_safe
@desk_page
def message_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One message with its latest attempts. What it says is not shown: that is for its receiver."""
    may_write = must_read(actor)
    row = seen(actor, pk)
    tries = [
        {
            "at": parse_datetime(str(one["at"])),
            "outcome": outcome_words(one["status"], one["error"]),
            "ms": one["ms"],
        }
        for one in reversed(row.tries)
    ]
    context = {
        "line": lines_of([row])[0],
        "tries": tries,
        "may_replay": may_write and row.state in MESSAGE_TABLE["replay"].sources,
        "tab": "messages",
    }
    return render(request, "webhooks/message.html", context)


def seen(actor: Actor, pk: int) -> Delivery:
    """The message, if the reader may see it. Raises NotFound."""
    rows = Delivery.objects.visible_to(actor).select_related("endpoint__client")
    found: Delivery | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def replay_one(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Send one dead letter again."""
    must_keep(actor)
    row = seen(actor, pk)
    return Dialog(
        request=request,
        title=pgettext("webhooks", "Send %(name)s again") % {"name": row.name},
        verb=pgettext("webhook verb", "Send again"),
        back=reverse("webhooks:message", args=[pk]),
        form=SureForm(posted(request)),
        deed=lambda: sent_words(replaying.replay([pk], by=actor, at=now())),
        note=pgettext("webhooks", "It keeps its id, so that the receiver knows whether it has it already."),
    ).serve()


@require_POST
@desk_page
def replay_chosen(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send the ticked dead letters again."""
    must_keep(actor)
    ids = [int(text) for text in request.POST.getlist("message") if text.isascii() and text.isdigit()]
    try:
        said.success(
            request, sent_words(replaying.replay([pk for pk in ids if pk < 2**63], by=actor, at=now()))
        )
    except Conflict as problem:
        said.error(request, str(problem.detail))
    return redirect("webhooks:dead")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def replay_every(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send all dead letters again: of one endpoint (`?endpoint=`), or of all."""
    must_keep(actor)
    text = request.GET.get("endpoint", "")
    endpoint_id = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    rows = Delivery.objects.visible_to(actor).filter(state=MessageState.DEAD)
    count = (rows if endpoint_id is None else rows.filter(endpoint_id=endpoint_id)).count()
    words = pgettext("webhooks", "Dead letters that are sent again: %(n)d")
    return Dialog(
        request=request,
        title=pgettext("webhooks", "Send all dead letters again"),
        verb=pgettext("webhook verb", "Send again"),
        back=reverse("webhooks:dead"),
        form=SureForm(posted(request)),
        deed=lambda: sent_words(replaying.replay_all(by=actor, at=now(), endpoint_id=endpoint_id)),
        note=words % {"n": count},
    ).serve()


def sent_words(count: int) -> str:
    """What was done."""
    words = pgettext("webhooks", "Messages that will be sent again: %(n)d")
    return words % {"n": count}
