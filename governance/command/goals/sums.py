"""The measures that the counting engine keeps: shares of a month so far by place, from its sums, and their lists.

A month costs the same for ten thousand tickets as for ten million, and the panel says what the indicators say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import pgettext

from assessment.definitions import definitions
from assessment.figures import Asked, figures
from assessment.periods import Period
from assessment.subjects import DIGITS, Subject, below, of_place
from governance.accounts.actors import Actor
from governance.command.goals.counting import (
    NOTHING,
    NOW_ONLY,
    Month,
    Shares,
    care_shares,
    ground_shares,
    state_shares,
)
from grids import scope as scopes
from grids.territory import Place
from grids.territory import current as territory
from staffing.queries import Rate

INDICATORS: Final[Mapping[str, str]] = {
    "worker_share": "K15",
    "grid_solved": "K12",
    "on_time": "K05",
    "first_time": "K18.once",
    "solved": "K08",
    "satisfied": "K09",
}
"""By the key of a measure the code of its indicator."""
SIDES: Final = ("part", "whole", "missing")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Shares by measure and path, and why a measure has none: its definition is broken or was not counted yet."""

    shares: dict[str, Shares]
    reasons: dict[str, str]


def stretch(month: Month) -> Period:
    """The days of the month that have begun."""
    return Period(since=month.first, until=month.last_day + timedelta(days=1))


def counted(by: Actor, path: str, month: Month) -> Counted:
    """Every measure that has an indicator, by the places one level below: a bounded number of statements over sums."""
    place = _place(path)
    shares: dict[str, Shares] = {key: {} for key in INDICATORS}
    reasons: dict[str, str] = {}
    if place is None:
        return Counted(shares=shares, reasons=reasons)
    subject = of_place(place.code, place.level, place.name)
    known = [row for row in definitions() if row.code in INDICATORS.values()]
    sensitive = by.is_system or scopes.of(by.user).sees_sensitive
    places = below(subject)
    asked = Asked(definitions=known, subjects=places, period=stretch(month), sensitive=sensitive)
    found = figures(asked, pgettext("indicator", "Is being counted for the first time"))
    for key, code in INDICATORS.items():
        for item in places:
            figure = found.get((code, item.key))
            if figure is None:
                continue
            if figure.reason:
                reasons[key] = figure.reason
            elif figure.whole:
                at = path_of(item)
                shares[key][at] = shares[key].get(at, NOTHING) + Rate(figure.part, figure.whole)
    return Counted(shares=shares, reasons=reasons)


def _place(path: str) -> Place | None:
    """The place, or the city for an empty path."""
    places = territory().by_path
    return places.get(path) if path else next((row for row in places.values() if row.level == "city"), None)


def path_of(subject: Subject) -> str:
    """The path of a region or grid, of a former one too; empty for what lies at none."""
    known = territory().by_code.get(subject.code)
    if known is not None:
        return known.path
    if not subject.code:
        return ""
    levels = list(DIGITS)
    held = levels[: levels.index(subject.level) + 1]
    return "".join(f"{subject.code[: DIGITS[level]]}/" for level in held)


def urls(key: str, place: Place, month: Month) -> tuple[str, str, str]:
    """The engine's lists of numerator, denominator and the difference: each holds as many as its number."""
    period = stretch(month)
    days = {"since": f"{period.since:%Y-%m-%d}", "last": f"{period.last:%Y-%m-%d}"}
    home = reverse("assessment:items", args=[INDICATORS[key]])
    part, whole, missing = (
        f"{home}?{urlencode({'place': place.code, **days, 'side': side})}" for side in SIDES
    )
    return part, whole, missing


def shares(by: Actor, path: str, level: str, month: Month, *, is_present: bool = True) -> Counted:
    """Every measure by place of `level` inside `path`; without `is_present`, `NOW_ONLY` are left empty."""
    found = counted(by, path, month)
    whole = found.shares | state_shares(path, level, month.last_day)
    if not is_present:
        return Counted(shares=whole | {key: {} for key in NOW_ONLY}, reasons=found.reasons)
    present = {"ground": ground_shares(path, level)} | care_shares(by, path, level, month.last_day)
    return Counted(shares=whole | present, reasons=found.reasons)
