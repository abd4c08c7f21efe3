"""What decided returns teach: ways that matters take again and again, each one step away from a routing rule."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from grids import scope as scopes
from incidents import directing
from incidents.catalogue import current as catalogue
from incidents.models import RoutingCandidate
from incidents.views.directory import must_read

MOST = 200


@dataclass(frozen=True, kw_only=True)
class CandidateRow:
    """One way, in words, and the form of the rule that it would become."""

    row: RoutingCandidate
    category: str
    rule_url: str


def visible_to(actor: Actor) -> QuerySet[RoutingCandidate]:
    """The ways inside one's area, and those from or to one's own units."""
    scope = scopes.of(actor.user)
    mine = Q(from_unit__in=scope.unit_ids) | Q(to_unit__in=scope.unit_ids)
    for path in scope.paths:
        mine |= Q(region__path__startswith=path)
    return RoutingCandidate.objects.filter(mine)


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The ways that were confirmed most often first."""
    must_read(actor)
    may_keep = directing.may_keep(actor)
    rows = visible_to(actor).select_related("region", "from_unit", "to_unit")
    found = rows.order_by("-granted", "-dispatched", "-last_at", "-id")[:MOST]
    context = {"rows": [row_of(row, may_keep=may_keep) for row in found], "may_keep": may_keep}
    return render(request, "mandates/candidates.html", context)


def row_of(row: RoutingCandidate, *, may_keep: bool) -> CandidateRow:
    """The line of one way; without a unit that it leads to there is nothing to make a rule of."""
    category = catalogue().by_code.get(row.category_code)
    label = category.label if category else row.category_code
    url = ""
    if may_keep and row.to_unit is not None and row.to_unit.is_active:
        reason = _("Returned from %(unit)s and granted %(n)d times") % {
            "unit": row.from_unit.name,
            "n": row.granted,
        }
        wanted = {
            "category": row.category_code,
            "region": row.region.code,
            "unit": row.to_unit.code,
            "reason": reason,
        }
        url = f"{reverse('incidents:rule-new')}?{urlencode(wanted)}"
    return CandidateRow(row=row, category=label, rule_url=url)
