"""What a person may see of survey results: those of the places whose figures he or she reads."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from assessment.rules import paths_of
from governance.accounts.actors import Actor

if TYPE_CHECKING:
    from assessment.surveys.models import SurveyResult  # noqa: F401  # named in the base class below


class SurveyResultQuerySet(models.QuerySet["SurveyResult"]):
    """Adjectives of results."""

    def visible_to(self, actor: Actor) -> "SurveyResultQuerySet":
        """Of the places that the reader covers, and not taken out."""
        return self.inside(paths_of(actor)).filter(is_removed=False)

    def inside(self, paths: Iterable[str]) -> "SurveyResultQuerySet":
        """In one of the places."""
        condition = Q(pk__in=[])
        for path in paths:
            condition |= Q(region_path__startswith=path)
        return self.filter(condition)
