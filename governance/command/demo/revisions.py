"""Revisions in the demo town: of grids one in effect for three weeks, one that waits for approval, one draft that the
check objects to; two communities that shall be merged. Made by the real verbs, by the demo accounts, after the tickets.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import shapely
from django.db import transaction
from django.db.models import Count, Q, Sum

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids import locator_cache, recutting, regions, revisions, scope, territory
from grids.geometry import parse_area
from grids.models import Grid, GridRevision, Region, RevisionSource
from grids.revisions import Draft, DraftGrid
from incidents.handover import apply_revision
from incidents.handover.outcome import Outcome
from incidents.models import Ticket
from incidents.states import OPEN

PART = "revisions"
IN_EFFECT_FOR, BEFORE = timedelta(days=21), timedelta(days=9)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@transaction.atomic
def build_revisions() -> int:
    """Write them once; returns how many were written now."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    planner, approver, neighbour = (_account(name) for name in ("town", "oversight", "community"))
    home = scope.of(neighbour.user).paths[0]
    town = scope.of(planner.user).paths[0]
    effective = _in_effect(_quiet(town, home), planner, approver, at)
    _waiting(_pair(town, home, effective), planner, at)
    _objected(_roomy(home), neighbour, at)
    _merger(town, home, planner, at)
    locator_cache.forget()
    territory.forget()
    mark_done(JOB, PART, at=at, revisions=4, tickets=effective.closed_tickets)
    return 4


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _quiet(town: str, home: str) -> Grid:
    """A grid with much history and nothing open, away from the demo accounts' own community."""
    rows = Grid.objects.filter(valid_to=None, kind=Grid.Kind.COMPREHENSIVE, path__startswith=town)
    rows = rows.exclude(path__startswith=home).order_by("-household_count", "code")
    counted = Ticket.objects.filter(grid__in=rows.order_by().values("pk")).order_by().values_list("grid")
    numbers = {
        pk: (still, closed)
        for pk, still, closed in counted.annotate(
            still=Count("pk", filter=Q(state__in=sorted(OPEN))),
            closed=Count("pk", filter=~Q(state__in=sorted(OPEN))),
        )
    }
    return min(rows, key=lambda grid: (numbers.get(grid.pk, (0, 0))[0], -numbers.get(grid.pk, (0, 0))[1]))


def _in_effect(grid: Grid, planner: Actor, approver: Actor, at: datetime) -> Outcome:
    """Split three weeks ago. What was registered since then lies in the new grids, as if it had been filed there."""
    day = local(at).date() - IN_EFFECT_FOR
    begins = local(at).replace(hour=0, minute=5, second=0, microsecond=0) - IN_EFFECT_FOR
    made = begins - BEFORE + 9 * HOUR
    revision = _drafted(
        [grid],
        _halves,
        by=planner,
        at=made,
        on=day,
        title=f"{grid.name}拆分",
        reason="居民户数增长，一名网格员难以走访到位",
    )
    revisions.submit(revision.pk, by=planner, at=made + DAY, opinion="已征求社区意见")
    revisions.approve(revision.pk, by=approver, at=made + 3 * DAY, opinion="同意，按期调整")
    outcome = apply_revision(revision.pk, at=begins)
    _file_anew(grid, outcome, begins)
    return outcome


def _file_anew(grid: Grid, outcome: Outcome, since: datetime) -> None:
    later = Ticket.objects.filter(grid=grid, registered_at__gte=since, now_grid__isnull=False)
    for new in outcome.effect.begun:
        rows = later.filter(now_grid=new)
        rows.update(grid=new, region_path=new.path, now_grid=None)


def _halves(sources: list[DraftGrid], codes: Callable[[int], list[str]]) -> list[DraftGrid]:
    """The first source cut across its longer side, about in the middle; both parts are new."""
    whole = sources[0]
    west, south, east, north = whole.area.bounds
    x, y = whole.area.centroid.x, whole.area.centroid.y
    is_wide = (east - west) > (north - south)
    line = [(x, south - 0.001), (x, north + 0.001)] if is_wide else [(west - 0.001, y), (east + 0.001, y)]
    pieces = recutting.split(whole.area, line)[:2]
    names = ("东区", "西区") if is_wide else ("北区", "南区")
    ordered = sorted(pieces, key=lambda area: -area.centroid.x if is_wide else -area.centroid.y)
    stem = whole.name.removesuffix("网格")
    part = whole.households // 2
    return [
        replace(
            whole,
            code=code,
            name=f"{stem}{name}网格",
            name_en="",
            area=area,
            households=count,
            heir_of=whole.code if number == 0 else "",
        )
        for number, (code, name, area, count) in enumerate(
            zip(codes(2), names, ordered, (whole.households - part, part), strict=True)
        )
    ]


