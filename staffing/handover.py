"""Posts, people and teams follow a revision of grids: what an ended grid had goes on in its heir.

Runs in the transaction of the revision, after the grids themselves have changed. Nothing is rewritten: what was in
force ends with the day before, and begins anew on the heir. Run twice it finds nothing left to do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from governance.accounts.actors import SYSTEM_ACTOR
from governance.accounts.appointments import Post, appoint, end
from governance.accounts.models import Appointment, OrgUnit, User
from governance.audit import journal
from grids.models import Grid, GridAssignment, GridPost, GridRevision, Region
from staffing.models import LeaveCover, PartyOrganization, ServedGrid, ServiceTeam
from staffing.posting import ROLES, over
from staffing.queries.standard import Requirement, requirements

DAY = timedelta(days=1)


class Effect(Protocol):
    """What a revision did, as `grids.revisions` hands it over."""

    @property
    def revision(self) -> GridRevision: ...

    @property
    def ended(self) -> tuple[Grid, ...]: ...

    @property
    def begun(self) -> tuple[Grid, ...]: ...

    @property
    def continued(self) -> tuple[Grid, ...]: ...

    def heir(self, old_grid_id: int) -> Grid: ...


@dataclass
class Followed:
    """What moved: assignments that go on, and those whose post the heir had filled already."""

    assignments: list[GridAssignment] = field(default_factory=list)
    displaced: list[GridAssignment] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    teams: int = 0
    party_organizations: int = 0
    people: int = 0


@transaction.atomic
def follow(effect: Effect, *, at: datetime) -> Followed:
    """Let everything of the ended grids go on in their heirs from the revision's day on."""
    starts_on = effect.revision.effective_on
    assert starts_on is not None, "a revision in effect has its day"
    done = Followed()
    wanted = requirements(starts_on)
    for grid in (*effect.begun, *effect.continued):
        _make_posts(grid, wanted)
    for old in effect.ended:
        new = effect.heir(old.pk)
        displaced = _assignments(old, new, starts_on, done, wanted)
        _appointments(old, new, starts_on, displaced, done, at=at)
        done.people += _home(old, new)
        done.teams += ServiceTeam.objects.filter(grid=old, ended_on=None).update(grid=new)
        done.party_organizations += PartyOrganization.objects.filter(grid=old, ended_on=None).update(grid=new)
        _served(old, new, starts_on)
        _record(effect.revision, old, new, done, at=at)
    return done


def _served(old: Grid, new: Grid, starts_on: date) -> None:
    """Social organisations go on serving in the heir; the days in the ended grid stay as they were."""
    present = ServedGrid.objects.filter(grid=old, ends_on=None)
    there = set(ServedGrid.objects.filter(grid=new, ends_on=None).values_list("organization", flat=True))
    for row in list(present):
        if row.organization_id not in there:
            begins = max(row.starts_on, starts_on)
            ServedGrid.objects.create(organization_id=row.organization_id, grid=new, starts_on=begins)
    present.filter(starts_on__gte=starts_on).delete()
    present.update(ends_on=starts_on - DAY)


def _make_posts(grid: Grid, wanted: Iterable[Requirement]) -> None:
    """The posts that the template wants, where they are not there yet."""
    here = list(GridPost.objects.filter(grid=grid).values_list("kind", flat=True))
    GridPost.objects.bulk_create(
        GridPost(grid=grid, kind=need.post_kind)
        for need in wanted
        if need.grid_kind == grid.kind and need.is_required
        for _n in range(need.count - here.count(need.post_kind))
    )


def _assignments(
    old: Grid, new: Grid, starts_on: date, done: Followed, wanted: Iterable[Requirement]
) -> set[tuple[int, str]]:
    """End the assignments of `old` and continue them in free posts of `new`; gives who found none (user, kind)."""
    last_day, displaced = starts_on - DAY, set[tuple[int, str]]()
    rows = GridAssignment.objects.select_for_update(of=("self",)).select_related("post", "user")
    going = rows.filter(Q(ends_on=None) | Q(ends_on__gt=last_day), post__grid=old).order_by("starts_on", "id")
    for row in list(going):
        until, begins = row.ends_on, max(row.starts_on, starts_on)
        post = None if _fills(new, row, begins) else _seat(new, row, begins, wanted)
        if row.starts_on > last_day:
            _repoint(row, post)
        else:
            row.ends_on = last_day
            row.save(update_fields=["ends_on"])
        if post is None and _fills(new, row, begins):
            continue
        if post is None:
            displaced.add((row.user_id, row.post.kind))
            done.displaced.append(row)
        elif row.ends_on == last_day:
            made = GridAssignment.objects.create(post=post, user=row.user, starts_on=begins, ends_on=until)
            done.assignments.append(made)
    return displaced


