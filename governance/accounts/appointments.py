"""Appointing and ending: the only writers of role groups and object permissions.

An appointment in force is exactly one guardian permission `act_as_<role>` on its target plus the
membership of the role's group. Dates are applied by `apply_due`, which is safe to run at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from guardian.models import UserObjectPermission

from governance.accounts.models import Appointment, User
from governance.accounts.roles import permission
from governance.foundation.clock import local


@dataclass(frozen=True, kw_only=True)
class Post:
    """What is to be appointed: who, as what, over which region, grid or unit, and for how long."""

    user: User
    role: str
    target: models.Model
    starts_on: date
    ends_on: date | None = None
    acting_for: User | None = None


def appoint(post: Post, *, at: datetime) -> Appointment:
    """Appoint one person; the permission is granted at once when the dates include `at`."""
    return appoint_many([post], at=at)[0]


@transaction.atomic
def appoint_many(posts: Iterable[Post], *, at: datetime) -> list[Appointment]:
    """Appoint many people with a handful of statements."""
    created = Appointment.objects.bulk_create(
        Appointment(
            user=post.user,
            role=post.role,
            target_type=ContentType.objects.get_for_model(post.target),
            target_id=post.target.pk,
            starts_on=post.starts_on,
            ends_on=post.ends_on,
            acting_for=post.acting_for,
        )
        for post in posts
    )
    _grant([item for item in created if item.is_in_force(local(at).date())])
    return created


@transaction.atomic
def end(appointment: Appointment, *, on: date, at: datetime) -> None:
    """Let an appointment end with the day `on`; revoked at once when that day has passed."""
    appointment.ends_on = max(on, appointment.starts_on)
    appointment.save(update_fields=["ends_on"])
    if not appointment.is_in_force(local(at).date()):
        _revoke([appointment])


@transaction.atomic
def apply_due(*, at: datetime) -> tuple[int, int]:
    """Grant what begins and revoke what has ended by the local day of `at`: (granted, revoked)."""
    today = local(at).date()
    in_force = Q(starts_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    rows = Appointment.objects.select_for_update(skip_locked=True)
    starting = list(rows.filter(in_force, is_applied=False)[:1000])
    ending = list(rows.filter(~in_force, is_applied=True)[:1000])
    _revoke(ending)
    _grant(starting)
    return len(starting), len(ending)


def _permissions(rows: Iterable[Appointment]) -> dict[tuple[int, str], Permission]:
    types = {row.target_type_id for row in rows}
    found = Permission.objects.filter(content_type__in=types, codename__startswith="act_as_")
    return {(item.content_type_id, item.codename): item for item in found}


def _grant(rows: list[Appointment]) -> None:
    if not rows:
        return
    permissions = _permissions(rows)
    UserObjectPermission.objects.bulk_create(
        [
            UserObjectPermission(
                user_id=row.user_id,
                permission=permissions[row.target_type_id, permission(row.role)],
                content_type_id=row.target_type_id,
                object_pk=str(row.target_id),
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    groups = {role: Group.objects.get_or_create(name=role)[0] for role in {row.role for row in rows}}
    through = User.groups.through
    through.objects.bulk_create(
        [through(user_id=row.user_id, group_id=groups[row.role].pk) for row in rows], ignore_conflicts=True
    )
    _mark(rows, applied=True)


def _revoke(rows: list[Appointment]) -> None:
    _mark(rows, applied=False)
    for row in rows:
        others = Appointment.objects.filter(user_id=row.user_id, role=row.role, is_applied=True)
        if not others.filter(target_type_id=row.target_type_id, target_id=row.target_id).exists():
            UserObjectPermission.objects.filter(
                user_id=row.user_id,
                permission__codename=permission(row.role),
                content_type_id=row.target_type_id,
                object_pk=str(row.target_id),
            ).delete()
        if not others.exists():
            row.user.groups.remove(*Group.objects.filter(name=row.role))


def _mark(rows: list[Appointment], *, applied: bool) -> None:
    Appointment.objects.filter(pk__in=[row.pk for row in rows]).update(is_applied=applied)
    for row in rows:
        row.is_applied = applied
