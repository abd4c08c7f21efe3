"""Whole questions about people of the grids: what is vacant, what is filled, who was trained."""

from staffing.queries.coverage import (
    CoverageRow,
    TrainingCoverage,
    grids_by_party,
    grids_without_party,
    grids_without_team,
    party_coverage,
    training_coverage,
)
from staffing.queries.presence import (
    PersonDay,
    PresenceDay,
    PresenceRow,
    person_days,
    presence,
    presence_by_day,
    presence_rate,
    workdays,
)
from staffing.queries.rates import PostRow, Rate, RateRow, month_ends, posts, rates, trend
from staffing.queries.standard import Requirement, requirements, template_of
from staffing.queries.stationed import StationedSum, sums_by_town, sums_by_unit
from staffing.queries.vacancies import (
    Vacancy,
    VacancyKey,
    count_vacancies,
    gaps_by_leave,
    vacancies,
    vacancies_of,
)

__all__ = [
    "CoverageRow",
    "PersonDay",
    "PostRow",
    "PresenceDay",
    "PresenceRow",
    "Rate",
    "RateRow",
    "Requirement",
    "StationedSum",
    "TrainingCoverage",
    "Vacancy",
    "VacancyKey",
    "count_vacancies",
    "gaps_by_leave",
    "grids_by_party",
    "grids_without_party",
    "grids_without_team",
    "month_ends",
    "party_coverage",
    "person_days",
    "posts",
    "presence",
    "presence_by_day",
    "presence_rate",
    "rates",
    "requirements",
    "sums_by_town",
    "sums_by_unit",
    "template_of",
    "training_coverage",
    "trend",
    "vacancies",
    "vacancies_of",
    "workdays",
]
