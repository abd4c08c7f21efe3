"""From steps to notices: each undelivered step is claimed once, whoever must know is told once.

Safe to run twice and in parallel: rows are claimed with SKIP LOCKED, notices are unique per step.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from governance.accounts.roles import Role
from incidents.duty import centre_with, duty_unit
from incidents.models import Notice, Step
from incidents.models.notices import Notice as NoticeRow
from incidents.notice_kinds import IMPORTANT, topic_of
from incidents.sandbox import is_trial
from incidents.telling import send

HANDLERS, LEADS, DUTY = Notice.Audience.HANDLERS, Notice.Audience.LEADS, Notice.Audience.DUTY
OVERSIGHT, CITIZEN = Notice.Audience.OVERSIGHT, Notice.Audience.CITIZEN

# Who is told of a step, at the unit that now holds the ticket (or that the alarm names).
AUDIENCES: dict[str, tuple[str, ...]] = {
    "register": (HANDLERS,),
    "merge": (CITIZEN,),
    "unmerge": (HANDLERS, CITIZEN),
    "absorb": (HANDLERS,),
    "release": (HANDLERS,),
    "close": (CITIZEN,),
    "take_back": (HANDLERS,),
    "send_verification": (HANDLERS,),
    "verify": (HANDLERS,),
    "dispatch": (HANDLERS,),
    "withdraw": (HANDLERS,),
    "ask_return": (LEADS,),
    "return": (HANDLERS, LEADS),
    "decline_return": (HANDLERS,),
    "grant_return": (HANDLERS,),
    "refuse_return": (HANDLERS, LEADS),
    "ask_extension": (LEADS, OVERSIGHT),
    "extend": (HANDLERS, LEADS, CITIZEN),
    "refuse_extension": (HANDLERS, LEADS),
    "ask_suspension": (OVERSIGHT,),
    "suspend": (HANDLERS, LEADS, CITIZEN),
    "refuse_suspension": (HANDLERS, LEADS),
    "resume": (HANDLERS, LEADS),
    "escalate": (HANDLERS,),
    "add_part": (HANDLERS,),
    "sign_part": (LEADS,),
    "answer_part": (HANDLERS,),
    "return_part": (HANDLERS,),
    "release_part": (HANDLERS,),
    "keep_part": (HANDLERS, LEADS),
    "redo_part": (HANDLERS, LEADS),
    "remove_part": (HANDLERS,),
    "link": (HANDLERS,),
    "unlink": (HANDLERS,),
    "child_link": (HANDLERS,),
    "child_out": (HANDLERS,),
    "child_end": (HANDLERS,),
    "child_open": (HANDLERS,),
    "feedback": (HANDLERS,),
    "rework": (HANDLERS,),
    "redo": (HANDLERS, LEADS),
    "reopen": (HANDLERS, LEADS),
    "sign": (LEADS,),
    "warn": (HANDLERS,),
    "overdue": (HANDLERS, LEADS),
    "urge": (HANDLERS, LEADS),
    "climb": (HANDLERS, DUTY),
    "supplement": (HANDLERS,),
    "regrid": (HANDLERS,),
}


def deliver(*, at: datetime, limit: int = 500) -> int:
    """Deliver up to `limit` steps; returns how many. Zero means that nothing is left."""
    with transaction.atomic():
        steps = list(
            Step.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(delivered_at=None)
            .select_related("ticket__source")
            .defer("ticket__search", "ticket__content")
            .order_by("id")[:limit]
        )
        if not steps:
            return 0
        send([notice for step in steps for notice in notices_of(step)], at=at)
        Step.objects.filter(pk__in=[step.pk for step in steps]).update(delivered_at=at)
    return len(steps)


def notices_of(step: Step) -> Iterator[NoticeRow]:
    """The notices that a step calls for; none about what is tried out."""
    if is_trial(step.ticket) or not _is_worth_telling(step):
        return
    unit_ids = step.data.get("units") or [step.data.get("unit") or step.holder_id]
    for audience in AUDIENCES.get(step.verb, ()):
        if audience == DUTY:
            yield from _on_duty(step)
        elif audience == OVERSIGHT:
            yield from _overseen(step)
        elif audience == CITIZEN:
            yield from _to_the_citizen(step)
        else:
            yield from (_notice(step, unit_id, audience) for unit_id in unit_ids if unit_id is not None)


def _on_duty(step: Step) -> Iterator[NoticeRow]:
    """One for each person whom the roster names; with nobody named, one for every duty officer of the centre."""
    unit_id = duty_unit(step.ticket.region_path)
    if unit_id is None:
        return
    people = [person["user"] for person in step.data.get("duty", ())]
    for user_id in people or [None]:
        yield _notice(step, unit_id, DUTY, user_id=user_id)


def _overseen(step: Step) -> Iterator[NoticeRow]:
    """To the oversight officers of the nearest centre that has one; a first extension is the unit's own affair."""
    if step.verb == "ask_extension" and step.data.get("round", 1) < 2 and step.role != Role.DEPT_LEAD:
        return
    unit_id = centre_with(Role.OVERSIGHT_OFFICER, step.ticket.region_path)
    if unit_id is not None:
        yield _notice(step, unit_id, OVERSIGHT)


def _to_the_citizen(step: Step) -> Iterator[NoticeRow]:
    """Whoever took the call passes it on; nothing where nobody waits for an answer."""
    unit_id = step.ticket.accepted_unit_id or step.holder_id
    if step.ticket.needs_reply and unit_id is not None:
        yield _notice(step, unit_id, CITIZEN)


def _notice(step: Step, unit_id: int, audience: str, *, user_id: int | None = None) -> NoticeRow:
    return Notice(
        step=step,
        ticket_id=step.ticket_id,
        unit_id=unit_id,
        user_id=user_id,
        sender_id=step.unit_id,
        audience=audience,
        kind=step.verb,
        topic=topic_of(step.verb, audience),
        is_important=step.verb in IMPORTANT,
        at=step.at,
    )


def _is_worth_telling(step: Step) -> bool:
    """A signature is news only when the platform had to sign; an ordinary report waits in the inbox; a revision
    of grids tells a team what has come to it."""
    if step.verb in {"sign", "sign_part"}:
        return bool(step.data.get("auto_signed"))
    if step.verb == "register":
        return step.ticket.urgency != "normal"
    if step.verb == "climb":
        return True
    if step.verb == "close":
        return (
            step.ticket.merged_count > 0
        )  # the one who was called knows; the others of merged reports do not
    if step.verb == "regrid":
        return bool(step.data.get("unit"))
    return step.verb in AUDIENCES