def _pair(town: str, home: str, effective: Outcome) -> list[Grid]:
    """Two small neighbouring grids of one community, to be merged."""
    taken = {grid.community_id for grid in effective.effect.begun}
    rows = Grid.objects.filter(valid_to=None, kind=Grid.Kind.COMPREHENSIVE, path__startswith=town)
    rows = rows.exclude(path__startswith=home).exclude(community__in=taken)
    grids = list(rows.select_related("community").order_by("code"))
    areas = {grid.pk: parse_area(grid.polygon) for grid in grids}
    pairs = [
        (one.household_count + other.household_count, one.code, [one, other])
        for one in grids
        for other in grids
        if one.code < other.code
        and one.community_id == other.community_id
        and areas[one.pk].intersection(areas[other.pk]).length > 0.0005
    ]
    return min(pairs)[2]


def _waiting(grids: list[Grid], planner: Actor, at: datetime) -> None:
    """A merge, submitted yesterday, for the first day of next week."""

    def merged(sources: list[DraftGrid], _codes: Callable[[int], list[str]]) -> list[DraftGrid]:
        one, other = sources
        area = recutting.merge([one.area, other.area])
        return [replace(one, area=area, households=one.households + other.households)]

    day = local(at).date() + timedelta(days=7 - local(at).weekday())
    revision = _drafted(
        grids,
        merged,
        by=planner,
        at=at - 2 * DAY,
        on=day,
        title=f"{grids[0].name}与{grids[1].name}合并",
        reason="两个网格户数偏少，合并后配齐一格一长一员",
    )
    revisions.submit(revision.pk, by=planner, at=at - DAY, opinion="拟于下周一起实施，请审批")


def _roomy(home: str) -> Grid:
    """The grid of the demo accounts' community with the most households."""
    rows = Grid.objects.filter(valid_to=None, kind=Grid.Kind.COMPREHENSIVE, path__startswith=home)
    return rows.order_by("-household_count", "code")[0]


def _objected(grid: Grid, planner: Actor, at: datetime) -> None:
    """A split in which a strip of ground was left out: the check shows the gap on the map."""

    def with_a_gap(sources: list[DraftGrid], codes: Callable[[int], list[str]]) -> list[DraftGrid]:
        first, second = _halves(sources, codes)
        first = replace(first, code=sources[0].code, heir_of=sources[0].code)
        strip = second.area.intersection(first.area.buffer(0.0006))
        left = max(shapely.get_parts(second.area.difference(strip)), key=lambda part: part.area)
        return [first, replace(second, code=codes(1)[0], area=left)]

    _drafted(
        [grid],
        with_a_gap,
        by=planner,
        at=at - 5 * HOUR,
        on=local(at).date() + timedelta(days=20),
        title=f"{grid.name}拆分（征求意见稿）",
        reason="新建小区交付入住",
    )


def _merger(town: str, home: str, planner: Actor, at: datetime) -> None:
    """Two small communities side by side, submitted this morning for the first day of the month after next."""
    busy = RevisionSource.objects.filter(is_open=True).values("grid__community")
    rows = Region.objects.filter(level=Region.Level.COMMUNITY, valid_to=None, path__startswith=town)
    rows = rows.exclude(path=home).exclude(pk__in=busy).filter(boundary__isnull=False)
    found = list(
        rows.annotate(households=Sum("grids__household_count", filter=Q(grids__valid_to=None))).order_by(
            "code"
        )
    )
    areas = {region.pk: parse_area(region.boundary or {}) for region in found}
    pairs = [
        ((one.households or 0) + (other.households or 0), one.code, [one, other])
        for one in found
        for other in found
        if one.code < other.code and areas[one.pk].intersection(areas[other.pk]).length > 0.0005
    ]
    if not pairs:
        return
    one, other = min(pairs)[2]
    month = (local(at).date().replace(day=1) + timedelta(days=63)).replace(day=1)
    made = regions.prepare(
        [one.code, other.code],
        way=regions.Way.MERGE,
        title=f"{one.name}与{other.name}合并",
        reason="两个社区规模偏小，合并后统一配置社区工作力量",
        by=planner,
        at=at - 7 * HOUR,
    )
    draft = replace(regions.draft_of(made), effective_on=month)
    regions.edit(made.pk, draft, by=planner, at=at - 6 * HOUR, version=made.version)
    regions.submit(made.pk, by=planner, at=at - 5 * HOUR, opinion="已征求两社区意见，请审批")


def _drafted(
    grids: list[Grid],
    results: Callable[[list[DraftGrid], Callable[[int], list[str]]], list[DraftGrid]],
    *,
    by: Actor,
    at: datetime,
    on: date,
    title: str,
    reason: str,
) -> GridRevision:
    """A stored draft of what `results` makes of the grids."""
    made = revisions.prepare([grid.code for grid in grids], title=title, reason=reason, by=by, at=at)
    revision = GridRevision.objects.get(pk=made.pk)
    sources = revisions.results_of(revision)
    setting = revisions.setting_of(revision, sources)
    community = grids[0].code[:12]
    used = {*setting.spent, *(grid.code for grid in grids)}
    planned = results(sources, lambda count: recutting.next_codes(community, used, count))
    draft = Draft(title=title, reason=reason, effective_on=on, results=planned)
    revisions.edit(revision.pk, draft, by=by, at=at + HOUR, version=revision.version)
    return GridRevision.objects.get(pk=revision.pk)
