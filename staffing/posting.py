"""Posting people: a person fills a post of a grid, leaves it, moves to another grid.

The assignment (who fills the post) and the appointment (what he or she may do there) are written in one
transaction with their journal entries. Locks are taken in one order: the person, then grids by id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from governance.accounts import appointments
from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint_many
from governance.accounts.models import Appointment, OrgUnit, User
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Conflict, NotFound
from grids.models import Grid, GridAssignment, GridPost
from staffing.models import Leave, WorkerProfile
from staffing.queries.standard import Requirement, requirements
from staffing.queries.vacancies import away_on
from staffing.rules import keeping_role, refuse, unit_path

DAY: Final = timedelta(days=1)
# The role that a post gives over its grid; advisers and safety officers hold none.
ROLES: Final[Mapping[str, Role]] = {
    GridPost.Kind.GRID_LEADER: Role.GRID_LEADER,
    GridPost.Kind.GRID_PATROLLER: Role.GRID_PATROLLER,
    GridPost.Kind.GRID_SUPERVISOR: Role.GRID_SUPERVISOR,
    GridPost.Kind.PART_TIME_WORKER: Role.PART_TIME_WORKER,
    GridPost.Kind.POLICE_GRID_OFFICER: Role.POLICE_GRID_OFFICER,
    GridPost.Kind.GRID_MEDIATOR: Role.MEDIATOR,
}


@dataclass(frozen=True, kw_only=True)
class Posting:
    """Who is to fill which post of which grid, from when (until when)."""

    user_id: int
    grid_id: int
    kind: str
    starts_on: date
    ends_on: date | None = None


@transaction.atomic
def assign(order: Posting, *, by: Actor, at: datetime) -> GridAssignment:
    """Fill a post and appoint to its role. Raises NotFound, Forbidden, Unprocessable (in words, by field)."""
    user = lock_person(order.user_id)
    grid = lock_grids([order.grid_id])[order.grid_id]
    actor = by.acting_as(keeping_role(by, grid.path))
    return _fill(order, user, grid, by=actor, at=at)


@transaction.atomic
def end(assignment_id: int, *, on: date, by: Actor, at: datetime) -> GridAssignment:
    """Let a person leave a post with the day `on`, and the role with it.

    Raises NotFound, Forbidden, Conflict (it has ended already), Unprocessable.
    """
    user, row = _locked(assignment_id)
    actor = by.acting_as(keeping_role(by, row.post.grid.path))
    _finish(row, user, on=on, by=actor, at=at)
    return row


@transaction.atomic
def move(assignment_id: int, *, grid_id: int, on: date, by: Actor, at: datetime) -> GridAssignment:
    """The person fills the same kind of post in another grid from the day `on`, and leaves the old one before.

    Raises as `assign` and `end`.
    """
    user, row = _locked(assignment_id, also=grid_id)
    grid = Grid.objects.select_related("community", "team").get(pk=grid_id)
    actor = by.acting_as(keeping_role(by, row.post.grid.path, grid.path))
    if grid_id == row.post.grid_id:
        raise refuse("grid", _("This is the grid where the person is already"))
    _finish(row, user, on=on - DAY, by=actor, at=at)
    order = Posting(user_id=user.pk, grid_id=grid_id, kind=row.post.kind, starts_on=on, ends_on=None)
    return _fill(order, user, grid, by=actor, at=at)


def lock_person(user_id: int) -> User:
    """The person's row, locked. Raises NotFound."""
    user = (
        User.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit")
        .filter(pk=user_id)
        .first()
    )
    if user is None:
        raise NotFound()
    return user


def lock_grids(grid_ids: Sequence[int]) -> dict[int, Grid]:
    """The grids' rows, locked in the order of their ids. Raises NotFound when one is missing."""
    rows = Grid.objects.select_for_update(of=("self",), no_key=True).select_related("community", "team")
    found = {row.pk: row for row in rows.filter(pk__in=grid_ids).order_by("pk")}
    if len(found) != len(set(grid_ids)):
        raise NotFound()
    return found


def _locked(assignment_id: int, *, also: int | None = None) -> tuple[User, GridAssignment]:
    """The person and the assignment, with the person and the grids locked."""
    first = GridAssignment.objects.select_related("post").filter(pk=assignment_id).first()
    if first is None:
        raise NotFound()
    user = lock_person(first.user_id)
    lock_grids([first.post.grid_id, *([also] if also is not None else [])])
    row = GridAssignment.objects.select_related("post__grid__team", "user").get(pk=assignment_id)
    return user, row


