"""The notice centre: a person's notices with filters, marking as read, what the browser shows, who has read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, script_answer
from governance.foundation.clock import now
from governance.foundation.errors import NotFound
from grids import scope as scopes
from incidents.channels import quiet_end
from incidents.models import Notice, NoticeMark, Ticket, Topic
from incidents.models.notices import MANDATORY
from incidents.notice_kinds import ALARMS, kinds_with
from incidents.queries import notices as asked
from incidents.queries.members import members_of
from incidents.reading import Receipt, mark_of, read_all, read_of_ticket, read_one, reader_of, receipts
from incidents.views.faces import unit_name

SIZE, SENT, FRESH = 50, 50, 5
LAMPS = ("red", "amber")


@dataclass(frozen=True, kw_only=True)
class NoticeFace:
    """One notice of the list."""

    notice: Notice
    lamp: str
    words: str
    title: str
    number: str
    is_new: bool
    for_whom: str
    is_muted: bool = False


def face_of(row: Notice, *, is_new: bool, is_muted: bool = False) -> NoticeFace:
    """A notice from a step names its ticket; any other says itself what it is about."""
    ticket = row.ticket
    return NoticeFace(
        notice=row,
        lamp=ALARMS.get(row.kind, ""),
        words=row.step.label if row.step is not None else str(Topic(row.topic).label),
        title=row.title or (ticket.title if ticket else ""),
        number=ticket.number if ticket else "",
        is_new=is_new,
        for_whom=row.stands_in_for.name if row.stands_in_for is not None else "",
        is_muted=is_muted,
    )


def faces_of(page: asked.NoticePage, mark: NoticeMark) -> list[NoticeFace]:
    """The rows of a page: what is not read yet is new, except where its topic does not ring."""
    return [
        face_of(
            row,
            is_new=row.pk not in page.read_ids and row.topic not in mark.muted,
            is_muted=row.topic in mark.muted,
        )
        for row in page.rows
    ]


def place_of(row: Notice) -> str:
    """Where a notice leads."""
    return row.url or (reverse("incidents:ticket", args=[row.ticket.number]) if row.ticket else "")


@require_safe
@desk_page
def bell(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The bell of the top bar with its count of now."""
    return render(request, "parts/_bell.html")


@require_safe
@desk_page
def notices_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The notices of a person, newest first; looking at the list reads nothing yet."""
    mark = mark_of(actor)
    reader = reader_of(actor, mark)
    wanted = wanted_of(request.GET)
    after, before = cursor_of(request.GET.get("cursor", ""))
    page = asked.notice_page(reader, wanted, size=SIZE, after=after, before=before)
    faces = faces_of(page, mark)
    context = {
        "faces": faces,
        "next": f"a{page.next_key}" if page.next_key else None,
        "previous": f"b{page.previous_key}" if page.previous_key else None,
        "topics": Topic.choices,
        "lamps": LAMPS,
        "units": [(unit_id, unit_name(unit_id)) for unit_id in reader.units],
        "is_filtered": any(request.GET.get(name) for name in ("unread", "topic", "kind", "unit", "lamp")),
        "has_unread": any(face.is_new for face in faces),
        "muted": [str(Topic(topic).label) for topic in mark.muted],
        "query": request.GET.urlencode(),
    }
    return render(request, "incidents/notices.html", context)


def wanted_of(query: Any) -> asked.NoticeFilter:
    """The filters of the list; what is not known is not asked for."""
    lamp, unit = query.get("lamp", ""), query.get("unit", "")
    kinds = [kind for kind in query.getlist("kind") if kind.replace("_", "").isalnum()][:20]
    if lamp in LAMPS:
        kinds = [kind for kind in kinds_with(lamp) if not kinds or kind in kinds] or ["-"]
    return asked.NoticeFilter(
        is_unread=query.get("unread") == "1",
        topics=[topic for topic in query.getlist("topic") if topic in Topic.values],
        kinds=kinds,
        unit_id=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 18 else None,
    )


def cursor_of(text: str) -> tuple[int | None, int | None]:
    """(after, before): `a<key>` goes on to older notices, `b<key>` back to newer ones."""
    way, key = text[:1], text[1:]
    if way not in {"a", "b"} or not (key.isascii() and key.isdigit()) or len(key) > 18:
        return None, None
    return (int(key), None) if way == "a" else (None, int(key))


@require_GET
@desk_page
def open_notice(request: HttpRequest, actor: Actor, notice_id: int) -> HttpResponse:
    """Read one notice by going where it leads."""
    notice = read_one(notice_id, by=actor, at=now())
    return redirect(place_of(notice) or reverse("incidents:notices"))


@require_POST
@desk_page
def mark_read(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One notice (`id`), what the filters show (`filtered`), or everything is read; back to the list."""
    at, key = now(), request.POST.get("id", "")
    if key.isascii() and key.isdigit() and len(key) < 18:
        read_one(int(key), by=actor, at=at)
    elif request.POST.get("filtered"):
        read_all(by=actor, at=at, wanted=wanted_of(request.POST))
    else:
        read_all(by=actor, at=at)
    back = request.POST.get("back", "")
    is_ours = back.startswith("/notices/") and url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if is_ours else reverse("incidents:notices"))


