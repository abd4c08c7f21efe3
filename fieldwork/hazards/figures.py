"""Hazard rectification (K42): accepted by their date, of all that had to be rectified in a period; major ones apart.

A hazard counts by the date it had, granted extensions included; one that was sent back keeps it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from fieldwork.hazards.models import Hazard
from fieldwork.hazards.querysets import HazardQuerySet
from fieldwork.hazards.states import Grade, HazardState
from governance.foundation.percent import percent_words
from grids.territory import current as territory

MET = Q(state=HazardState.ACCEPTED, accepted_at__lte=F("due_at"))


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Numerator and denominator of a grade or a place."""

    key: str
    met: int
    due: int

    @property
    def missed(self) -> int:
        return self.due - self.met

    @property
    def percent(self) -> str:
        """Two decimals, half up, as all indicators; a dash where nothing was due."""
        return percent_words(self.met, self.due)


def by_grade(rows: HazardQuerySet) -> list[Rate]:
    """One line for each grade, in their order: one statement."""
    counted = rows.order_by().values_list("grade").annotate(due=Count("pk"), met=Count("pk", filter=MET))
    found = {grade: Rate(key=grade, met=met, due=due) for grade, due, met in counted}
    return [found.get(grade, Rate(key=grade, met=0, due=0)) for grade in Grade.values]


def by_town(rows: HazardQuerySet) -> list[Rate]:
    """One line for each town that had any, the lowest rate first: one statement."""
    land, sums = territory(), dict[str, list[int]]()
    counted = (
        rows.order_by().values_list("region_path").annotate(due=Count("pk"), met=Count("pk", filter=MET))
    )
    for path, due, met in counted:
        town = land.at_level(path, "town")
        line = sums.setdefault(town.path if town is not None else path, [0, 0])
        line[0] += met
        line[1] += due
    found = [Rate(key=key, met=met, due=due) for key, (met, due) in sums.items()]
    return sorted(found, key=lambda line: (line.met / line.due, line.key))


def rectification(paths: Sequence[str], since: datetime, until: datetime) -> dict[str, Rate]:
    """K42 inside places by grade, for indicators: what was due from `since` on, before `until`."""
    rows = Hazard.objects.all().inside(paths).due_between(since, until)
    return {line.key: line for line in by_grade(rows)}
