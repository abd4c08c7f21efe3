"""Beside the map while no grid is chosen: the reader's area in sums, and the grids that need a look first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.accounts.actors import Actor
from governance.command.map.card import posts_url
from governance.command.map.measures import GridNumbers, numbers
from grids.territory import Place
from grids.territory import current as territory

FIRST = 8


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Sums over the reader's area; `worst` are the grids with most to do, each with its place."""

    grids: int
    households: int
    open: int
    overdue: int
    vacancies: int
    worst: Sequence[tuple[Place, GridNumbers]]
    posts_url: str = ""


def overview(actor: Actor, at: datetime) -> Overview:
    """As many statements as the numbers take."""
    rows, land = numbers(actor, at), territory()
    busy = [row for row in rows if row.overdue or row.vacancies or row.open]
    busy.sort(key=lambda row: (-row.overdue, -row.vacancies, -row.open, row.code))
    known = ((land.grids.get(row.id), row) for row in busy[:FIRST])
    return Overview(
        grids=len(rows),
        households=sum(row.households for row in rows),
        open=sum(row.open for row in rows),
        overdue=sum(row.overdue for row in rows),
        vacancies=sum(row.vacancies for row in rows),
        posts_url=posts_url(actor),
        worst=[(place, row) for place, row in known if place is not None],
    )
