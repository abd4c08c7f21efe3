"""The key report of a mediation case or of a patrol's finding, for the pages of apps below that know nothing of it."""

from collections.abc import Mapping
from typing import Any

from django import template

from fieldwork.models import FieldFinding
from fieldwork.terms import FindingKind
from governance.exchange.edges import actor_of
from governance.foundation.clock import now
from key_reports.models import KeyReport
from key_reports.panel import face
from mediation.models import MediationCase
from mediation.states import RiskColor

register = template.Library()


@register.simple_tag(takes_context=True)
def report_of_case(context: Mapping[str, Any], case: MediationCase) -> Mapping[str, Any] | None:
    """The report of a red case, a crowd or violence, where this person may read it; asked of no other case."""
    is_urgent = case.risk_color == RiskColor.RED or case.is_violent or case.is_crowd or case.is_criminal
    return _face(context, case=case) if is_urgent else None


@register.simple_tag(takes_context=True)
def report_of_finding(context: Mapping[str, Any], finding: FieldFinding) -> Mapping[str, Any] | None:
    """The report of a finding of that kind, where this person may read it."""
    return _face(context, finding=finding) if finding.kind == FindingKind.KEY_REPORT else None


def _face(context: Mapping[str, Any], **cause: Any) -> Mapping[str, Any] | None:
    rows = KeyReport.objects.visible_to(actor_of(context["request"], "web"))
    row = rows.filter(**cause).select_related("category").first()
    return face(row, now()) if row is not None else None
