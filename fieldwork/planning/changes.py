"""A visit soon after a major change of a key person or place, planned in the transaction of the change itself.

The rule names who says so and the numbers say how soon (`change_hours`). What no access item covers is left out and
counted, as everywhere; a change while such a visit is still to be made asks for no second one.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation

from fieldwork import telling, values
from fieldwork.fairness.covering import NotCovered, count_attempt, field_task, must_be_covered
from fieldwork.models import FieldStep, FieldTask, FieldValue, TaskObject, TaskRule
from fieldwork.planning.running import rules_in_force
from fieldwork.states import UNFINISHED, TaskState
from fieldwork.terms import Mode, ObjectState, Period, Subject
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.clock import local
from grids.models import Grid
from registers.deeds.placing import worker_of
from registers.following import Change
from staffing.models import Leave
from staffing.states import LeaveState


def follow(change: Change, by: Actor, at: datetime) -> None:
    """Plan the visit that this change asks for."""
    thing = change.person or change.place
    assert thing is not None, "a change is of somebody or of some place"
    subject = Subject.KEY_PERSON if change.person is not None else Subject.KEY_PLACE
    level = change.person.level if change.person is not None else thing.risk  # type: ignore[union-attr]  # a place: no person
    day = local(at).date()
    rule = _rule_for(subject, thing.kind, level, on=day)
    if rule is None or _is_due(rule, subject, thing.pk, at=at):
        return
    asked = field_task(rule.work, rule.name, subject, [thing.kind], thing.path)
    try:
        must_be_covered(asked, at=at)
    except NotCovered as refusal:
        count_attempt(refusal, by=by, at=at)
        return
    task = _plan(rule, change, at=at, day=day)
    own: dict[str, Any] = {str(subject.value): thing}
    if change.place is not None:
        own |= {"lon": change.place.lon, "lat": change.place.lat}
    counts: dict[str, Any] = {"rule": rule, "period_from": day}
    if TaskObject.objects.filter(
        **counts, **{subject.value: thing}, state__in=[ObjectState.OPEN, ObjectState.DONE]
    ).exists():
        counts = {}  # the second change of a day, after its visit
    TaskObject.objects.create(task=task, position=1, subject=subject, **own, **counts)
    telling.tell_assigned(task, at=at, by=by)


def _rule_for(subject: Subject, kind: str, level: str, *, on: date) -> TaskRule | None:
    """The rule of a day that speaks of such an object after a change."""
    fitting = [
        rule
        for rule in rules_in_force(on=on)
        if rule.period == Period.EVENT
        and rule.subject == subject
        and (not rule.kinds or kind in rule.kinds)
        and (not rule.levels or level in rule.levels)
    ]
    return fitting[0] if fitting else None


def _is_due(rule: TaskRule, subject: Subject, pk: int, *, at: datetime) -> bool:
    """Whether a visit after an earlier change is still to be made, in time."""
    rows = TaskObject.objects.filter(
        task__rule=rule,
        task__state__in=sorted(UNFINISHED),
        task__due_at__gt=at,
        state=ObjectState.OPEN,
        **{f"{subject.value}_id": pk},
    )
    return rows.exists()


def _plan(rule: TaskRule, change: Change, *, at: datetime, day: date) -> FieldTask:
    thing = change.person or change.place
    assert thing is not None
    due_at = at + timedelta(hours=values.value(FieldValue.Name.CHANGE_HOURS, on=day))
    grid = Grid.objects.filter(path=thing.path, valid_to=None).first()
    last = local(due_at).date()
    worker, absent = _worker(thing.responsible, grid, first=day, last=last)
    with translation.override(settings.LANGUAGE_CODE):
        note = str(change.what.label)
    task = FieldTask.objects.create(
        work=rule.work,
        patrol_kind=rule.patrol_kind,
        mode=Mode.EVENT,
        coverage=rule.coverage,
        title=rule.name,
        note=note,
        rule=rule,
        grid=grid,
        region_path=thing.path,
        assignee=worker,
        stands_in_for=absent,
        state=TaskState.ASSIGNED if worker is not None else TaskState.PLANNED,
        starts_on=day,
        ends_on=last,
        due_at=due_at,
        minutes_needed=rule.minutes,
        object_count=1,
        planned_at=at,
    )
    FieldStep.objects.create(
        task=task,
        verb="plan",
        to_state=task.state,
        at=at,
        actor_name=SYSTEM_ACTOR.name,
        role=SYSTEM_ACTOR.role,
        data={"change": change.what.value},
    )
    details = {"change": change.what.value, "rule": rule.code}
    journal.record("fieldwork.plan_change", by=SYSTEM_ACTOR, obj=task, at=at, details=details)
    return task


def _worker(
    own: User | None, grid: Grid | None, *, first: date, last: date
) -> tuple[User | None, User | None]:
    """Who goes, and for whom: the responsible worker, else the one of the grid; on leave the substitute."""
    person = own if own is not None and own.is_active else None
    if person is None:
        person = User.objects.filter(pk=worker_of(grid.pk if grid else None) or 0, is_active=True).first()
    if person is None:
        return None, None
    away = Leave.objects.filter(
        user=person, state=LeaveState.APPROVED, starts_on__lte=first, ends_on__gte=last
    )
    leave = away.select_related("substitute").order_by("pk").first()
    if leave is None:
        return person, None
    stand_in = leave.substitute
    return (stand_in, person) if stand_in is not None and stand_in.is_active else (None, None)
