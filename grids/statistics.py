"""How many grids of which kind there are, by town or community, on any day (S0-06)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language

from grids.history import GridState, grids_on
from grids.models import Grid, Region, TownRollout
from grids.rollout import staged

TOWN_DIGITS, COMMUNITY_DIGITS = 9, 12


@dataclass(frozen=True, kw_only=True)
class CountRow:
    """The grids of one town or community on a day; `stage` in words is what a town had reached by then."""

    code: str
    name: str
    path: str
    communities: int
    comprehensive: int
    exclusive: int
    households: int
    stage: str = ""
    is_pilot: bool = False

    @property
    def total(self) -> int:
        return self.comprehensive + self.exclusive

    @property
    def is_town(self) -> bool:
        return len(self.code) == TOWN_DIGITS

    @property
    def is_community(self) -> bool:
        return len(self.code) == COMMUNITY_DIGITS

    @property
    def mean(self) -> float | None:
        """Households in a basic (comprehensive) grid on average; None without any."""
        return self.households / self.comprehensive if self.comprehensive else None


def counts_on(day: date, paths: Sequence[str]) -> list[CountRow]:
    """One row for each town inside these places, none of which holds another; for each community when all of
    them are towns or less. Two statements a place and one for the names and the stages of towns.
    """
    states = [state for path in paths for state in grids_on(day, path)]
    is_fine = bool(paths) and all(_reaches(path, TOWN_DIGITS) for path in paths)
    digits = COMMUNITY_DIGITS if is_fine else TOWN_DIGITS
    groups: dict[str, list[GridState]] = defaultdict(list)
    for state in states:
        groups[_cut(state.path, digits)].append(state)
    known = _places(list(groups), day)
    rows = [_row(path, known.get(path, Known(name=path)), items) for path, items in groups.items()]
    return sorted(rows, key=lambda row: row.path)


def total_of(rows: Sequence[CountRow], name: str) -> CountRow:
    """The sum of some rows."""
    return CountRow(
        code="",
        name=name,
        path="",
        communities=sum(row.communities for row in rows),
        comprehensive=sum(row.comprehensive for row in rows),
        exclusive=sum(row.exclusive for row in rows),
        households=sum(row.households for row in rows),
    )


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a place besides its grids."""

    name: str
    stage: str = ""
    is_pilot: bool = False


def _row(place: str, known: Known, states: Sequence[GridState]) -> CountRow:
    exclusive = sum(state.kind == Grid.Kind.EXCLUSIVE for state in states)
    return CountRow(
        code=place.rstrip("/").rpartition("/")[2],
        name=known.name,
        path=place,
        stage=known.stage,
        is_pilot=known.is_pilot,
        communities=len({state.path.rpartition(state.code)[0] for state in states}),
        comprehensive=len(states) - exclusive,
        exclusive=exclusive,
        households=sum(state.household_count for state in states),
    )


def _reaches(path: str, digits: int) -> bool:
    return any(len(part) >= digits for part in path.split("/"))


def _cut(path: str, digits: int) -> str:
    """The path down to the part with so many digits."""
    kept = []
    for part in path.rstrip("/").split("/"):
        kept.append(part)
        if len(part) >= digits:
            break
    return "/".join(kept) + "/"


def _places(paths: list[str], day: date) -> dict[str, Known]:
    """The names of places, also of those that have ended, and the stages of towns; the newest where a path was used
    twice."""
    is_english = (get_language() or "").startswith("en")
    rows: Any = staged(Region.objects.filter(path__in=paths), day).order_by("valid_from")
    return {
        path: Known(
            name=name_en if is_english and name_en else name,
            stage=str(TownRollout.Stage(stage).label) if stage else "",
            is_pilot=bool(is_pilot),
        )
        for path, name, name_en, stage, is_pilot in rows.values_list(
            "path", "name", "name_en", "stage", "is_pilot"
        )
    }
