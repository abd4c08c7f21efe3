"""Canned texts: the page where they are kept, and the list from which one is put into an opinion."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, NotFound, Problem, Unprocessable
from grids import scope as scopes
from incidents.models import CannedText
from incidents.states import TICKET_TABLE
from incidents.views.evidence_page import problem_fields
from incidents.views.faces import unit_name
from incidents.wording import Wording, delete_text, keeps_texts_of, save_text, texts_for


def whole(text: str, default: int = 0) -> int:
    """A small whole number as posted."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def verbs() -> list[tuple[str, str]]:
    """The steps that take an opinion."""
    return [(name, str(verb.label)) for name, verb in TICKET_TABLE.verbs.items() if verb.need("opinion")]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def texts_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The texts of a person and of the units, with the form of a new one; `?edit=` opens one in the form."""
    row = editable(actor, request.GET.get("edit", ""))
    problem: Problem | None = None
    typed: Any = row
    if request.method == "POST":
        try:
            typed = wording_of(request)
            save_text(
                typed,
                by=actor,
                at=now(),
                text_id=row.pk if row is not None else None,
                version=whole(request.POST.get("version", "")),
            )
        except (Unprocessable, Conflict) as refused:
            problem = refused
        else:
            messages.success(request, _("The text is kept"))
            return redirect("incidents:texts")
    return page_of(request, actor, row, typed, problem)


def page_of(
    request: HttpRequest, actor: Actor, row: CannedText | None, typed: Any, problem: Problem | None
) -> HttpResponse:
    """The page with what was typed."""
    words = dict(verbs())
    found = list(texts_for(actor))
    kept = {unit_id for unit_id in scopes.of(actor.user).unit_ids if keeps_texts_of(actor, unit_id)}
    context = {
        "rows": [
            (text, words.get(text.verb, ""), text.unit_id is None or text.unit_id in kept) for text in found
        ],
        "row": row,
        "typed": typed,
        "verbs": list(words.items()),
        "units": [(unit_id, unit_name(unit_id)) for unit_id in sorted(kept)],
        "problem": problem,
        "errors": problem_fields(problem),
    }
    return render(request, "incidents/texts.html", context, status=problem.status if problem else 200)


def editable(actor: Actor, key: str) -> CannedText | None:
    """The text that is opened in the form. Raises NotFound."""
    if not key:
        return None
    row = texts_for(actor).filter(pk=whole(key)).first()
    if row is None:
        raise NotFound()
    return row


def wording_of(request: HttpRequest) -> Wording:
    """The form as posted."""
    posted = request.POST
    unit = posted.get("unit", "")
    return Wording(
        title=posted.get("title", ""),
        text=posted.get("text", ""),
        verb=posted.get("verb", ""),
        unit_id=whole(unit) if unit else None,
        position=whole(posted.get("position", "100"), -1),
    )


@require_POST
@desk_page
def delete(request: HttpRequest, actor: Actor, text_id: int) -> HttpResponse:
    """Take a text away."""
    try:
        delete_text(text_id, by=actor, at=now(), version=whole(request.POST.get("version", "")))
    except Conflict as problem:
        return page_of(request, actor, None, None, problem)
    messages.success(request, _("The text is gone"))
    return redirect("incidents:texts")


@require_safe
@desk_page
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What can be put into an opinion of a step (`verb`)."""
    verb = request.GET.get("verb", "")
    rows = texts_for(actor, verb=verb if verb in TICKET_TABLE.verbs else "")
    return render(request, "incidents/_canned_list.html", {"rows": list(rows[:60])})
