"""Words for exact Chinese search: overlapping pairs of characters, indexed without a dictionary."""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db import connection, models
from django.db.models import Func, Value

RARE_SHARE = 0.002
_RUN = re.compile(r"[0-9A-Za-z]+|[\u3400-\u9fff\U00020000-\U0003ffff]+")


def pairs(text: str) -> list[str]:
    """`占道经营` -> `占道 道经 经营 营`; Latin letters and digits stay whole words, lower-case."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0].isascii():
            found.append(run.lower())
        else:
            found.extend(run[index : index + 2] for index in range(len(run)))
    return found


def document(*texts: str) -> str:
    """The text that `to_tsvector('simple', …)` turns into the stored column."""
    return " ".join(word for text in texts for word in pairs(text))


def vector(text: str) -> Func:
    """The stored column for such a text, as an expression of the statement that writes the row."""
    return Func(
        Value(text),
        template="to_tsvector('simple'::regconfig, %(expressions)s)",
        output_field=models.TextField(),
    )


def phrase(words: str) -> SearchQuery | None:
    """An exact phrase query of two characters or more; None when there is nothing to look for."""
    parts = []
    for run in _RUN.findall(words):
        if run[0].isascii():
            parts.append(_lexeme(run.lower()))
        elif len(run) == 1:
            parts.append(f"{_lexeme(run)}:*")
        else:
            parts.append("(" + " <-> ".join(_lexeme(pair) for pair in pairs(run)[:-1]) + ")")
    return SearchQuery(" & ".join(parts), config="simple", search_type="raw") if parts else None


def _lexeme(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


@SearchVectorField.register_lookup
class Holds(SearchVectorExact):
    """`@@` as a plain filter: the index does not answer it, and it is estimated at every second row."""

    lookup_name = "holds"

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(*args, **kwargs)
        return f"coalesce({sql}, false)", params


@dataclass
class Frequencies:
    """How often each pair of characters occurs, as the planner's statistics know it; looked at now and then."""

    shares: Mapping[str, float] = field(default_factory=dict)
    read_at: float = float("-inf")


STATISTICS_SECONDS = 600.0
_frequencies = Frequencies()
_elsewhere: dict[str, Frequencies] = {}


def rarest_pairs(words: str, table: str = "") -> SearchQuery | None:
    """The rarest pair of each run of characters, where all of them are common enough to be known.

    `table`: another one than that of the tickets, with a column of that name and kind.

    A phrase's pairs come together, but the planner takes them for independent: it expects a handful of rows of
    a phrase that stands in every thirtieth ticket, and fetches them all. One pair is estimated well.
    """
    known = shares_in(table) if table else shares()
    runs = [pairs(run)[:-1] or [run.lower()] for run in _RUN.findall(words)]
    if not runs or not all(pair in known for run in runs for pair in run):
        return None
    chosen = (_lexeme(min(run, key=known.__getitem__)) for run in runs)
    return SearchQuery(" & ".join(chosen), config="simple", search_type="raw")


def is_rare(words: str) -> bool:
    """Whether so few tickets hold these words that no other index is wanted; False where nothing is known yet."""
    found = [pair for run in _RUN.findall(words) for pair in pairs(run)[:-1] or [run.lower()]]
    known = shares() if found else {}
    return bool(known) and min(known.get(pair, 0.0) for pair in found) < RARE_SHARE


def any_of(words: Iterable[str]) -> SearchQuery | None:
    """Rows that hold at least one of these pairs; None for none."""
    parts = " | ".join(_lexeme(word) for word in words)
    return SearchQuery(parts, config="simple", search_type="raw") if parts else None


def shares() -> Mapping[str, float]:
    """In which share of all tickets each common pair stands. What is missing is rarer than all of them."""
    return _known().shares


def shares_in(table: str) -> Mapping[str, float]:
    """The same for another table that keeps its words in such a column."""
    found = _elsewhere.get(table, Frequencies())
    if time.monotonic() - found.read_at > STATISTICS_SECONDS:
        found = _elsewhere[table] = _read_frequencies(table)
    return found.shares


def _known() -> Frequencies:
    global _frequencies
    if time.monotonic() - _frequencies.read_at > STATISTICS_SECONDS:
        _frequencies = _read_frequencies()
    return _frequencies


def _read_frequencies(table: str = "incidents_ticket") -> Frequencies:
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS, [table])
        found = cursor.fetchone()
    words, shares = found or (None, None)
    return Frequencies(dict(zip(words or (), shares or (), strict=False)), time.monotonic())


_STATISTICS = """
SELECT most_common_elems::text::text[], most_common_elem_freqs
  FROM pg_stats WHERE schemaname = current_schema() AND tablename = %s AND attname = 'search'
"""
