"""Lists that protect the base: what dispatch refuses without a reason, what it keeps, what lowers the level."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, Unprocessable
from incidents import transitions
from incidents.mandate import level_at, of_the_base, ruling
from incidents.models import BlockedDispatch, Ticket
from incidents.routing import propose
from mandates import standing
from tests.cast import DUTY_OF_GRID, HOUR, LITTER, MONDAY, ROAD_DAMAGE, Cast, MakeTicket, trace
from tests.mandates.props import TODAY, application, duty_list, power

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists that a test has just written count at once."""
    monkeypatch.setattr(standing, "CHECK_SECONDS", -1.0)


def send(
    cast: Cast,
    ticket: Ticket,
    unit: str,
    reason: str = "",
    helpers: Sequence[str] = (),
    by: Actor | None = None,
) -> Ticket:
    return transitions.dispatch(
        ticket.pk,
        by=by or cast.dispatcher,
        to=cast.unit(unit).pk,
        at=MONDAY + HOUR,
        override_reason=reason,
        co_handlers=[cast.unit(code).pk for code in helpers],
    )


def data_of(ticket: Ticket) -> dict[str, Any]:
    found: dict[str, Any] = ticket.steps.get(verb="dispatch").data
    return found


def refused(cast: Cast, ticket: Ticket, unit: str, helpers: Sequence[str] = ()) -> Unprocessable:
    with pytest.raises(Unprocessable) as caught:
        send(cast, ticket, unit, helpers=helpers)
    return caught.value


class TestWithoutLists:
    def test_nothing_is_asked_and_nothing_is_kept(self, cast: Cast, make_ticket: MakeTicket) -> None:
        done = send(cast, make_ticket("accepted", category=LITTER), "G1")
        assert set(data_of(done)) == {"to", "co_handlers"}
        assert not BlockedDispatch.objects.exists()


