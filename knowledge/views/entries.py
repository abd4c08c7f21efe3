"""The desk's pages of entries: search and list, one entry with its editions, the form of an author."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.catalogue import current as catalogue
from incidents.opening import visible_ticket
from knowledge import asking, writing
from knowledge.finding import best
from knowledge.forms import EntryForm, initial_of, next_review, place_words, put_errors
from knowledge.models import KnowledgeEntry, Question
from knowledge.querysets import EntryQuerySet
from knowledge.rules import (
    home_unit,
    may_see_questions,
    may_write,
    must_read,
    permitted,
    role_for,
    writable_areas,
)
from knowledge.states import ENTRY_TABLE, WRITERS, EntryState
from knowledge.values import value

SIZE = 30
TONES = {"draft": "work", "published": "done", "replaced": "stop", "withdrawn": "stop"}


def doors_of(actor: Actor) -> dict[str, Any]:
    """Which pages the tabs lead to, and how many questions wait there."""
    sees = may_see_questions(actor)
    waiting = Question.objects.visible_to(actor).waiting().count() if sees else 0
    return {"may_write": may_write(actor), "sees_questions": sees, "waiting": waiting}


@require_safe
@desk_page
def entries(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` a question in own words: what answers best; else the list, newest first, by state and day of review."""
    must_read(actor)
    words = request.GET.get("q", "").strip().replace("\x00", "")[:500]
    on = local(now()).date()
    rows = narrowed(KnowledgeEntry.objects.visible_to(actor), request, on)
    page = None
    if words:
        shown = [item.entry for item in best(words, rows, most=12)]
    else:
        rows = rows.select_related("unit").defer("search", "answer")
        page = page_of(rows, "written_at", request.GET.get("cursor", ""), SIZE)
        shown = page.rows
    context = {
        "tab": "entries",
        "page": page,
        "words": words,
        "rows": [(row, TONES[row.state], place_words(row.region_path)) for row in shown],
        "states": EntryState.choices,
        "is_filtered": any(request.GET.get(key) for key in ("q", "state", "review")),
        "today": on,
        "figures": figures(),
        **doors_of(actor),
    }
    return render(request, "knowledge/list.html", context)


def narrowed(rows: EntryQuerySet, request: HttpRequest, on: date) -> EntryQuerySet:
    """The filters of the list; without one, everything but what was replaced."""
    states = [item for item in request.GET.getlist("state") if item in EntryState.values]
    if request.GET.get("review") == "1":
        return rows.to_review(on)
    return rows.filter(state__in=states) if states else rows.exclude(state=EntryState.REPLACED)


def figures() -> dict[str, Any]:
    """What became of the questions of the last thirty days."""
    days = asking.days_of(now() - 30 * asking.ONE_DAY)
    said = days["helped"] + days["failed"]
    rate = f"{100 * days['helped'] / said:.2f}%" if said else "–"
    return {**days, "rate": rate}


def visible_entry(actor: Actor, number: str, edition: str = "") -> KnowledgeEntry:
    """The edition that answers now, the one asked for, or the newest that this person may see. Raises NotFound."""
    must_read(actor)
    rows = KnowledgeEntry.objects.visible_to(actor).filter(number=number)
    rows = rows.select_related("unit", "written_by", "published_by").defer("search")
    if edition.isdigit() and len(edition) < 5:
        rows = rows.filter(edition=int(edition))
    found = list(rows.order_by("-edition")[:50])
    if not found:
        raise NotFound()
    return next((row for row in found if row.state == EntryState.PUBLISHED), found[0])


