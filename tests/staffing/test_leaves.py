"""Leave: the state table, and a substitute whose inbox comes and goes by the calendar."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from governance.accounts.actors import Actor
from governance.accounts.appointments import apply_due
from governance.accounts.models import Appointment, User
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition, NotFound, StaleVersion, Unprocessable
from grids import scope
from incidents import transitions
from staffing import leaves
from staffing.leaves import Absence
from staffing.models import Leave
from staffing.states import LEAVE_TABLE, LeaveState
from tests.cast import DAY, ERRAND, MINUTE, MONDAY, Cast, MakeTicket
from tests.staffing.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]


def absence(user: Any, first: int = 0, last: int = 2, **more: Any) -> Absence:
    wanted = {
        "user_id": user.pk,
        "kind": "annual",
        "starts_on": TODAY + timedelta(days=first),
        "ends_on": TODAY + timedelta(days=last),
        "reason": "返乡探亲",
    }
    return Absence(**wanted | more)


def asked(cast: Cast, **more: Any) -> Leave:
    wanted = {"substitute_id": cast.neighbour.user_id} | more
    return leaves.ask(absence(cast.worker.user, **wanted), by=cast.worker, at=MONDAY)


def approved(cast: Cast, **more: Any) -> Leave:
    return leaves.perform("approve", asked(cast, **more).pk, by=cast.community, at=MONDAY)


class TestAsking:
    def test_for_oneself(self, cast: Cast) -> None:
        row = asked(cast)
        assert (row.state, row.asked_by, row.version) == (LeaveState.ASKED, cast.worker.user, 1)
        assert AuditEntry.objects.order_by("-id")[0].verb == "leave.ask"

    def test_for_somebody_whose_posts_one_keeps(self, cast: Cast) -> None:
        assert leaves.ask(absence(cast.worker.user), by=cast.community, at=MONDAY).state == "asked"

    @pytest.mark.parametrize("name", ["far_community", "neighbour", "leader", "outsider"])
    def test_not_for_others(self, cast: Cast, name: str) -> None:
        before = AuditEntry.objects.count()
        with pytest.raises(Forbidden):
            leaves.ask(absence(cast.worker.user), by=getattr(cast, name), at=MONDAY)
        assert (Leave.objects.count(), AuditEntry.objects.count()) == (0, before)

    @pytest.mark.parametrize(
        ("wanted", "field"),
        [
            ({"first": 3}, "ends_on"),
            ({"last": 400}, "ends_on"),
            ({"first": -9, "last": -5}, "ends_on"),
            ({"reason": "  "}, "reason"),
        ],
    )
    def test_refused(self, cast: Cast, wanted: dict[str, Any], field: str) -> None:
        with pytest.raises(Unprocessable) as error:
            leaves.ask(absence(cast.worker.user, **wanted), by=cast.worker, at=MONDAY)
        assert list(error.value.fields) == [field]
        assert not Leave.objects.exists()

    def test_not_twice_in_the_same_days(self, cast: Cast) -> None:
        asked(cast)
        with pytest.raises(Unprocessable):
            asked(cast, first=2, last=5)

    def test_the_substitute_has_to_be_there(self, cast: Cast, person: Callable) -> None:
        for bad in (cast.worker.user, person(is_active=False)):
            with pytest.raises(Unprocessable):
                asked(cast, substitute_id=bad.pk)
        with pytest.raises(NotFound):
            asked(cast, substitute_id=10**9)
        leaves.ask(absence(cast.neighbour.user), by=cast.neighbour, at=MONDAY)
        with pytest.raises(Unprocessable):
            asked(cast)

    def test_a_substitute_does_not_leave_meanwhile(self, cast: Cast) -> None:
        asked(cast)
        with pytest.raises(Unprocessable):
            leaves.ask(absence(cast.neighbour.user), by=cast.neighbour, at=MONDAY)


class TestDeciding:
    def test_not_about_oneself(self, cast: Cast) -> None:
        row = leaves.ask(absence(cast.community.user), by=cast.community, at=MONDAY)
        for verb in ("approve", "refuse"):
            with pytest.raises(Forbidden) as error:
                leaves.perform(verb, row.pk, by=cast.community, at=MONDAY, opinion="同意")
            assert error.value.code == "own_leave"
        assert leaves.perform("approve", row.pk, by=cast.town, at=MONDAY).state == "approved"

    def test_a_refusal_says_why(self, cast: Cast) -> None:
        row = asked(cast)
        with pytest.raises(Unprocessable):
            leaves.perform("refuse", row.pk, by=cast.town, at=MONDAY)
        row = leaves.perform("refuse", row.pk, by=cast.town, at=MONDAY, opinion="人手不足")
        assert (row.state, row.opinion, row.decided_by) == ("refused", "人手不足", cast.town.user)

    def test_every_state_permits_its_verbs_only(self, cast: Cast) -> None:
        row = asked(cast)
        for state in LeaveState:
            Leave.objects.filter(pk=row.pk).update(state=state)
            for name in ("approve", "refuse", "cancel", "return_early"):
                if state in LEAVE_TABLE[name].sources:
                    continue
                with pytest.raises(IllegalTransition):
                    leaves.perform(name, row.pk, by=cast.town, at=MONDAY, opinion="理由")

    def test_stale_and_missing(self, cast: Cast) -> None:
        row = asked(cast)
        with pytest.raises(StaleVersion):
            leaves.perform("approve", row.pk, by=cast.town, at=MONDAY, version=9)
        with pytest.raises(NotFound):
            leaves.perform("approve", 10**9, by=cast.town, at=MONDAY)

    def test_the_buttons_are_those_that_work(self, cast: Cast) -> None:
        row = asked(cast)
        names = lambda by, on: [verb.name for verb in leaves.permitted(row, by, on=on)]  # noqa: E731
        assert names(cast.worker, TODAY) == ["cancel"]
        assert names(cast.town, TODAY) == ["approve", "refuse", "cancel"]
        assert names(cast.neighbour, TODAY) == []
        row = leaves.perform("approve", row.pk, by=cast.town, at=MONDAY)
        assert names(cast.worker, TODAY) == []
        assert names(cast.worker, TODAY - timedelta(days=1)) == ["cancel"]
        assert names(cast.worker, TODAY + timedelta(days=1)) == ["return_early"]


class TestCover:
    def test_the_substitute_holds_what_the_person_holds(self, cast: Cast) -> None:
        row = approved(cast)
        acting = Appointment.objects.filter(leave_cover__leave=row)
        assert {(a.role, str(a.target), a.acting_for, a.ends_on) for a in acting} == {
            ("grid_patroller", "第1网格", cast.worker.user, row.ends_on),
            ("grid_patroller", "第1网格队", cast.worker.user, row.ends_on),
        }
        assert all(a.is_applied for a in acting)

    def test_taken_back_before_its_first_day(self, cast: Cast) -> None:
        row = approved(cast, first=3, last=5)
        leaves.perform("cancel", row.pk, by=cast.worker, at=MONDAY, opinion="行程取消")
        assert not Appointment.objects.filter(acting_for=cast.worker.user).exists()
        with pytest.raises(IllegalTransition):
            leaves.perform("cancel", approved(cast).pk, by=cast.worker, at=MONDAY, opinion="行程取消")

    def test_returning_early(self, cast: Cast) -> None:
        row = approved(cast, last=9)
        with pytest.raises(Unprocessable):
            leaves.perform("return_early", row.pk, by=cast.worker, at=MONDAY)
        row = leaves.perform("return_early", row.pk, by=cast.worker, at=MONDAY + 2 * DAY)
        assert row.returned_on == TODAY + timedelta(days=2)
        acting = Appointment.objects.filter(acting_for=cast.worker.user)
        assert {(a.ends_on, a.is_applied) for a in acting} == {(TODAY + timedelta(days=1), False)}

    def test_community_staff_leave_their_workstation_to_the_substitute(
        self, cast: Cast, person: Callable
    ) -> None:
        stand_in = person("W1")
        row = leaves.ask(
            absence(cast.community.user, substitute_id=stand_in.pk), by=cast.community, at=MONDAY
        )
        leaves.perform("approve", row.pk, by=cast.town, at=MONDAY)
        targets = {str(a.target) for a in Appointment.objects.filter(user=stand_in)}
        assert targets == {"书院社区", "书院社区网格化联动中心"}


def test_the_substitute_signs_during_the_leave_and_not_afterwards(
    cast: Cast, make_ticket: MakeTicket, person: Callable
) -> None:
    stand_in = person("W2", "替岗人")

    def again() -> Actor:
        user = User.objects.get(pk=stand_in.pk)
        return Actor(user=user, unit_id=user.unit_id)

    first = make_ticket("dispatched", category=ERRAND, to="G1")
    with pytest.raises(Forbidden):
        transitions.perform("sign", first.pk, by=again(), at=MONDAY + 5 * MINUTE, data={})
    row = leaves.ask(absence(cast.worker.user, substitute_id=stand_in.pk), by=cast.worker, at=MONDAY)
    leaves.perform("approve", row.pk, by=cast.community, at=MONDAY)
    assert cast.unit("G1").pk in scope.of(again().user).unit_ids
    transitions.perform("sign", first.pk, by=again(), at=MONDAY + 10 * MINUTE, data={})

    second = make_ticket("dispatched", category=ERRAND, to="G1", at=MONDAY + MINUTE)
    afterwards = MONDAY + 3 * DAY
    apply_due(at=afterwards)
    with pytest.raises(Forbidden):
        transitions.perform("sign", second.pk, by=again(), at=afterwards, data={})
    assert scope.of(again().user).reaches == ()