class TestLists:
    def test_a_covered_task_keeps_its_item(self, cast: Cast, make_ticket: MakeTicket) -> None:
        duty_list([("basic", LITTER, "垃圾分类劝导")])
        kept = data_of(send(cast, make_ticket("accepted", category=LITTER), "G1"))["covering"]
        assert (kept["kind"], kept["unit"], kept["line"]) == ("duty_item", "G1", "CG")
        assert kept["label"] == "网格事项清单 · 1 垃圾分类劝导"
        assert kept["basis"] == "测试依据"

    def test_an_uncovered_task_is_refused_and_the_attempt_is_counted(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        duty_list([("basic", LITTER, "垃圾分类劝导")])
        ticket = make_ticket("accepted", category=DUTY_OF_GRID)
        before = trace(ticket)
        refusal = refused(cast, ticket, "G1")
        assert (refusal.status, refusal.code, list(refusal.fields)) == (
            422,
            "not_covered",
            ["override_reason"],
        )
        assert trace(ticket) == before
        row = BlockedDispatch.objects.get()
        assert (row.ticket, row.why, row.unit.code, row.line) == (ticket, "not_covered", "G1", "CG")
        assert (row.by_id, row.at, row.region_path) == (
            cast.dispatcher.user_id,
            MONDAY + HOUR,
            ticket.region_path,
        )

    def test_a_reason_lets_it_through_and_is_kept(self, cast: Cast, make_ticket: MakeTicket) -> None:
        duty_list([("taken_back", LITTER, "垃圾分类执法")])
        kept = data_of(send(cast, make_ticket("accepted", category=LITTER), "G1", "汛期临时安排"))
        assert kept["override_reason"] == "汛期临时安排"
        assert (kept["covering"]["kind"], kept["covering"]["gap"]) == ("none", "taken_back")
        assert not BlockedDispatch.objects.exists()

    def test_departments_and_towns_are_not_protected(self, cast: Cast, make_ticket: MakeTicket) -> None:
        duty_list([])
        duty_list([], code="S", level="community")
        for unit in ("CG", "T1"):
            done = send(cast, make_ticket("accepted", category=LITTER), unit)
            assert "covering" not in data_of(done)

    def test_a_helper_of_the_base_needs_an_item_too(self, cast: Cast, make_ticket: MakeTicket) -> None:
        duty_list([("cooperating", ROAD_DAMAGE, "配合")], code="S", level="community")
        covered = send(cast, make_ticket("accepted", category=ROAD_DAMAGE), "CG1", helpers=["W1"])
        assert data_of(covered)["covering"]["unit"] == "W1"
        other = make_ticket("accepted", category="0201")
        assert refused(cast, other, "CG1", helpers=["W1"]).code == "not_covered"

    def test_the_uncovered_unit_is_the_one_that_is_kept(self, cast: Cast, make_ticket: MakeTicket) -> None:
        duty_list([("basic", LITTER, "网格")])
        duty_list([("taken_back", LITTER, "社区")], code="S", level="community")
        done = send(cast, make_ticket("accepted", category=LITTER), "G1", "理由", helpers=["W1"])
        assert (data_of(done)["covering"]["kind"], data_of(done)["covering"]["unit"]) == ("none", "W1")

    def test_whoever_may_not_dispatch_is_not_counted(self, cast: Cast, make_ticket: MakeTicket) -> None:
        duty_list([])
        ticket = make_ticket("accepted", category=LITTER)
        with pytest.raises(Forbidden):
            send(cast, ticket, "G1", by=cast.leader)
        assert not BlockedDispatch.objects.exists()

    def test_the_line_is_the_senders_own_where_it_has_one(self, cast: Cast, make_ticket: MakeTicket) -> None:
        duty_list([("basic", LITTER, "网格")])
        ticket = make_ticket("accepted", category=LITTER)
        lent = Actor(user=cast.dispatcher.user, unit_id=cast.unit("RQ").pk)
        assert data_of(send(cast, ticket, "G1", by=lent))["covering"]["line"] == "RQ"


class TestLevel:
    def test_below_the_level_is_counted(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("accepted", category=ROAD_DAMAGE)
        assert refused(cast, ticket, "E1").code == "below_level"
        assert BlockedDispatch.objects.get().why == "below_level"

    def test_a_delegated_power_lowers_it_for_its_towns(self, cast: Cast, make_ticket: MakeTicket) -> None:
        granted = power(cast, state="approved")
        ticket = make_ticket("accepted", category=ROAD_DAMAGE)
        assert level_at(ticket, at=MONDAY)[0] == "town"
        done = send(cast, ticket, "E1")
        assert data_of(done)["lowered_by"]["reference"] == granted.number
        transitions.sign(ticket.pk, by=cast.enforcer, at=MONDAY + 2 * HOUR)
        transitions.feedback(
            ticket.pk, by=cast.enforcer, at=MONDAY + 3 * HOUR, result_kind="explained", opinion="已处罚"
        )
        far = make_ticket("accepted", category=ROAD_DAMAGE, column=3)
        assert refused(cast, far, "T2").code == "below_level"
        assert level_at(far, at=MONDAY) == ("district", None)

    def test_it_lowers_nothing_for_the_base(self, cast: Cast, make_ticket: MakeTicket) -> None:
        power(cast, state="approved")
        assert refused(cast, make_ticket("accepted", category=ROAD_DAMAGE), "G1").code == "below_level"

    def test_a_department_at_the_level_needs_no_power(self, cast: Cast, make_ticket: MakeTicket) -> None:
        power(cast, state="approved")
        done = send(cast, make_ticket("accepted", category=ROAD_DAMAGE), "CG1")
        assert "lowered_by" not in data_of(done)

    def test_an_approved_application_stands_for_the_reason(self, cast: Cast, make_ticket: MakeTicket) -> None:
        duty_list([])
        granted = application(cast, state="in_force", code=ROAD_DAMAGE)
        ticket = make_ticket("accepted", category=ROAD_DAMAGE)
        kept = data_of(send(cast, ticket, "G1"))
        assert kept["covering"]["kind"] == "access"
        assert kept["lowered_by"]["reference"] == granted.number

    def test_a_matter_of_the_town_stays_one(self, cast: Cast, make_ticket: MakeTicket) -> None:
        power(cast, state="approved", code="01")
        assert level_at(make_ticket("accepted", category=LITTER), at=MONDAY) == ("grid", None)


class TestProposal:
    def test_it_names_the_town_where_the_power_was_handed_down(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket(category=ROAD_DAMAGE)
        before = propose(ticket, at=MONDAY).lead
        granted = power(cast, state="approved")
        after = propose(ticket, at=MONDAY)
        assert before is not None
        assert after.lead is not None
        assert (before.code, after.lead.code) == ("CG1", "E1")
        assert any(granted.number in str(reason.value) for reason in after.reasons)

    def test_it_says_what_covers_the_grid_and_the_community(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket(category=LITTER)
        assert [found.kind for _level, found in propose(ticket, at=MONDAY).base] == ["no_lists", "no_lists"]
        duty_list([("basic", LITTER, "社区")], code="S", level="community")
        duty_list([])
        assert [(level, found.kind) for level, found in of_the_base(ticket, at=MONDAY)] == [
            ("grid", "none"),
            ("community", "duty_item"),
        ]


def test_yesterdays_list_does_not_cover_today(cast: Cast, make_ticket: MakeTicket) -> None:
    duty_list([], until=TODAY - timedelta(days=1))
    duty_list([("basic", LITTER, "新")], edition=2, since=TODAY)
    unit = next(u for u in territory_units() if u.code == "G1")
    assert ruling(make_ticket("accepted", category=LITTER), unit, at=MONDAY).uncovered is None


def territory_units() -> Any:
    from grids.territory import current

    return current().units.values()
