"""The one-window desk in one statement: how many open cases wait where, and the most urgent of each sort.

Who reads everything (`reads_all`) has each figure counted along an index, no further than the bound, however many cases
there are. Cases of a place are walked through once, without the table itself where its pages are settled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from governance.accounts.actors import Actor
from governance.foundation.prepared import fetch_all, row_of
from mediation.models import MediationCase
from mediation.querysets.cases import CaseQuerySet, reads_all
from mediation.states import CaseState, RiskColor
from mediation.states.names import ENDED, KEEPING, UNDER_WAY
from mediation.views.lines import SHOWN

CAP: Final = 1000
TABLE: Final = MediationCase._meta.db_table
OPEN: Final = f"{TABLE} WHERE archived_at IS NULL AND NOT state = '{CaseState.NOT_MEDIABLE.value}' AND"
"""As `CaseQuerySet.open` says it."""
WALKED: Final = ("id", "state", "risk_color", "next_due_at", "handled_by")
"""What an index of open cases by place holds as well."""


def _among(*states: str) -> str:
    return "state IN ({})".format(", ".join(f"'{CaseState(state).value}'" for state in sorted(states)))


COUNTED: Final[Mapping[str, str]] = {
    "registered": _among(CaseState.REGISTERED),
    "triaged": _among(CaseState.TRIAGED),
    "under_way": _among(*UNDER_WAY),
    "keeping": _among(*KEEPING),
    "ended": _among(*ENDED),
    "red": f"risk_color = '{RiskColor.RED.value}'",
    "late": "next_due_at <= %s",
}
LISTED: Final[Mapping[str, str]] = {
    "to_sort": _among(CaseState.REGISTERED),
    "unassigned": f"{_among(CaseState.TRIAGED)} AND cardinality(handled_by) = 0",
    "late": "next_due_at <= %s",
}


@dataclass(frozen=True, kw_only=True)
class Window:
    """Figures in words (beyond `CAP` only that there are more), and the first cases of each list."""

    counts: dict[str, str]
    to_sort: list[MediationCase]
    unassigned: list[MediationCase]
    late: list[MediationCase]


def at_window(actor: Actor, at: datetime, most: int) -> Window:
    """What the actor may read of it; so many of each list, those whose limit ends first."""
    if reads_all(actor):
        rows = fetch_all(_statement("", OPEN, _bounded(), most), [at, at])
    else:
        rows = _of_places(MediationCase.objects.visible_apart(actor), at, most)
    names, lists = list(COUNTED), {name: list[MediationCase]() for name in LISTED}
    for row in rows:
        if name := row[len(names)]:
            values = zip(("id", *SHOWN), row[len(names) + 1 :], strict=True)
            lists[name].append(row_of(MediationCase, values))
    counts = rows[0] if rows else [0] * len(names)
    words = {
        name: str(found) if found <= CAP else f"{CAP}+" for name, found in zip(names, counts, strict=False)
    }
    return Window(counts=words, **lists)


def _of_places(parts: list[CaseQuerySet], at: datetime, most: int) -> list[tuple[Any, ...]]:
    statements, values = list[str](), list[Any]()
    for part in parts:
        try:
            statement, own = part.open().order_by().values_list(*WALKED).query.sql_with_params()
        except EmptyResultSet:
            continue
        statements.append(statement)
        values += own
    if not statements:
        return []
    seen = f"seen ({', '.join(WALKED)}) AS MATERIALIZED ({' UNION ALL '.join(statements)}),"
    figures = ", ".join(f"count(*) FILTER (WHERE {which})" for which in COUNTED.values())
    with connection.cursor() as cursor:
        cursor.execute(_statement(seen, "seen WHERE", f"SELECT {figures} FROM seen", most), [*values, at, at])  # noqa: S608  # the ORM's own
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _bounded() -> str:
    """Each figure of everything, no further than the bound."""
    figures = [
        f"(SELECT count(*) FROM (SELECT FROM {OPEN} {which} LIMIT {CAP + 1}) x)"  # noqa: S608  # conditions of ours
        for which in COUNTED.values()
    ]
    return f"SELECT {', '.join(figures)}"


def _statement(before: str, source: str, figures: str, most: int) -> str:
    """Figures beside the rows of each list; one row of figures alone where the lists are empty."""
    lists = " UNION ALL ".join(
        f"(SELECT '{name}', id FROM {source} {which} ORDER BY next_due_at, id LIMIT {most})"  # noqa: S608  # ours
        for name, which in LISTED.items()
    )
    shown = ", ".join(f"c.{name}" for name in ("id", *SHOWN))
    return f"""
WITH {before} figures AS ({figures}), chosen (list, id) AS ({lists})
SELECT f.*, n.list, {shown} FROM figures f LEFT JOIN chosen n ON true LEFT JOIN {TABLE} c ON c.id = n.id
 ORDER BY n.list, c.next_due_at, c.id
"""  # noqa: S608  # names and conditions of ours
