"""The list of cases: filters, pages by key, export; the table of limits with their sources."""

import re
from typing import Any, Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.spreadsheets import csv_lines
from grids.views.pagers import page_of
from incidents.models import Ticket
from incidents.search import phrase, rarest_pairs
from mediation.entry import dispute_kinds
from mediation.models import MediationCase, Party
from mediation.querysets.cases import CaseQuerySet
from mediation.rules import must_count, must_read
from mediation.states import CaseLevel, CaseOrigin, CaseState, RiskColor
from mediation.states.names import PauseGround
from mediation.values import expiries, pause_rules, statutes, value
from mediation.views import counting
from mediation.views.faces import category_words, place_words
from mediation.views.frames import frame_of
from mediation.views.lines import SHOWN, lines, shown
from registers.identity import normalise_identity, normalise_phone

SIZE: Final = 50
MOST_ROWS: Final = 20_000
MOST_OF_PARTY: Final = 1_000
CODE: Final = re.compile(r"[A-Za-z]{2}[0-9]{8,}")
NUMBER: Final = re.compile(r"[0-9]{7,}[0-9X]?")
"""A code of a case or a ticket; a telephone or identity number, without blanks."""
CHOICES: Final = {"state": CaseState, "level": CaseLevel, "origin": CaseOrigin, "risk_color": RiskColor}
WRITTEN: Final = (*SHOWN, "level", "origin", "people", "session_count", "body__name")
"""The columns of an export."""
HEADS: Final = (
    pgettext_lazy("mediation", "case code"),
    pgettext_lazy("mediation", "state"),
    pgettext_lazy("mediation", "risk colour"),
    pgettext_lazy("mediation", "kind of dispute"),
    pgettext_lazy("mediation", "level"),
    pgettext_lazy("mediation", "origin"),
    pgettext_lazy("mediation", "mediation body"),
    pgettext_lazy("mediation", "place"),
    pgettext_lazy("mediation", "people involved"),
    pgettext_lazy("mediation", "sessions"),
    pgettext_lazy("mediation", "registered"),
    pgettext_lazy("mediation", "next limit"),
)


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=`, `?risk_color=`, `?level=`, `?origin=`, `?category=`, `?late=`, `?open=`, `?paused=`,
    `?q=`; or the cases behind a number of the figures (`views.counting`).
    """
    must_read(actor)
    at = now()
    rows = wanted(MediationCase.objects.visible_to(actor), request.GET, at)
    page = page_of(shown(rows), "registered_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "tab": "cases",
        "page": page,
        "rows": lines(page.rows, at),
        "states": CaseState.choices,
        "colors": RiskColor.choices,
        "levels": CaseLevel.choices,
        "origins": CaseOrigin.choices,
        "categories": dispute_kinds(),
        "counted": counting.told(request.GET),
        "is_filtered": any(key != "cursor" for key in request.GET),
        **frame_of(actor),
    }
    return render(request, "mediation/cases.html", context)


def wanted(rows: CaseQuerySet, query: QueryDict, at: Any) -> CaseQuerySet:
    """The rows that the filters of a query leave."""
    for key, choices in CHOICES.items():
        if values := [item for item in query.getlist(key) if item in choices.values]:
            rows = rows.filter(**{f"{key}__in": values})
    if category := query.get("category", "")[:6]:
        rows = rows.filter(category_code=category)
    if query.get("late"):
        rows = rows.late(at)
    if query.get("open"):
        rows = rows.open()
    if query.get("paused"):
        rows = rows.open().filter(paused_at__isnull=False)
    if words := query.get("q", "").strip().replace("\x00", "")[:80]:
        rows = rows.filter(_named(words))
    return counting.narrowed(rows, query)


def _named(words: str) -> Q:
    """By code, by number at the sender, a party by its whole telephone or identity number; else words of the title.

    What is exact is looked up first, each along its own index.
    """
    found = Q(origin__in=CaseOrigin.values, external_no=words)
    if CODE.fullmatch(words):
        code = words.upper()
        tickets = Ticket.objects.filter(number=code).values_list("pk", flat=True)
        return found | Q(number=code) | Q(ticket__in=list(tickets[:1]))
    plain = {"identity": normalise_identity(words), "phone": normalise_phone(words)}
    if given := {name: text for name, text in plain.items() if NUMBER.fullmatch(text)}:
        same = Q(pk__in=[])
        for name, text in given.items():
            field: Any = Party._meta.get_field(f"{name}_index")
            same |= Q(**{f"{name}_index": field.digest(text)})
        cases = Party.objects.filter(same).values_list("case", flat=True)
        return found | Q(pk__in=list(cases[:MOST_OF_PARTY]))
    query = phrase(words)
    if query is None:
        return found
    rare = rarest_pairs(words, MediationCase._meta.db_table)
    return found | (Q(search=query) if rare is None else Q(search=rare, search__holds=query))


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The filtered list as CSV: no names, no facts."""
    must_read(actor)
    at = now()
    rows = wanted(MediationCase.objects.visible_to(actor), request.GET, at)
    rows = rows.select_related("body").only(*WRITTEN)
    found = list(rows.order_by("-registered_at", "-pk")[:MOST_ROWS])
    assert actor.user is not None
    journal.record("mediation.export", by=actor, obj=actor.user, at=at, details={"rows": len(found)})
    cells = (
        (
            row.number,
            row.get_state_display(),
            row.get_risk_color_display(),
            category_words(row.category_code),
            row.get_level_display(),
            row.get_origin_display(),
            row.body.name if row.body is not None else "",
            place_words(row.region_path),
            row.people,
            row.session_count,
            f"{row.registered_at:%Y-%m-%d %H:%M}",
            f"{row.next_due_at:%Y-%m-%d %H:%M}" if row.next_due_at else "",
        )
        for row in found
    )
    answer = StreamingHttpResponse(csv_lines(HEADS, cells), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="mediation.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@desk_page
def limits(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every limit with where it is written down."""
    must_count(actor)
    context = {
        "tab": "limits",
        "limits": statutes(),
        "callbacks": value("mediation.callbacks"),
        "expiries": expiries(),
        "pauses": pause_rules(),
        "grounds": [(PauseGround(code).label, source) for code, source in pause_rules().grounds.items()],
        **frame_of(actor),
    }
    return render(request, "mediation/limits.html", context)