def _fill(order: Posting, user: User, grid: Grid, *, by: Actor, at: datetime) -> GridAssignment:
    check_dates(order, grid)
    check_person(order, user, grid)
    post = free_post(order, grid)
    row = GridAssignment.objects.create(
        post=post, user=user, starts_on=order.starts_on, ends_on=order.ends_on
    )
    for given in appoint_many(_appointments(order, user, grid), at=at):
        journal.record("appointment.appoint", by=by, obj=given, at=at, after=appointment_facts(given))
    if not WorkerProfile.objects.filter(user=user).exists():
        WorkerProfile.objects.create(user=user)
    journal.record("post.assign", by=by, obj=row, at=at, after=facts(row))
    return row


def _finish(row: GridAssignment, user: User, *, on: date, by: Actor, at: datetime) -> None:
    if row.ends_on is not None and row.ends_on <= on:
        raise Conflict(_("This assignment has an end already: %(day)s") % {"day": row.ends_on})
    if on < row.starts_on:
        raise refuse("on", _("The last day cannot be before the first one, %(day)s") % {"day": row.starts_on})
    before = facts(row)
    row.ends_on = on
    row.save(update_fields=["ends_on"])
    for given in _given(row, user):
        end_appointment(given, on=on, by=by, at=at)
    journal.record("post.end", by=by, obj=row, at=at, before=before, after=facts(row))


def end_appointment(row: Appointment, *, on: date, by: Actor, at: datetime) -> None:
    """End one appointment and say so in the journal."""
    before = appointment_facts(row)
    appointments.end(row, on=on, at=at)
    journal.record("appointment.end", by=by, obj=row, at=at, before=before, after=appointment_facts(row))


def check_dates(order: Posting, grid: Grid) -> None:
    """Raises Unprocessable for reversed dates and for days on which the grid is not in force."""
    if order.ends_on is not None and order.ends_on < order.starts_on:
        raise refuse("ends_on", _("The last day is before the first one"))
    if grid.valid_to is not None and order.starts_on > grid.valid_to:
        raise refuse("grid", _("This grid is in force until %(day)s only") % {"day": grid.valid_to})
    if order.starts_on < grid.valid_from:
        raise refuse("starts_on", _("This grid is in force from %(day)s on") % {"day": grid.valid_from})


def requirement_for(grid: Grid, kind: str, on: date) -> Requirement | None:
    """What the template in force says of that post; None: the template does not know it."""
    return next(
        (row for row in requirements(on) if row.grid_kind == grid.kind and row.post_kind == kind), None
    )


def overlapping(starts_on: date, ends_on: date | None, *, prefix: str = "") -> Q:
    """The condition of rows with dates that share a day with these."""
    later = Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": starts_on})
    return later & Q(**{f"{prefix}starts_on__lte": ends_on}) if ends_on is not None else later


def check_person(order: Posting, user: User, grid: Grid) -> None:
    """Raises Unprocessable when this person cannot hold this post from that day on."""
    if not user.is_active:
        raise refuse("user", _("%(name)s is no longer active") % {"name": user.name})
    away = Leave.objects.filter(away_on(order.starts_on), user=user).first()
    if away is not None:
        words = {"name": user.name, "day": away.ends_on}
        raise refuse("user", _("%(name)s is on leave until %(day)s") % words)
    mine = GridAssignment.objects.filter(
        overlapping(order.starts_on, order.ends_on), user=user, post__kind=order.kind
    )
    if mine.filter(post__grid=grid).exists():
        raise refuse("user", _("%(name)s fills this post already") % {"name": user.name})
    wanted = requirement_for(grid, order.kind, order.starts_on)
    if wanted is not None:
        _check_rule(order, user, grid, wanted, mine.values("post__grid").distinct().count())


def _check_rule(order: Posting, user: User, grid: Grid, wanted: Requirement, held: int) -> None:
    label = GridPost.Kind(order.kind).label
    if wanted.max_per_person is not None and held >= wanted.max_per_person:
        words = {"name": user.name, "post": label, "held": held, "most": wanted.max_per_person}
        raise refuse(
            "user",
            _("%(name)s is %(post)s of %(held)s grids already; one person may hold at most %(most)s") % words,
        )
    if wanted.home_kinds and (user.unit is None or user.unit.kind not in wanted.home_kinds):
        kinds = dict(OrgUnit.Kind.choices)
        names = "、".join(str(kinds[kind]) for kind in wanted.home_kinds if kind in kinds)
        raise refuse("user", _("A %(post)s comes from: %(units)s") % {"post": label, "units": names})
    if wanted.home_kinds and not serves(user.unit_id, grid.path):
        words = {"name": user.name, "unit": user.unit}
        raise refuse("user", _("%(name)s belongs to %(unit)s, which does not serve this grid's town") % words)
    if wanted.held_role and not holds(user, wanted.held_role, order.starts_on):
        words = {"post": label, "role": Role(wanted.held_role).label}
        raise refuse("user", _("A %(post)s must hold the role %(role)s") % words)


