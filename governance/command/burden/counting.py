"""Counting the burden: months into cells by a task; cells into a year by lines and places, the year before beside it.

The present month is counted anew by every run, the one before until its fifth day is over; after that it stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from fieldwork.planning.windows import midnight_of
from governance.accounts.actors import Actor
from governance.accounts.models import TIER_ORDER
from governance.accounts.roles import Role
from governance.command.burden.sources import TOWN_PATH, Source, sources
from governance.command.models import BurdenCell, BurdenMonth, is_free_for_one, one_at_a_time
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden
from governance.foundation.naming import label_of
from governance.foundation.percent import percent_of
from grids import scope as scopes
from grids.scope import outermost
from grids.territory import current as territory
from mandates.forms import line_name

YEARS: Final = 2
AT_ONCE: Final = 60
"""Months of sources that one run counts beside the present ones."""
BATCH: Final = 12
"""Months of sources that are counted in one transaction of filling."""
FROZEN_FROM: Final = 5
MONTHS: Final = tuple(range(1, 13))
BY_PLACE: Final = frozenset({Role.LEADER, Role.OVERSIGHT_OFFICER, Role.DISPATCHER, Role.TOWN_STAFF})
BY_LINE: Final = frozenset({Role.DEPT_LEAD})
"""Those who issue read their own line over the whole city."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a reader counts: places (none: nowhere) in any line, or some lines anywhere."""

    paths: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    def holds(self, line: str, place: str) -> Q:
        """The condition on cells or annotated rows; `line` and `place` are their columns."""
        seen = Q(**{f"{line}__in": list(self.lines)}) if self.lines else Q(pk__in=[])
        for path in self.paths:
            seen |= Q(**{f"{place}__startswith": path[:TOWN_PATH]})
        return seen


def reach_of(actor: Actor) -> Reach:
    """Raises Forbidden for those who neither issue nor lead."""
    reaches = scopes.of(actor.user).reaches
    paths = outermost(reach.path for reach in reaches if reach.path and reach.role in BY_PLACE)
    units = [reach.unit_id for reach in reaches if reach.unit_id is not None and reach.role in BY_LINE]
    known = territory().units
    lines = {known[unit].line for unit in units if unit in known and known[unit].line}
    if not paths and not lines:
        raise Forbidden(
            _("The burden counter is for those who issue and for leaders"), roles=sorted(BY_PLACE | BY_LINE)
        )
    return Reach(paths=paths, lines=tuple(sorted(lines)))


def may_read(actor: Actor) -> bool:
    """Whether there is anything for this reader."""
    return any(
        (reach.path and reach.role in BY_PLACE) or (reach.unit_id and reach.role in BY_LINE)
        for reach in scopes.of(actor.user).reaches
    )


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


@transaction.atomic
def count_month(source: Source, month: date, *, at: datetime) -> int:
    """Count a source in a month anew; returns what was issued."""
    one_at_a_time("burden", f"{source.name} {month:%Y-%m}")
    rows = source.rows(midnight_of(month), min(midnight_of(next_month(month)), at))
    found = rows.order_by().values("of_line", "of_town").annotate(n=Count("pk"))
    BurdenMonth.objects.filter(source=source.name, month=month).delete()
    head = BurdenMonth.objects.create(source=source.name, month=month, counted_at=at)
    sums: dict[tuple[str, str], int] = {}
    for row in found:
        key = (row["of_line"] or "", row["of_town"])
        sums[key] = sums.get(key, 0) + row["n"]
    BurdenCell.objects.bulk_create(
        [
            BurdenCell(month=head, line=line, place_path=town, count=n)
            for (line, town), n in sorted(sums.items())
        ]
    )
    return sum(sums.values())


def count_due(*, at: datetime, at_once: int = AT_ONCE) -> int:
    """The present month and, until its fifth day is over, the one before; then months that nobody has counted yet."""
    today = local(at).date()
    months = _months(today)
    moving = {months[0]} | ({months[1]} if today.day <= FROZEN_FROM else set())
    again = [(source, month) for month in months if month in moving for source in sources()]
    fresh = [pair for pair in _uncounted(months) if pair[1] not in moving]
    return _count([*again, *fresh[:at_once]], at)


