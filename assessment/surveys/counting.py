"""Surveys for the engine: every valid questionnaire is one occasion, so that sums of communities are right (K53)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext, pgettext_lazy

from assessment.fieldwork.reading import changed_by, last_of, pending_by
from assessment.kinds import Fact, Kind
from assessment.sources import Item, Source, Wanted
from assessment.surveys.models import Survey, SurveyResult, SurveyStep
from governance.accounts.actors import Actor
from governance.foundation.horizon import reach
from grids.territory import current as territory

ANSWERS: Final = pgettext_lazy("figures", "By answer")
FACTS: Final = (
    Fact(name="content", label=pgettext_lazy("fact", "Satisfied or basically satisfied")),
    Fact(name="satisfied", label=pgettext_lazy("survey", "satisfied"), group=ANSWERS),
    Fact(name="basically", label=pgettext_lazy("survey", "basically satisfied"), group=ANSWERS),
    Fact(name="dissatisfied", label=pgettext_lazy("survey", "dissatisfied"), group=ANSWERS),
)
WHEN: Final = pgettext_lazy("occasion", "on the day of the survey")
SATISFACTION: Final = Kind(
    number=91,
    name="questionnaire",
    label=pgettext_lazy("occasion", "Valid questionnaire on satisfaction"),
    when=WHEN,
    facts=FACTS,
)
SAFETY: Final = Kind(
    number=92,
    name="safety_questionnaire",
    label=pgettext_lazy("occasion", "Valid questionnaire on the feeling of safety"),
    when=WHEN,
    facts=FACTS,
)
CONTENT, FULL, HALF, NOT = SATISFACTION.bits.values()

_RESULTS: Final = """
SELECT r.id, (CASE s.kind WHEN %(safety)s THEN %(of_safety)s ELSE %(of_satisfaction)s END)::smallint, n.n::bigint,
       (r.surveyed_on::timestamp AT TIME ZONE %(zone_of_days)s), rpad(r.code, 15, '0')::bigint, NULL::bigint,
       (CASE WHEN n.n <= r.satisfied THEN %(full)s
             WHEN n.n <= r.satisfied + r.basically THEN %(half)s ELSE %(not)s END)::int, NULL::int, false
  FROM assessment_surveyresult r
  JOIN assessment_survey s ON s.id = r.survey_id
 CROSS JOIN LATERAL generate_series(1, r.valid) AS n(n)
 WHERE {results} AND NOT r.is_removed"""
_VALUES: Final = {
    "safety": Survey.Kind.SAFETY.value,
    "of_safety": SAFETY.number,
    "of_satisfaction": SATISFACTION.number,
    "full": CONTENT | FULL,
    "half": CONTENT | HALF,
    "not": NOT,
}


def derive(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The questionnaires of these results, those of satisfied people first."""
    zone = {"zone_of_days": str(timezone.get_default_timezone())}
    return _RESULTS.format(results=wanted.on("r.id")), wanted.values | _VALUES | zone


def shown(by: Actor, ids: Sequence[int]) -> Mapping[int, Item]:
    """The rows of the surveys that the reader may see."""
    rows = SurveyResult.objects.visible_to(by).filter(pk__in=ids).select_related("survey")
    return {row.pk: _face(row) for row in rows}


def _face(row: SurveyResult) -> Item:
    place = territory().by_path.get(row.region_path)
    told = {"valid": row.valid, "sample": row.sample_size}
    return Item(
        number=place.label if place is not None else row.code,
        title=row.survey.title,
        url=f"{reverse('assessment:survey', args=[row.survey_id])}?place={row.code}",
        words=pgettext("survey", "%(valid)s valid of %(sample)s asked") % told,
    )


SOURCE: Final = Source(
    name="surveys",
    kinds=(SATISFACTION, SAFETY),
    horizon=lambda: reach(SurveyStep),
    changed=changed_by(SurveyStep, "result_id"),
    last_item=last_of(SurveyResult),
    pending=pending_by(SurveyStep, "result_id"),
    derive=derive,
    items=shown,
)
