"""A figure split by what its occasions say of themselves (level, kind, cause), where they have such groups of facts.

Counted from the same occasions as the sums, so the rows of a split add up to the figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import pgettext

from assessment.figures import Asked
from assessment.kinds import Fact, Kind
from assessment.planning import uncompiled
from governance.foundation.errors import Text
from governance.foundation.percent import percent_words


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a split."""

    label: Text
    part: int
    whole: int

    @property
    def words(self) -> str:
        """Two decimals; a dash where nothing was counted."""
        return percent_words(self.part, self.whole)


@dataclass(frozen=True, kw_only=True)
class Split:
    """What it is split by, and its rows that have something."""

    label: Text
    rows: Sequence[Row]


_COUNT: Final = """
SELECT o.facts & %%(groups)s, count(*), count(*) FILTER (WHERE (o.facts & c.part_mask) = c.part_want)
  FROM assessment_occasion o
  JOIN unnest(%%(masks)s::int[], %%(wants)s::int[], %%(part_masks)s::int[], %%(part_wants)s::int[], %%(froms)s::date[],
              %%(tos)s::date[]) AS c(mask, want, part_mask, part_want, since, until)
    ON (o.facts & c.mask) = c.want AND o.day >= c.since AND o.day < c.until
 WHERE o.kind = %%(kind)s AND o.day >= %%(since)s AND o.day < %%(until)s AND %(where)s %(sight)s
 GROUP BY 1"""


def splits(asked: Asked) -> list[Split]:
    """Of one rate and one subject. Nothing where its occasions have no groups or both sides count different kinds."""
    kind, sides = _sides(asked)
    if kind is None or not kind.groups:
        return []
    counted = _counted(asked, kind, sides)
    return [Split(label=label, rows=_rows(facts, kind, counted)) for label, facts in kind.groups if counted]


def _sides(asked: Asked) -> tuple[Kind | None, dict[str, list[Any]]]:
    names = ("masks", "wants", "part_masks", "part_wants", "froms", "tos")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    kind = None
    for row in asked.counted:
        if row.whole is None or row.part is None or row.part.kind.number != row.whole.kind.number:
            return None, columns
        if kind is not None and kind.number != row.whole.kind.number:
            return None, columns
        kind = row.whole.kind
        cells = (row.whole.mask, row.whole.want, row.part.mask, row.part.want, row.valid_from, row.valid_to)
        for name, cell in zip(names, cells, strict=True):
            columns[name].append(cell if cell is not None else asked.period.until)
    return kind, columns


def _counted(asked: Asked, kind: Kind, sides: dict[str, list[Any]]) -> list[tuple[int, int, int]]:
    subject = asked.subjects[0]
    values: dict[str, Any] = sides | {
        "groups": kind.mask(fact.name for _label, facts in kind.groups for fact in facts),
        "kind": kind.number,
        "since": asked.period.since,
        "until": asked.period.until,
        "unit": -subject.key,
        "low": 0 if subject.is_unit else subject.low,
        "high": 0 if subject.is_unit else subject.high,
    }
    where = "o.unit_id = %(unit)s" if subject.is_unit else "o.place >= %(low)s AND o.place < %(high)s"
    sight = "" if asked.sensitive else "AND NOT o.is_sensitive"
    with uncompiled() as cursor:
        cursor.execute(_COUNT % {"where": where, "sight": sight}, values)
        return list(cursor.fetchall())


def _rows(facts: Sequence[Fact], kind: Kind, counted: Sequence[tuple[int, int, int]]) -> list[Row]:
    found = []
    mask = kind.mask(fact.name for fact in facts)
    for bit, label in [
        *((kind.bits[fact.name], fact.label) for fact in facts),
        (0, pgettext("indicator split", "Others")),
    ]:
        mine = [(whole, part) for bits, whole, part in counted if bits & mask == bit]
        if mine:
            found.append(
                Row(
                    label=label,
                    whole=sum(whole for whole, _part in mine),
                    part=sum(part for _whole, part in mine),
                )
            )
    return found
