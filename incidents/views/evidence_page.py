"""One file of evidence: the picture with its facts, black boxes drawn on it, and what came in for a reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid, Problem, Unprocessable
from governance.foundation.given_files import POLICY
from governance.foundation.templatetags.frame import short_time
from grids.coordinates import metres_between
from incidents.evidence import masking
from incidents.evidence.giving import readable, withheld
from incidents.models import Attachment
from incidents.views.case import photo_of
from incidents.views.phone import answer, phone_page

EMPTY_ROWS = 2


@dataclass(frozen=True)
class Room:
    """Where the page stands: the names of its addresses, and how it is shown."""

    page: str
    mask: str
    original: str
    ticket: str
    template: str
    show: Callable[..., HttpResponse]


def _desk(
    request: HttpRequest, _actor: Actor, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, template, context, status=status)


DESK = Room(
    "incidents:evidence",
    "incidents:evidence-mask",
    "incidents:evidence-original",
    "incidents:ticket",
    "incidents/evidence.html",
    _desk,
)
PHONE = Room(
    "phone:evidence",
    "phone:evidence-mask",
    "phone:evidence-original",
    "phone:ticket",
    "phone/evidence.html",
    answer,
)


@dataclass
class Shown:
    """The page on its way through a request; `typed` boxes, where a form comes back."""

    request: HttpRequest
    actor: Actor
    row: Attachment
    room: Room
    problem: Problem | None = None
    typed: Sequence[Sequence[Any]] | None = None
    reason: str = ""

    def answer(self) -> HttpResponse:
        row, room = self.row, self.room
        why = withheld(row, self.actor)
        ticket = row.ticket
        context = {
            "file": row,
            "photo": photo_of(row),
            "withheld": why,
            "facts": facts_of(row),
            "boxes": row.boxes if self.typed is None else self.typed,
            "spare": range(EMPTY_ROWS),
            "versions": list(row.versions.select_related("by").order_by("-number")),
            "may_handle": why is None and masking.may_handle(row, self.actor),
            "problem": self.problem,
            "errors": problem_fields(self.problem),
            "reason": self.reason,
            "mask_url": reverse(room.mask, args=[row.pk]),
            "original_url": reverse(room.original, args=[row.pk]),
            "ticket_url": reverse(room.ticket, args=[ticket.number]) if ticket is not None else "",
        }
        status = self.problem.status if self.problem is not None else 200
        return room.show(self.request, self.actor, room.template, context, status=status)


def problem_fields(problem: Problem | None) -> dict[str, str]:
    """The words of each field that is wrong."""
    if not isinstance(problem, Invalid):
        return {}
    return {name: " ".join(str(text) for text in texts) for name, texts in problem.fields.items()}


def facts_of(row: Attachment) -> list[tuple[str, str]]:
    """What is known of a file, in words."""
    found = [(_("File name"), row.name), (_("Kind"), str(Attachment.Kind(row.kind).label))]
    if row.origin != Attachment.Origin.UPLOAD:
        found.append((_("Taken with"), str(Attachment.Origin(row.origin).label)))
    if row.taken_at is not None:
        found.append((_("Taken at"), short_time(row.taken_at)))
    if row.lon is not None and row.lat is not None:
        found.append((_("Taken where"), f"{row.lon:.6f}, {row.lat:.6f}{_far(row)}"))
    found.append((pgettext("file", "Received"), short_time(row.received_at)))
    sender = (
        row.uploader.name if row.uploader is not None else row.client.name if row.client is not None else ""
    )
    if sender:
        found.append((pgettext("file", "Sent by"), sender))
    size = filesizeformat(row.size)
    if row.width and row.height:
        size = f"{row.width} × {row.height} · {size}"
    found += [
        (_("Size"), size),
        ("SHA-256", row.sha256),
        (_("Virus scan"), str(Attachment.Scan(row.scan).label)),
    ]
    return found


def _far(row: Attachment) -> str:
    """How far from the ticket's place the picture was taken."""
    ticket = row.ticket
    if ticket is None or ticket.lon is None or ticket.lat is None or row.lon is None or row.lat is None:
        return ""
    metres = metres_between(row.lon, row.lat, ticket.lon, ticket.lat)
    return " · " + _("%(n)s m from the place of the ticket") % {"n": round(metres)}


def show_page(request: HttpRequest, actor: Actor, attachment_id: UUID, room: Room) -> HttpResponse:
    """The same for desk and phone."""
    return Shown(request, actor, readable(attachment_id, actor), room).answer()


def draw(request: HttpRequest, actor: Actor, attachment_id: UUID, room: Room) -> HttpResponse:
    """Replace the copy by one with the boxes that were sent."""
    row = readable(attachment_id, actor)
    typed, reason = typed_boxes(request), request.POST.get("reason", "")
    version = request.POST.get("version", "")
    try:
        masking.mask(
            attachment_id,
            typed,
            by=actor,
            at=now(),
            version=int(version) if version.isascii() and version.isdigit() else 0,
            reason=reason,
        )
    except (Unprocessable, Conflict) as problem:
        return Shown(request, actor, row, room, problem, typed, reason).answer()
    return redirect(room.page, attachment_id)


def typed_boxes(request: HttpRequest) -> list[list[str]]:
    """The boxes of the form, in whatever way they were put in; rows that were left empty count for nothing."""
    columns = [request.POST.getlist(f"box_{name}") for name in ("left", "top", "width", "height")]
    rows = [list(row) for row in zip(*columns, strict=False)]
    return [row for row in rows if any(part.strip() for part in row)]


def original(request: HttpRequest, actor: Actor, attachment_id: UUID, room: Room) -> HttpResponseBase:
    """What came in, for a reason; `version` asks for the copy of an earlier version instead."""
    number, reason = request.POST.get("number", ""), request.POST.get("reason", "")
    try:
        row, content = masking.open_original(
            attachment_id,
            by=actor,
            at=now(),
            reason=reason,
            number=int(number) if number.isascii() and number.isdigit() else None,
        )
    except (Unprocessable, Conflict) as problem:
        row = readable(attachment_id, actor)
        said = {f"original_{name}": texts for name, texts in getattr(problem, "fields", {}).items()}
        shown = Unprocessable(fields=said) if said else problem
        return Shown(request, actor, row, room, shown).answer()
    return HttpResponse(
        content,
        content_type=row.media_type,
        headers={
            "Content-Security-Policy": POLICY,
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponse:
    """The file's page on the desk."""
    return show_page(request, actor, attachment_id, DESK)


@require_POST
@desk_page
def mask(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponse:
    """Black boxes from the desk."""
    return draw(request, actor, attachment_id, DESK)


@require_POST
@desk_page
def open_original(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponseBase:
    """What came in, on the desk."""
    return original(request, actor, attachment_id, DESK)


@require_safe
@phone_page
def phone(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponse:
    """The file's page on the phone."""
    return show_page(request, actor, attachment_id, PHONE)


@require_POST
@phone_page
def phone_mask(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponse:
    """Black boxes from the phone."""
    return draw(request, actor, attachment_id, PHONE)


@require_POST
@phone_page
def phone_original(request: HttpRequest, actor: Actor, attachment_id: UUID) -> HttpResponseBase:
    """What came in, on the phone."""
    return original(request, actor, attachment_id, PHONE)
