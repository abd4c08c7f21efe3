"""The territory at full size: import, checks, hand-over, points over REST; beside each the bare work of that run."""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row, against

CHECK_BAR, CITY_BAR, IMPORT_BAR, LOCATE_BAR, HANDOVER_BAR = 300.0, 60.0, 60.0, 300.0, 5.0
ROUNDS = 5
T = TypeVar("T")


def measure(options: Options, ground: str) -> list[Row]:
    """Seconds and milliseconds, the bare work of the same size beside each; then the dense tile."""
    with database("territory", ground) as name:
        rows: list[Row] = run("benchmarks.territory:everything", name, options)
        tiles: list[Row] = run("benchmarks.tiles:measure", name)
    return [*rows, *tiles]


def everything(options: Options, key: str = "") -> list[Row]:
    """Lay the city out, import it, check it, ask it, re-cut it. Runs in a process on the database."""
    from benchmarks.survey import lay_out
    from governance.command.demo.plan import API_KEY
    from governance.foundation.clock import now

    at = now()
    survey = lay_out(*options.communities, at=at)
    return [
        _import(survey, at),
        *_refresh(),
        _check_one(survey, at),
        _check_city(survey, at),
        _locate(survey, key or API_KEY, options.points),
        _hand_over(survey, at, options.moved),
    ]


def timed(deed: Callable[[], T]) -> tuple[T, float]:
    """What a deed gives, and the seconds it takes."""
    began = time.perf_counter()
    found = deed()
    return found, time.perf_counter() - began


def best(deed: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median seconds of some rounds, after one that warms up."""
    deed()
    return median(timed(deed)[1] for _round in range(rounds))


def _row(name: str, value: float, unit: str, yardstick: float, bar: float) -> Row:
    return Row(name, value, unit, yardstick, against(yardstick, value), f"<= {bar:g}", value <= bar)


def _import(survey: Any, at: Any) -> Row:
    """All grids from one file, checked and with their teams; beside a COPY of the same rows."""
    from benchmarks.survey import write_layer
    from governance.accounts.actors import SYSTEM_ACTOR
    from grids.importing import import_grids

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grids.geojson"
        write_layer(survey, path)
        report, seconds = timed(lambda: import_grids(path, by=SYSTEM_ACTOR, at=at))
    if report.faults or report.created != survey.grids:
        raise AssertionError(report.lines("Grids")[:5])
    return _row(f"import of {survey.grids:,} grids", seconds, "s", _copied(survey.city.path), IMPORT_BAR)


def _copied(path: str) -> float:
    """Seconds for the same rows by COPY into a table without an index."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_grid AS SELECT * FROM grids_grid LIMIT 0")
        query = f"COPY (SELECT * FROM grids_grid WHERE path LIKE '{path}%') TO STDOUT"
        with cursor.copy(query) as copy:
            rows = b"".join(bytes(block) for block in copy)

        def put() -> None:
            with cursor.copy("COPY bench_grid FROM STDIN") as copy:
                copy.write(rows)

        seconds = timed(put)[1]
        cursor.execute("DROP TABLE bench_grid")
    return seconds


def _refresh() -> list[Row]:
    """The process's copies of the territory: read whole, and again after one change."""
    from grids import locator_cache, territory
    from grids.models import Grid

    land, whole = timed(territory.load)
    snapshot, borders = timed(lambda: locator_cache.load(land))
    row = Grid.objects.filter(valid_to=None).order_by("-code")[0]
    Grid.objects.filter(pk=row.pk).update(name=f"{row.name}*")
    _changed, after = timed(lambda: locator_cache.load(territory.load(), snapshot))
    return [
        Row(f"territory of {len(land.grids):,} grids, read whole", whole, "s"),
        Row("borders and locator, read whole", borders, "s"),
        Row("both after one change", after, "s", whole + borders, against(whole + borders, after)),
    ]


def _check_one(survey: Any, at: Any) -> Row:
    """The check of the editor for a community of thirty grids; beside their overlaps and union alone."""
    import shapely

    from grids import revisions
    from grids.models import GridRevision

    areas = survey.polygons[0]
    codes = [f"{survey.communities[0].code}{number:03d}" for number in range(1, len(areas) + 1)]
    made = revisions.prepare(codes, title="测量", by=survey.planner, at=at)
    revision = GridRevision.objects.get(pk=made.pk)
    report = revisions.check_revision(revision, at=at)
    if report.errors:
        raise AssertionError(report.stored(at=at)["findings"][:3])
    seconds = best(lambda: revisions.check_revision(revision, at=at))

    def bare() -> None:
        first, second = shapely.STRtree(areas).query(areas, predicate="intersects")
        shapely.area(shapely.intersection([areas[i] for i in first], [areas[i] for i in second]))
        shapely.union_all(areas)

    plain = best(bare)
    revisions.withdraw(revision.pk, by=survey.planner, at=at, opinion="测量完毕")
    return _row(f"check of a revision of {len(areas)} grids", 1000 * seconds, "ms", 1000 * plain, CHECK_BAR)


def _check_city(survey: Any, at: Any) -> Row:
    """The coverage check of every community; beside the overlaps of all borders alone."""
    import shapely

    from grids.coverage import check_city

    found, seconds = timed(lambda: list(check_city(at=at, path=survey.city.path)))
    if len(found) != len(survey.communities) or any(item.report.errors for item in found):
        raise AssertionError([item.report.errors for item in found if item.report.errors][:2])
    areas = [area for some in survey.polygons for area in some]

    def bare() -> None:
        first, second = shapely.STRtree(areas).query(areas, predicate="intersects")
        shapely.area(shapely.intersection([areas[i] for i in first], [areas[i] for i in second]))

    return _row(f"check of {survey.grids:,} grids", seconds, "s", timed(bare)[1], CITY_BAR)


