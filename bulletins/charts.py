"""Which charts a bulletin has, made from its frozen figures alone: the page, the PDF and the Word file show the same.

Rates of a section and the places in order are drawn from the very rows of their tables; what a section froze as charts
(intake over time, kinds of matters) from these.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bulletins.models import Bulletin
from bulletins.plots import Bar, bars, columns
from grids import typesetting

TEMPLATE: Final = Path(__file__).with_name("chart.typ")
LEGEND: Final = ("本期", "上期")
UNIT: Final = "单位：件"
ENDS: Final = 15
"""Of more places than twice this the first and the last so many are drawn."""
PPI: Final = 220


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing with its place in the document and what it says in words."""

    number: int
    title: str
    svg: str
    words: str

    @property
    def caption(self) -> str:
        """What stands below it."""
        return f"图{self.number} {self.title}"

    def png(self) -> bytes:
        """The same as a picture that Word can show."""
        return typesetting.png(TEMPLATE, {"svg": self.svg}, ppi=PPI)


def charts_of(row: Bulletin) -> list[list[Chart]]:
    """The charts of each section, numbered through the document."""
    found, number = [], 0
    for part in row.sections:
        here = []
        for title, svg, words in _drawn(part):
            number += 1
            here.append(Chart(number=number, title=title, svg=svg, words=words))
        found.append(here)
    return found


def ranked(rows: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Rows of a ranking with their rank in front: equal rates share one, a place without a rate has a dash."""
    rank, before = 0, ""
    for number, cells in enumerate(rows, 1):
        if cells[3] != before:
            rank, before = number, cells[3]
        yield ["–" if _rate(cells[3]) is None else str(rank), *cells]


def _drawn(part: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for item in part.get("charts", ()):
        if item["form"] == "columns":
            yield _columns(item)
        elif len(item["rows"]) > 1:
            yield _kinds(item)
    rates = [line for line in part["lines"] if _rate(line["value"]) is not None]
    if len(rates) > 1:
        yield _rates(part["head"], rates)
    places = (
        [cells for cells in part["ranking"]["rows"] if _rate(cells[3]) is not None] if part["ranking"] else []
    )
    if len(places) > 1:
        yield _places(part["ranking"]["name"], places)


def _columns(item: Mapping[str, Any]) -> tuple[str, str, str]:
    words = "，".join(f"{name}{count}件" for name, count in zip(item["names"], item["now"], strict=False))
    drawing = columns(item["names"], item["now"], item["then"], legend=LEGEND, unit=UNIT)
    return item["title"], drawing, words


def _kinds(item: Mapping[str, Any]) -> tuple[str, str, str]:
    rows = [Bar(name=name, value=count, words=words) for name, count, words in item["rows"]]
    top = max(row.value or 0 for row in rows)
    return item["title"], bars(rows, top=top), "，".join(f"{row.name}{row.words}" for row in rows)


def _rates(head: str, lines: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    rows = [
        Bar(
            name=line["name"],
            value=_rate(line["value"]),
            words=line["value"],
            before=_rate(line["before"]),
            before_words=line["before"],
        )
        for line in lines
    ]
    words = "，".join(f"{row.name}{row.words}（上期{row.before_words}）" for row in rows)
    return f"{head}主要指标", bars(rows, top=100, legend=LEGEND), words


def _places(name: str, places: Sequence[Sequence[str]]) -> tuple[str, str, str]:
    title, chosen = f"各单位{name}", places
    if len(places) > 2 * ENDS:
        title, chosen = f"{title}（前{ENDS}名和后{ENDS}名）", [*places[:ENDS], *places[-ENDS:]]
    rows = [Bar(name=cells[0], value=_rate(cells[3]), words=cells[3]) for cells in chosen]
    return title, bars(rows, top=100), "，".join(f"{row.name}{row.words}" for row in rows)


def _rate(words: str) -> float | None:
    """The number of `97.62%`; None for a dash and for what is no rate."""
    return float(words[:-1]) if words.endswith("%") else None
