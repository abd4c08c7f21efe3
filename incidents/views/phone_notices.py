"""The notices of a person on the phone: the bell's number, the list, one that is opened. Read as on the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.foundation.clock import now
from incidents.queries import notices as asked
from incidents.reading import mark_of, read_all, read_one, reader_of
from incidents.views.notices import cursor_of, faces_of, wanted_of
from incidents.views.phone import answer, bell_urls, phone_page

SIZE = 30


@require_safe
@phone_page
def bell(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The bell of the phone's bar with its count of now."""
    return render(request, "parts/_bell.html", bell_urls())


@require_safe
@phone_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first, `?unread=1` only what is not read; looking at the list reads nothing yet."""
    mark = mark_of(actor)
    wanted = wanted_of(request.GET)
    after, before = cursor_of(request.GET.get("cursor", ""))
    page = asked.notice_page(reader_of(actor, mark), wanted, size=SIZE, after=after, before=before)
    faces = faces_of(page, mark)
    context = {
        "faces": faces,
        "next": f"a{page.next_key}" if page.next_key else None,
        "previous": f"b{page.previous_key}" if page.previous_key else None,
        "is_unread_only": wanted.is_unread,
        "has_unread": any(face.is_new for face in faces),
    }
    return answer(request, actor, "phone/notices.html", context, tab="notices")


@require_GET
@phone_page
def open_notice(request: HttpRequest, actor: Actor, notice_id: int) -> HttpResponse:
    """Read one notice by going where it leads: a ticket opens on the phone's own page."""
    notice = read_one(notice_id, by=actor, at=now())
    if notice.url:
        return redirect(notice.url)
    if notice.ticket is not None:
        return redirect("phone:ticket", notice.ticket.number)
    return redirect("phone:notices")


@require_POST
@phone_page
def mark_read(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything is read; back to the list."""
    read_all(by=actor, at=now())
    return redirect(reverse("phone:notices"))
