"""Campaigns and tasks put by hand: written, launched, withdrawn. A launch plans in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import pgettext_lazy

from fieldwork import teaming, telling
from fieldwork.fairness.covering import NotCovered, count_attempt, field_task, must_be_covered
from fieldwork.models import Checklist, FieldCampaign, FieldStep, FieldTask, TaskObject
from fieldwork.planning import plan_campaign
from fieldwork.planning.windows import midnight_after
from fieldwork.rules import is_fit, role_over
from fieldwork.states import PLANNERS, UNFINISHED, TaskState
from fieldwork.terms import Coverage, Mode, ObjectState, PatrolKind, Subject, Work, kind_of
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, NotFound, StaleVersion, Unprocessable
from grids.models import Grid, Region
from registers.models import Household, KeyPlace

LONGEST: Final = timedelta(days=184)
MOST_OBJECTS: Final = 60


@dataclass(frozen=True, kw_only=True)
class CampaignFacts:
    """What a form says of a campaign."""

    name: str
    purpose: str
    work: str
    subject: str
    region_code: str
    starts_on: date
    ends_on: date
    kinds: Sequence[str] = ()
    levels: Sequence[str] = ()
    checklist_id: int | None = None
    per_task: int = 20
    patrol_kind: str = ""


def write(facts: CampaignFacts, *, key: UUID, by: Actor, at: datetime) -> FieldCampaign:
    """A draft. The same key again is the same draft. Raises Forbidden, Unprocessable."""
    region = Region.objects.filter(code=facts.region_code, valid_to=None).first()
    if region is None:
        raise Unprocessable(fields={"region_code": [pgettext_lazy("field campaign", "Choose the place")]})
    actor = by.acting_as(role_over(by, region.path, PLANNERS))
    known = FieldCampaign.objects.filter(key=key).first()
    if known is not None:
        return known
    _check(facts, local(at).date())
    assert by.user is not None, "a role over a place is a person's"
    with transaction.atomic():
        row = FieldCampaign.objects.create(
            name=facts.name.strip(),
            purpose=facts.purpose.strip(),
            work=facts.work,
            patrol_kind=kind_of(facts.work, facts.patrol_kind, PatrolKind.HAZARD),
            subject=facts.subject,
            kinds=list(facts.kinds),
            levels=list(facts.levels),
            region=region,
            region_path=region.path,
            checklist=Checklist.objects.filter(pk=facts.checklist_id or 0, subject=facts.subject).first(),
            per_task=facts.per_task,
            starts_on=facts.starts_on,
            ends_on=facts.ends_on,
            key=key,
            created_by=by.user,
            created_at=at,
        )
        journal.record("fieldwork.write_campaign", by=actor, obj=row, at=at, after={"name": row.name})
    return row


def _check(facts: CampaignFacts, today: date) -> None:
    if facts.ends_on < facts.starts_on:
        raise Unprocessable(
            fields={"ends_on": [pgettext_lazy("field campaign", "The last day is before the first one")]}
        )
    if facts.ends_on < today:
        raise Unprocessable(
            fields={"ends_on": [pgettext_lazy("field campaign", "These days are over already")]}
        )
    if facts.ends_on - facts.starts_on > LONGEST:
        raise Unprocessable(
            fields={"ends_on": [pgettext_lazy("field campaign", "A campaign lasts at most half a year")]}
        )
    if facts.work == Work.PATROL and facts.subject != Subject.KEY_PLACE:
        raise Unprocessable(
            fields={"subject": [pgettext_lazy("field campaign", "A patrol leads past key places")]}
        )


def launch(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> FieldCampaign:
    """Every object gets its task now. Raises NotFound, Forbidden, StaleVersion, Conflict, NotCovered.

    What no access item covers is refused, and the attempt is counted.
    """
    try:
        return _launch(pk, by=by, at=at, version=version)
    except NotCovered as refusal:
        count_attempt(refusal, by=by, at=at)
        raise


@transaction.atomic
def _launch(pk: int, *, by: Actor, at: datetime, version: int | None) -> FieldCampaign:
    row, actor = _own(pk, by, version)
    if row.state != FieldCampaign.State.DRAFT or row.ends_on < local(at).date():
        raise Conflict(
            pgettext_lazy("field campaign", "This campaign can be launched no longer"), code="no_draft"
        )
    asked = field_task(row.work, row.name, row.subject, row.kinds, row.region_path)
    must_be_covered(asked, at=at, field="subject")
    row.state, row.launched_at, row.version = FieldCampaign.State.LAUNCHED, at, row.version + 1
    row.save(update_fields=["state", "launched_at", "version"])
    planned = plan_campaign(row, by=actor, at=at)
    journal.record(
        "fieldwork.launch_campaign",
        by=actor,
        obj=row,
        at=at,
        details={"tasks": planned.tasks, "objects": planned.objects},
    )
    return row


@transaction.atomic
def withdraw(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> FieldCampaign:
    """Nothing more is done for it: open tasks are called off, what is done stays. Raises as `launch` does."""
    row, actor = _own(pk, by, version)
    if row.state == FieldCampaign.State.WITHDRAWN:
        raise Conflict(
            pgettext_lazy("field campaign", "This campaign is withdrawn already"), code="withdrawn"
        )
    row.state, row.version = FieldCampaign.State.WITHDRAWN, row.version + 1
    row.save(update_fields=["state", "version"])
    tasks = list(
        FieldTask.objects.select_for_update(no_key=True)
        .filter(campaign=row, state__in=sorted(UNFINISHED))
        .order_by("pk")
    )
    FieldStep.objects.bulk_create(
        FieldStep(
            task=task,
            verb="cancel",
            from_state=task.state,
            to_state=TaskState.CANCELLED,
            at=at,
            actor_id=actor.user_id,
            actor_name=actor.name[:80],
            role=actor.role,
            data={"campaign": row.pk},
        )
        for task in tasks
    )
    TaskObject.objects.filter(task__in=tasks, state=ObjectState.OPEN).update(state=ObjectState.DROPPED)
    for task in tasks:
        task.state, task.version = TaskState.CANCELLED, task.version + 1
    FieldTask.objects.bulk_update(tasks, ["state", "version"], batch_size=500)
    journal.record("fieldwork.withdraw_campaign", by=actor, obj=row, at=at, details={"tasks": len(tasks)})
    return row


def _own(pk: int, by: Actor, version: int | None) -> tuple[FieldCampaign, Actor]:
    row = FieldCampaign.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or not FieldCampaign.objects.visible_to(by).filter(pk=pk).exists():
        raise NotFound()
    actor = by.acting_as(role_over(by, row.region_path, PLANNERS))
    if version is not None and version != row.version:
        raise StaleVersion(current_version=row.version, state=row.state)
    return row, actor


@dataclass(frozen=True, kw_only=True)
class HandFacts:
    """A task put by hand: who, where, until when, past which objects."""

    work: str
    title: str
    grid_id: int
    person_id: int
    starts_on: date
    ends_on: date
    note: str = ""
    minutes: int = 0
    patrol_kind: str = ""
    places: Sequence[int] = field(default_factory=tuple)
    households: Sequence[int] = field(default_factory=tuple)
    team_id: int | None = None


def put(facts: HandFacts, *, by: Actor, at: datetime) -> FieldTask:
    """Give one worker a patrol or a round of visits in one grid.

    Raises NotFound, Forbidden, Unprocessable, NotCovered: the attempt is counted.
    """
    try:
        return _put(facts, by=by, at=at)
    except NotCovered as refusal:
        count_attempt(refusal, by=by, at=at)
        raise


@transaction.atomic
def _put(facts: HandFacts, *, by: Actor, at: datetime) -> FieldTask:
    grid = Grid.objects.filter(pk=facts.grid_id, valid_to=None).first()
    if grid is None:
        raise NotFound()
    actor = by.acting_as(role_over(by, grid.path, PLANNERS))
    things = _things(facts, grid)
    person = User.objects.filter(pk=facts.person_id).first()
    if person is None or not is_fit(person, grid.path, writes_registers=bool(facts.households)):
        raise Unprocessable(
            fields={"person": [pgettext_lazy("field task", "This person has no post in this place")]}
        )
    if facts.ends_on < max(facts.starts_on, local(at).date()):
        raise Unprocessable(
            fields={"ends_on": [pgettext_lazy("field campaign", "These days are over already")]}
        )
    subject = Subject.KEY_PLACE if facts.places else Subject.HOUSEHOLD if facts.households else Subject.GRID
    must_be_covered(field_task(facts.work, facts.title, subject, (), grid.path), at=at, field="work")
    task = FieldTask(
        work=facts.work,
        patrol_kind=kind_of(facts.work, facts.patrol_kind, PatrolKind.DAILY),
        mode=Mode.SPECIAL,
        coverage=Coverage.KEY,
        title=facts.title.strip(),
        note=facts.note.strip(),
        grid=grid,
        region_path=grid.path,
        assignee=person,
        state=TaskState.ASSIGNED,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        due_at=midnight_after(facts.ends_on),
        minutes_needed=facts.minutes,
        object_count=len(things),
        planned_at=at,
    )
    teaming.give(task, facts.team_id, person, has_people=bool(facts.households))
    task.save(force_insert=True)
    TaskObject.objects.bulk_create(
        TaskObject(task=task, position=number, **thing) for number, thing in enumerate(things, 1)
    )
    FieldStep.objects.create(
        task=task,
        verb="plan",
        to_state=task.state,
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name[:80],
        role=actor.role,
        data={"person": person.pk},
    )
    journal.record(
        "fieldwork.put", by=actor, obj=task, at=at, details={"person": person.pk, "objects": len(things)}
    )
    telling.tell_assigned(task, at=at, by=by)
    return task


def _things(facts: HandFacts, grid: Grid) -> list[dict[str, Any]]:
    wanted_places, wanted_homes = set(facts.places), set(facts.households)
    places = KeyPlace.objects.filter(pk__in=wanted_places, grid=grid, is_active=True).order_by("pk")
    homes = Household.objects.filter(pk__in=wanted_homes, grid=grid, is_active=True).order_by("pk")
    found: list[Model] = [*places, *homes]
    if len(found) != len(wanted_places) + len(wanted_homes) or len(found) > MOST_OBJECTS:
        raise Unprocessable(
            fields={
                "objects": [pgettext_lazy("field task", "An object does not lie in this grid: choose again")]
            }
        )
    if not found and facts.work == Work.VISIT:
        raise Unprocessable(fields={"objects": [pgettext_lazy("field task", "Choose whom to visit")]})
    return [
        {"subject": Subject.KEY_PLACE, "key_place": row, "lon": row.lon, "lat": row.lat}
        if isinstance(row, KeyPlace)
        else {"subject": Subject.HOUSEHOLD, "household": row}
        for row in found
    ]
