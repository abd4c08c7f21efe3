"""The search page, what the box says while somebody types, the search by telephone, and what people follow."""

from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.command.searching.finders import FINDERS, Group, groups
from governance.command.searching.following import follow, followings_of, pin, pinned_of
from governance.command.searching.language import Reading, examples, read, suggestions, written
from governance.command.searching.language.keys import KEYS
from governance.command.searching.language.reading import MAX_TEXT
from governance.command.searching.telephones import digits_of, look, may_look, must_look
from governance.exchange.doors import desk_page, problem_words, script_answer
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from grids import scope as scopes
from incidents import saved
from incidents.models import SavedFilter, Ticket
from incidents.queries import filtered, newest_page
from incidents.views.desk.views import chips, kept
from incidents.views.faces import rows_of
from incidents.views.links import filter_from
from incidents.views.listing import read_cursor, seen_rows, write_cursor

SIZE, FEW = 50, 6
PARTS: Final = 8
"""Hits of a group on the page."""


def must_search(actor: Actor) -> None:
    """Searching is for people with an appointment. Raises Forbidden."""
    if not scopes.of(actor.user).reaches:
        raise Forbidden(_("You have no appointment, so there is nothing to search"))


@require_safe
@desk_page
def search_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` in the search language; `?view=` a saved filter, or keys of the ticket list: both become text."""
    must_search(actor)
    at = now()
    today = local(at).date()
    if address := _as_text(request, actor):
        return redirect(address)
    reading = read(request.GET.get("q", ""), person=actor.user_id, today=today)
    if found := _exactly(actor, reading):
        return redirect(found)
    context: dict[str, Any] = {
        "reading": reading,
        "here": kept(reading.query),
        "keys": [(key.label, key.kind) for key in KEYS],
        "chips": chips(actor, SavedFilter.Page.LIST, kept(reading.query), at),
        "may_phone": may_look(actor) and bool(digits_of(reading.words)) and reading.is_plain,
        "examples": examples(),
        "groups": [],
    }
    if reading.faults:
        return render(request, "command/searching/page.html", context, status=422)
    if reading.query:
        context |= tickets(request, actor, reading.query)
    if reading.words and reading.is_plain:
        context["groups"] = _groups(actor, reading.words)
    return render(request, "command/searching/page.html", context)


def tickets(request: HttpRequest, actor: Actor, query: QueryDict) -> dict[str, Any]:
    """A page of the tickets that the query finds, newest first."""
    at = now()
    wanted = filter_from(query, at)
    rows = filtered(seen_rows(actor, wanted), wanted, in_order=True)
    after, before = read_cursor(request.GET.get("cursor", ""))
    page = newest_page(rows.for_rows(), size=SIZE, after=after, before=before)
    is_whole = page.next_key is None and page.previous_key is None
    return {
        "is_asked": True,
        "rows": rows_of(page.rows, at),
        "total": len(page.rows) if is_whole else None,
        "next": write_cursor("o", page.next_key),
        "previous": write_cursor("n", page.previous_key),
        "list_url": f"{reverse('incidents:list')}?{query.urlencode()}",
    }


def _groups(actor: Actor, words: str) -> list[Group]:
    """All groups; that residents were looked for by name is on record."""
    at = now()
    found = groups(actor, words, at, is_quick=False, limit=PARTS)
    on_record = {finder.name for finder in FINDERS if not finder.is_quick}
    people = sum(len(group.hits) for group in found if group.name in on_record)
    if people and actor.user is not None:
        with transaction.atomic():
            journal.record("search.people", by=actor, obj=actor.user, at=at, details={"found": people})
    return found


def _as_text(request: HttpRequest, actor: Actor) -> str:
    """Where the same is written as text: for a saved filter, and for keys of the ticket list beside the text."""
    query = request.GET.copy()
    text = query.get("q", "")
    if set(query) <= {"q", "cursor"}:
        return ""
    query.pop("q", None)
    today = local(now()).date()
    view = saved.find(actor, query.get("view", ""))
    rest = written(view.as_query if view is not None else query, today=today)
    if not rest:
        return ""
    return f"{request.path}?{urlencode({'q': rest if view is not None else f'{text} {rest}'.strip()})}"


def _exactly(actor: Actor, reading: Reading) -> str:
    """The page of the ticket whose whole number was typed, where the person may see it."""
    number = reading.text.upper()
    if not number.startswith("WG") or not number[2:].isdigit():
        return ""
    row = Ticket.objects.visible_to(actor).filter(number=number).only("number").first()
    return row.get_absolute_url() if row is not None else ""


@require_safe
@script_answer
def box_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` what is typed, `?at=` where the cursor stands: what may follow, and what is found already."""
    must_search(actor)
    at = now()
    text = request.GET.get("q", "")[:MAX_TEXT]
    place = request.GET.get("at", "")
    cursor = int(place) if place.isascii() and place.isdigit() and len(place) < 5 else len(text)
    reading = read(text, person=actor.user_id, today=local(at).date())
    found: list[dict[str, Any]] = [] if text.strip() else _pinned(actor)
    if reading.query and not reading.faults:
        found += _ticket_group(actor, reading.query)
    if reading.words and reading.is_plain:
        found += [
            {
                "label": str(group.label),
                "icon": group.icon,
                "hits": [{"label": hit.label, "hint": hit.hint, "url": hit.url} for hit in group.hits],
            }
            for group in groups(actor, reading.words, at, is_quick=True, limit=FEW - 2)
        ]
    answer = {
        "suggestions": [
            {"text": item.text, "label": item.label, "hint": item.hint, "start": item.start, "end": item.end}
            for item in suggestions(text, cursor)
        ],
        "groups": found,
        "fault": reading.faults[0].words if reading.faults else "",
        "phone": _phone_url(actor, reading),
    }
    response = JsonResponse(answer)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _ticket_group(actor: Actor, query: QueryDict) -> list[dict[str, Any]]:
    """The first tickets, as the ticket list would begin."""
    at = now()
    wanted = filter_from(query, at)
    rows = filtered(seen_rows(actor, wanted), wanted, in_order=True).for_rows()
    found = newest_page(rows, size=FEW).rows
    hits = [
        {
            "label": row.title,
            "hint": f"{row.number} · {row.get_state_display()}",
            "url": row.get_absolute_url(),
            "lamp": row.lamp(at),
        }
        for row in found
    ]
    return [{"label": pgettext("search", "Tickets"), "icon": "list-details", "hits": hits}] if hits else []


def _phone_url(actor: Actor, reading: Reading) -> str:
    if not reading.is_plain or not digits_of(reading.words) or not may_look(actor):
        return ""
    return f"{reverse('command:search-telephones')}?{urlencode({'tail': digits_of(reading.words)})}"


@require_safe
@desk_page
def telephones_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?tail=` the last digits of a citizen's telephone. Each search is on record."""
    must_search(actor)
    at, tail = now(), request.GET.get("tail", "")[:30]
    context: dict[str, Any] = {"tail": tail}
    if "tail" not in request.GET:
        must_look(actor)
        return render(request, "command/searching/telephones.html", context)
    try:
        context |= {"rows": rows_of(look(actor, tail, at=at), at), "is_asked": True}
    except Unprocessable as problem:
        context["error"] = problem_words(problem)
        return render(request, "command/searching/telephones.html", context, status=422)
    return render(request, "command/searching/telephones.html", context)


