"""Appeals: what may be objected to, until when, by whom; granted means left out of the rates."""

import pytest

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment
from governance.command.figures import dashboard
from governance.command.periods import Period
from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from incidents import queries, transitions
from incidents.models import Notice, Ticket
from staffing.models import DutyShift
from supervision import words
from supervision.deeds import appealing
from supervision.deeds.appealing import Objection, lodge
from supervision.models import Appeal
from supervision.sweep import sweep_appeals
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


class TestAlarms:
    """Lodged on Friday 20 November at 11:00, to be decided within three workdays."""

    @pytest.fixture
    def waiting(self, cast: Cast, late: Ticket, photo: Photo) -> Appeal:
        return lodge(late.pk, objection(photo, cast.lead), by=cast.lead, at=LATE + HOUR)

    def told(self) -> list[tuple[str, str, str | None]]:
        rows = Notice.objects.filter(kind__in=("warn", "overdue"), url__startswith="/supervision/appeals/")
        return list(rows.order_by("id").values_list("kind", "audience", "user__username"))

    def test_amber_red_and_in_the_end_whoever_is_on_duty(self, cast: Cast, waiting: Appeal) -> None:
        DutyShift.objects.create(
            unit=cast.unit("CMD"),
            user=cast.duty.user,
            kind=DutyShift.Kind.MAIN,
            starts_at=MONDAY,
            ends_at=MONDAY + 60 * DAY,
        )
        assert waiting.warn_at is not None
        assert waiting.lodged_at < waiting.warn_at < waiting.due_at
        assert waiting.lamp(waiting.warn_at - MINUTE) == ""
        assert sweep_appeals(at=waiting.warn_at - MINUTE) == 0
        at, lamps = waiting.warn_at, []
        for _alarm in range(4):
            assert sweep_appeals(at=at) == 1
            assert sweep_appeals(at=at) == 0, "a second run finds nothing"
            waiting.refresh_from_db()
            lamps.append(waiting.lamp(at))
            assert waiting.next_alarm_at is not None
            assert waiting.next_alarm_at > at
            at = waiting.next_alarm_at
        assert lamps == ["amber", "red", "red", "red"]
        assert self.told() == [
            ("warn", "oversight", None),
            ("overdue", "oversight", None),
            ("overdue", "oversight", None),
            ("overdue", "duty", "duty"),
            ("overdue", "oversight", None),
            ("overdue", "duty", "duty"),
        ]
        assert Notice.objects.filter(kind="overdue", topic="alarm").count() == 5

    def test_a_hole_in_the_roster_reaches_every_duty_officer(self, waiting: Appeal) -> None:
        at = waiting.due_at + MINUTE
        for _alarm in range(2):
            sweep_appeals(at=at)
            waiting.refresh_from_db()
            assert waiting.next_alarm_at is not None
            at = waiting.next_alarm_at
        assert self.told()[-1] == ("overdue", "duty", None)

    def test_without_any_oversight_officer_the_first_warning_goes_to_duty(self, waiting: Appeal) -> None:
        Appointment.objects.filter(role="oversight_officer").update(is_applied=False)
        assert waiting.warn_at is not None
        sweep_appeals(at=waiting.warn_at)
        assert self.told() == [("warn", "duty", None)]

    def test_reviewed_it_still_waits_and_decided_it_does_not(self, cast: Cast, waiting: Appeal) -> None:
        appealing.review(waiting.pk, by=cast.oversight, at=LATE + DAY, advice="refuse", opinion="不属实")
        assert waiting.warn_at is not None
        assert sweep_appeals(at=waiting.warn_at) == 1
        appealing.refuse(waiting.pk, by=cast.leader, at=waiting.warn_at + MINUTE, opinion="不属实")
        waiting.refresh_from_db()
        assert (waiting.next_alarm_at, waiting.lamp(waiting.due_at + DAY)) == (None, "")
        assert sweep_appeals(at=waiting.due_at + 30 * DAY) == 0
        assert len(self.told()) == 1

    def test_withdrawn_it_warns_nobody(self, cast: Cast, waiting: Appeal) -> None:
        appealing.withdraw(waiting.pk, by=cast.lead, at=LATE + 2 * HOUR, opinion="材料不全")
        assert sweep_appeals(at=waiting.due_at + 30 * DAY) == 0
        assert self.told() == []

    def test_bounded_batches_and_one_that_fails_stops_nobody(
        self,
        cast: Cast,
        waiting: Appeal,
        make_ticket: MakeTicket,
        photo: Photo,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        ticket = make_ticket("handling", to="CG")
        at = LATE + HOUR
        other = lodge(ticket.pk, objection(photo, cast.lead), by=cast.lead, at=at)
        at = other.due_at + MINUTE
        assert sweep_appeals(at=at, limit=1) == 1
        assert Appeal.objects.filter(next_alarm_at__lte=at).count() == 1
        whole = words.tell_about_appeal

        def broken(name: str, row: Appeal, **said: object) -> None:
            whole(name, row, **said)  # type: ignore[arg-type]
            raise RuntimeError("broken")

        monkeypatch.setattr("supervision.sweep.words.tell_about_appeal", broken)
        count = len(self.told())
        assert sweep_appeals(at=at) == 1
        assert len(self.told()) == count, "what was told is taken back with the rest"
        monkeypatch.undo()
        assert sweep_appeals(at=at + 9 * MINUTE) == 0
        assert sweep_appeals(at=at + 10 * MINUTE) == 1
        assert len(self.told()) == count + 1
