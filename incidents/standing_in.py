"""Notices during a leave: whoever stands in gets what the person on leave would have read, marked as such."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from governance.accounts.models import User
from governance.foundation.clock import local
from governance.foundation.prepared import fetch_all
from grids import scope as scopes
from incidents.models import Notice
from incidents.queries.signs import audiences
from staffing.models import Leave
from staffing.states import LeaveState


def copies_for_substitutes(rows: Sequence[Notice], *, at: datetime) -> list[Notice]:
    """One personal copy for each substitute who would not get the notice anyway; one statement while nobody is away.

    Acting appointments give a substitute the inbox of field posts; offices have none, so their notices are copied.
    """
    units = {row.unit_id for row in rows if row.unit_id is not None and row.user_id is None}
    people = {row.user_id for row in rows if row.user_id is not None}
    if not units and not people:
        return []
    copies: list[Notice] = []
    for leave in _leaves(units, people, at):
        copies += _copies(leave, rows)
    return copies


_AWAY = """
SELECT away.id
  FROM staffing_leave away
  JOIN accounts_user own ON own.id = away.user_id
  JOIN accounts_user other ON other.id = away.substitute_id
 WHERE away.state = %s AND away.starts_on <= %s AND away.ends_on >= %s
   AND (away.returned_on IS NULL OR away.returned_on > %s)
   AND other.is_active AND other.id <> own.id
   AND (own.id = ANY(%s) OR own.unit_id = ANY(%s))
"""


def _leaves(units: Iterable[int], people: Iterable[int], at: datetime) -> list[Leave]:
    """Leaves of this day with somebody who stands in; asked at every notice, and nearly always there is none."""
    today = local(at).date()
    values = [LeaveState.APPROVED.value, today, today, today, sorted(people), sorted(units)]
    found = [pk for (pk,) in fetch_all(_AWAY, values)]
    if not found:
        return []
    return list(Leave.objects.filter(pk__in=found).select_related("user", "substitute").order_by("id"))


def _copies(leave: Leave, rows: Sequence[Notice]) -> Iterator[Notice]:
    assert leave.substitute is not None
    for row in rows:
        is_missed = row.user_id is None and reads(leave.user, row) and not reads(leave.substitute, row)
        if is_missed or row.user_id == leave.user_id:
            yield _copy(row, leave)


def reads(person: User, row: Notice) -> bool:
    """Whether a unit's notice is for this person."""
    scope = scopes.of(person)
    return row.unit_id in scope.unit_ids and row.audience in audiences(scope)


def _copy(row: Notice, leave: Leave) -> Notice:
    return Notice(
        step_id=row.step_id,
        key=row.key,
        title=row.title,
        url=row.url,
        ticket_id=row.ticket_id,
        unit_id=row.unit_id,
        user_id=leave.substitute_id,
        stands_in_for_id=leave.user_id,
        sender_id=row.sender_id,
        audience=row.audience,
        kind=row.kind,
        topic=row.topic,
        is_important=row.is_important,
        at=row.at,
    )