@require_safe
@desk_page
def entry(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One entry: question, answer, where it holds, who answers for it, its editions and what happened."""
    row = visible_entry(actor, number, request.GET.get("edition", ""))
    editions = KnowledgeEntry.objects.visible_to(actor).filter(number=number).defer("search", "answer")
    category = catalogue().by_code.get(row.category)
    verbs = permitted(row, actor)
    context = {
        "tab": "entries",
        "row": row,
        "tone": TONES[row.state],
        "place": place_words(row.region_path),
        "category": category.label if category is not None else "",
        "is_due": row.state == EntryState.PUBLISHED and row.review_on <= local(now()).date(),
        "editions": [(item, TONES[item.state]) for item in editions.order_by("-edition")[:20]],
        "steps": steps_of(row) if verbs or may_write(actor) else [],
        "buttons": [(verb, url_of(row, verb.name)) for verb in verbs],
        **doors_of(actor),
    }
    return render(request, "knowledge/entry.html", context)


def steps_of(row: KnowledgeEntry | Question) -> list[dict[str, Any]]:
    """The story, newest first."""
    titles = {verb.name: verb.label for verb in ENTRY_TABLE}
    return [
        {
            "title": titles.get(step.verb, step.verb),
            "at": step.at,
            "who": step.actor_name,
            "role": Role(step.role).label if step.role in Role.values else "",
            "text": step.opinion,
        }
        for step in row.steps.order_by("-pk")[:50]
    ]


def url_of(row: KnowledgeEntry, verb: str) -> str:
    """Where a verb is done: writing has a page of its own."""
    if verb in {"edit", "revise"}:
        return reverse(f"knowledge:{verb}", args=[row.number])
    return f"{reverse('knowledge:verb', args=[row.number, verb])}?edition={row.edition}"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Begin an entry."""
    must_read(actor)
    if not may_write(actor):
        raise Forbidden(
            pgettext("knowledge", "Entries are written by the command centre, towns and departments"),
            roles=sorted(WRITERS),
        )
    if request.method == "POST":
        return stored(request, actor, None, "prepare")
    today = local(now()).date()
    areas = writable_areas(actor)
    place = territory().by_path.get(areas[0]) if areas else None
    initial = {
        "place": place.code if place is not None else "",
        "unit": home_unit(actor),
        "review_on": next_review(today, int(value("knowledge.review_months"))),
    }
    return form_answer(request, actor, EntryForm(initial=initial), None, "prepare")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Change the draft of that number."""
    row = KnowledgeEntry.objects.visible_to(actor).filter(number=number, state=EntryState.DRAFT).first()
    return _changed(request, actor, row, "edit")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def revise(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Write the next edition of what is published under that number."""
    row = KnowledgeEntry.objects.visible_to(actor).filter(number=number, state=EntryState.PUBLISHED).first()
    return _changed(request, actor, row, "revise")


def _changed(request: HttpRequest, actor: Actor, row: KnowledgeEntry | None, name: str) -> HttpResponseBase:
    if row is None:
        raise NotFound()
    role_for(ENTRY_TABLE.check(name, row.state), row, actor)
    if request.method == "POST":
        return stored(request, actor, row, name)
    return form_answer(request, actor, EntryForm(initial=initial_of(row)), row, name)


def stored(request: HttpRequest, actor: Actor, row: KnowledgeEntry | None, name: str) -> HttpResponseBase:
    """Store what was typed, or show what is wrong with it."""
    form = EntryForm(request.POST)
    if not form.is_valid():
        return form_answer(request, actor, form, row, name, status=422)
    try:
        if row is None:
            kept = writing.prepare(form.draft(), by=actor, at=now())
        else:
            deed = {"edit": writing.edit, "revise": writing.revise}[name]
            kept = deed(row.pk, form.draft(), by=actor, at=now(), version=form.cleaned_data["version"])
    except Invalid as problem:
        put_errors(form, problem)
        return form_answer(request, actor, form, row, name, status=422)
    except (Conflict, Forbidden) as problem:
        form.add_error(None, str(problem.detail))
        return form_answer(request, actor, form, row, name, status=problem.status)
    messages.success(request, pgettext("knowledge", "Draft %(number)s is stored") % {"number": kept.number})
    return redirect(f"{reverse('knowledge:entry', args=[kept.number])}?edition={kept.edition}")


def form_answer(
    request: HttpRequest,
    actor: Actor,
    form: EntryForm,
    row: KnowledgeEntry | None,
    name: str,
    *,
    status: int = 200,
) -> HttpResponse:
    """The form as a page."""
    land = territory()
    place = land.by_code.get(str(form["place"].value() or ""))
    category = catalogue().by_code.get(str(form["category"].value() or ""))
    wanted = str(form["unit"].value() or "")
    unit = land.units.get(int(wanted)) if wanted.isdigit() and len(wanted) < 10 else None
    context = {
        "tab": "entries",
        "form": form,
        "row": row,
        "heading": ENTRY_TABLE[name].label,
        "place_shown": place_words(place.path) if place is not None else "",
        "category_shown": category.label if category is not None else "",
        "unit_shown": unit.name if unit is not None else "",
        "back": reverse("knowledge:entry", args=[row.number]) if row else reverse("knowledge:entries"),
        **doors_of(actor),
    }
    return render(request, "knowledge/form.html", context, status=status)


@require_safe
@desk_page
def for_ticket(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What answers a ticket that asks something, in the dialog of its page."""
    ticket = visible_ticket(actor, number)
    rows = KnowledgeEntry.objects.published().valid_at(ticket.region_path)
    context = {
        "ticket": ticket,
        "found": best(f"{ticket.title}\n{ticket.content}", rows),
        "asks": ticket.title,
    }
    return render(request, "knowledge/_for_ticket.html", context)