def _locate(survey: Any, key: str, count: int) -> Row:
    """Points over REST, through the middleware of the server; beside a plain tree without any request."""
    import numpy as np
    import shapely
    from django.test import Client

    areas = [area for some in survey.polygons for area in some]
    west, south, east, north = shapely.total_bounds(areas)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(west, east, count), rng.uniform(south, north, count)
    body = json.dumps({"points": np.column_stack([x, y]).tolist()})
    client = Client(headers={"Authorization": f"Bearer {key}"}, SERVER_NAME="127.0.0.1")

    def ask() -> int:
        answer = client.post("/api/v1/locate", body, content_type="application/json")
        if answer.status_code != 200:
            raise AssertionError(f"locate answers {answer.status_code}: {answer.content[:300]!r}")
        return len(answer.content)

    tree = shapely.STRtree(areas)
    plain = best(lambda: tree.query(shapely.points(x, y), predicate="intersects"))
    return _row(f"{count:,} points over REST", 1000 * best(ask), "ms", 1000 * plain, LOCATE_BAR)


def _hand_over(survey: Any, at: Any, count: int) -> Row:
    """A split of one grid with that many open tickets, with everything that follows; beside the bare rows."""
    from grids.models import Grid
    from incidents.handover import apply_revision
    from incidents.models import Step, Ticket

    code = f"{survey.communities[-1].code}001"
    _open_tickets(survey, code, at, count)
    revision, day = _split(survey, code, at)
    outcome, seconds = timed(lambda: apply_revision(revision, at=day))
    parts = Grid.objects.filter(code__in=[f"{code[:12]}031", f"{code[:12]}032"]).values_list("pk", flat=True)
    moved = Ticket.objects.filter(grid__in=parts).count()
    if not moved == count == outcome.open_tickets == Step.objects.filter(verb="regrid").count():
        raise AssertionError(f"{moved} of {count} tickets, {outcome.open_tickets} handed over")
    return _row(
        f"hand-over with {count:,} open tickets", seconds, "s", _bare_move(outcome.open_tickets), HANDOVER_BAR
    )


def _open_tickets(survey: Any, code: str, at: Any, count: int) -> None:
    """Reports all over the grid, as many in each half."""
    from governance.accounts.actors import SYSTEM_ACTOR
    from grids import locator_cache, territory
    from incidents import intake
    from incidents.intake import TicketDraft
    from incidents.places import Spot

    territory.forget()
    locator_cache.forget()
    area = survey.polygons[-1][int(code[12:]) - 1]
    middle = area.centroid
    for number in range(count):
        lon = middle.x + (0.0004 if number % 2 else -0.0004)
        draft = TicketDraft(
            source="hotline",
            category="0104",
            content="楼道堆放杂物",
            external_no=f"survey-{number}",
            spot=Spot(lon=lon, lat=middle.y, text="测区"),
        )
        intake.register(draft, by=SYSTEM_ACTOR, at=at)


def _split(survey: Any, code: str, at: Any) -> tuple[int, Any]:
    """An approved revision that cuts the grid in two along its middle, and the moment it is due."""
    from dataclasses import replace
    from datetime import timedelta

    import shapely

    from governance.foundation.clock import local
    from grids import revisions
    from grids.models import GridRevision
    from grids.revisions import Draft

    made = revisions.prepare([code], title="拆分", by=survey.planner, at=at)
    revision = GridRevision.objects.get(pk=made.pk)
    whole = revisions.results_of(revision)[0]
    x = whole.area.centroid.x
    west, south, east, north = whole.area.bounds
    parts = [
        shapely.intersection(whole.area, shapely.box(*box))
        for box in ((west - 1, south - 1, x, north + 1), (x, south - 1, east + 1, north + 1))
    ]
    results = [
        replace(whole, area=area, households=400, code=f"{code[:12]}{number:03d}", name=name, heir_of=heir)
        for area, number, name, heir in (
            (parts[0], 31, f"{whole.name}西", code),
            (parts[1], 32, f"{whole.name}东", ""),
        )
    ]
    day = local(at).date() + timedelta(days=1)
    draft = Draft(title="拆分", reason="", effective_on=day, results=results)
    revisions.edit(revision.pk, draft, by=survey.planner, at=at, version=revision.version)
    revisions.submit(revision.pk, by=survey.planner, at=at)
    revisions.approve(revision.pk, by=survey.approver, at=at)
    return revision.pk, at + timedelta(days=1)


def _bare_move(count: int) -> float:
    """Seconds for one bare UPDATE of so many tickets and as many steps, taken back again."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(
            "UPDATE incidents_ticket SET grid_id = grid_id, region_path = region_path WHERE id IN"
            " (SELECT ticket_id FROM incidents_step WHERE verb = 'regrid' LIMIT %s)",
            [count],
        )
        cursor.execute(
            "INSERT INTO incidents_step (ticket_id, verb, from_state, to_state, at, actor_name, role, holder_id,"
            " client, opinion, data) SELECT ticket_id, verb, from_state, to_state, at, actor_name, role, holder_id,"
            " client, opinion, data FROM incidents_step WHERE verb = 'regrid' LIMIT %s",
            [count],
        )
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds
