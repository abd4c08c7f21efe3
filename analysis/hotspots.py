"""Hot spots of an evening: grids and their neighbours over four weeks, kind by kind; and what a patrol could
gain there.

The gain is not a promise: it is how many of the tickets of the busiest three hours would have been found by a
grid worker and not by a citizen, if the share of the best quarter of the city's grids held here as well.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from analysis.counting import PLACE, TICKETS, named, rows, window
from analysis.detecting.clustering import Spot, neighbours, spots
from analysis.models import AnalysisRun, HotSpot
from analysis.values import Name
from grids.models import Grid

LEAST_TOTAL: Final = 30
LEAST_OF_GRID: Final = 4
HOURS: Final = 3

_SOURCED: Final = TICKETS.replace(" t\n", " t JOIN incidents_ticketsource s ON s.id = t.source_id\n", 1)
_BY_GRID: Final = f"""
SELECT {PLACE} AS place, left(c.code, 2), count(*), count(*) FILTER (WHERE s.kind = 'worker')
{_SOURCED}
   AND NOT t.is_sensitive
 GROUP BY 1, 2"""  # ours
_BY_HOUR: Final = f"""
SELECT extract(hour FROM t.registered_at AT TIME ZONE %(zone)s)::int, count(*),
       count(*) FILTER (WHERE s.kind = 'worker')
{_SOURCED}
   AND NOT t.is_sensitive AND {PLACE} = ANY(%(grids)s) AND c.code LIKE %(kind)s
 GROUP BY 1"""  # noqa: S608  # ours


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Grids in force: by id their code and point, and who is near whom."""

    codes: Mapping[int, str]
    points: Mapping[int, tuple[float, float]]
    near: Mapping[int, Sequence[int]]


def ground(metres: float) -> Ground:
    """The grids of today."""
    found = Grid.objects.filter(valid_to=None, lon__isnull=False, lat__isnull=False)
    codes: dict[int, str] = {}
    points: dict[int, tuple[float, float]] = {}
    for pk, code, lon, lat in found.order_by("pk").values_list("pk", "code", "lon", "lat"):
        codes[pk], points[pk] = code, (lon or 0.0, lat or 0.0)
    return Ground(codes=codes, points=points, near=neighbours(points, metres))


def find(run: AnalysisRun, known: Mapping[str, int]) -> tuple[int, int]:
    """Find and keep the hot spots up to the day of the run; returns looks taken and spots found."""
    land = ground(float(known[Name.SPOT_METRES]))
    since = run.day - timedelta(days=known[Name.SPOT_DAYS] - 1)
    by_code = {code: pk for pk, code in land.codes.items()}
    kinds: dict[str, Counter[int]] = {}
    workers: dict[str, Counter[int]] = {}
    for place, kind, count, by_workers in rows(_BY_GRID, window(since, run.day)):
        pk = by_code.get(place)
        if pk is not None:
            for one in ("", kind):
                kinds.setdefault(one, Counter())[pk] += count
                workers.setdefault(one, Counter())[pk] += by_workers
    tests, found = 0, list[HotSpot]()
    for kind, counts in sorted(kinds.items()):
        if counts.total() < LEAST_TOTAL:
            continue
        tests += len(land.near)
        hot = spots(
            counts,
            land.near,
            false_share=known[Name.FALSE_SHARE] / 1000,
            least=known[Name.SPOT_LEAST],
            times=known[Name.TIMES] / 100,
        )
        best = best_share(counts, workers[kind])
        found += [_row(run, spot, kind, land, since, best) for spot in hot]
    HotSpot.objects.bulk_create(_named(found))
    return tests, len(found)


def best_share(counts: Mapping[int, int], by_workers: Mapping[int, int]) -> float:
    """What the best quarter of grids with enough tickets finds by itself: the share at the upper quartile."""
    shares = sorted(by_workers.get(pk, 0) / count for pk, count in counts.items() if count >= LEAST_OF_GRID)
    return shares[(3 * len(shares)) // 4] if shares else 0.0


def _row(run: AnalysisRun, spot: Spot, kind: str, land: Ground, since: date, best: float) -> HotSpot:
    grids = [land.codes[pk] for pk in spot.members]
    given = window(since, run.day) | {"grids": grids, "kind": f"{kind}%"}
    hours = {hour: (count, by_workers) for hour, count, by_workers in rows(_BY_HOUR, given)}
    first = max(
        range(24 - HOURS + 1),
        key=lambda hour: (sum(hours.get(hour + n, (0, 0))[0] for n in range(HOURS)), -hour),
    )
    inside = sum(hours.get(first + n, (0, 0))[0] for n in range(HOURS))
    found = sum(hours.get(first + n, (0, 0))[1] for n in range(HOURS))
    days = (run.day - since).days + 1
    lon, lat = land.points[spot.peak]
    return HotSpot(
        run=run,
        day=run.day,
        days=days,
        place=land.codes[spot.peak],
        category=kind,
        grids=grids,
        observed=spot.observed,
        expected=spot.expected,
        z=spot.z,
        p=spot.p,
        q=spot.q,
        first_hour=first,
        in_hours=inside,
        by_workers=found,
        best_share=best,
        gain=max(0.0, best * inside - found) * 7 / days,
        lon=lon,
        lat=lat,
    )


def _named(found: Sequence[HotSpot]) -> Sequence[HotSpot]:
    """With names and paths; no place twice for one kind."""
    names = named(sorted({row.place for row in found}))
    for row in found:
        row.place_name, row.region_path = names[row.place]
    return list({(row.place, row.category): row for row in reversed(found)}.values())
