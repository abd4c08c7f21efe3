"""The table of all indicators, for one subject and the places below it; and the catalogue with every definition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from assessment.definitions import Definition, by_code, definitions, in_force
from assessment.figures import Figure, figures
from assessment.models import MonthFreeze, Recount, RollCursor
from assessment.pay.rules import may_read as may_see_pay
from assessment.rules import must_read, paths_of
from assessment.subjects import Subject, below
from assessment.views.asking import Question, Shown, question_of, shown, subjects_offered
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now

LATEST: Final = 12


@dataclass(frozen=True, kw_only=True)
class Row:
    """One indicator: the figure of the subject, and those of the places below in the order of the heads."""

    definition: Definition
    own: Shown
    cells: Sequence[Shown]
    url: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """Everything that the table and its files hold."""

    question: Question
    heads: Sequence[Subject]
    rows: Sequence[Row]


def table_of(question: Question) -> Table:
    """All indicators of the subject and the places below; places without anything are left out."""
    subject, known = question.subject, definitions()
    places = below(subject)
    words = pgettext("indicator", "Is being counted for the first time")
    found = figures(question.asked([subject], known), words)
    cells: dict[tuple[str, int], Figure] = figures(question.asked(places, known), words) if places else {}
    codes = list(by_code(known))
    heads = [
        place
        for place in places
        if any(cells[code, place.key].whole or cells[code, place.key].part for code in codes)
    ]
    rows = [
        Row(
            definition=found[code, subject.key].definition,
            own=shown(question, found[code, subject.key]),
            cells=[shown(question, cells[code, place.key]) for place in heads],
            url=question.page_url(code),
        )
        for code in codes
    ]
    return Table(question=question, heads=heads, rows=rows)


def state_words() -> str:
    """How far the past has been counted; empty once all of it is in."""
    rows = list(RollCursor.objects.all())
    if not rows:
        return _("Figures appear as soon as counting has begun.")
    total, done = sum(row.build_to for row in rows), sum(min(row.built_id, row.build_to) for row in rows)
    if done >= total:
        return ""
    return _("The past is being counted: %(percent)s %% so far. Figures grow until then.") % {
        "percent": done * 100 // total
    }


@require_safe
@desk_page
def table_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?place=` or `?unit=`, `?month=` or `?since=&last=`."""
    must_read(actor)
    question = question_of(request, actor)
    places, units = subjects_offered(actor)
    context = {
        "table": table_of(question),
        "question": question,
        "places": places,
        "units": units,
        "state": state_words(),
        "tab": "table",
        "may_see_pay": may_see_pay(actor),
        "may_see_surveys": bool(paths_of(actor)),
    }
    return render(request, "assessment/table.html", context)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One indicator in the catalogue: the version of today, and how many there are."""

    definition: Definition
    count: int


@require_safe
@desk_page
def catalogue_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every indicator with its formula, source and version; recounts; months that are frozen."""
    must_read(actor)
    today = local(now()).date()
    entries = [
        Entry(definition=in_force(versions, today), count=len(versions))
        for versions in by_code(definitions()).values()
    ]
    context = {
        "entries": entries,
        "state": state_words(),
        "recounts": Recount.objects.order_by("-at", "-pk")[:LATEST],
        "frozen": MonthFreeze.objects.order_by("-month")[:LATEST],
        "tab": "catalogue",
        "may_see_pay": may_see_pay(actor),
        "may_see_surveys": bool(paths_of(actor)),
    }
    return render(request, "assessment/catalogue.html", context)