@require_safe
@desk_page
def saved_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The saved filters that the person may open: which are pinned, which tell of new tickets."""
    must_search(actor)
    at, today = now(), local(now()).date()
    followed = followings_of(actor)
    rows = [
        {
            "chip": chip,
            "text": written(chip.saved.as_query, today=today),
            "following": followed.get(chip.saved.pk),
        }
        for chip in chips(actor, SavedFilter.Page.LIST, "", at)
    ]
    return render(request, "command/searching/saved.html", {"rows": rows})


@require_POST
@desk_page
def saved_change(request: HttpRequest, actor: Actor, pk: int, deed: str) -> HttpResponse:
    """`pin`, `unpin`, `follow`, `unfollow`."""
    must_search(actor)
    if deed in {"pin", "unpin"}:
        pin(actor, pk, is_on=deed == "pin", at=now())
    elif deed in {"follow", "unfollow"}:
        follow(actor, pk, is_on=deed == "follow", at=now())
    else:
        raise NotFound()
    return redirect("command:search-saved")


def _pinned(actor: Actor) -> list[dict[str, Any]]:
    """What stands in the box before anything is typed."""
    home = reverse("command:search")
    hits = [{"label": row.name, "hint": "", "url": f"{home}?view={row.pk}"} for row in pinned_of(actor)]
    return [{"label": pgettext("search", "Pinned"), "icon": "pin", "hits": hits}] if hits else []
