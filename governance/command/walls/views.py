"""The wall: its page, its numbers as one document and as a stream. It opens by a link that a screen keeps in a cookie,
or for somebody who is signed in and covers the place. It only ever reads, and never asks anybody to sign in at night.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from assessment.rules import paths_of
from governance.command.picture.boards import LIFE_SECONDS, Shown
from governance.command.picture.views import KEEP, streamed
from governance.command.walls.links import opened
from governance.command.walls.picture import WallPicture
from governance.command.walls.scenes import running
from governance.exchange.doors import problem_json
from governance.exchange.edges import actor_of
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Problem
from governance.foundation.naming import label_of
from grids.territory import Place
from grids.territory import current as territory

COOKIE: Final = "wall"
COOKIE_AGE: Final = 366 * 24 * 3600
LINK_LIFE_SECONDS: Final = 60.0
"""So often a stream of a link begins anew, and whether the link still holds is looked at again."""
MODULES: Final = [f"command/js/wall-{name}.mjs" for name in ("charts", "lists", "roll")]
LEVELS: Final = ("city", "district", "town", "community")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A wall that may be shown. `is_kiosk`: by a link, without anybody signed in."""

    place: Place
    is_kiosk: bool


def opened_by(request: HttpRequest, at: datetime) -> Opened:
    """Raises Forbidden with the reason where the link does not hold and nobody is signed in who covers the place."""
    token = request.COOKIES.get(COOKIE, "")
    asks_as_person = request.user.is_authenticated and "place" in request.GET
    if token and not asks_as_person:
        return Opened(place=_place_of_link(token, at), is_kiosk=True)
    if not request.user.is_authenticated:
        raise Forbidden(
            pgettext("wall", "Open the wall by the link that the command centre has made for this screen")
        )
    actor, code, land = actor_of(request), request.GET.get("place", ""), territory()
    paths = paths_of(actor)
    if not paths:
        raise Forbidden(pgettext("wall", "The wall is for those who read the figures of a place"))
    place = land.by_code.get(code) if code else land.by_path.get(paths[0])
    if place is None or place.level not in LEVELS or not place.path.startswith(paths):
        raise NotFound()
    return Opened(place=place, is_kiosk=False)


def _place_of_link(token: str, at: datetime) -> Place:
    link = opened(token, at=at)
    if link is None:
        raise Forbidden(pgettext("wall", "This link is not known. Ask the command centre for a new one."))
    if link.revoked_at is not None:
        raise Forbidden(
            pgettext("wall", "This link was ended at %(at)s. Ask the command centre for a new one.")
            % {"at": f"{local(link.revoked_at):%Y-%m-%d %H:%M}"}
        )
    if not link.is_valid(at):
        raise Forbidden(
            pgettext("wall", "This link was valid until %(at)s. Ask the command centre for a new one.")
            % {"at": f"{local(link.expires_at):%Y-%m-%d %H:%M}"}
        )
    place = territory().by_path.get(link.region.path)
    if place is None:
        raise Forbidden(
            pgettext("wall", "The place of this link is no longer in force. Ask the command centre.")
        )
    return place


@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The address that a screen opens: the token goes into a cookie, so that it stands in no further address."""
    try:
        _place_of_link(token, now())
    except Forbidden as problem:
        answer = closed(request, problem)
        answer.delete_cookie(COOKIE, path=reverse("command:wall"))
        return answer
    answer = redirect("command:wall")
    answer.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_AGE,
        path=reverse("command:wall"),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The screen, with its first numbers in it."""
    at = now()
    try:
        wall = opened_by(request, at)
    except Forbidden as problem:
        return closed(request, problem)
    place, query = wall.place, "" if wall.is_kiosk else f"?place={wall.place.code}"
    root = next((item for item in territory().by_path.values() if item.level == "city"), place)
    context: dict[str, Any] = {
        "wall": wall,
        "name": label_of(place),
        "city": label_of(root),
        "scenes": running(),
        "modules": MODULES,
        "first": _document(place, at),
        "stream": reverse("command:wall-stream") + query,
        "numbers": reverse("command:wall-numbers") + query,
        "at": at,
    }
    answer = render(request, "command/walls/wall.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """All sections; what a screen asks for while its stream is away."""
    at = now()
    try:
        wall = opened_by(request, at)
    except Problem as problem:
        return problem_json(problem)
    answer = JsonResponse(dict(_document(wall.place, at)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _document(place: Place, at: datetime) -> Shown:
    """Counted once a second for all walls of the place."""

    def make(moment: datetime) -> Shown:
        found = WallPicture(place).snapshot(moment)
        return {**found.head, "set": dict(found.cells), "full": True}

    return KEEP.get(("wall", place.path, get_language()), at, make)


async def stream(request: HttpRequest) -> HttpResponseBase:
    """The sections of the wall as they change. 403 once a link no longer holds."""
    wall = await sync_to_async(_authorize)(request)
    await sync_to_async(lambda: connection.close())()
    if isinstance(wall, HttpResponse):
        return wall
    key = ("wall", wall.place.path, get_language())
    found: StreamingHttpResponse = streamed(
        key,
        (wall.place.path,),
        WallPicture(wall.place).snapshot,
        seconds=LINK_LIFE_SECONDS if wall.is_kiosk else LIFE_SECONDS,
    )
    return found


def _authorize(request: HttpRequest) -> Opened | HttpResponse:
    try:
        return opened_by(request, now())
    except Problem as problem:
        return problem_json(problem)


def closed(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Why there is nothing to see, legible from afar; it looks again by itself."""
    answer = render(request, "command/walls/closed.html", {"problem": problem}, status=problem.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
