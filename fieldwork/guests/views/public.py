"""Pages for people with a link and no account: join a group, report, see what became of the own reports.

The same words for every wrong door; nothing is kept by the browser but the way back to the own page.
"""

from collections.abc import Callable
from functools import wraps
from typing import BinaryIO, Final, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fieldwork.guests import inviting, reporting
from fieldwork.guests.forms import GuestReportForm, JoinForm
from fieldwork.guests.models import GuestInvitation, GuestPass
from governance.accounts.actors import Actor
from governance.exchange.doors import problem_json
from governance.exchange.edges import address_of, request_id_of
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound, Problem, TooLarge, TooMany, UnsupportedMedia
from incidents.forms import put_errors
from incidents.models import Attachment
from incidents.plain_words import state_words
from incidents.states import State

SHOWN: Final = 30
COOKIE: Final = "guest_pass"
NAMES: Final = {"point": "region_code", "place": "place", "attachments": "photos", "file": "photos"}
TONES: Final = {
    State.REJECTED: "stop",
    State.CLOSED: "done",
    State.ARCHIVED: "done",
    State.FOLLOW_UP: "done",
}
Page = Callable[..., HttpResponseBase]


def guest_page(page: Page) -> Page:
    """Never kept, never listed; a refusal is a page of the same kind."""

    @wraps(page)
    def opened(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            response = page(request, token)
        except Problem as problem:
            response = render(
                request, "fieldwork/guests/problem.html", {"problem": problem}, status=problem.status
            )
            if "retry_after" in problem.extra:
                response.headers["Retry-After"] = str(problem.extra["retry_after"])
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return opened


def actor_of(request: HttpRequest, group: str) -> Actor:
    """Whoever holds the link."""
    return inviting.holder(group, address_of(request), request_id_of(request))


@sensitive_post_parameters("phone")
@require_http_methods(["GET", "HEAD", "POST"])
@guest_page
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """The group's own link: who has joined here before goes on to the own page, others say how they are called."""
    at = now()
    row = inviting.find_invitation(token, at=at)
    if request.method != "POST":
        mine = kept_pass(request, row)
        if mine is not None:
            return redirect("guests:mine", inviting.token_of(mine))
        return render(request, "fieldwork/guests/join.html", {"row": row, "form": JoinForm()})
    form = JoinForm(request.POST)
    if form.is_valid():
        try:
            guest = inviting.join(
                token,
                **form.cleaned_data,
                address=address_of(request),
                by=actor_of(request, row.name),
                at=at,
            )
        except Invalid as problem:
            put_errors(form, problem)
        else:
            return remember(redirect("guests:mine", inviting.token_of(guest)), guest)
    return render(request, "fieldwork/guests/join.html", {"row": row, "form": form}, status=422)


def kept_pass(request: HttpRequest, row: GuestInvitation) -> GuestPass | None:
    """The pass that this browser has for the group; None for a new one, or one that is over."""
    try:
        guest = inviting.find_pass(request.COOKIES.get(COOKIE, ""), at=now())
    except Problem:
        return None
    return guest if guest.invitation_id == row.pk else None


def remember(response: HttpResponse, guest: GuestPass) -> HttpResponse:
    """Whoever scans the group's code again comes back to the own page."""
    response.set_cookie(
        COOKIE,
        inviting.token_of(guest),
        expires=guest.invitation.expires_at,
        path=reverse("guests:root"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@guest_page
def mine(request: HttpRequest, token: str) -> HttpResponseBase:
    """The own link: a report, and how far the own reports are."""
    at = now()
    guest = inviting.find_pass(token, at=at)
    path = guest.invitation.region_path
    if request.method != "POST":
        return show(request, guest, GuestReportForm(path))
    form = GuestReportForm(path, request.POST)
    by = actor_of(request, guest.invitation.name)
    try:
        files = photos_of(request, token, by)
        if form.is_valid():
            told = reporting.report(token, form.draft(files), by=by, at=at)
            url = reverse("guests:mine", args=[token])
            return redirect(f"{url}?sent={told.report.ticket.number}")
    except TooMany:
        raise
    except Invalid as problem:
        form.is_valid()
        put_errors(form, problem, NAMES)
    except (TooLarge, UnsupportedMedia) as problem:
        form.is_valid()
        form.add_error("photos", str(problem.detail))
    return show(request, guest, form, status=422)


def photos_of(request: HttpRequest, token: str, by: Actor) -> list[UUID]:
    """Pictures that came with the form itself, from a browser that runs no scripts."""
    files = request.FILES.getlist("files")[: reporting.most_photos()]
    return [
        reporting.receive(
            token, cast(BinaryIO, file), name=file.name or "", size=file.size or 0, by=by, at=now()
        ).pk
        for file in files
    ]


def show(request: HttpRequest, guest: GuestPass, form: GuestReportForm, *, status: int = 200) -> HttpResponse:
    """The form above the own reports."""
    at = now()
    reports = guest.reports.select_related("ticket").defer("ticket__search").order_by("-at", "-pk")[:SHOWN]
    wanted = {str(item) for item in form["photos"].value() or []} if form.is_bound else set()
    context = {
        "guest": guest,
        "group": guest.invitation,
        "form": form,
        "token": inviting.token_of(guest),
        "own_url": inviting.address_of(guest),
        "left": reporting.left_today(guest, at),
        "most": reporting.most_photos(),
        "have": [row for row in own_photos(guest) if str(row["id"]) in wanted],
        "reports": [face_of(row.ticket, row.at) for row in reports],
        "sent": request.GET.get("sent", "")[:20],
    }
    return render(request, "fieldwork/guests/mine.html", context, status=status)


def face_of(ticket: object, at: object) -> dict[str, object]:
    """One own report: in words for people outside, without names and opinions."""
    state = str(getattr(ticket, "state", ""))
    heading, sentence = ("", "") if state == State.VOIDED else state_words(state)
    return {
        "ticket": ticket,
        "at": at,
        "heading": heading,
        "sentence": sentence,
        "tone": TONES.get(State(state), "work"),
    }


def own_photos(guest: GuestPass) -> list[dict[str, str]]:
    """The pictures that wait to be sent; they are not shown again, only counted."""
    rows = Attachment.objects.filter(pk__in=guest.photos.values("attachment"), ticket=None)
    return [{"id": str(row.pk), "thumb_url": "", "caption": row.name} for row in rows]


@require_POST
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """One picture from the form's script; answers its id."""
    try:
        guest = inviting.find_pass(token, at=now())
        file = request.FILES.get("file")
        if file is None:
            raise NotFound()
        row = reporting.receive(
            token,
            cast(BinaryIO, file),
            name=file.name or "",
            size=file.size or 0,
            by=actor_of(request, guest.invitation.name),
            at=now(),
        )
    except Problem as problem:
        return problem_json(problem)
    return JsonResponse({"id": str(row.pk), "thumb_url": ""}, status=201)


@require_http_methods(["GET", "HEAD"])
def root(request: HttpRequest) -> HttpResponseBase:
    """There is nothing without a link."""
    return render(request, "fieldwork/guests/problem.html", {"problem": NotFound()}, status=404)
