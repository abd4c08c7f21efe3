"""Handling standards: beside a ticket, in a list with search, and the page where a version is added."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Problem, StaleVersion, Unprocessable
from grids import scope as scopes
from incidents.catalogue import current as catalogue
from incidents.models import MatterStandard
from incidents.opening import visible_ticket
from incidents.views.evidence_page import problem_fields
from incidents.views.wording import whole
from incidents.wording import add_standard, may_keep_standards, standard_of


def must_read(actor: Actor) -> None:
    """Everybody who is appointed reads the standards. Raises Forbidden."""
    if not scopes.of(actor.user).reaches:
        raise Forbidden()


@require_safe
@desk_page
def beside(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The standard that held when a ticket was registered, for its page; nothing where there is none."""
    ticket = visible_ticket(actor, number)
    standard = standard_of(ticket.category.code, at=ticket.registered_at)
    return render(request, "incidents/_standard.html", {"standard": standard})


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every sub-class and detail with its standard in force; `?q=` searches, `?missing=1` those without one."""
    must_read(actor)
    at = now()
    words = request.GET.get("q", "").strip().lower()[:40]
    held: dict[str, MatterStandard] = {}
    for row in MatterStandard.objects.filter(valid_from__lte=at).order_by("version"):
        held[row.category_code] = row
    rows = []
    for item in catalogue().selectable():
        found = held.get(item.code)
        if words and words not in f"{item.code} {item.label} {item.full_name} {item.pinyin}".lower():
            continue
        if request.GET.get("missing") and (found or held.get(item.code[:4])):
            continue
        rows.append((item, found, found or held.get(item.code[:4])))
    context = {
        "rows": rows,
        "count": sum(1 for _item, own, _any in rows if own),
        "may_keep": may_keep_standards(actor),
        "is_filtered": bool(words or request.GET.get("missing")),
    }
    return render(request, "incidents/standards.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One matter: its versions, and the form of the next one for those who keep standards."""
    must_read(actor)
    category = catalogue().by_code.get(code)
    if category is None:
        raise NotFound()
    versions = list(
        MatterStandard.objects.filter(category_code=code).select_related("created_by").order_by("-version")
    )
    last = versions[0] if versions else None
    problem: Problem | None = None
    typed = {name: getattr(last, name, "") for name in ("filing", "closing", "basis")}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
        at = now()
        try:
            add_standard(
                code,
                **typed,
                valid_from=beginning_of(request.POST.get("valid_from", ""), at),
                by=actor,
                at=at,
                version=whole(request.POST.get("version", "")),
            )
        except (Unprocessable, StaleVersion) as refused:
            problem = refused
        else:
            messages.success(request, _("The standard is kept"))
            return redirect("incidents:standard", code)
    context = {
        "category": category,
        "versions": versions,
        "version": last.version if last else 0,
        "typed": typed,
        "valid_from": request.POST.get("valid_from", ""),
        "today": local(now()).date(),
        "may_keep": may_keep_standards(actor),
        "problem": problem,
        "errors": problem_fields(problem),
    }
    return render(request, "incidents/standard.html", context, status=problem.status if problem else 200)


def beginning_of(text: str, at: datetime) -> datetime:
    """Today means from now on; a later day from its beginning. Raises Unprocessable."""
    if not text.strip():
        return at
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None:
        raise Unprocessable(fields={"valid_from": [_("Write a day as 2026-12-01")]})
    today = local(at).date()
    if day == today:
        return at
    if day > today + timedelta(days=366 * 3):
        raise Unprocessable(fields={"valid_from": [_("That is too far away")]})
    return timezone.make_aware(datetime.combine(day, time.min))