@require_POST
@script_answer
def seen_ticket(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """A ticket's page has been looked at: what was told of it is read."""
    ticket = Ticket.objects.visible_to(actor).filter(number=number).values_list("pk", flat=True).first()
    if ticket is None:
        raise NotFound()
    return JsonResponse({"read": read_of_ticket(ticket, by=actor, at=now())})


@require_safe
@script_answer
def fresh(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the browser shows by itself: newer than `after`, of the topics that the person chose, not in quiet hours."""
    mark = mark_of(actor)
    reader = reader_of(actor, mark)
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
    found: list[Mapping[str, Any]] = []
    if after is not None and mark.browser:
        wanted = asked.NoticeFilter(is_unread=True, topics=mark.browser)
        page = asked.notice_page(reader, wanted, size=FRESH, before=after)
        found = [spoken(row) for row in page.rows if row.topic in MANDATORY or not is_quiet(mark)]
    return JsonResponse({"last": asked.newest_id(reader), "notices": found})


def is_quiet(mark: NoticeMark) -> bool:
    """Whether the person does not want to be disturbed now."""
    if mark.quiet_from is None or mark.quiet_until is None:
        return False
    at = now()
    return quiet_end(mark.quiet_from, mark.quiet_until, at) != at


def spoken(row: Notice) -> Mapping[str, Any]:
    """A notice as the browser shows it: no citizen's name, no phone."""
    face = face_of(row, is_new=True)
    return {
        "id": row.pk,
        "title": " ".join(part for part in (face.words, face.number) if part),
        "body": face.title,
        "url": reverse("incidents:notice", args=[row.pk]),
    }


@require_safe
@desk_page
def sent_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the person's units have told others that matters: how many of those whom it is for have read it."""
    units = sorted(scopes.of(actor.user).unit_ids)
    rows = Notice.objects.filter(sender_id__in=units, is_important=True, stands_in_for=None)
    after, _newer = cursor_of(request.GET.get("cursor", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    rows = rows.select_related("ticket", "step", "unit", "user").defer("ticket__search", "ticket__content")
    found = list(rows.order_by("-id")[: SENT + 1])
    has_more, found = len(found) > SENT, found[:SENT]
    visible = set(
        Ticket.objects.visible_to(actor)
        .filter(pk__in={row.ticket_id for row in found if row.ticket_id})
        .values_list("pk", flat=True)
    )
    shown = [row for row in found if row.ticket_id is None or row.ticket_id in visible]
    context = {
        "rows": [(face_of(receipt.notice, is_new=False), receipt) for receipt in receipts(shown)],
        "next": f"a{found[-1].pk}" if has_more else None,
    }
    return render(request, "incidents/notices_sent.html", context)


@require_safe
@desk_page
def receipt_page(request: HttpRequest, actor: Actor, notice_id: int) -> HttpResponse:
    """Name by name who has read one notice: for the unit that sent it, and for its own readers."""
    notice = Notice.objects.select_related("ticket", "step", "unit", "user").filter(pk=notice_id).first()
    if notice is None or not may_see_receipt(notice, actor):
        raise NotFound()
    receipt: Receipt = receipts([notice])[0]
    context = {"face": face_of(notice, is_new=False), "receipt": receipt, "place": place_of(notice)}
    return render(request, "incidents/notice_receipt.html", context)


def may_see_receipt(notice: Notice, actor: Actor) -> bool:
    """The sender's side, and whoever the notice is for."""
    if notice.sender_id is not None and notice.sender_id in scopes.of(actor.user).unit_ids:
        return True
    return actor.user_id in members_of([notice])[notice.pk]
