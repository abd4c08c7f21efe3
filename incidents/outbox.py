"""From steps to notices: each undelivered step is claimed once, whoever must know is told once.

Safe to run twice and in parallel: rows are claimed with SKIP LOCKED, notices are unique per step.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from governance.accounts.models import Tier
from governance.foundation.live import publish_on_commit
from grids.territory import current as territory
from incidents.models import Notice, Step
from incidents.models.history import Notice as NoticeRow

HANDLERS, LEADS, DUTY = Notice.Audience.HANDLERS, Notice.Audience.LEADS, Notice.Audience.DUTY

# Who is told of a step, at the unit that now holds the ticket (or that the alarm names).
AUDIENCES: dict[str, tuple[str, ...]] = {
    "register": (HANDLERS,),
    "dispatch": (HANDLERS,),
    "escalate": (HANDLERS,),
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
        notices = [notice for step in steps for notice in notices_of(step)]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        if notices:
            publish_on_commit({f"notices:{notice.unit_id}" for notice in notices}, {"verb": "notice"})
        Step.objects.filter(pk__in=[step.pk for step in steps]).update(delivered_at=at)
    return len(steps)


def notices_of(step: Step) -> Iterator[NoticeRow]:
    """The notices that a step calls for."""
    if not _is_worth_telling(step):
        return
    unit_id = step.data.get("unit") or step.holder_id
    for audience in AUDIENCES.get(step.verb, ()):
        target = _duty_unit(step) if audience == DUTY else unit_id
        if target is not None:
            yield Notice(
                step=step,
                ticket_id=step.ticket_id,
                unit_id=target,
                audience=audience,
                kind=step.verb,
                at=step.at,
            )


def _is_worth_telling(step: Step) -> bool:
    """A signature is news only when the platform had to sign; an ordinary report waits in the inbox."""
    if step.verb == "sign":
        return bool(step.data.get("auto_signed"))
    if step.verb == "register":
        return step.ticket.urgency != "normal"
    if step.verb == "climb":
        return True
    return step.verb in AUDIENCES


def _duty_unit(step: Step) -> int | None:
    unit = territory().command_unit(step.ticket.region_path, Tier.CITY)
    return unit.id if unit else None
