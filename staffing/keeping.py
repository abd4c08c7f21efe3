"""Keeping the ledgers: teams, party organisations, trainings, equipment, profiles.

Every change in one transaction: lock, version, right, write, journal. Forms check the shape beforehand.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion
from staffing.leaves import places_of
from staffing.models import (
    EquipmentIssue,
    PartyOrganization,
    ServiceTeam,
    Stationing,
    TeamMember,
    Term,
    TrainingAttendance,
    TrainingSession,
    WorkerProfile,
)
from staffing.rules import keeping_role, refuse

Row = TypeVar("Row", bound=models.Model)


def keep_placed(
    row: "ServiceTeam | PartyOrganization | Stationing",
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Write a new or changed team, party organisation or posting; the actor keeps its place, the old one and the new.

    Raises Forbidden, NotFound, StaleVersion.
    """
    with transaction.atomic():
        old = _lock(type(row), row.pk)
        if old is not None:
            _check_version(old, version)
            row.version = old.version + 1
        paths = [item.place.path for item in (old, row) if item is not None]
        _write(row, by=by, at=at, paths=paths, before=old)


@transaction.atomic
def add_member(member: TeamMember, identities: Sequence[Term], *, by: Actor, at: datetime) -> None:
    """Put somebody into a team. Raises Forbidden, Unprocessable."""
    team = ServiceTeam.objects.select_for_update(of=("self",)).get(pk=member.team_id)
    if team.ended_on is not None:
        raise refuse("joined_on", _("This team has ended"))
    _write(member, by=by, at=at, paths=[team.place.path], before=None)
    member.identities.set(identities)


@transaction.atomic
def remove_member(member_id: int, *, on: date, by: Actor, at: datetime) -> None:
    """Somebody leaves a team with a day. Raises NotFound, Forbidden, Conflict."""
    member = _lock(TeamMember, member_id)
    if member is None:
        raise NotFound()
    if member.left_on is not None:
        raise Conflict(_("This person has left the team already"))
    before = facts(member)
    member.left_on = max(on, member.joined_on)
    _write(member, by=by, at=at, paths=[member.team.place.path], before=before)


def keep_training(row: TrainingSession, *, by: Actor, at: datetime) -> None:
    """Write a new or changed training. Raises Forbidden."""
    with transaction.atomic():
        old = _lock(TrainingSession, row.pk)
        paths = [item.region.path for item in (old, row) if item is not None]
        _write(row, by=by, at=at, paths=paths, before=old)


@transaction.atomic
def attend(
    session: TrainingSession,
    people: Sequence[User],
    *,
    has_attended: bool,
    result: str,
    by: Actor,
    at: datetime,
) -> int:
    """Put people on the list of a training, or change what it says of them; gives how many.

    Raises Forbidden, Unprocessable.
    """
    if result == TrainingAttendance.Result.PASSED and not has_attended:
        raise refuse("result", _("Only somebody who was there can have passed"))
    TrainingSession.objects.select_for_update().get(pk=session.pk)
    _role_over(session.region.path, people, by, at)
    for user in people:
        row, is_new = TrainingAttendance.objects.get_or_create(session=session, user=user)
        before = None if is_new else facts(row)
        row.has_attended, row.result = has_attended, result
        row.save()
        journal.record("trainingattendance.keep", by=by, obj=row, at=at, before=before, after=facts(row))
    return len(people)


def _role_over(path: str, people: Sequence[User], by: Actor, at: datetime) -> str:
    """The organiser's right, or the right over every one of the people (own people in somebody else's training)."""
    try:
        return keeping_role(by, path)
    except Forbidden:
        paths = [place for user in people for place in places_of(user, at.date())]
        return keeping_role(by, *paths)


@transaction.atomic
def issue(row: EquipmentIssue, *, by: Actor, at: datetime) -> None:
    """Hand something to a worker. Raises Forbidden."""
    row.issued_by = by.user
    _write(row, by=by, at=at, paths=places_of(row.user, row.issued_on), before=None)


@transaction.atomic
def give_back(issue_id: int, *, on: date, by: Actor, at: datetime) -> None:
    """A worker hands something back. Raises NotFound, Forbidden, Conflict, Unprocessable."""
    row = _lock(EquipmentIssue, issue_id)
    if row is None:
        raise NotFound()
    if row.returned_on is not None:
        raise Conflict(_("This has been handed back already"))
    if on < row.issued_on:
        raise refuse("on", _("The end is before the beginning"))
    before = facts(row)
    row.returned_on = on
    _write(row, by=by, at=at, paths=places_of(row.user, on), before=before)


def keep_profile(row: WorkerProfile, *, by: Actor, at: datetime, version: int | None = None) -> None:
    """Write a person's profile; nobody keeps his or her own. Raises Forbidden, StaleVersion."""
    if row.user_id == by.user_id:
        raise Forbidden(_("Nobody keeps his or her own profile"))
    with transaction.atomic():
        old = _lock(WorkerProfile, row.pk)
        if old is not None:
            _check_version(old, version)
            row.version = old.version + 1
        _write(row, by=by, at=at, paths=places_of(row.user, at.date()), before=old)


def _lock(model: type[Row], pk: int | None) -> Row | None:
    if pk is None:
        return None
    return model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()


def _check_version(old: Any, version: int | None) -> None:
    if version is not None and version != old.version:
        raise StaleVersion(current_version=old.version)


def _write(
    row: models.Model,
    *,
    by: Actor,
    at: datetime,
    paths: Sequence[str],
    before: models.Model | Mapping[str, Any] | None,
) -> None:
    actor = by.acting_as(keeping_role(by, *paths))
    was = facts(before) if isinstance(before, models.Model) else before
    row.save()
    journal.record(f"{row._meta.model_name}.keep", by=actor, obj=row, at=at, before=was, after=facts(row))


def facts(row: models.Model) -> dict[str, str]:
    """The stored values of a row, without relations to many."""
    many = {field.name for field in row._meta.many_to_many}
    return {name: str(value) for name, value in model_to_dict(row).items() if name not in many}