@transaction.atomic
def fill(*, at: datetime, at_once: int = BATCH) -> int:
    """A few months that nobody has counted yet, unless somebody else is filling; returns how many."""
    if not is_free_for_one("burden", "fill"):
        return 0
    return _count(_uncounted(_months(local(at).date()))[:at_once], at)


def _months(today: date) -> list[date]:
    """Every month that is counted, the newest first."""
    present = today.replace(day=1)
    years = range(today.year, today.year - YEARS, -1)
    months = [date(year, month, 1) for year in years for month in reversed(MONTHS)]
    return [month for month in months if month <= present]


def _uncounted(months: Sequence[date]) -> list[tuple[Source, date]]:
    counted = set(BurdenMonth.objects.filter(month__in=months).values_list("source", "month"))
    return [
        (source, month) for month in months for source in sources() if (source.name, month) not in counted
    ]


def _count(pairs: Sequence[tuple[Source, date]], at: datetime) -> int:
    for source, month in pairs:
        count_month(source, month, at=at)
    return len(pairs)


@dataclass
class Row:
    """One line or place: twelve months, their sum, and the same stretch of the year before."""

    key: str
    label: str
    months: list[int] = field(default_factory=lambda: [0] * 12)
    same: int = 0
    before: int = 0

    @property
    def total(self) -> int:
        """The whole year so far."""
        return sum(self.months)

    @property
    def change(self) -> Decimal | None:
        """Percent more or less than in the same months of the year before; None where there was nothing."""
        return percent_of(self.same - self.before, self.before)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A year by lines, by places and by sources; `whole` sums up. `compared`: the last month that is compared."""

    year: int
    compared: int
    lines: Sequence[Row]
    places: Sequence[Row]
    sources: Sequence[Row]
    whole: Row
    counted_at: datetime | None


def table(actor: Actor, year: int, *, source: str, at: datetime) -> Table:
    """The year as the reader may count it, of one source or of all: two statements. Raises Forbidden."""
    reach, today = reach_of(actor), local(at).date()
    compared = 12 if year < today.year else today.month - 1 if year == today.year else 0
    names = {item.name: str(item.label) for item in sources()}
    heads = BurdenMonth.objects.filter(
        month__year__in=[year, year - 1], source__in=[source] if source in names else names
    )
    counted = heads.filter(month__year=year).order_by("counted_at").values_list("counted_at", flat=True)
    cells = BurdenCell.objects.filter(reach.holds("line", "place_path"), month__in=heads)
    kinds: dict[str, dict[str, Row]] = {"line": {}, "place": {}, "source": {}}
    words = {"line": line_words, "place": place_words, "source": names.__getitem__}
    whole = Row(key="", label=_("All together"))
    for name, month, line, place, count in cells.values_list(
        "month__source", "month__month", "line", "place_path", "count"
    ):
        for kind, key in (("line", line), ("place", place), ("source", name)):
            if key not in kinds[kind]:
                kinds[kind][key] = Row(key=key, label=words[kind](key))
            _add(kinds[kind][key], month, count, year, compared)
        _add(whole, month, count, year, compared)
    return Table(
        year=year,
        compared=compared,
        lines=_sorted(kinds["line"].values()),
        places=_sorted(kinds["place"].values()),
        sources=[kinds["source"][name] for name in names if name in kinds["source"]],
        whole=whole,
        counted_at=counted.last(),
    )


def _add(row: Row, month: date, count: int, year: int, compared: int) -> None:
    if month.year == year:
        row.months[month.month - 1] += count
    if month.month <= compared:
        if month.year == year:
            row.same += count
        else:
            row.before += count


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.total, -row.before, row.label))


def line_words(line: str) -> str:
    """The name of the department that heads a line; of no line: the command centres."""
    if not line:
        return _("Command centres and towns")
    known = territory()
    units = [known.units[key] for key in known.lines.get(line, ()) if key in known.units]
    units = [unit for unit in units if unit.kind == "department"] or units
    return label_of(max(units, key=lambda unit: TIER_ORDER.get(unit.tier, 0))) if units else line_name(line)


def place_words(path: str) -> str:
    """The name of a town; a place that is no more by its code."""
    place = territory().by_path.get(path)
    return label_of(place) if place is not None else path.rstrip("/").rpartition("/")[2]
