"""Runs of the planner: each rule in its own transaction, one run at a time, safe to repeat.

A rule that hands out its objects week by week runs once in a week; any other takes in, each time, what has become due
since: an elderly person registered on Wednesday is visited in the same week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q

from fieldwork import values
from fieldwork.fairness.gaps import Gaps, gaps_of, tell_left_out
from fieldwork.models import FieldCampaign, FieldValue, PlanningRun, TaskRule
from fieldwork.planning import statements
from fieldwork.planning.windows import Window, midnight_after, midnight_of, window_of
from fieldwork.terms import Coverage, Mode, Period, Subject
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local

LOCK: Final = 5_063_002
LEVELS: Final = {Subject.KEY_PERSON: "k.level", Subject.KEY_PLACE: "k.risk"}


@dataclass(frozen=True)
class Planned:
    """What came of a run. `left_out`: places where no access item covers the matter, each for its rule."""

    tasks: int = 0
    objects: int = 0
    left_out: int = 0

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(self.tasks + other.tasks, self.objects + other.objects, self.left_out + other.left_out)


def rules_in_force(*, on: date) -> list[TaskRule]:
    """The rules of a day, those that follow changes among them; of several dates of one code the latest."""
    rows = TaskRule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    newest = {row.code: row for row in rows.order_by("valid_from", "id")}
    return sorted(newest.values(), key=lambda row: (row.rank, row.code))


def plan_day(*, at: datetime, path: str = "", by: Actor = SYSTEM_ACTOR) -> Planned:
    """Plan everything that is due on the day of `at`, inside `path`. Run again, it adds only what is new."""
    day = local(at).date()
    rules = [rule for rule in rules_in_force(on=day) if rule.period != Period.EVENT]
    found = Planned()
    for rule in rules:
        better = [row for row in rules if row.subject == rule.subject and row.rank < rule.rank]
        found += _plan_rule(rule, better, day=day, path=path, by=by, at=at)
    return found


@transaction.atomic
def _plan_rule(
    rule: TaskRule, better: Sequence[TaskRule], *, day: date, path: str, by: Actor, at: datetime
) -> Planned:
    if rule.period == Period.DAY and not load_calendar(values.CALENDAR).is_workday(day):
        return Planned()
    window = window_of(rule.period, day, is_spread=rule.is_spread)
    _one_at_a_time(rule.pk)
    ran = PlanningRun.objects.filter(rule=rule, window_from=window.starts_on)
    if rule.is_spread and not path and ran.exists():
        return Planned()
    run = PlanningRun.objects.create(rule=rule, at=at, window_from=window.starts_on, window_to=window.ends_on)
    left = gaps_of(rule.subject, rule.kinds, on=day, path=path)
    tell_left_out(left, kind=rule.work, label=rule.name, by=by, at=at)
    facts: dict[str, Any] = {
        **_common(run, window, left, day=day, path=path, by=by, at=at),
        "rule": rule.pk,
        "campaign": None,
        "work": rule.work,
        "patrol_kind": rule.patrol_kind,
        "mode": Mode.HOT_SPOT if rule.subject == Subject.HOT_SPOT else Mode.REGULAR,
        "coverage": rule.coverage,
        "title": rule.name,
        "note": "",
        "subject": rule.subject,
        "kinds": rule.kinds,
        "levels": rule.levels,
        "per_task": rule.per_task,
        "minutes": rule.minutes,
        "threshold": rule.threshold,
    }
    if rule.subject == Subject.GRID:
        return _execute(statements.GRID_PATROLS, facts, run, left, by=by, at=at)
    condition, more = _kept_out(Subject(rule.subject), better)
    sql = statements.planning(Subject(rule.subject), is_campaign=False, better=condition)
    return _execute(sql, facts | more, run, left, by=by, at=at)


@transaction.atomic
def plan_campaign(campaign: FieldCampaign, *, by: Actor, at: datetime) -> Planned:
    """The tasks of a launched campaign; run again, what has come into its objects since."""
    _one_at_a_time(-campaign.pk)
    window = Window(
        period_from=campaign.starts_on,
        period_to=campaign.ends_on,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )
    run = PlanningRun.objects.create(
        campaign=campaign, at=at, window_from=window.starts_on, window_to=window.ends_on
    )
    everything = not campaign.kinds and not campaign.levels and campaign.subject == Subject.HOUSEHOLD
    day = max(local(at).date(), campaign.starts_on)
    left = gaps_of(campaign.subject, campaign.kinds, on=day, path=campaign.region_path)
    tell_left_out(left, kind=campaign.work, label=campaign.name, by=by, at=at)
    facts: dict[str, Any] = {
        **_common(run, window, left, day=day, path=campaign.region_path, by=by, at=at),
        "rule": None,
        "campaign": campaign.pk,
        "work": campaign.work,
        "patrol_kind": campaign.patrol_kind,
        "mode": Mode.CAMPAIGN,
        "coverage": Coverage.UNIVERSAL if everything else Coverage.KEY,
        "title": campaign.name,
        "note": campaign.purpose,
        "subject": campaign.subject,
        "kinds": campaign.kinds,
        "levels": campaign.levels,
        "per_task": campaign.per_task,
        "minutes": 0,
    }
    sql = statements.planning(Subject(campaign.subject), is_campaign=True)
    return _execute(sql, facts, run, left, by=by, at=at)


def follow_leaves(*, at: datetime, limit: int = 5000) -> int:
    """Give to substitutes what falls wholly into a leave; returns how many tasks. Run twice, none."""
    facts: dict[str, Any] = {
        "day": local(at).date(),
        "at": at,
        "limit": limit,
        "actor": SYSTEM_ACTOR.name,
        "role": SYSTEM_ACTOR.role,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements.FOLLOW_LEAVES, facts)
        return len(cursor.fetchall())


def _common(
    run: PlanningRun, window: Window, left: Gaps, *, day: date, path: str, by: Actor, at: datetime
) -> dict[str, Any]:
    since = values.value(FieldValue.Name.HOT_SPOT_DAYS, on=day)
    return {
        "run": run.pk,
        "day": day,
        "path": f"{path}%",
        "left_inside": left.inside,
        "left_at": left.at,
        "period_from": window.period_from,
        "period_at": midnight_of(window.period_from),
        "starts_on": window.starts_on,
        "ends_on": window.ends_on,
        "due_at": midnight_after(window.ends_on),
        "left": window.left,
        "since": midnight_of(day - timedelta(days=since)),
        "until": midnight_of(day),
        "at": at,
        "actor": by.name[:80],
        "role": by.role,
    }


def _kept_out(subject: Subject, better: Sequence[TaskRule]) -> tuple[str, dict[str, Any]]:
    """What rules of lower rank plan, as a condition with its parameters."""
    if subject not in LEVELS:
        return "", {}
    parts, more = [], dict[str, Any]()
    for number, rule in enumerate(better):
        fits = [
            f"{column} = ANY(%({name}{number})s)"
            for column, name, wanted in (
                ("k.kind", "better_kinds", rule.kinds),
                (LEVELS[subject], "better_levels", rule.levels),
            )
            if wanted
        ]
        more |= {f"better_kinds{number}": rule.kinds, f"better_levels{number}": rule.levels}
        parts.append(f"AND NOT ({' AND '.join(fits) or 'true'})")
    return " ".join(parts), more


def _execute(
    sql: str, facts: dict[str, Any], run: PlanningRun, left: Gaps, *, by: Actor, at: datetime
) -> Planned:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        tasks, objects = cursor.fetchone()
        found = Planned(tasks, objects, len(left.rows))
        if found.tasks:
            cursor.execute(statements.COUNT_OBJECTS, {"run": run.pk})
    if not found.tasks and run.rule is not None and not run.rule.is_spread:
        run.delete()
        return found
    run.task_count, run.object_count = found.tasks, found.objects
    run.save(update_fields=["task_count", "object_count"])
    details = {"tasks": found.tasks, "objects": found.objects, "left_out": found.left_out}
    journal.record("fieldwork.plan", by=by, obj=run, at=at, details=details)
    return found


def _one_at_a_time(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, number])
