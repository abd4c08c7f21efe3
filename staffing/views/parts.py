"""What the staffing pages share: tabs, tables of cells, filters, forms, CSV."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, Invalid, Text
from governance.foundation.naming import label_of
from governance.foundation.spreadsheets import csv_lines
from grids.territory import current as territory
from staffing.querysets import reads_bulletins
from staffing.rules import READERS, ROSTER_READERS, keeps, may_keep, paths_of

EXPORT_CAP = 20_000


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell: text, perhaps a link, a lamp with its word, a smaller second line."""

    text: object = ""
    url: str = ""
    lamp: str = ""
    word: Text = ""
    sub: object = ""
    css: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Heads and rows of cells. `empty` says what would be here."""

    heads: Sequence[tuple[Text, str]]
    rows: Sequence[Sequence[Cell]]
    empty: Text
    title: Text = ""
    name: str = "rows"
    action: Text = ""
    action_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One field of the filter bar: `kind` is text, select, date or place."""

    kind: str
    name: str
    label: Text
    options: Sequence[tuple[object, Text]] = ()
    hint: Text = ""
    shown: str = ""
    none: Text = ""


@dataclass(frozen=True, kw_only=True)
class Button:
    """A link or a small form beside the title."""

    label: Text
    url: str
    icon: str = ""
    is_primary: bool = False
    is_download: bool = False


TABS: tuple[tuple[str, Text], ...] = (
    ("overview", pgettext_lazy("staffing", "Overview")),
    ("vacancies", pgettext_lazy("staffing", "Vacancies")),
    ("people", pgettext_lazy("staffing", "People in posts")),
    ("presence", pgettext_lazy("staffing", "Presence on post")),
    ("leaves", pgettext_lazy("staffing", "Leave and substitutes")),
    ("roster", pgettext_lazy("staffing", "Duty roster")),
    ("coordinators", pgettext_lazy("staffing", "Community coordinators")),
    ("stationed", pgettext_lazy("staffing", "Stationed staff")),
    ("teams", pgettext_lazy("staffing", "Service teams")),
    ("party", pgettext_lazy("staffing", "Party organisations")),
    ("organizations", pgettext_lazy("staffing", "Social organisations")),
    ("trainings", pgettext_lazy("staffing", "Training")),
    ("equipment", pgettext_lazy("staffing", "Equipment")),
    ("commendations", pgettext_lazy("staffing", "Commendations")),
    ("bulletins", pgettext_lazy("staffing", "Bulletins")),
)


@dataclass(frozen=True)
class Tab:
    """A page of the app, at the top of each of them."""

    label: Text
    url: str
    is_on: bool
    count: int = 0


def tabs(by: Actor, active: str, holes: int = 0) -> list[Tab]:
    """The pages that the actor may open; `holes` are shifts without a name, told beside the roster."""
    if paths_of(by, READERS):
        names = {name for name, _label in TABS}
    else:
        names = {"leaves", "commendations"} | ({"roster"} if paths_of(by, ROSTER_READERS) else set())
        names |= {"bulletins"} if reads_bulletins(by) else set()
    return [
        Tab(label, reverse(f"staffing:{name}"), name == active, holes if name == "roster" else 0)
        for name, label in TABS
        if name in names
    ]


def page(
    request: HttpRequest,
    by: Actor,
    template: str,
    active: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render one page of the app with its tabs; `gap_count` of the context stands beside the roster's."""
    holes = int(context.get("gap_count") or context.get("duty_gaps") or 0)
    return render(
        request,
        f"staffing/{template}.html",
        {"tabs": tabs(by, active, holes), "may_keep": may_keep(by), **context},
        status=status,
    )


def place_filter(code: str) -> Filter:
    """The field that narrows a list to a place."""
    return Filter(kind="place", name="place", label=pgettext_lazy("filter", "Place"), shown=place_words(code))


def place_words(code: str) -> str:
    """The name of the place of that code."""
    place = territory().by_code.get(code)
    return label_of(place) if place is not None else code


def where(path: str) -> str:
    """Town and community of a path in words: what a grid's name needs beside it."""
    chain = [item for item in territory().chain(path) if item.level in {"town", "community"}]
    return " ".join(label_of(item) for item in chain)


def day(value: date | None) -> str:
    """A date as it is written in lists; empty for None."""
    return value.isoformat() if value is not None else ""


@dataclass(frozen=True)
class Ask:
    """A form page: its words, what it does, and where one goes afterwards."""

    title: Text
    verb: Text
    active: str
    back: str
    done: Text
    note: Text = ""
    is_grave: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


def run_form(
    request: HttpRequest, by: Actor, form: BaseForm, ask: Ask, deed: Callable[[], object]
) -> HttpResponse:
    """Show the form; when it was sent and is in shape, do the deed: refusals come back into the form in words."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                deed()
            except Invalid as problem:
                put_errors(form, problem)
            except (Conflict, Forbidden) as problem:
                form.add_error(None, str(problem.detail))
                status = problem.status
            else:
                messages.success(request, str(ask.done))
                return redirect(ask.back)
    return page(request, by, "form", ask.active, {"form": form, "ask": ask, **ask.extra}, status=status)


def put_errors(form: BaseForm, problem: Invalid) -> None:
    """A refusal beside its fields, or above the form."""
    names = getattr(form, "names", {})
    for name, texts in problem.fields.items():
        shown = names.get(name, name)
        for text in texts:
            form.add_error(shown if shown in form.fields else None, str(text))
    if not problem.fields:
        form.add_error(None, str(problem.detail))


def csv_answer(
    name: str, head: Sequence[Text], rows: Iterable[Sequence[object]], *, by: Actor, at: datetime, query: str
) -> StreamingHttpResponse:
    """A list as CSV without personal data; the export stands in the journal."""
    lines = list(rows)[:EXPORT_CAP]
    assert by.user is not None
    journal.record(
        f"{name}.export", by=by, obj=by.user, at=at, details={"rows": len(lines), "filter": query[:400]}
    )
    answer = StreamingHttpResponse(csv_lines(head, lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{local(at):%Y%m%d-%H%M}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def kept_here(by: Actor, path: str) -> bool:
    """Whether the buttons that change something at that place are shown."""
    return keeps(by, path)
