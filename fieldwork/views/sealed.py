"""For administrators: what phones of ended accounts have sent and lies sealed, and phones to be called back.

Whose it is, how much and of which kinds; never what it says.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fieldwork.devices import trusting
from fieldwork.devices.rules import must_settle
from fieldwork.models import SyncAction, TrustedDevice
from fieldwork.models.sync import Outcome
from fieldwork.sync import sealing
from fieldwork.sync.kinds import known
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import now
from governance.foundation.errors import Invalid

SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Line:
    """What lies sealed of one person."""

    person: User
    count: int
    kinds: list[tuple[str, int]]
    first_at: datetime
    last_at: datetime


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who has something sealed, oldest first; `?q=` finds the phones of a person by user name or name."""
    must_settle(actor)
    words = request.GET.get("q", "").strip()[:60]
    context = {"lines": lines(actor), "q": words, "devices": devices(actor, words, now()) if words else []}
    return render(request, "fieldwork/sealed.html", context)


def lines(actor: Actor) -> list[Line]:
    """One line for each person: two statements, however many actions there are."""
    rows = SyncAction.objects.visible_to(actor).sealed().order_by().values("user_id", "kind")
    found: dict[int, list[tuple[str, int, datetime, datetime]]] = {}
    for row in rows.annotate(n=Count("pk"), first=Min("received_at"), last=Max("received_at")):
        kind = known().get(row["kind"])
        label = str(kind.label) if kind else row["kind"]
        found.setdefault(row["user_id"], []).append((label, row["n"], row["first"], row["last"]))
    people = User.objects.select_related("unit").in_bulk(found)
    made = [
        Line(
            person=people[key],
            count=sum(n for _label, n, _first, _last in parts),
            kinds=[(label, n) for label, n, _first, _last in sorted(parts)],
            first_at=min(first for _label, _n, first, _last in parts),
            last_at=max(last for _label, _n, _first, last in parts),
        )
        for key, parts in found.items()
    ]
    return sorted(made, key=lambda line: line.first_at)


def devices(actor: Actor, words: str, at: datetime) -> list[tuple[TrustedDevice, bool]]:
    """Phones of people of that name, newest first, and whether each is trusted."""
    rows = TrustedDevice.objects.visible_to(actor).select_related("user")
    found = rows.filter(user__username=words) | rows.filter(user__name__startswith=words)
    return [(row, row.is_trusted(at)) for row in found.order_by("-trusted_at")[:SHOWN]]


@require_POST
@desk_page
def settle(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """`release` to somebody in service (`to`, a user name), or `drop`; both with a reason."""
    must_settle(actor)
    at, reason = now(), request.POST.get("reason", "")
    try:
        if request.POST.get("deed") == "drop":
            count = sealing.drop(person_id, by=actor, at=at, reason=reason)
            messages.success(request, _("Not used: %(n)d actions") % {"n": count})
        else:
            _release(request, actor, person_id, at, reason)
    except Invalid as problem:
        messages.error(request, problem_words(problem))
    return redirect("fieldwork:sealed")


def _release(request: HttpRequest, actor: Actor, person_id: int, at: datetime, reason: str) -> None:
    to = User.objects.filter(username=request.POST.get("to", "").strip()).first()
    if to is None:
        messages.error(request, _("Nobody has this user name"))
        return
    answers = sealing.release(person_id, to=to, by=actor, at=at, reason=reason)
    done = sum(answer.outcome == Outcome.SENT for answer in answers)
    messages.success(request, _("Released: %(n)d actions") % {"n": done})
    refused = [answer.words for answer in answers if answer.outcome != Outcome.SENT]
    if refused:
        told = {"n": len(refused), "words": refused[0]}
        messages.warning(request, _("%(n)d stay sealed; the first because: %(words)s") % told)


@require_POST
@desk_page
def call_back(request: HttpRequest, actor: Actor, device_id: UUID) -> HttpResponse:
    """Call a lost phone back, for a reason."""
    must_settle(actor)
    try:
        device = trusting.call_back(device_id, by=actor, at=now(), reason=request.POST.get("reason", ""))
    except Invalid as problem:
        messages.error(request, problem_words(problem))
    else:
        messages.success(request, _("Called back: %(phone)s") % {"phone": device.label})
    return redirect("fieldwork:sealed")
