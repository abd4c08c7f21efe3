"""A survey summed up: for a place, for the places one level below, and the rows of a community itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Max, Min, Sum

from assessment.surveys.models import SurveyResult
from assessment.surveys.querysets import SurveyResultQuerySet
from governance.foundation.percent import percent_of
from grids.territory import Place
from grids.territory import current as territory

SUMS: Final = ("sample_size", "valid", "satisfied", "basically", "dissatisfied")


@dataclass(frozen=True, kw_only=True)
class Total:
    """Numbers added up; the rate is that of the sums, never a mean of rates."""

    sample_size: int = 0
    valid: int = 0
    satisfied: int = 0
    basically: int = 0
    dissatisfied: int = 0
    communities: int = 0
    first_on: date | None = None
    last_on: date | None = None

    @property
    def content(self) -> int:
        """Satisfied and basically satisfied."""
        return self.satisfied + self.basically

    @property
    def percent(self) -> Decimal | None:
        """Two decimals, half up; None without a valid questionnaire."""
        return percent_of(self.content, self.valid)

    def lamp(self, target: Decimal) -> str:
        """Green above the target, red at it and below."""
        if not self.valid:
            return ""
        return "green" if 100 * self.content > target * self.valid else "red"

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Total":
        """From the sums of a statement, which are empty where nothing was added up."""
        numbers = {name: values[name] or 0 for name in (*SUMS, "communities")}
        return cls(**numbers, first_on=values["first_on"], last_on=values["last_on"])


ADDED: Final = {
    **{name: Sum(name) for name in SUMS},
    "communities": Count("pk"),
    "first_on": Min("surveyed_on"),
    "last_on": Max("surveyed_on"),
}


def total_of(rows: SurveyResultQuerySet) -> Total:
    """One statement."""
    return Total.of(rows.aggregate(**ADDED))


def totals_by_survey(rows: SurveyResultQuerySet, surveys: Iterable[int]) -> dict[int, Total]:
    """One statement for a page of surveys."""
    found = rows.filter(survey__in=list(surveys)).order_by().values("survey").annotate(**ADDED)
    return {line["survey"]: Total.of(line) for line in found}


@dataclass(kw_only=True)
class Line:
    """A place below, or a community with its own row."""

    name: str
    code: str
    total: Total
    lamp: str
    row: SurveyResult | None = None


@dataclass(kw_only=True)
class _Sums:
    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SUMS, 0))
    days: list[date] = field(default_factory=list)

    def total(self) -> Total:
        return Total(
            **self.numbers, communities=len(self.days), first_on=min(self.days), last_on=max(self.days)
        )


def lines_of(rows: Sequence[SurveyResult], path: str, target: Decimal) -> list[Line]:
    """The rows below `path` by the places of the next level, those below the target first."""
    land = territory()
    here = land.by_path.get(path)
    level = "town" if here is None or here.level in {"city", "district"} else "community"
    if level == "community":
        found = [_own(row, land.by_path.get(row.region_path), target) for row in rows]
    else:
        sums: dict[str, _Sums] = {}
        for row in rows:
            town = row.region_path.rstrip("/").rsplit("/", 1)[0] + "/"
            mine = sums.setdefault(town, _Sums())
            mine.days.append(row.surveyed_on)
            for name in SUMS:
                mine.numbers[name] += getattr(row, name)
        found = [_below(town, land.by_path.get(town), item.total(), target) for town, item in sums.items()]
    return sorted(found, key=lambda line: (line.total.percent is None, line.total.percent or 0, line.code))


def _below(path: str, place: Place | None, total: Total, target: Decimal) -> Line:
    code = place.code if place is not None else path.rstrip("/").rsplit("/", 1)[-1]
    name = place.label if place is not None else code
    return Line(name=name, code=code, total=total, lamp=total.lamp(target))


def _own(row: SurveyResult, place: Place | None, target: Decimal) -> Line:
    mine = _Sums(numbers={name: getattr(row, name) for name in SUMS}, days=[row.surveyed_on]).total()
    name = place.label if place is not None else row.code
    return Line(name=name, code=row.code, total=mine, lamp=mine.lamp(target), row=row)
