"""The rows that every benchmark returns, and how they are printed."""

from collections.abc import Iterable
from dataclasses import dataclass

HEADINGS = ("measure", "value", "unit", "yardstick", "ratio", "bar", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure. `yardstick` is measured in the same run, `ratio` is value / yardstick.

    `bar` is the aim in words; `passed` is None where there is none.
    """

    name: str
    value: float
    unit: str
    yardstick: float | None = None
    ratio: float | None = None
    bar: str = ""
    passed: bool | None = None


def against(yardstick: float, value: float) -> float | None:
    """The ratio value / yardstick, None when the yardstick is zero."""
    return value / yardstick if yardstick else None


def number(value: float | None) -> str:
    """Three significant digits for small figures, thousands separators for large ones."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def lines(rows: Iterable[Row]) -> list[str]:
    """The table as aligned lines of text, heading first."""
    verdict = {True: "ok", False: "MISSED", None: ""}
    body = [
        (
            row.name,
            number(row.value),
            row.unit,
            number(row.yardstick),
            number(row.ratio),
            row.bar,
            verdict[row.passed],
        )
        for row in rows
    ]
    widths = [max(len(line[i]) for line in [HEADINGS, *body]) for i in range(len(HEADINGS))]
    right = {1, 3, 4}
    return [
        "  ".join(
            c.rjust(w) if i in right else c.ljust(w)
            for i, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in [HEADINGS, *body]
    ]


def show(rows: Iterable[Row]) -> None:
    """Print the table."""
    print("\n".join(line.rstrip() for line in lines(rows)), flush=True)
