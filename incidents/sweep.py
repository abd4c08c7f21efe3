"""The alarm sweep: bounded batches of deadlines whose next alarm has come, claimed with SKIP LOCKED.

A row that cannot be worked out is pushed forward and reported; it never stops the sweep. Alarms are steps,
like every other deed, so notices and statistics come from them.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from governance.accounts.actors import SYSTEM_ACTOR
from governance.accounts.models import Tier
from governance.foundation.calendars import load_calendar
from governance.foundation.errors import Problem
from grids.territory import current as territory
from incidents.clocks import ladder
from incidents.deadlines import Alarming, Ladder, Stage, raise_alarm
from incidents.duty import Watch
from incidents.ledger import ledger
from incidents.models import Step
from incidents.transitions import resume, sign, sign_part

logger = logging.getLogger(__name__)

PUSH_FORWARD = timedelta(minutes=10)


@dataclass
class Batch:
    """What one batch is going to write."""

    at: datetime
    steps: list[Step] = field(default_factory=list)
    moves: list[tuple[int, int, datetime | None]] = field(default_factory=list)
    overdue: set[int] = field(default_factory=set)
    urged: set[int] = field(default_factory=set)
    to_do: list[tuple[str, Alarming]] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch(self.at)


def sweep(*, at: datetime, limit: int = 500) -> int:
    """Raise the alarms due at `at`, at most `limit` deadlines; returns how many were looked at."""
    with ledger().atomic():
        rows = ledger().due_alarms(at, limit)
        if not rows:
            return 0
        batch = Batch(at)
        figures = ladder()
        for row in rows:
            _raise(row, batch, figures)
        _write(batch)
    for name, row in batch.to_do:
        _do(name, row, at)
    return len(rows)


def _raise(row: Alarming, batch: Batch, figures: Ladder) -> None:
    try:
        alarm = raise_alarm(row, row.ticket.urgency, load_calendar(row.calendar), figures, batch.at)
    except Exception:
        logger.exception("alarm of deadline %s could not be worked out; tried again later", row.pk)
        batch.moves.append((row.pk, row.rung, batch.at + PUSH_FORWARD))
        return
    if alarm.verb in DEEDS:
        batch.to_do.append((alarm.verb, row))
        return
    batch.moves.append((row.pk, alarm.rung, alarm.next_at))
    unit_id = _climbed_to(row, alarm.rung) if alarm.verb == "climb" else row.unit_id
    step = _step(row, alarm.verb, unit_id, batch.at)
    if alarm.verb == "climb":
        step.data["duty"] = list(batch.watch.named(row.ticket.region_path))
    batch.steps.append(step)
    batch.topics |= {f"unit:{row.ticket.holder_id}", f"unit:{unit_id}", f"ticket:{row.ticket.number}"}
    if row.assignment_id is not None:
        step.data["part"] = row.assignment_id
        return
    if alarm.verb == "overdue" and row.stage == Stage.HANDLE:
        batch.overdue.add(row.ticket_id)
    if alarm.verb == "urge":
        batch.urged.add(row.ticket_id)


def _climbed_to(row: Alarming, rung: int) -> int:
    """The unit `rung` tiers above the one that should have acted; the city's centre at the top."""
    land = territory()
    unit_id = row.unit_id
    for _step_up in range(rung):
        upper = land.upper(unit_id, row.ticket.region_path) if unit_id in land.units else None
        if upper is None:
            top = land.command_unit(row.ticket.region_path, Tier.CITY)
            return top.id if top else unit_id
        unit_id = upper.id
    return unit_id


def _step(row: Alarming, verb: str, unit_id: int, at: datetime) -> Step:
    ticket = row.ticket
    return Step(
        ticket_id=ticket.pk,
        verb=verb,
        from_state=ticket.state,
        to_state=ticket.state,
        at=at,
        actor_name=SYSTEM_ACTOR.name,
        role=SYSTEM_ACTOR.role,
        holder_id=ticket.holder_id,
        client=SYSTEM_ACTOR.client,
        data={"stage": row.stage, "due_at": row.due_at.isoformat(), "unit": unit_id},
    )


def _write(batch: Batch) -> None:
    if batch.moves:
        ledger().move_alarms(batch.moves)
    if not batch.steps:
        return
    ledger().add_many(batch.steps)
    if batch.overdue:
        ledger().flag(batch.overdue, "is_overdue")
    if batch.urged:
        ledger().flag(batch.urged, "is_urged")
    ledger().record(
        "tickets.alarm",
        by=SYSTEM_ACTOR,
        obj=batch.steps[0],
        at=batch.at,
        details={"steps": [batch.steps[0].pk, batch.steps[-1].pk], "count": len(batch.steps)},
    )
    ledger().nudge(batch.topics, {"id": batch.steps[-1].pk, "verb": "alarm", "number": "", "state": ""})


DEEDS = frozenset({"sign", "resume"})
"""Verbs that the platform does by itself."""


def _do(name: str, row: Alarming, at: datetime) -> None:
    """Sign or resume for a unit that did not; the human who was quicker wins, and then nothing is left to do.

    Whatever else goes wrong is reported and tried again later: one ticket never stops the others.
    """
    try:
        if row.assignment_id is not None:
            sign_part(row.ticket_id, row.assignment_id, by=SYSTEM_ACTOR, at=at)
        elif name == "sign":
            sign(row.ticket_id, by=SYSTEM_ACTOR, at=at)
        else:
            resume(row.ticket_id, by=SYSTEM_ACTOR, at=at)
    except Exception as error:
        is_fault = not isinstance(error, Problem)
        if ledger().push_forward(row.pk, at=at, to=at + PUSH_FORWARD) or is_fault:
            logger.warning(
                "ticket %s: %s could not be done automatically: %s",
                row.ticket_id,
                name,
                error,
                exc_info=is_fault,
            )


def sweep_all(*, at: datetime, limit: int = 500, batches: int = 200) -> int:
    """Sweep until nothing is due or `batches` are done; returns how many deadlines were looked at."""
    total = 0
    for _batch in range(batches):
        done = sweep(at=at, limit=limit)
        total += done
        if done < limit:
            break
    return total
