"""The map's twin as a table: grids by code, searchable, a page at a time, with the same facts and measures."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from governance.accounts.actors import Actor
from governance.command.map.measures import GridNumbers, measure_names, numbers
from governance.command.map.reach import inside, paths_of
from governance.foundation.errors import Text
from governance.foundation.naming import label_of
from governance.foundation.spreadsheets import Echo, harmless
from grids.models import Grid, GridAssignment, GridPost
from grids.territory import current as territory

SIZE = 50


@dataclass(frozen=True, kw_only=True)
class ListRow:
    """One grid: its own facts, where it lies, its leader and its numbers."""

    grid: Grid
    place: str
    leader: str
    numbers: GridNumbers


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """Rows with the codes to continue from, in both directions."""

    rows: Sequence[ListRow]
    next: str | None
    previous: str | None


def wanted(actor: Actor, words: str, kind: str, region: str) -> QuerySet[Grid]:
    """The grids in force of the reader's area that fit."""
    rows = Grid.objects.filter(inside(paths_of(actor)), valid_to=None).defer("polygon")
    for word in words.lower().split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__startswith=word) | Q(pinyin__contains=word))
    if kind in Grid.Kind.values:
        rows = rows.filter(kind=kind)
    if region:
        place = territory().by_code.get(region)
        rows = rows.filter(path__startswith=place.path) if place is not None else rows.none()
    return rows


def page(
    rows: QuerySet[Grid], actor: Actor, at: datetime, on: date, *, after: str, before: str, size: int = SIZE
) -> ListPage:
    """A page by key: `after` the code, or the page that ends `before` it."""
    if before:
        found = list(rows.filter(code__lt=before).order_by("-code")[: size + 1])
        has_more, found = len(found) > size, found[:size][::-1]
        return ListPage(
            rows=_rows(found, actor, at, on),
            next=found[-1].code if found else None,
            previous=found[0].code if has_more else None,
        )
    found = list((rows.filter(code__gt=after) if after else rows).order_by("code")[: size + 1])
    has_more, found = len(found) > size, found[:size]
    return ListPage(
        rows=_rows(found, actor, at, on),
        next=found[-1].code if has_more else None,
        previous=found[0].code if after and found else None,
    )


def _rows(grids: Sequence[Grid], actor: Actor, at: datetime, on: date) -> list[ListRow]:
    if not grids:
        return []
    land, leaders = territory(), _leaders(grids, on)
    paths = [grid.path for grid in grids] if len(grids) <= SIZE else None
    known = {row.id: row for row in numbers(actor, at, paths)}
    return [
        ListRow(
            grid=grid,
            place=" · ".join(label_of(item) for item in land.chain(grid.path)[1:-1][-2:]),
            leader="、".join(leaders.get(grid.pk, ())),
            numbers=known[grid.pk],
        )
        for grid in grids
        if grid.pk in known
    ]


def _leaders(grids: Sequence[Grid], on: date) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = GridAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        post__grid__in=grids,
        post__kind=GridPost.Kind.GRID_LEADER,
        starts_on__lte=on,
    ).order_by("user__name")
    for grid_id, name in rows.values_list("post__grid_id", "user__name"):
        found.setdefault(grid_id, []).append(name)
    return found


def headings(facts: Sequence[Text]) -> list[str]:
    """The column names of the table: facts, then the measures."""
    return [*(str(fact) for fact in facts), *measure_names().values()]


def lines(rows: Sequence[ListRow], facts: Sequence[Text]) -> Iterator[str]:
    """CSV lines with a byte-order mark."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    yield str(writer.writerow(headings(facts)))
    for row in rows:
        own = row.numbers
        cells = [row.grid.code, row.grid.label, str(row.grid.get_kind_display()), row.place, row.leader]
        staffing = "" if own.staffing is None else f"{own.staffing:g}"
        counts = [own.open, own.overdue, own.households, own.vacancies]
        yield str(writer.writerow([harmless(cell) for cell in cells] + [str(n) for n in counts] + [staffing]))
