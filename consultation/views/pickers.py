"""Answers for the comboboxes: departments that can be called, people who can be invited or are recused."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from consultation.views.doors import must_read
from consultation.whistles import CALLABLE
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import script_answer
from grids.territory import current as territory
from incidents import finding
from incidents.views.pickers import answer, answers_for, responsible, unit_row, words_of

MOST = 20


@require_safe
@script_answer
def departments(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` departments by name, pinyin or code, those that answer for `?path=` first; empty: those alone."""
    must_read(actor)
    land, path = territory(), request.GET.get("path", "")
    if words := words_of(request):
        found = finding.search(finding.units(), words, limit=10 * MOST)
        found.sort(key=lambda unit: not answers_for(land, unit, path))
    else:
        found = responsible(land, path)
    return answer(unit_row(unit) for unit in [unit for unit in found if unit.kind in CALLABLE][:MOST])


@require_safe
@script_answer
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?q=` active people by name or unit; nothing is listed without words, and no phone is told."""
    must_read(actor)
    words = words_of(request)
    if not words:
        return answer([])
    rows = User.objects.filter(is_active=True, appointments__is_applied=True).filter(
        Q(name__icontains=words) | Q(unit__name__icontains=words)
    )
    shown = rows.distinct().order_by("name", "pk").values_list("pk", "name", "unit__name")[:MOST]
    return answer({"value": pk, "label": name, "hint": unit or ""} for pk, name, unit in shown)
