"""The figures of one month that is over, for everybody: of the city and its towns from the sums of the counting engine,
and by class of matters from the month of the open data. Small cells are left out here, before anything is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.cache import cache
from django.utils.translation import get_language, pgettext

from assessment.definitions import Definition, by_code, definitions, in_force
from assessment.figures import Asked, Figure, figures
from assessment.freezing import ends_on
from assessment.periods import Period
from assessment.rollup import next_month
from assessment.subjects import Subject, below, of_place
from exports.models import OpenTable
from exports.opendata import ALL
from governance.command.picture.spans import CONTENT, REACH, months_earlier
from governance.command.public_board.hiding import left_out, told_rate
from governance.command.public_board.setting import Setting
from governance.foundation.clock import local
from grids.territory import current as territory

INTAKE: Final = "K15"
"""The denominator of this indicator is what was accepted."""
SHOWN_MONTHS: Final = 12
KEPT_SECONDS: Final = 600


def months(at: datetime) -> list[date]:
    """The months that can be asked for: the latest twelve that are frozen by now, so that no two editions differ."""
    today = local(at).date()
    latest = months_earlier(today.replace(day=1), 1)
    if ends_on(latest) > today:
        latest = months_earlier(latest, 1)
    return [months_earlier(latest, number) for number in range(SHOWN_MONTHS)]


def table(setting: Setting, month: date, *, at: datetime) -> dict[str, Any]:
    """The document of a month, at most ten minutes old."""
    key = f"public_board.{month}.{get_language()}.{hash_of(setting)}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None or found["counted_at"] > local(at).isoformat():
        found = counted(setting, month, at=at)
        cache.set(key, found, KEPT_SECONDS)
    return found


def hash_of(setting: Setting) -> str:
    """Tells what is asked for apart."""
    return "-".join([str(setting.least), str(int(setting.has_classes)), *setting.codes])


def shown_codes(setting: Setting) -> list[str]:
    """Those that were chosen; satisfaction is never shown without how many were reached."""
    codes = [code for code in setting.codes if code != REACH or CONTENT not in setting.codes]
    if CONTENT in codes:
        codes.insert(codes.index(CONTENT) + 1, REACH)
    return codes


@dataclass(frozen=True, kw_only=True)
class Group:
    """A town, or everything that lies in none, as one row."""

    key: str
    name: str
    subjects: Sequence[Subject]


def counted(setting: Setting, month: date, *, at: datetime) -> dict[str, Any]:
    """Count it: a bounded number of statements over sums."""
    city = next(place for place in territory().by_path.values() if place.level == "city")
    whole = of_place(city.code, city.level, city.label)
    towns = below(whole)
    codes = shown_codes(setting)
    versions = [row for row in definitions() if row.code in {INTAKE, *codes}]
    period = Period(since=month, until=next_month(month))
    found = figures(Asked(definitions=versions, subjects=[whole, *towns], period=period, sensitive=False))
    newest = {code: in_force(rows, period.last) for code, rows in by_code(versions).items()}
    rates = [newest[code] for code in codes if code in newest and newest[code].holds(period.last)]
    groups = [Group(key=town.code, name=town.name, subjects=[town]) for town in towns if town.code]
    if nowhere := [town for town in towns if not town.code]:
        groups.append(Group(key="", name=nowhere[0].name, subjects=nowhere))
    counts = Counts(found=found, city=whole, groups=groups, least=setting.least)
    return {
        "month": f"{month:%Y-%m}",
        "place": whole.name,
        "counted_at": local(at).isoformat(timespec="seconds"),
        "is_final": any(figure.is_frozen for figure in found.values()),
        "smallest_count_shown": setting.least,
        "accepted": counts.accepted(),
        "rates": [counts.rate(row) for row in rates],
        "classes": _classes(month, setting.least) if setting.has_classes else [],
    }


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The figures of a month with what may be told of them."""

    found: Mapping[tuple[str, int], Figure]
    city: Subject
    groups: Sequence[Group]
    least: int

    def sides(self, code: str, subjects: Sequence[Subject]) -> tuple[int, int]:
        """Numerator and denominator; of a frozen month as they were frozen."""
        sums = [figure for subject in subjects if (figure := self.found.get((code, subject.key))) is not None]
        if all(figure.is_frozen for figure in sums):
            return sum(one.sum.frozen_part for one in sums), sum(one.sum.frozen_whole for one in sums)
        return sum(one.part for one in sums), sum(one.whole for one in sums)

    def wholes(self, code: str) -> dict[str, int]:
        """The denominators of the rows that have one."""
        found = {group.key: self.sides(code, group.subjects)[1] for group in self.groups}
        return {key: whole for key, whole in found.items() if whole}

    def accepted(self) -> dict[str, Any]:
        """What was accepted in the city and in its towns; a count that is left out is None."""
        total, wholes = self.sides(INTAKE, [self.city])[1], self.wholes(INTAKE)
        is_told = total == 0 or total >= self.least
        hidden = left_out(wholes, total, self.least) if is_told else set(wholes)
        return {
            "total": total if is_told else None,
            "places": [
                {"name": group.name, "count": None if group.key in hidden else wholes[group.key]}
                for group in self.groups
                if group.key in wholes
            ],
        }

    def rate(self, row: Definition) -> dict[str, Any]:
        """One rate of the city and of its towns. How many it is of is told for the city alone, and only where both
        sides are large: so no number can be worked out.
        """
        part, whole = self.sides(row.code, [self.city])
        percent, is_rounded = told_rate(part, whole, self.least)
        wholes = self.wholes(row.code)
        hidden = left_out(wholes, whole, self.least)
        return {
            "code": row.code,
            "name": row.label,
            "formula": row.formula,
            "percent": None if percent is None else str(percent),
            "is_rounded": is_rounded,
            "of": whole if whole >= self.least and not is_rounded else None,
            "places": [
                self._place(row, group, is_hidden=group.key in hidden)
                for group in self.groups
                if group.key in wholes
            ],
        }

    def _place(self, row: Definition, group: Group, *, is_hidden: bool) -> dict[str, Any]:
        percent, is_rounded = told_rate(*self.sides(row.code, group.subjects), self.least)
        if is_hidden or percent is None:
            return {"name": group.name, "percent": None, "is_rounded": False}
        return {"name": group.name, "percent": str(percent), "is_rounded": is_rounded}


def _classes(month: date, least: int) -> list[dict[str, Any]]:
    """What was registered in the city by class of matters, as the open data of the month has it, most first."""
    rows = OpenTable.objects.filter(month=month).values_list("rows", flat=True).first() or []
    of_city = [row for row in rows if row["community_code"] == ALL]
    counts = {row["class"]: row["tickets"] for row in of_city if row["class_code"] != ALL}
    total = next((row["tickets"] for row in of_city if row["class_code"] == ALL), None)
    hidden = left_out(counts, total, least)
    shown = sorted(((-count, name) for name, count in counts.items() if name not in hidden and count))
    found: list[dict[str, Any]] = [{"name": name, "count": -count} for count, name in shown]
    if hidden:
        found.append({"name": pgettext("public board", "Other classes"), "count": None})
    return found
