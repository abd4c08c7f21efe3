"""Reporting from the street: a photo, the place, the matter, send. The same report sent twice is one ticket."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.accounts.roles import WORKERS
from governance.exchange.doors import script_answer
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, Invalid, Problem
from grids import scope as scopes
from grids.views.ground import area_of, ground_of
from incidents import finding
from incidents.catalogue import current as catalogue
from incidents.forms import put_errors
from incidents.intake import Intake, register, self_handle
from incidents.models import MatterCategory, Ticket
from incidents.phone_forms import PHONE_NAMES, PhoneReportForm
from incidents.rules import may_register, registering_role
from incidents.states import TICKET_TABLE
from incidents.suggesting import named_in
from incidents.views.phone import answer as page
from incidents.views.phone import phone_page
from incidents.views.pickers import answer, category_row, most_used, words_of
from incidents.views.register import region_words
from incidents.views.verbs import uploaded

FAVOURITES, OWN_RECENT = 8, 200
SUGGESTED, LONGEST_ABOUT = 3, 500
WORKER, COLLEAGUE = "worker", "dept_transfer"


@require_http_methods(["GET", "HEAD", "POST"])
@phone_page
def report_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET: an empty report. POST: the ticket, or the report again with what is missing."""
    if not may_register(actor):
        raise Forbidden(_("Registering reports belongs to other roles"))
    if request.method != "POST":
        return _form(request, actor, PhoneReportForm())
    form = PhoneReportForm(request.POST)
    if not form.is_valid():
        return _form(request, actor, form, status=422)
    try:
        intake = _send(form, actor)
    except Invalid as problem:
        put_errors(form, problem, PHONE_NAMES)
    except Forbidden:
        form.add_error(
            "is_self_handled", _("This place is not in your own grid: report it without handling it")
        )
    else:
        return _done(request, actor, intake)
    return _form(request, actor, form, status=422)


def _send(form: PhoneReportForm, actor: Actor) -> Intake:
    data, at = form.cleaned_data, now()
    draft = form.draft(source_of(actor))
    if not data["is_self_handled"]:
        return register(draft, by=actor, at=at)
    return self_handle(
        draft, by=actor, at=at, before=data["attachments"], after=data["after"], opinion=data["opinion"]
    )


def source_of(actor: Actor) -> str:
    """Grid workers' own finds count as theirs (indicator K15); those of other colleagues do not."""
    return WORKER if scopes.of(actor.user).roles & WORKERS else COLLEAGUE


def may_self_handle(actor: Actor) -> bool:
    """Whether one of the person's roles may close a matter on the spot (table 5a row 2)."""
    try:
        registering_role(TICKET_TABLE["self_handle"], actor)
    except Problem:
        return False
    return True


def _form(request: HttpRequest, actor: Actor, form: PhoneReportForm, *, status: int = 200) -> HttpResponse:
    category = catalogue().by_code.get(str(form["category"].value() or ""))
    context = {
        "form": form,
        "favourites": favourites(actor),
        "category_shown": category.label if category else "",
        "category_level": category.min_level if category else "",
        "region_shown": region_words(str(form["region_code"].value() or "")),
        "photos": uploaded(actor, form["attachments"].value()),
        "after_photos": uploaded(actor, form["after"].value()),
        "may_self_handle": may_self_handle(actor),
        "grid_level": Tier.GRID.value,
        "ground": ground_of(area_of(actor.user)),
    }
    return page(request, actor, "phone/report.html", context, tab="report", status=status)


def _done(request: HttpRequest, actor: Actor, intake: Intake) -> HttpResponse:
    number = intake.ticket.number
    if not intake.created:
        messages.info(request, _("This report has been sent before: %(number)s") % {"number": number})
    elif intake.ticket.closure_kind == Ticket.ClosureKind.SELF_HANDLED:
        messages.success(request, _("Handled on the spot and closed: %(number)s") % {"number": number})
    else:
        messages.success(request, _("Reported: %(number)s") % {"number": number})
    is_seen = Ticket.objects.visible_to(actor).filter(pk=intake.ticket.pk).exists()
    url = reverse("phone:ticket", args=[number]) if is_seen else reverse("phone:tasks")
    return redirect(url)


def favourites(actor: Actor) -> list[MatterCategory]:
    """The matters that this person reports most, then those that everybody does."""
    own = (
        Ticket.objects.filter(reporter_id=actor.user_id)
        .order_by("-registered_at")
        .values_list("category__code", flat=True)[:OWN_RECENT]
    )
    codes = by_frequency(own)
    if len(codes) < FAVOURITES:
        codes += [code for code in most_used() if code not in codes]
    book = catalogue()
    known = [row for row in map(book.by_code.get, codes) if row is not None and row.is_selectable]
    usual = (row for row in book.selectable() if row.min_level == Tier.GRID and row not in known)
    return [*known, *usual][:FAVOURITES]


def by_frequency(codes: Iterable[str]) -> list[str]:
    """Distinct codes, the most frequent first."""
    counts: dict[str, int] = {}
    for code in codes:
        counts[code] = counts.get(code, 0) + 1
    return sorted(counts, key=lambda code: (-counts[code], code))


@require_safe
@script_answer
def categories(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=`: matters with their lowest level, which decides whether handling on the spot is offered; `?about=`: those
    that are named in what is written.
    """
    if about := request.GET.get("about", "").replace("\x00", "").strip():
        return answer(_row(row) for row in named_in(about[:LONGEST_ABOUT], SUGGESTED))
    words = words_of(request)
    rows = finding.search(finding.categories(), words) if words else favourites(actor)
    return answer(_row(row) for row in rows)


def _row(row: MatterCategory) -> dict[str, Any]:
    return category_row(row) | {"level": row.min_level}
