"""The page on which somebody arranges the dashboard, and the indicators that the day's page fetches beside itself."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from assessment.periods import DAY as ONE_DAY
from assessment.rules import may_read, must_read, sees_sensitive, subject_of
from governance.accounts.actors import Actor
from governance.command.layouts import keeping
from governance.command.layouts.pieces import DAY, MOST_FIGURES, PAGES, SPAN, WIDTHS, Layout
from governance.command.layouts.showing import SHELF, of_day, offered
from governance.command.picture.views import must_look
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import Unprocessable


def page_of(request: HttpRequest, actor: Actor) -> str:
    """Which page is meant: that of a day, or that of longer stretches for those who have it."""
    wanted = request.GET.get("page", DAY)
    return SPAN if wanted == SPAN and may_read(actor) else DAY


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def arrange_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which figures and panes stand where, for this person alone; or back to those of the role."""
    must_look(actor)
    page, at = page_of(request, actor), now()
    rows = offered(local(at).date()) if may_read(actor) else []
    codes = {row.code: row for row in rows}
    layout, status, problem = keeping.layout_of(actor, page), 200, ""
    if request.method == "POST":
        if request.POST.get("deed") == "reset":
            keeping.reset(page, by=actor, at=at)
            messages.success(request, pgettext("layout", "The page is arranged as for your role again"))
            return redirect(back(page))
        figures, panes = request.POST.getlist("figures"), request.POST.getlist("panes")
        kept = {*codes, *layout.codes}  # one that was retired meanwhile may stay until it is taken off
        try:
            keeping.keep(page, figures, panes, codes=kept, by=actor, at=at)
        except Unprocessable as refused:
            status, problem = 422, problem_words(refused)
        else:
            messages.success(request, pgettext("layout", "The dashboard is arranged"))
            return redirect(back(page))
    there = PAGES[page]
    names = {piece.key: (piece.label, piece.formula, "") for piece in there.figures.values()}
    names |= {row.code: (row.label, row.formula, row.code) for row in rows}
    panes_on = dict(layout.panes)
    context: dict[str, Any] = {
        "page": page,
        "problem": problem,
        "pages": _switch(actor, page),
        "is_own": keeping.is_own(actor, page),
        "on": [_card(key, names) for key in layout.figures],
        "off": [_card(key, names) for key in names if key not in layout.figures],
        "panes_on": [(there.panes[key], width) for key, width in layout.panes],
        "panes_off": [(piece, "wide") for key, piece in there.panes.items() if key not in panes_on],
        "widths": WIDTHS.items(),
        "most": MOST_FIGURES,
        "back": back(page),
    }
    return render(request, "command/arrange.html", context, status=status)


def back(page: str) -> str:
    """The page that is arranged."""
    return reverse("command:dashboard") + ("?period=month" if page == SPAN else "")


def _switch(actor: Actor, page: str) -> list[tuple[str, bool, str]]:
    found = [(DAY, page == DAY, pgettext("layout", "Today and yesterday"))]
    if may_read(actor):
        found.append((SPAN, page == SPAN, pgettext("layout", "Week, month, quarter and year")))
    return found


def _card(key: str, names: Any) -> dict[str, Any]:
    """A figure as a card; one that is in no list any more is named by its code."""
    gone = pgettext("layout", "Not counted any more")
    label, formula, code = names.get(key, (gone, "", key))
    return {"key": key, "label": label, "formula": formula, "code": code}


@require_safe
@desk_page
def tiles_part(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?period=today|yesterday`: the indicators of the own arrangement, each for its place on the page."""
    must_read(actor)
    layout, at = keeping.layout_of(actor, DAY), now()
    if not layout.codes:
        return HttpResponse(status=204)
    name = "yesterday" if request.GET.get("period") == "yesterday" else "today"
    key = shelf_key(actor, layout, name)
    tiles = SHELF.get(key, at)
    if tiles is None:
        today = local(at).date()
        day = today - ONE_DAY if name == "yesterday" else today
        found = of_day(layout, actor, subject_of(actor), day, today)
        tiles = SHELF.put(key, at, {item.key: tile_html(item) for item in found})
    lines = [(code.replace(".", "-"), html) for code, html in tiles.items()]
    return render(request, "command/tiles/_fetched.html", {"lines": lines})


def tile_html(item: Any) -> str:
    """One indicator, as it stands on the page."""
    return render_to_string("command/tiles/indicator.html", {"item": item})


def shelf_key(actor: Actor, layout: Layout, name: str) -> tuple[Any, ...]:
    """Equal for all who see the same."""
    return subject_of(actor).key, sees_sensitive(actor), layout.codes, name, get_language()


def kept_tiles(actor: Actor, layout: Layout, name: str, at: datetime) -> dict[str, str]:
    """What was rendered last of the indicators of a page: no statement."""
    return dict(SHELF.peek(shelf_key(actor, layout, name), at)) if layout.codes else {}