def _repoint(row: GridAssignment, post: GridPost | None) -> None:
    """An assignment that has not begun yet is no history: it goes to the heir's post, or away."""
    if post is None:
        row.delete()
    else:
        row.post = post
        row.save(update_fields=["post"])


def _fills(new: Grid, row: GridAssignment, begins: date) -> bool:
    """Whether the person fills this kind of post in the heir anyway."""
    rows = GridAssignment.objects.filter(user=row.user_id, post__grid=new, post__kind=row.post.kind)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=begins)).exclude(pk=row.pk).exists()


def _seat(new: Grid, row: GridAssignment, begins: date, wanted: Iterable[Requirement]) -> GridPost | None:
    """A free post of the same kind in the heir; None when it is filled."""
    kind = row.post.kind
    posts = list(GridPost.objects.filter(grid=new, kind=kind).order_by("id"))
    later = GridAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=begins), post__in=posts)
    taken = dict(later.values_list("post_id", "user_id"))
    free = [post for post in posts if post.pk not in taken]
    if free:
        return free[0]
    most = next((w.count for w in wanted if w.grid_kind == new.kind and w.post_kind == kind), 1)
    return GridPost.objects.create(grid=new, kind=kind) if len(posts) < most else None


def _appointments(
    old: Grid, new: Grid, starts_on: date, displaced: set[tuple[int, str]], done: Followed, *, at: datetime
) -> None:
    """Roles over the ended grid and in its team go on over the heir, acting ones of substitutes as well."""
    kinds = {role.value: kind for kind, role in ROLES.items()}
    targets = [old, *([old.team] if old.team is not None and _is_idle(old.team) else [])]
    rows = Appointment.objects.select_for_update(of=("self",)).select_related(
        "user", "acting_for", "leave_cover"
    )
    rows = rows.filter(over(*targets)).filter(Q(ends_on=None) | Q(ends_on__gt=starts_on - DAY)).order_by("id")
    grid_type = ContentType.objects.get_for_model(Grid)
    for row in list(rows):
        target: Grid | OrgUnit | None = new if row.target_type_id == grid_type.pk else new.team
        if (row.user_id, kinds.get(row.role, "")) in displaced:
            target = None
        made = go_on(row, target, starts_on, at=at, told={"from": old.code, "to": new.code})
        if made is not None:
            done.appointments.append(made)


def go_on(
    row: Appointment,
    target: Grid | OrgUnit | Region | None,
    starts_on: date,
    *,
    at: datetime,
    told: Mapping[str, str],
) -> Appointment | None:
    """End an appointment with the day before and let it go on over another target, with its dates and its leave.

    None when there is no target, or the person holds the role over it anyway. With `leave_cover` read.
    """
    last_day, until, begins = starts_on - DAY, row.ends_on, max(row.starts_on, starts_on)
    cover = getattr(row, "leave_cover", None)
    leave = cover.leave if cover is not None else None
    if row.starts_on > last_day:
        row.delete()
    else:
        end(row, on=last_day, at=at)
    if target is None or _goes_on(row, target, begins):
        return None
    post = Post(
        user=row.user,
        role=row.role,
        target=target,
        starts_on=begins,
        ends_on=until,
        acting_for=row.acting_for,
    )
    made = appoint(post, at=at)
    if leave is not None:
        LeaveCover.objects.create(leave=leave, appointment=made)
    journal.record("appointment.follow", by=SYSTEM_ACTOR, obj=made, at=at, details=dict(told))
    return made


def _goes_on(row: Appointment, target: Grid | OrgUnit | Region, begins: date) -> bool:
    """Whether the person holds the role over the target then anyway, in the same capacity."""
    rows = Appointment.objects.filter(
        over(target), user=row.user_id, role=row.role, acting_for=row.acting_for_id, starts_on__lte=begins
    )
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=row.ends_on or begins)).exists()


def _is_idle(team: OrgUnit) -> bool:
    """Whether no grid in force works with this team any more."""
    return not Grid.objects.filter(team=team, valid_to=None).exists()


def _home(old: Grid, new: Grid) -> int:
    """People at home in a team that is no more are at home in the heir's team."""
    if old.team is None or new.team is None or old.team_id == new.team_id or not _is_idle(old.team):
        return 0
    return User.objects.filter(unit=old.team).update(unit=new.team)


def _record(revision: GridRevision, old: Grid, new: Grid, done: Followed, *, at: datetime) -> None:
    journal.record(
        "post.follow",
        by=SYSTEM_ACTOR,
        obj=old,
        at=at,
        details={
            "revision": revision.number,
            "to": new.code,
            "assignments": [row.pk for row in done.assignments if row.post.grid_id == new.pk],
            "displaced": [row.pk for row in done.displaced if row.post.grid_id == old.pk],
        },
    )
