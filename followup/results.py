"""What the calls say: by unit, town and matter, each rate with its numerator and denominator.

A ticket counts once in a period: reached when anybody answered, and then by its last answer. Whoever could not be
reached or would not answer is in no rate of solved or satisfied, and is shown beside them (K08, K09, K11).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from followup.models import CallTask
from followup.states import CONTENT
from governance.accounts.actors import Actor
from governance.foundation.percent import percent_of
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.models import Ticket
from incidents.sandbox import apart
from incidents.states import FollowUpOutcome, State

GROUPS: Final = ("unit", "town", "category")
ANSWERS: Final = (FollowUpOutcome.SOLVED, FollowUpOutcome.PARTLY, FollowUpOutcome.UNSOLVED)


@dataclass(frozen=True)
class Share:
    """A rate that never hides what it is made of."""

    part: int
    whole: int

    @property
    def percent(self) -> str:
        """`97.62`, half up; a dash for nothing out of nothing."""
        value = percent_of(self.part, self.whole)
        return "–" if value is None else str(value)

    @property
    def words(self) -> str:
        """`123/126`."""
        return f"{self.part}/{self.whole}"


@dataclass
class Tally:
    """One line of the table; lines add up."""

    name: str = ""
    key: str = ""
    owed: int = 0
    called: int = 0
    reached: int = 0
    answered: int = 0
    solved: int = 0
    rated: int = 0
    satisfied: int = 0

    def add(self, row: "Line") -> None:
        """Count one ticket."""
        self.owed += 1
        self.called += row.is_called
        self.reached += row.is_reached
        self.answered += row.outcome in ANSWERS
        self.solved += row.outcome == FollowUpOutcome.SOLVED
        self.rated += bool(row.satisfaction)
        self.satisfied += row.satisfaction in CONTENT

    @property
    def coverage(self) -> Share:
        return Share(self.called, self.owed)

    @property
    def reach(self) -> Share:
        return Share(self.reached, self.called)

    @property
    def solving(self) -> Share:
        return Share(self.solved, self.answered)

    @property
    def content(self) -> Share:
        return Share(self.satisfied, self.rated)


@dataclass(frozen=True)
class Line:
    """One ticket in a period."""

    unit_id: int | None
    town_id: int | None
    category_code: str
    is_called: bool
    is_reached: bool
    outcome: str
    satisfaction: str


@dataclass(frozen=True, kw_only=True)
class Results:
    """The table, its sum, and the samples beside it."""

    lines: Sequence[Tally]
    total: Tally
    samples: Tally = field(default_factory=Tally)


def results(by: Actor, *, since: datetime, until: datetime, group: str) -> Results:
    """Every ticket that this person may see whose callback fell due, or was made, in [since, until)."""
    found: dict[str, Tally] = {}
    total = Tally(name=_("All"))
    for line in _lines(by, since, until):
        key = _key(line, group)
        found.setdefault(key, Tally(key=key)).add(line)
        total.add(line)
    for key, tally in found.items():
        tally.name = name_of(key, group)
    lines = sorted(found.values(), key=lambda tally: (-tally.owed, tally.name))
    return Results(lines=lines, total=total, samples=_samples(by, since, until))


def _key(line: Line, group: str) -> str:
    if group == "town":
        return str(line.town_id or "")
    if group == "category":
        return line.category_code[:2]
    return str(line.unit_id or "")


def name_of(key: str, group: str) -> str:
    """What a line is called."""
    if not key:
        return _("Not assigned")
    if group == "category":
        category = catalogue().by_code.get(key)
        return category.label if category else key
    if group == "unit":
        unit = territory().units.get(int(key))
        return unit.label if unit else key
    names: Mapping[int, str] = {
        place.id: place.label for place in territory().by_path.values() if place.level == "town"
    }
    return names.get(int(key), key)


def _lines(by: Actor, since: datetime, until: datetime) -> Iterator[Line]:
    visible = Ticket.objects.visible_to(by).real().exclude(state=State.VOIDED).order_by()
    statement, values = visible.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_RESULTS % {"visible": statement}, [since, until] * 3 + list(values))
        for row in cursor.fetchall():
            yield Line(*row)


def _samples(by: Actor, since: datetime, until: datetime) -> Tally:

    tally = Tally(name=_("Samples"))
    rows = CallTask.objects.visible_to(by).sampled().filter(apart(), due_at__gte=since, due_at__lt=until)
    for outcome, satisfaction, tries in rows.values_list("outcome", "satisfaction", "tries"):
        is_reached = bool(outcome) and outcome != FollowUpOutcome.UNREACHABLE
        tally.add(Line(None, None, "", bool(tries or outcome), is_reached, outcome, satisfaction))
    return tally


def csv_rows(lines: Iterable[Tally]) -> Iterator[Sequence[Any]]:
    """The lines of the file: every rate with both its numbers."""
    for row in lines:
        shares = (row.coverage, row.reach, row.solving, row.content)
        parts = [value for share in shares for value in (share.part, share.whole, share.percent)]
        yield [row.name, *parts]


# A ticket is in the period when its callback was due in it or somebody called in it; what was answered in it counts.
_WANTED = """
WITH wanted AS (
    SELECT ticket_id FROM incidents_deadline
     WHERE stage = 'follow_up' AND due_at >= %%s AND due_at < %%s AND outcome <> 'cancelled'
    UNION
    SELECT ticket_id FROM incidents_followup WHERE at >= %%s AND at < %%s
)
"""
_FACTS = """
       count(f.id) > 0 AS is_called,
       count(f.id) FILTER (WHERE f.outcome <> 'unreachable') > 0 AS is_reached,
       coalesce((array_agg(f.outcome ORDER BY f.id DESC) FILTER (WHERE f.outcome <> 'unreachable'))[1], '') AS outcome,
       coalesce((array_agg(f.satisfaction ORDER BY f.id DESC) FILTER (WHERE f.outcome <> 'unreachable'))[1], '')
           AS satisfaction
  FROM wanted w
  JOIN incidents_ticket t ON t.id = w.ticket_id AND t.needs_reply
  JOIN incidents_mattercategory c ON c.id = t.category_id
  LEFT JOIN incidents_followup f ON f.ticket_id = t.id AND f.at >= %%s AND f.at < %%s
 WHERE t.id IN (%(visible)s)
 GROUP BY t.id, c.code
"""
_RESULTS = _WANTED + "SELECT t.lead_unit_id, t.town_id, c.code," + _FACTS
