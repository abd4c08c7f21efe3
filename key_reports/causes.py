"""What calls for a key report without anybody typing it: tickets of such a category, and red disputes.

The steps of tickets and the urgent reports of disputes are read on from a mark, up to the horizon behind which nothing
can appear any more. The first time everything until then counts as read. What cannot be drafted is tried again.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.db import models, transaction

from governance.foundation.horizon import reach
from incidents import sandbox
from incidents.models import Step, Ticket
from incidents.states import OPEN
from key_reports import drafting
from key_reports.models import CauseMark
from mediation.models import UrgentReport

LOG = logging.getLogger(__name__)
WINDOW: Final = 2000
MOST_LEFT: Final = 200


def follow(*, at: datetime) -> int:
    """Draft what is new; how many causes were looked at. Safe beside itself and after a crash."""
    tickets = _read_on("tickets", Step, _tickets_of, lambda pk: of_ticket(pk, at=at))
    return tickets + _read_on("disputes", UrgentReport, _disputes_of, lambda pk: _of_dispute(pk, at=at))


def _tickets_of(after: int, until: int) -> Iterable[int]:
    rows = Step.objects.filter(pk__gt=after, pk__lte=until, ticket__is_key_report=True)
    return rows.order_by("ticket").values_list("ticket", flat=True).distinct()


def _disputes_of(after: int, until: int) -> Iterable[int]:
    return (
        UrgentReport.objects.filter(pk__gt=after, pk__lte=until).order_by("pk").values_list("pk", flat=True)
    )


@transaction.atomic
def _read_on(
    name: str,
    rows: type[models.Model],
    found: Callable[[int, int], Iterable[int]],
    do: Callable[[int], object],
) -> int:
    horizon = reach(rows)
    mark = CauseMark.objects.select_for_update(skip_locked=True).filter(name=name).first()
    if mark is None:
        CauseMark.objects.bulk_create([CauseMark(name=name, read_id=horizon)], ignore_conflicts=True)
        return 0
    until = min(horizon, mark.read_id + WINDOW)
    keys = list(dict.fromkeys([*mark.left, *found(mark.read_id, until)]))
    left = [pk for pk in keys if not _done(name, pk, do)]
    if until > mark.read_id or left != mark.left:
        mark.read_id, mark.left = max(mark.read_id, until), left[-MOST_LEFT:]
        mark.save(update_fields=["read_id", "left"])
    return len(keys)


def _done(name: str, pk: int, do: Callable[[int], object]) -> bool:
    """One cause by itself: one that cannot be drafted is reported, and stops none of the others."""
    try:
        with transaction.atomic():
            do(pk)
    except Exception:
        LOG.exception("No key report could be drafted", extra={"cause": name, "key": pk})
        return False
    return True


def of_ticket(pk: int, *, at: datetime) -> None:
    """One ticket, while it is open and no trial."""
    rows = Ticket.objects.select_related("source", "category").defer("search")
    ticket = rows.filter(pk=pk, is_key_report=True, state__in=sorted(OPEN)).first()
    if ticket is not None and not sandbox.is_trial(ticket):
        drafting.of_ticket(ticket, at=at)


def _of_dispute(pk: int, *, at: datetime) -> None:
    row = UrgentReport.objects.select_related("case").get(pk=pk)
    drafting.of_case(row.case, row.told_at, at=at)
