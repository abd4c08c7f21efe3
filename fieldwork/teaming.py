"""Joint patrols: a team, often of people of two systems, has one patrol. Everybody of it sees the patrol on the phone;
whoever sets out first carries it, and of the others it is noted that they were along. It is one task: what it passes by
and how long it took are counted once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

from fieldwork.frame import Move, happened, locked
from fieldwork.models import FieldTask, PatrolPresence
from fieldwork.rules import carries, is_of_crew
from fieldwork.states import RECORDABLE, UNFINISHED
from fieldwork.telling import tell_joined
from fieldwork.terms import Work
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.errors import Conflict, Forbidden, NotFound, Text, Unprocessable
from staffing.models import TeamMember
from staffing.querysets import teams_serving


def offered(path: str, *, on: date) -> list[tuple[int, str]]:
    """Teams that a patrol of this place may be given to, by name: one statement."""
    return [(team.pk, team.label) for team in teams_serving(path, on=on).order_by("name", "pk")]


def members_of(task: FieldTask) -> QuerySet[TeamMember]:
    """Who was in the team on any day of the patrol, the lead first."""
    here = Q(left_on=None) | Q(left_on__gte=task.starts_on)
    rows = TeamMember.objects.filter(here, team=task.team_id, joined_on__lte=task.ends_on)
    return rows.select_related("user", "role").order_by("-is_lead", "joined_on", "pk")


def give(task: FieldTask, team_id: int | None, person: User, *, has_people: bool) -> None:
    """Let a team have the patrol, or no team; the caller stores it. Raises Unprocessable."""
    task.team = task.crew = None
    if team_id is None:
        return
    if task.work != Work.PATROL or has_people:
        raise _refused("team", pgettext_lazy("joint patrol", "Only a patrol past places is given to a team"))
    team = teams_serving(task.region_path, on=task.starts_on).filter(pk=team_id).first()
    if team is None:
        raise _refused(
            "team", pgettext_lazy("joint patrol", "This team does not serve this place: choose again")
        )
    task.team = team
    crew = sorted(members_of(task).filter(user__is_active=True).values_list("user_id", flat=True))
    task.crew = crew
    if person.pk not in crew:
        raise _refused("person", pgettext_lazy("joint patrol", "This person is not in the team"))


def follow_members(*, at: datetime, limit: int = 500) -> int:
    """Who has joined a team gets its open patrols, who has left it loses them; returns how many. Run twice, none."""
    people = Coalesce(
        ArrayAgg("team__members__user", filter=_IN_CREW, distinct=True, order_by="team__members__user"), []
    )
    rows = FieldTask.objects.filter(team__isnull=False, state__in=sorted(UNFINISHED)).annotate(people=people)
    ids = rows.exclude(crew=F("people")).order_by("pk").values_list("pk", flat=True)[:limit]
    return sum(_follow(pk, at=at) for pk in list(ids))


@transaction.atomic
def _follow(task_id: int, *, at: datetime) -> bool:
    task = locked(task_id)
    if task.team_id is None or task.state not in UNFINISHED:
        return False
    before = set(task.crew or ())
    now = sorted(members_of(task).filter(user__is_active=True).values_list("user_id", flat=True))
    if before == set(now):
        return False
    task.crew, task.version = now, task.version + 1
    task.save(update_fields=["crew", "version"])
    joined = set(now) - before
    journal.record(
        "fieldwork.crew",
        by=SYSTEM_ACTOR,
        obj=task,
        at=at,
        details={"joined": sorted(joined), "left": sorted(before - set(now))},
    )
    tell_joined(task, joined, at=at)
    return True


_IN_CREW: Final = Q(
    Q(team__members__left_on=None) | Q(team__members__left_on__gte=F("starts_on")),
    team__members__joined_on__lte=F("ends_on"),
    team__members__user__is_active=True,
)


def _refused(name: str, words: Text) -> Unprocessable:
    return Unprocessable(fields={name: [words]})


def set_out(move: Move) -> None:
    """Whoever starts the patrol carries it from now on, and is along."""
    task, user = move.task, move.by.user
    assert user is not None, "people set out, not the platform"
    if task.assignee_id != user.pk:
        move.data["from"] = task.assignee_id
        task.assignee, task.stands_in_for = user, None
    own = members_of(task).filter(user=user).first()
    if own is not None:
        _present(task, own, user, happened_at=move.happened_at, at=move.at)


def _present(
    task: FieldTask, member: TeamMember, by: User, *, happened_at: datetime, at: datetime
) -> tuple[PatrolPresence, bool]:
    facts = {"occurred_at": happened_at, "received_at": at, "noted_by": by}
    return PatrolPresence.objects.get_or_create(task=task, member=member, defaults=facts)


@transaction.atomic
def note(
    task_id: int, member_id: int, *, by: Actor, at: datetime, occurred_at: datetime | None = None
) -> PatrolPresence:
    """A member is along. Each says so for himself or herself, whoever carries the patrol for everybody; said twice, it
    stands once.

    Raises NotFound, Forbidden, Conflict.
    """
    task = locked(task_id)
    if by.user is None or not FieldTask.objects.visible_to(by).filter(pk=task_id).exists():
        raise NotFound()
    member = members_of(task).filter(pk=member_id).first()
    if member is None:
        raise NotFound()
    if not may_note(task, member, by):
        raise Forbidden(
            pgettext_lazy(
                "joint patrol", "Everybody notes the own presence; whoever carries the patrol that of all"
            )
        )
    known = PatrolPresence.objects.filter(task=task, member=member).first()
    if known is not None:
        return known
    if task.state not in RECORDABLE:
        words = pgettext_lazy("joint patrol", "Who is along is noted while the patrol is under way")
        raise Conflict(words, code="not_under_way")
    row, _is_new = _present(task, member, by.user, happened_at=happened(occurred_at, at), at=at)
    FieldTask.objects.filter(pk=task.pk).update(version=F("version") + 1)
    journal.record("fieldwork.along", by=by, obj=task, at=at, details={"member": member.pk})
    return row


def may_note(task: FieldTask, member: TeamMember, by: Actor) -> bool:
    """Whether the person may say of this member that he or she is along."""
    return carries(task, by) or (is_of_crew(task, by) and member.user_id == by.user_id)


@dataclass(frozen=True, kw_only=True)
class Companion:
    """A member of the team as a line of the patrol."""

    member: TeamMember
    sub: str
    presence: PatrolPresence | None
    may_note: bool
    key: UUID = field(default_factory=uuid4)
    """Of the deed, should it be pressed."""


def companions(task: FieldTask, by: Actor) -> Sequence[Companion]:
    """Everybody of the team and whether he or she was along: two statements, none without a team."""
    if task.team_id is None:
        return ()
    rows = task.presences.select_related("noted_by")
    present = {row.member_id: row for row in rows}
    return [
        Companion(
            member=member,
            sub=member.get_system_display() or (member.role.label if member.role else ""),
            presence=present.get(member.pk),
            may_note=member.pk not in present and task.state in RECORDABLE and may_note(task, member, by),
        )
        for member in members_of(task)
    ]
