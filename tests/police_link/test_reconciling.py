"""Sent = received = opened = closed of a day: the 157 of the fixture, and days on which each side lacks one."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, Unprocessable
from incidents.models import Ticket
from police_link import reconciling, statements
from police_link.models import PoliceIncident, PoliceStatement, StatementLine
from tests.cast import MONDAY, Cast
from tests.police_link.props import incident

pytestmark = pytest.mark.django_db
DAY, EVENING = MONDAY.date(), MONDAY + timedelta(hours=10)


def day_of(cast: Cast, count: int, *, state: str = "closed") -> list[str]:
    """A day of that many accepted matters whose tickets are in that state: one by the deeds, the others like it."""
    first = incident(cast, "accepted")
    assert first.ticket is not None
    Ticket.objects.filter(pk=first.ticket.pk).update(state=state, closed_at=EVENING)
    pattern = Ticket.objects.get(pk=first.ticket.pk)
    numbers = [f"J3301-{number:04d}" for number in range(2, count + 1)]
    for number in numbers:
        pattern.pk, pattern.number, pattern.external_no = None, f"WG{number[-4:]}0000", number
        pattern.save(force_insert=True)
    tickets = dict(Ticket.objects.filter(external_no__in=numbers).values_list("external_no", "pk"))
    rows = []
    for number in numbers:
        row = PoliceIncident(**fields_of(first))
        row.number, row.external_no, row.ticket_id = f"JQ9{number[-4:]}000", number, tickets[number]
        rows.append(row)
    PoliceIncident.objects.bulk_create(rows)
    return [str(first.external_no), *numbers]


def fields_of(row: PoliceIncident) -> dict[str, object]:
    return {
        item.attname: getattr(row, item.attname) for item in row._meta.concrete_fields if item.attname != "id"
    }


def test_157_are_157(cast: Cast) -> None:
    numbers = day_of(cast, 157)
    statements.state(DAY, numbers, by=cast.other_client, at=EVENING)
    with CaptureQueriesContext(connection) as seen:
        found = reconciling.reconcile(cast.other_client, DAY)
    assert len(seen) == 3
    assert (found.sent, found.received, found.opened, found.closed) == (157, 157, 157, 157)
    assert found.is_even
    assert list(found.differences) == []


def test_each_side_lacks_one_and_every_row_is_named(cast: Cast) -> None:
    numbers = day_of(cast, 3)
    open_one = incident(cast, "accepted", external_no="OPEN")
    refused = incident(cast, "refused", external_no="REFUSED")
    statements.state(DAY, [*numbers[1:], "LOST", "OPEN", "REFUSED"], by=cast.duty, at=EVENING)
    found = reconciling.reconcile(cast.dispatcher, DAY)
    assert (found.sent, found.received, found.opened, found.closed) == (5, 5, 4, 3)
    assert not found.is_even
    rows = {(item.kind, item.external_no, item.row.number if item.row else "") for item in found.differences}
    assert rows == {
        ("missing_here", "LOST", ""),
        ("missing_there", numbers[0], PoliceIncident.objects.get(external_no=numbers[0]).number),
        ("not_opened", "REFUSED", refused.number),
        ("not_closed", "OPEN", open_one.number),
    }
    assert reconciling.reconcile(cast.far_town, DAY).received == 0, "another town sees nothing of it"


def test_a_day_without_a_statement_is_never_even(cast: Cast) -> None:
    day_of(cast, 2)
    found = reconciling.reconcile(cast.oversight, DAY)
    assert (found.sent, found.received, found.is_even) == (None, 2, False)
    with CaptureQueriesContext(connection) as seen:
        days = reconciling.latest_days(cast.oversight, DAY, 3)
    assert len(seen) == 2
    assert [(day.day, day.sent, day.received, day.closed) for day in days] == [
        (DAY, None, 2, 2),
        (DAY - timedelta(days=1), None, 0, 0),
        (DAY - timedelta(days=2), None, 0, 0),
    ]


def test_the_last_statement_of_a_day_counts_and_the_same_again_changes_nothing(cast: Cast) -> None:
    first = statements.state(DAY, ["B", "A"], by=cast.other_client, at=EVENING)
    written = AuditEntry.objects.count()
    assert statements.state(DAY, ["A", "B"], by=cast.other_client, at=EVENING).version == 1
    assert AuditEntry.objects.count() == written
    second = statements.state(DAY, ["A", "C", "D"], by=cast.police, at=EVENING)
    assert (second.pk, second.version, second.count) == (first.pk, 2, 3)
    assert sorted(StatementLine.objects.values_list("external_no", flat=True)) == ["A", "C", "D"]
    assert AuditEntry.objects.latest("pk").details == {
        "day": "2026-11-16",
        "count": 3,
        "before": 2,
        "version": 2,
    }


BAD: tuple[tuple[date, list[str], str, str], ...] = (
    (DAY + timedelta(days=1), ["A"], "police", "day"),
    (DAY, ["A", "A"], "police", "numbers"),
    (DAY, ["A" * 81], "police", "numbers"),
    (DAY, [" "], "police", "numbers"),
    (DAY, [str(number) for number in range(5001)], "police", "numbers"),
    (DAY, ["A"], "hotline", "source"),
)


def test_bad_statements_store_nothing(cast: Cast) -> None:
    for day, numbers, source, field in BAD:
        with pytest.raises(Unprocessable) as refused:
            statements.state(day, numbers, by=cast.duty, at=EVENING, source=source)
        assert list(refused.value.fields) == [field], (day, source)
    assert not PoliceStatement.objects.exists()


def test_others_give_no_statements(cast: Cast) -> None:
    for by in (cast.worker, cast.leader, cast.handler, cast.auditor):
        with pytest.raises(Forbidden):
            statements.state(DAY, ["A"], by=by, at=EVENING)
    with pytest.raises(Unprocessable):
        statements.state(DAY, ["A"], by=cast.client, at=EVENING)
    assert not PoliceStatement.objects.exists()
    assert statements.numbers_in("\ufeffA，B;C\n D、E\r\n") == ["A", "B", "C", "D", "E"]
