"""An open ticket as the child of another one, and out again: no circles, one level, both sides told, nobody lost."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition, Problem, StaleVersion, Unprocessable
from incidents import outbox, transitions
from incidents.models import Notice, Ticket
from tests.cast import HOUR, INJURY, MINUTE, MONDAY, Cast, MakeTicket, at_once, trace

pytestmark = pytest.mark.django_db
AT = MONDAY + HOUR
HTMX = {"headers": {"HX-Request": "true"}}


def link(cast: Cast, child: Ticket, main: Ticket, **changes: Any) -> Ticket:
    said: dict[str, Any] = {"by": cast.dispatcher, "at": AT, "target": main.number}
    return transitions.link(child.pk, **said | changes)


def unlink(cast: Cast, child: Ticket, **changes: Any) -> Ticket:
    said: dict[str, Any] = {"by": cast.dispatcher, "at": AT + MINUTE, "opinion": "各办各的"}
    return transitions.unlink(child.pk, **said | changes)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def main(make_ticket: MakeTicket) -> Ticket:
    return make_ticket("handling", category=INJURY, to="CG")


@pytest.fixture
def other(make_ticket: MakeTicket) -> Ticket:
    return make_ticket("accepted", category=INJURY, content="另一处同类问题")


class TestLinking:
    def test_the_main_ticket_waits_for_it(self, cast: Cast, main: Ticket, other: Ticket) -> None:
        done = link(cast, other, main, opinion="同一处病害引起")
        assert (done.parent_id, done.state, done.version) == (main.pk, "accepted", other.version + 1)
        assert (fresh(main).child_count, fresh(main).version) == (1, main.version)
        said: dict[str, Any] = {"result_kind": "resolved", "opinion": "已办"}
        with pytest.raises(Unprocessable) as caught:
            transitions.feedback(main.pk, by=cast.handler, at=AT + HOUR, **said)
        assert caught.value.code == "children_open"
        assert other.number in str(caught.value.fields["children_reason"][0])
        transitions.void(other.pk, by=cast.oversight, at=AT + HOUR, opinion="误登")
        assert main.steps.latest("id").data == {"child": other.number, "child_state": "voided"}
        assert transitions.feedback(main.pk, by=cast.handler, at=AT + HOUR, **said).state == "feedback"

    def test_both_stories_and_the_journal_have_it_and_both_units_are_told(
        self, cast: Cast, main: Ticket, other: Ticket
    ) -> None:
        link(cast, other, main, opinion="同一处病害引起")
        step, aside = other.steps.latest("id"), main.steps.latest("id")
        assert (step.verb, step.opinion, step.data) == ("link", "同一处病害引起", {"main": main.number})
        assert (aside.verb, aside.data, aside.actor_id) == (
            "child_link",
            {"child": other.number},
            cast.dispatcher.user_id,
        )
        unlink(cast, other)
        assert (other.steps.latest("id").verb, main.steps.latest("id").verb) == ("unlink", "child_out")
        for verb, ticket in (
            ("link", other),
            ("child_link", main),
            ("unlink", other),
            ("child_out", main),
        ):
            rows = AuditEntry.objects.filter(verb=f"ticket.{verb}", object_id=str(ticket.pk))
            assert rows.count() == 1, verb
        while outbox.deliver(at=AT + HOUR):
            pass
        told = Notice.objects.filter(kind__in=("child_link", "child_out"), ticket=main)
        assert list(told.order_by("id").values_list("kind", "unit__code")) == [
            ("child_link", "CG"),
            ("child_out", "CG"),
        ]
        assert Notice.objects.filter(kind__in=("link", "unlink"), ticket=other).count() == 2

    def test_clocks_and_reporters_stay(self, cast: Cast, main: Ticket, other: Ticket) -> None:
        before = trace(other)
        link(cast, other, main)
        after = trace(other)
        for name in ("deadlines", "requesters", "assignments"):
            assert after[name] == before[name]
        assert (fresh(other).needs_reply, fresh(main).due_at) == (True, main.due_at)

    def test_no_circle_not_even_a_long_one(
        self, cast: Cast, main: Ticket, other: Ticket, make_ticket: MakeTicket
    ) -> None:
        third = make_ticket("accepted", category=INJURY, content="第三件")
        link(cast, other, main)
        before = [trace(ticket) for ticket in (main, other, third)]
        for child, target, words in (
            (main, other, "已有子工单"),
            (third, other, "本身就是子工单"),
            (other, third, "已有主工单"),
            (third, third, "不能作为自身"),
        ):
            with pytest.raises(Unprocessable) as caught:
                link(cast, child, target)
            assert (caught.value.code, list(caught.value.fields)) == ("not_to_be_linked", ["target"])
            assert words in str(caught.value.fields["target"][0])
        assert [trace(ticket) for ticket in (main, other, third)] == before

    @pytest.mark.parametrize("state", ["registered", "feedback", "follow_up", "closed", "merged"])
    def test_the_main_ticket_is_open_and_its_result_is_not_there(
        self, cast: Cast, other: Ticket, make_ticket: MakeTicket, state: str
    ) -> None:
        target, before = make_ticket(state, category=INJURY), trace(other)
        with pytest.raises(Unprocessable) as caught:
            link(cast, other, target)
        assert caught.value.code == "not_to_be_linked"
        assert trace(other) == before

    @pytest.mark.parametrize("state", ["registered", "feedback", "closed"])
    def test_the_child_is_at_work(
        self, cast: Cast, main: Ticket, make_ticket: MakeTicket, state: str
    ) -> None:
        child = make_ticket(state, category=INJURY)
        with pytest.raises(IllegalTransition) as caught:
            link(cast, child, main)
        assert caught.value.status == 409

    def test_not_without_end(self, cast: Cast, main: Ticket, other: Ticket) -> None:
        Ticket.objects.filter(pk=main.pk).update(child_count=20)
        with pytest.raises(Unprocessable) as caught:
            link(cast, other, main)
        assert "子工单数量" in str(caught.value.fields["target"][0])

    def test_what_one_does_not_see_is_not_there(self, cast: Cast, make_ticket: MakeTicket) -> None:
        mine = make_ticket("accepted", by=cast.community, source="walk_in", category=INJURY)
        far = make_ticket("accepted", by=cast.far_community, source="walk_in", category=INJURY)
        Ticket.objects.filter(pk=far.pk).update(
            region_path=cast.region("990102001001").path, holder=cast.unit("W3")
        )
        before = trace(far)
        for number in (far.number, "WG20000101000001", ""):
            with pytest.raises(Unprocessable) as caught:
                link(cast, mine, far, by=cast.community, target=number)
            assert str(caught.value.fields["target"][0]) == "没有这个编号的工单"
        assert trace(far) == before

    def test_who_sees_the_main_ticket_but_does_not_dispatch_it(
        self, cast: Cast, main: Ticket, make_ticket: MakeTicket
    ) -> None:
        mine = make_ticket("accepted", by=cast.community, source="walk_in", category=INJURY)
        before = (trace(mine), trace(main))
        assert Ticket.objects.visible_to(cast.community).filter(pk=main.pk).exists()
        with pytest.raises(Forbidden) as caught:
            link(cast, mine, main, by=cast.community)
        assert caught.value.status == 403
        assert (trace(mine), trace(main)) == before

    def test_a_form_that_is_old(self, cast: Cast, main: Ticket, other: Ticket) -> None:
        with pytest.raises(StaleVersion):
            link(cast, other, main, version=other.version - 1)


class TestUnlinking:
    def test_it_stands_on_its_own_and_can_be_linked_again(
        self, cast: Cast, main: Ticket, other: Ticket
    ) -> None:
        link(cast, other, main)
        done = unlink(cast, other)
        assert (done.parent_id, fresh(main).child_count) == (None, 0)
        transitions.void(main.pk, by=cast.oversight, at=AT + HOUR, opinion="误登")
        assert fresh(other).state == "accepted"

    def test_only_a_child_and_with_a_reason(self, cast: Cast, main: Ticket, other: Ticket) -> None:
        with pytest.raises(Unprocessable) as caught:
            unlink(cast, other)
        assert caught.value.code == "nothing_to_undo"
        link(cast, other, main)
        before = trace(other)
        with pytest.raises(Unprocessable) as caught:
            unlink(cast, other, opinion=" ")
        assert list(caught.value.fields) == ["opinion"]
        with pytest.raises(Forbidden):
            unlink(cast, other, by=cast.handler)
        assert trace(other) == before

    def test_who_waited_about_the_main_ticket_is_answered_about_both(self, cast: Cast, main: Ticket) -> None:
        child, _main = transitions.split_off(main.pk, by=cast.dispatcher, at=AT, content="另一处")
        assert not child.needs_reply
        unlink(cast, child)
        assert fresh(child).needs_reply
        assert list(child.requesters.values_list("phone", "needs_reply")) == [("13812345678", True)]
        assert fresh(main).needs_reply

    def test_nobody_waits_where_nobody_waited(self, cast: Cast, make_ticket: MakeTicket) -> None:
        silent = make_ticket("handling", category=INJURY, silent=True)
        child, _main = transitions.split_off(silent.pk, by=cast.dispatcher, at=AT, content="另一处")
        unlink(cast, child)
        assert not fresh(child).needs_reply


class TestMergingInCircles:
    def test_a_ticket_does_not_join_what_joined_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        first, second = make_ticket(), make_ticket()
        transitions.merge(first.pk, by=cast.dispatcher, at=AT, target=second.number)
        before = (trace(first), trace(second))
        for ticket, target, words in (
            (second, first, "所选工单本身已并入其他工单"),
            (second, second, "自身"),
        ):
            with pytest.raises(Unprocessable) as caught:
                transitions.merge(ticket.pk, by=cast.dispatcher, at=AT, target=target.number)
            assert (caught.value.status, caught.value.code) == (422, "not_the_same")
            assert words in str(caught.value.fields["target"][0])
        assert (trace(first), trace(second)) == before

    def test_a_main_ticket_is_not_merged_away_from_its_children(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        main, target = make_ticket(category=INJURY), make_ticket(category=INJURY)
        transitions.accept(main.pk, by=cast.dispatcher, at=AT)
        child, _main = transitions.split_off(main.pk, by=cast.dispatcher, at=AT, content="另一处")
        transitions.take_back(main.pk, by=cast.dispatcher, at=AT + MINUTE, opinion="误受理")
        before = trace(main)
        with pytest.raises(Unprocessable) as caught:
            transitions.merge(main.pk, by=cast.dispatcher, at=AT + 2 * MINUTE, target=target.number)
        assert caught.value.code == "children_open"
        assert trace(main) == before
        transitions.void(child.pk, by=cast.oversight, at=AT + 2 * MINUTE, opinion="误拆")
        done = transitions.merge(main.pk, by=cast.dispatcher, at=AT + 3 * MINUTE, target=target.number)
        assert done.state == "merged"


class TestTheDialog:
    def test_from_the_page_and_back(self, client: Client, cast: Cast, main: Ticket, other: Ticket) -> None:
        client.force_login(cast.dispatcher.user)  # type: ignore[arg-type]
        page, url = f"/tickets/{other.number}/", f"/tickets/{other.number}/do/link/"
        assert url in client.get(page).content.decode()
        form = client.get(f"{url}?target={main.number}", **HTMX)  # type: ignore[arg-type]
        assert (form.status_code, main.number in form.content.decode()) == (200, True)
        refused = client.post(url, {"version": other.version, "target": other.number}, **HTMX)  # type: ignore[arg-type]
        assert (refused.status_code, "不能作为自身的子工单" in refused.content.decode()) == (422, True)
        done = client.post(url, {"version": other.version, "target": main.number}, **HTMX)  # type: ignore[arg-type]
        assert (done.status_code, done["HX-Redirect"]) == (200, page)
        shown = client.get(page).content.decode()
        assert main.number in shown
        assert url not in shown
        assert f"/tickets/{other.number}/do/unlink/" in shown
        assert other.number in client.get(f"/tickets/{main.number}/").content.decode()
        version = fresh(other).version
        client.post(
            f"/tickets/{other.number}/do/unlink/", {"version": version, "opinion": "另行办理"}, **HTMX
        )  # type: ignore[arg-type]
        assert fresh(other).parent_id is None

    def test_who_may_not_is_offered_nothing(
        self, client: Client, cast: Cast, main: Ticket, other: Ticket
    ) -> None:
        client.force_login(cast.handler.user)  # type: ignore[arg-type]
        before = trace(main)
        assert "/do/link/" not in client.get(f"/tickets/{main.number}/").content.decode()
        answer = client.post(f"/tickets/{main.number}/do/link/", {"target": other.number}, **HTMX)  # type: ignore[arg-type]
        assert answer.status_code == 403
        assert trace(main) == before


@pytest.mark.django_db(transaction=True)
def test_two_people_link_crosswise(cast: Cast, make_ticket: MakeTicket) -> None:
    """One of them wins; neither waits for the other for ever, and no circle comes about."""
    first = make_ticket("accepted", category=INJURY)
    second = make_ticket("accepted", category=INJURY)
    done = at_once(
        [
            lambda: link(cast, first, second),
            lambda: link(cast, second, first, by=cast.second_dispatcher),
        ]
    )
    lost = [item for item in done if isinstance(item, Problem)]
    assert [item.code for item in lost] == ["not_to_be_linked"]
    assert sorted(
        Ticket.objects.filter(pk__in=[first.pk, second.pk]).values_list("child_count", flat=True)
    ) == [0, 1]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM incidents_ticket c JOIN incidents_ticket p ON p.id = c.parent_id "
            "WHERE p.parent_id IS NOT NULL"
        )
        assert cursor.fetchone() == (0,)
