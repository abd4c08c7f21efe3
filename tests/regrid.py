"""Revisions for tests, made with the real verbs: the first grid of the test city cut in two along a meridian."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import shapely

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from grids import revisions
from grids.models import GridRevision
from grids.revisions import Draft, DraftGrid
from grids.revisions.planning import results_of
from tests import city

FIRST = city.GRIDS[0]
WEST_HALF, EAST_HALF = f"{FIRST[:12]}003", f"{FIRST[:12]}004"


def box(west: float, east: float) -> shapely.Polygon:
    """A part of the row of squares: from one column to another, counted from the west."""
    return shapely.box(
        city.WEST + west * city.SIDE, city.SOUTH, city.WEST + east * city.SIDE, city.SOUTH + city.SIDE
    )


def halves(cut: float = 0.5, codes: tuple[str, str] = (WEST_HALF, EAST_HALF)) -> list[DraftGrid]:
    """The first square in two parts; the western one takes over the people."""
    return [
        DraftGrid(
            code=code,
            name=f"第1网格{side}",
            area=area,
            community=FIRST[:12],
            households=400,
            heir_of=heir,
        )
        for code, side, area, heir in (
            (codes[0], "西", box(0, cut), FIRST),
            (codes[1], "东", box(cut, 1), ""),
        )
    ]


def drafted(
    codes: Sequence[str], results: Sequence[DraftGrid], *, by: Actor, at: datetime, on: date
) -> GridRevision:
    """A draft of that content."""
    revision = revisions.prepare(codes, title="东苑网格拆分", reason="户数过多", by=by, at=at)
    draft = Draft(title=revision.title, reason=revision.reason, effective_on=on, results=list(results))
    revisions.edit(revision.pk, draft, by=by, at=at, version=revision.version)
    return GridRevision.objects.get(pk=revision.pk)


def approved(
    codes: Sequence[str],
    results: Sequence[DraftGrid],
    *,
    by: Actor,
    approver: Actor,
    at: datetime,
    on: date | None = None,
) -> GridRevision:
    """The whole way to approval; in effect from the next day on unless another day is given."""
    day = on or local(at).date() + timedelta(days=1)
    revision = drafted(codes, results, by=by, at=at, on=day)
    revisions.submit(revision.pk, by=by, at=at)
    return revisions.approve(revision.pk, by=approver, at=at)


def unchanged(revision: GridRevision) -> list[DraftGrid]:
    """The results of a draft as they stand, to be varied."""
    return [replace(item) for item in results_of(revision)]
