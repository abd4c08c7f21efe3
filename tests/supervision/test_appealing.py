"""Appeals: what may be objected to, until when, by whom; granted means left out of the rates."""

import pytest

from governance.accounts.actors import Actor
from governance.command.figures import dashboard
from governance.command.periods import Period
from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from incidents import queries, transitions
from incidents.models import Notice, Ticket
from supervision.deeds import appealing
from supervision.deeds.appealing import Objection, lodge
from supervision.models import Appeal
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, Photo, shanghai

pytestmark = pytest.mark.django_db
LATE = shanghai(20, 10)


@pytest.fixture
def late(cast: Cast, make_ticket: MakeTicket) -> Ticket:
    """Handled by the management bureau, a day too late."""
    ticket = make_ticket("handling", to="CG")
    data = {"result_kind": "resolved", "opinion": "已办"}
    transitions.perform("feedback", ticket.pk, by=cast.handler, at=LATE, data=data)
    ticket.refresh_from_db()
    assert ticket.is_overdue
    return ticket


def objection(photo: Photo, by: Actor, kind: str = "overdue", **changes: object) -> Objection:
    facts: dict[str, object] = {"kind": kind, "reason": "系统停机", "files": [photo(by)]}
    return Objection(**facts | changes)  # type: ignore[arg-type]


def test_granted_by_two_officers_and_left_out(cast: Cast, late: Ticket, photo: Photo) -> None:
    row = lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=LATE + HOUR)
    assert (row.state, row.unit.code, row.result_at) == ("lodged", "CG", LATE)
    assert Notice.objects.filter(kind="appeal", audience="oversight").count() == 1
    appealing.review(row.pk, by=cast.oversight, at=LATE + DAY, advice="grant", opinion="停机属实")
    with pytest.raises(Forbidden):
        appealing.grant(row.pk, by=cast.oversight, at=LATE + DAY)
    late.refresh_from_db()
    assert not late.excluded_from_assessment
    done = appealing.grant(row.pk, by=cast.leader, at=LATE + DAY, opinion="同意")
    assert (done.state, done.decided_at) == ("granted", LATE + DAY)
    late.refresh_from_db()
    assert late.excluded_from_assessment
    assert Notice.objects.filter(kind="appeal", unit=row.unit).count() == 1


def test_the_dashboard_leaves_it_out_and_lists_the_same(
    cast: Cast, late: Ticket, make_ticket: MakeTicket
) -> None:
    make_ticket("handling", to="CG")
    chosen = Period(name="week", since=MONDAY - DAY, until=MONDAY + 6 * DAY, at=MONDAY + 5 * DAY)
    before = dashboard(cast.leader, chosen).on_time
    assert (before.part.count, before.whole.count) == (0, 2)
    Ticket.objects.filter(pk=late.pk).update(excluded_from_assessment=True)
    after = dashboard(cast.leader, chosen).on_time
    assert (after.part.count, after.whole.count) == (0, 1)
    rows = queries.filtered(Ticket.objects.visible_to(cast.leader), after.whole.wanted)
    assert rows.count() == 1


def test_dissatisfied(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    ticket = make_ticket("follow_up", to="CG")
    at = MONDAY + HOUR
    with pytest.raises(Unprocessable) as refused:
        lodge(ticket.pk, objection(photo, cast.lead, "dissatisfied"), by=cast.lead, at=at)
    assert "kind" in refused.value.fields
    data = {"outcome": "solved", "satisfaction": "2"}
    transitions.perform("follow_up", ticket.pk, by=cast.duty, at=at, data=data)
    row = lodge(ticket.pk, objection(photo, cast.lead, "dissatisfied"), by=cast.lead, at=at + HOUR)
    assert row.result_at == at


def test_while_the_clock_still_runs_late(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    ticket = make_ticket("handling", to="CG")
    assert ticket.due_at is not None
    row = lodge(ticket.pk, objection(photo, cast.lead), by=cast.lead, at=ticket.due_at + DAY)
    assert row.result_at == ticket.due_at


def test_five_workdays_and_not_a_minute_more(cast: Cast, late: Ticket, photo: Photo) -> None:
    last = shanghai(27, 17, 30)
    with pytest.raises(Unprocessable) as refused:
        lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=last + MINUTE)
    assert refused.value.code == "too_late"
    assert lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=last).state == "lodged"


def test_once_for_each_result_unless_it_was_taken_back(cast: Cast, late: Ticket, photo: Photo) -> None:
    row = lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=LATE + HOUR)
    with pytest.raises(Conflict):
        lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=LATE + HOUR)
    appealing.withdraw(row.pk, by=cast.lead, at=LATE + HOUR, opinion="材料不全")
    again = lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=LATE + 2 * HOUR)
    appealing.review(again.pk, by=cast.oversight, at=LATE + DAY, advice="refuse", opinion="不属实")
    appealing.refuse(again.pk, by=cast.leader, at=LATE + DAY, opinion="不属实")
    with pytest.raises(Conflict):
        lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=LATE + DAY)
    late.refresh_from_db()
    assert not late.excluded_from_assessment


@pytest.mark.parametrize(
    "name", ["handler", "community", "town", "oversight", "leader", "outsider", "worker"]
)
def test_only_who_speaks_for_the_unit_objects(cast: Cast, late: Ticket, photo: Photo, name: str) -> None:
    by: Actor = getattr(cast, name)
    with pytest.raises(Forbidden):
        lodge(late.pk, objection(photo, by), by=by, at=LATE + HOUR)
    assert Appeal.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "changes"),
    [("kind", {"kind": "x"}), ("reason", {"reason": " "}), ("files", {"files": []})],
)
def test_what_is_wrong_is_named(
    cast: Cast, late: Ticket, photo: Photo, field: str, changes: dict[str, object]
) -> None:
    with pytest.raises(Unprocessable) as refused:
        lodge(late.pk, objection(photo, cast.lead, **changes), by=cast.lead, at=LATE + HOUR)  # type: ignore[arg-type]
    assert field in refused.value.fields
    assert Appeal.objects.count() == 0


def test_an_advice_is_one_of_two(cast: Cast, late: Ticket, photo: Photo) -> None:
    row = lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=LATE + HOUR)
    with pytest.raises(Unprocessable):
        appealing.review(row.pk, by=cast.oversight, at=LATE + DAY, advice="maybe", opinion="再看")