def serves(unit_id: int | None, path: str) -> bool:
    """Whether the unit works for the grid's town: its place holds the grid, or lies in the same town."""
    from grids.territory import current as territory

    home = unit_path(unit_id)
    town = territory().at_level(home, "town")
    return bool(home) and path.startswith(town.path if town is not None else home)


def holds(user: User, role: str, on: date) -> bool:
    """Whether the person holds an appointment to the role on that day."""
    rows = Appointment.objects.filter(overlapping(on, on), user=user, role=role)
    return rows.exists()


def free_post(order: Posting, grid: Grid) -> GridPost:
    """A post of that kind without anybody in those days; made from the template when there is none yet.

    The grid must be locked. Raises Unprocessable: no such post here, or filled already.
    """
    wanted = requirement_for(grid, order.kind, order.starts_on)
    posts = list(GridPost.objects.filter(grid=grid, kind=order.kind).order_by("id"))
    label = GridPost.Kind(order.kind).label
    if wanted is None and not posts:
        raise refuse("kind", _("The staffing template has no post %(post)s for this grid") % {"post": label})
    taken = {
        row.post_id: row
        for row in GridAssignment.objects.filter(
            overlapping(order.starts_on, order.ends_on), post__in=posts
        ).select_related("user")
    }
    seats = wanted.count if wanted is not None else len(posts)
    free = [post for post in posts if post.pk not in taken]
    if len(taken) >= seats:
        holder = next(iter(taken.values())) if taken else None
        words = {"post": label, "name": holder.user.name if holder else "", "grid": grid.label}
        raise refuse("kind", _("The post %(post)s of %(grid)s is filled already by %(name)s") % words)
    return free[0] if free else GridPost.objects.create(grid=grid, kind=order.kind)


def _appointments(order: Posting, user: User, grid: Grid) -> list[Post]:
    """The role over the grid, and in the grid's team for somebody whose home is elsewhere."""
    role = ROLES.get(order.kind)
    if role is None:
        return []
    targets: list[models.Model] = [grid]
    if grid.team is not None and grid.team_id != user.unit_id:
        targets.append(grid.team)
    return [
        Post(user=user, role=role, target=target, starts_on=order.starts_on, ends_on=order.ends_on)
        for target in targets
        if not _has(user, role, target, order.starts_on)
    ]


def _has(user: User, role: str, target: models.Model, on: date) -> bool:
    rows = Appointment.objects.filter(over(target), user=user, role=role, acting_for=None, ends_on=None)
    return rows.filter(starts_on__lte=on).exists()


def over(*targets: models.Model) -> Q:
    """The condition of appointments over one of these objects."""
    condition = Q(pk__in=[])
    for target in targets:
        kind = ContentType.objects.get_for_model(target)
        condition |= Q(target_type=kind, target_id=target.pk)
    return condition


def _given(row: GridAssignment, user: User) -> list[Appointment]:
    """The appointments that belong to an assignment: its role over the grid and in the grid's team."""
    role = ROLES.get(row.post.kind)
    if role is None or row.ends_on is None:
        return []
    grid = row.post.grid
    targets: list[models.Model] = [grid, *([grid.team] if grid.team is not None else [])]
    return list(
        Appointment.objects.select_for_update()
        .filter(over(*targets), user=user, role=role, acting_for=None)
        .filter(Q(ends_on=None) | Q(ends_on__gt=row.ends_on))
    )


def facts(row: GridAssignment) -> dict[str, str]:
    """What the journal keeps of an assignment."""
    return {
        "grid": row.post.grid.code,
        "post": row.post.kind,
        "user": str(row.user_id),
        "starts_on": str(row.starts_on),
        "ends_on": str(row.ends_on or ""),
    }


def appointment_facts(row: Appointment) -> dict[str, str]:
    """What the journal keeps of an appointment."""
    return {
        "user": str(row.user_id),
        "role": row.role,
        "target": f"{row.target_type_id}:{row.target_id}",
        "starts_on": str(row.starts_on),
        "ends_on": str(row.ends_on or ""),
        "acting_for": str(row.acting_for_id or ""),
    }
