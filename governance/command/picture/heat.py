"""What is reported when: the classes of the catalogue by the hours of the period, each cell with its list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from governance.command.periods import DAY, Period
from governance.command.picture.named import Figure
from governance.foundation.clock import local
from incidents.catalogue import current as catalogue
from incidents.queries import TicketFilter

ROWS: Final = 10
"""So many classes are shown, those with the most reports."""
HOURS: Final = range(24)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One class in one hour."""

    row: int
    hour: int
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class Heat:
    """Names of the rows and the cells that hold something; nothing for a period of more than a day."""

    names: Sequence[str] = ()
    codes: Sequence[str] = ()
    cells: Sequence[Cell] = ()


def heat_of(sums: Mapping[tuple[str, int], int], chosen: Period) -> Heat:
    """From the reports of the day by class and local hour."""
    if chosen.length != DAY:
        return Heat()
    known = catalogue()
    totals: dict[str, int] = {}
    for (code, _hour), count in sums.items():
        totals[code] = totals.get(code, 0) + count
    codes = sorted(totals, key=lambda code: (-totals[code], code))[:ROWS]
    names = [known.by_code[code].label if code in known.by_code else code for code in codes]
    midnight, hour_long = local(chosen.since), timedelta(hours=1)
    cells = [
        Cell(
            row=row,
            hour=hour,
            figure=Figure(
                sums[code, hour],
                TicketFilter(
                    category=code,
                    since=midnight + hour * hour_long,
                    until=midnight + (hour + 1) * hour_long,
                    is_counted=True,
                ),
            ),
        )
        for row, code in enumerate(codes)
        for hour in HOURS
        if (code, hour) in sums
    ]
    return Heat(names=names, codes=codes, cells=cells)
