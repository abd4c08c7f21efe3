"""The numbers that grids are coloured by: five measures for every grid of the reader's area, as columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from governance.command.counting import Tallies, count_open_places, spot_fields
from governance.command.map.reach import inside, paths_of
from governance.foundation.clock import local
from grids.models import Grid
from grids.standard import standard_on
from incidents.models import Ticket
from incidents.queries import reading
from staffing.queries.rates import grid_totals, percent_of

MEASURES: Final = ("open", "overdue", "households", "vacancies", "staffing")


@dataclass(frozen=True, slots=True)
class GridNumbers:
    """One grid's numbers. `staffing` is percent of the `posts` required, None where none is."""

    id: int
    code: str
    path: str
    households: int
    open: int = 0
    overdue: int = 0
    vacancies: int = 0
    posts: int = 0
    staffing: float | None = None


def measure_names() -> Mapping[str, str]:
    """The measures in the reader's language, in the order of the choice."""
    return {
        "open": pgettext("measure", "Open tickets"),
        "overdue": pgettext("measure", "Overdue tickets"),
        "households": pgettext("measure", "Households"),
        "vacancies": pgettext("measure", "Vacant posts"),
        "staffing": pgettext("measure", "Staffing rate"),
    }


def numbers(actor: Actor, at: datetime, paths: Sequence[str] | None = None) -> list[GridNumbers]:
    """The numbers of all grids of the reader's area (or of `paths` inside it) in order of their codes.

    Tickets are counted where they lie on today's grids, and only those that the reader may see.
    """
    within = tuple(paths) if paths is not None else paths_of(actor)
    tickets = _tickets(actor, at)
    posts = grid_totals(within, on=local(at).date())
    rows = Grid.objects.filter(inside(within), valid_to=None).order_by("code")
    found = []
    for pk, code, path, households in rows.values_list("id", "code", "path", "household_count"):
        waiting, late = tickets.get(pk, (0, 0))
        part, whole = posts.get(pk, (0, 0))
        percent = percent_of(part, whole)
        found.append(GridNumbers(pk, code, path, households, waiting, late, whole - part, whole, percent))
    return found


def _tickets(actor: Actor, at: datetime) -> dict[int, tuple[int, int]]:
    """Open and overdue tickets by grid: one statement."""
    tallies: Tallies = {}
    rows = Ticket.objects.visible_to(actor, along="open").real()
    count_open_places(rows, at, spot_fields("grid", reading(as_filed=False)), tallies)
    found: dict[int, tuple[int, int]] = {}
    for (filed, overruling), tally in tallies.items():
        grid_id = overruling or filed
        if grid_id is not None:
            waiting, late = found.get(grid_id, (0, 0))
            found[grid_id] = (waiting + tally.open, late + tally.late)
    return found


def columns(rows: Sequence[GridNumbers], at: datetime) -> dict[str, object]:
    """As the map's script takes them: one list for each measure beside the codes; the same of the communities."""
    standard = standard_on(local(at).date())
    return {
        "codes": [row.code for row in rows],
        **{name: [getattr(row, name) for row in rows] for name in MEASURES},
        "household_range": [standard.household_min, standard.household_max],
        "communities": _of_communities(rows),
    }


def _of_communities(rows: Sequence[GridNumbers]) -> dict[str, list[Any]]:
    """What a community's grids have together; of households what a grid of it has on average. The code of a
    community is that of the path above a grid, which a grid that came from elsewhere does not begin with.
    """
    found: dict[str, list[Any]] = {"codes": [], **{name: [] for name in MEASURES}}
    together: dict[str, list[GridNumbers]] = {}
    for row in rows:
        together.setdefault(row.path.split("/")[-3], []).append(row)
    for code, grids in together.items():
        vacant, posts = sum(row.vacancies for row in grids), sum(row.posts for row in grids)
        found["codes"].append(code)
        found["open"].append(sum(row.open for row in grids))
        found["overdue"].append(sum(row.overdue for row in grids))
        found["households"].append(round(sum(row.households for row in grids) / len(grids)))
        found["vacancies"].append(vacant)
        found["staffing"].append(percent_of(posts - vacant, posts))
    return found
