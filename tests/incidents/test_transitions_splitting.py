"""Children: own place, matter, lead and clocks; the main ticket waits for them; nobody is called twice."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.audit.models import AuditEntry
from governance.foundation.errors import IllegalTransition, Problem, Unprocessable
from incidents import outbox, transitions
from incidents.models import Notice, Ticket
from tests import city
from tests.cast import HOUR, INJURY, MINUTE, MONDAY, Cast, MakeTicket, at_once, trace

pytestmark = pytest.mark.django_db
AT = MONDAY + HOUR


def child_of(cast: Cast, ticket: Ticket, **changes: Any) -> Ticket:
    said: dict[str, Any] = {"content": "隔壁楼道也有同样的问题", "by": cast.dispatcher, "at": AT}
    return transitions.split_off(ticket.pk, **said | changes)[0]


def finish(cast: Cast, child: Ticket, at: Any = AT) -> None:
    """From dispatch to closing; nobody is called about a child."""
    transitions.dispatch(
        child.pk, by=cast.dispatcher, to=cast.unit("CG").pk, at=at + MINUTE, override_reason="试点"
    )
    transitions.sign(child.pk, by=cast.handler, at=at + 2 * MINUTE)
    said: dict[str, Any] = {"result_kind": "resolved", "opinion": "已办"}
    transitions.feedback(child.pk, by=cast.handler, at=at + 3 * MINUTE, **said)
    transitions.check(child.pk, by=cast.oversight, at=at + 4 * MINUTE)
    transitions.close(child.pk, by=cast.dispatcher, at=at + 5 * MINUTE)


@pytest.fixture
def main(make_ticket: MakeTicket) -> Ticket:
    return make_ticket("handling", category=INJURY, to="CG")


class TestSplitting:
    def test_a_child_is_a_ticket_of_its_own(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main, category="1408", region_code=city.GRIDS[2], place="桂园3栋")
        stored = Ticket.objects.get(pk=child.pk)
        assert (stored.state, stored.parent_id, stored.number != main.number) == ("accepted", main.pk, True)
        assert (stored.category.code, stored.grid.code, stored.place) == ("1408", city.GRIDS[2], "桂园3栋")  # type: ignore[union-attr]
        assert (stored.holder.code, stored.accepted_at, stored.version) == ("CMD", AT, 1)
        assert list(stored.deadlines.values_list("stage", "stopped_at")) == [("dispatch", None)]
        assert stored.next_due_at == stored.deadlines.get().due_at
        step = stored.steps.get()
        assert (step.verb, step.from_state, step.to_state, step.data) == (
            "split_off",
            "",
            "accepted",
            {"main": main.number},
        )
        main.refresh_from_db()
        assert main.child_count == 1
        assert main.steps.get(verb="split").data == {"child": child.number}
        assert AuditEntry.objects.filter(verb="ticket.split_off", object_id=str(child.pk)).count() == 1
        assert Ticket.objects.filter(pk__in=[child.pk], search__isnull=False).exists()

    def test_without_a_place_it_lies_where_the_main_ticket_lies(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main)
        same = ("region_path", "grid_id", "lon", "lat", "place", "category_id", "source_id", "demand_type")
        assert [getattr(child, name) for name in same] == [getattr(main, name) for name in same]

    def test_out_of_the_pool_it_goes_to_the_pool(self, cast: Cast, make_ticket: MakeTicket) -> None:
        main = make_ticket("accepted", by=cast.community, source="walk_in")
        assert child_of(cast, main, by=cast.community).holder_id == main.holder_id

    def test_nobody_is_called_twice(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main)
        assert not child.needs_reply
        own = child.requesters.get()
        assert (own.phone, own.needs_reply, own.carried_from_id) == ("13812345678", False, main.pk)
        finish(cast, child)
        child.refresh_from_db()
        assert child.state == "closed"
        assert not Notice.objects.filter(ticket=child, audience="citizen").exists()

    def test_a_child_is_not_split_again(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main)
        before = trace(child)
        with pytest.raises(Unprocessable) as caught:
            child_of(cast, child)
        assert caught.value.code == "is_child"
        assert trace(child) == before

    def test_no_circle_can_be_stored(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main)
        for pk, parent in ((main.pk, child.pk), (child.pk, child.pk)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Ticket.objects.filter(pk=pk).update(parent=parent)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"content": "  "}, "content"),
            ({"category": "9999"}, "category"),
            ({"region_code": "990109999999"}, "region_code"),
        ],
    )
    def test_what_cannot_be(self, cast: Cast, main: Ticket, change: dict[str, str], field: str) -> None:
        before = trace(main)
        with pytest.raises(Unprocessable) as caught:
            child_of(cast, main, **change)
        assert list(caught.value.fields) == [field]
        assert trace(main) == before
        assert not Ticket.objects.filter(parent=main).exists()

    def test_not_without_end(self, cast: Cast, main: Ticket) -> None:
        Ticket.objects.filter(pk=main.pk).update(child_count=20)
        with pytest.raises(Unprocessable) as caught:
            child_of(cast, main)
        assert caught.value.code == "too_many_children"

    def test_a_closed_ticket_is_not_split(self, cast: Cast, make_ticket: MakeTicket) -> None:
        with pytest.raises(IllegalTransition):
            child_of(cast, make_ticket("closed"))

    def test_the_verb_answers_the_main_ticket(self, cast: Cast, main: Ticket) -> None:
        done = transitions.perform("split", main.pk, by=cast.dispatcher, at=AT, data={"content": "另一处"})
        assert (done.pk, done.child_count) == (main.pk, 1)


class TestWaiting:
    def test_the_main_ticket_waits_or_says_why_not(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main)
        said: dict[str, Any] = {
            "by": cast.handler,
            "at": AT + HOUR,
            "result_kind": "resolved",
            "opinion": "已办",
        }
        before = trace(main)
        with pytest.raises(Unprocessable) as caught:
            transitions.feedback(main.pk, **said)
        assert (caught.value.code, list(caught.value.fields)) == ("children_open", ["children_reason"])
        assert child.number in str(caught.value.fields["children_reason"][0])
        assert trace(main) == before
        done = transitions.feedback(main.pk, **said, children_reason="另一处待雨停后施工")
        data = done.steps.get(verb="feedback").data
        assert (data["children"], data["children_reason"]) == ([child.number], "另一处待雨停后施工")

    def test_closing_before_a_child_needs_a_reason_again(self, cast: Cast, main: Ticket) -> None:
        child_of(cast, main)
        said: dict[str, Any] = {"result_kind": "resolved", "opinion": "已办", "children_reason": "另行办理"}
        transitions.feedback(main.pk, by=cast.handler, at=AT, **said)
        transitions.check(main.pk, by=cast.oversight, at=AT + MINUTE)
        transitions.follow_up(main.pk, by=cast.duty, at=AT + 2 * MINUTE, outcome="solved", satisfaction="5")
        with pytest.raises(Unprocessable) as caught:
            transitions.close(main.pk, by=cast.dispatcher, at=AT + 3 * MINUTE)
        assert caught.value.code == "children_open"
        done = transitions.close(
            main.pk, by=cast.dispatcher, at=AT + 3 * MINUTE, children_reason="子工单已明确期限"
        )
        assert done.state == "closed"

    def test_a_main_ticket_is_not_voided_before_its_children(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main)
        with pytest.raises(Unprocessable) as caught:
            transitions.void(main.pk, by=cast.oversight, at=AT + HOUR, opinion="误登")
        assert caught.value.code == "children_open"
        transitions.void(child.pk, by=cast.oversight, at=AT + HOUR, opinion="误拆")
        assert transitions.void(main.pk, by=cast.oversight, at=AT + HOUR, opinion="误登").state == "voided"

    def test_finished_children_hold_nothing_up_and_are_told(self, cast: Cast, main: Ticket) -> None:
        first, second = child_of(cast, main), child_of(cast, main)
        finish(cast, first)
        transitions.void(second.pk, by=cast.oversight, at=AT + HOUR, opinion="误拆")
        told = list(main.steps.filter(verb="child_end").values_list("data", flat=True))
        assert told == [
            {"child": first.number, "child_state": "closed"},
            {"child": second.number, "child_state": "voided"},
        ]
        while outbox.deliver(at=AT + HOUR):
            pass
        rows = Notice.objects.filter(ticket=main, kind="child_end").values_list("unit__code", flat=True)
        assert list(rows) == ["CG", "CG"]
        said: dict[str, Any] = {"result_kind": "resolved", "opinion": "已办"}
        done = transitions.feedback(main.pk, by=cast.handler, at=AT + 2 * HOUR, **said)
        assert "children" not in done.steps.get(verb="feedback").data

    def test_a_child_that_comes_back_is_told_as_well(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main)
        finish(cast, child)
        transitions.reopen(child.pk, by=cast.oversight, at=AT + HOUR, opinion="反复")
        assert main.steps.latest("id").verb == "child_open"
        assert main.steps.latest("id").label == "子工单重新办理"
        with pytest.raises(Unprocessable):
            transitions.feedback(
                main.pk, by=cast.handler, at=AT + 2 * HOUR, result_kind="resolved", opinion="已办"
            )

    def test_archiving_a_child_is_no_news(self, cast: Cast, main: Ticket) -> None:
        child = child_of(cast, main)
        finish(cast, child)
        count = main.steps.count()
        transitions.archive(child.pk, by=cast.system, at=AT + 31 * 24 * HOUR)
        assert main.steps.count() == count


@pytest.mark.django_db(transaction=True)
def test_the_last_child_and_the_main_ticket_at_once(cast: Cast, make_ticket: MakeTicket) -> None:
    """Neither waits for the other for ever, and nothing is half done."""
    main = make_ticket("handling", category=INJURY, to="CG")
    child = child_of(cast, main)

    def void() -> Any:
        return transitions.void(child.pk, by=cast.oversight, at=AT + HOUR, opinion="误拆")

    def feed_back() -> Any:
        said: dict[str, Any] = {"result_kind": "resolved", "opinion": "已办"}
        return transitions.feedback(main.pk, by=cast.handler, at=AT + HOUR, **said)

    voided, fed_back = at_once([void, feed_back])
    assert isinstance(voided, Ticket)
    if isinstance(fed_back, Problem):
        assert fed_back.code == "children_open"
        assert Ticket.objects.get(pk=main.pk).state == "handling"
    else:
        assert fed_back.state == "feedback"
    assert main.steps.filter(verb="child_end").count() == 1
