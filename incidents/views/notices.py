"""The bell's page: what a person's units were told, newest first. Opening it marks everything as read."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from grids import scope as scopes
from incidents.models import Notice, NoticeMark
from incidents.queries import notices
from incidents.views.case import ALARMS

SIZE = 100


@dataclass(frozen=True, kw_only=True)
class NoticeFace:
    """One notice of the list."""

    notice: Notice
    lamp: str
    words: str
    title: str
    number: str
    url: str
    is_new: bool


def face_of(row: Notice, seen: int) -> NoticeFace:
    """A notice from a step leads to its ticket; any other says itself where it leads."""
    ticket = row.ticket
    return NoticeFace(
        notice=row,
        lamp=ALARMS.get(row.kind, ""),
        words=row.step.label if row.step is not None else "",
        title=row.title or (ticket.title if ticket else ""),
        number=ticket.number if ticket else "",
        url=row.url or (reverse("incidents:ticket", args=[ticket.number]) if ticket else ""),
        is_new=row.pk > seen,
    )


@require_safe
@desk_page
def bell(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The bell of the top bar with its count of now."""
    return render(request, "parts/_bell.html")


@require_safe
@desk_page
def notices_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The newest notices; those that came since the last visit are marked as new."""
    assert actor.user_id is not None  # desk_page lets nobody else in
    rows = list(notices(scopes.of(actor.user), actor.user_id, size=SIZE))
    mark = NoticeMark.objects.filter(user_id=actor.user_id).first()
    seen = mark.seen_id if mark else 0
    if rows and rows[0].pk > seen and request.method == "GET":
        NoticeMark.objects.update_or_create(user_id=actor.user_id, defaults={"seen_id": rows[0].pk})
    return render(request, "incidents/notices.html", {"faces": [face_of(row, seen) for row in rows]})
