"""Parts on the screen: the co-handler's own inbox, the table on the ticket's page, the dialogs."""

import pytest
from django.test import Client

from incidents import transitions
from incidents.models import Assignment, Ticket
from incidents.queries import PARTS, inbox
from incidents.views.faces import rows_of
from incidents.views.helping import as_helper
from tests.cast import HOUR, INJURY, MINUTE, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def helped(make_ticket: MakeTicket) -> Ticket:
    return make_ticket("handling", category=INJURY, to="CG", co_handlers=("RQ",))


def part_of(ticket: Ticket) -> Assignment:
    return ticket.assignments.get(role="co_handler")


class TestInbox:
    def test_a_part_waits_in_its_own_units_inbox_until_it_is_answered(
        self, cast: Cast, helped: Ticket
    ) -> None:
        part, at = part_of(helped), MONDAY + HOUR
        found = inbox(cast.gas, at=at)
        assert [(queue.state, queue.label, queue.count, queue.late) for queue in found.queues] == [
            (PARTS, "协办", 1, 0)
        ]
        assert ([row.pk for row in found.rows], found.total) == ([helped.pk], 1)
        assert [row.pk for row in inbox(cast.gas, at=at, queue=PARTS).rows] == [helped.pk]
        assert inbox(cast.gas, at=at, queue="handling").rows == []
        late = inbox(cast.gas, at=part.due_at + MINUTE)  # type: ignore[operator]
        assert (late.late, late.queues[0].late) == (1, 1)
        transitions.sign_part(helped.pk, part.pk, by=cast.gas, at=at)
        said = {"result_kind": "explained", "opinion": "已答复"}
        transitions.answer_part(helped.pk, part.pk, by=cast.gas, at=at, **said)
        assert inbox(cast.gas, at=at).total == 0

    def test_the_lead_does_not_see_it_as_a_part(self, cast: Cast, helped: Ticket) -> None:
        states = [queue.state for queue in inbox(cast.handler, at=MONDAY + HOUR).queues]
        assert states == ["handling"]

    def test_whoever_handles_nothing_has_no_such_queue(self, cast: Cast, helped: Ticket) -> None:
        assert PARTS not in [queue.state for queue in inbox(cast.dispatcher, at=MONDAY + HOUR).queues]

    def test_the_line_shows_the_clock_and_state_of_the_part(self, cast: Cast, helped: Ticket) -> None:
        part, at = part_of(helped), MONDAY + HOUR
        (row,) = as_helper(rows_of([helped], at), {part.unit_id}, at)
        assert (row.state, row.clock.due, row.tone) == ("待签收", part.due_at, "wait")
        (own,) = as_helper(rows_of([helped], at), {helped.holder_id}, at)
        assert own.state == "办理中"

    def test_the_page(self, client: Client, cast: Cast, helped: Ticket) -> None:
        client.force_login(cast.gas.user)  # type: ignore[arg-type]
        page = client.get("/inbox/", {"queue": PARTS}).content.decode()
        assert helped.number in page
        assert "协办" in page


class TestTicketPage:
    def test_the_table(self, client: Client, cast: Cast, helped: Ticket) -> None:
        client.force_login(cast.gas.user)  # type: ignore[arg-type]
        page = client.get(f"/tickets/{helped.number}/").content.decode()
        part = part_of(helped)
        assert "云泽燃气公司" in page
        assert f"/tickets/{helped.number}/parts/{part.pk}/sign_part/" in page
        assert f"/tickets/{helped.number}/parts/new/" not in page
        client.force_login(cast.dispatcher.user)  # type: ignore[arg-type]
        page = client.get(f"/tickets/{helped.number}/").content.decode()
        assert f"/tickets/{helped.number}/parts/new/" in page
        assert f"/tickets/{helped.number}/parts/{part.pk}/remove_part/" in page
        assert "sign_part" not in page

    def test_a_dialog_from_the_form_to_the_answer(self, client: Client, cast: Cast, helped: Ticket) -> None:
        part = part_of(helped)
        transitions.sign_part(helped.pk, part.pk, by=cast.gas, at=MONDAY + HOUR)
        client.force_login(cast.gas.user)  # type: ignore[arg-type]
        url = f"/tickets/{helped.number}/parts/{part.pk}/answer_part/"
        form = client.get(url, **HTMX)
        assert (form.status_code, "协办事项办理情况" in form.content.decode()) == (200, True)
        assert client.post(url, {"result_kind": "explained", "opinion": " "}, **HTMX).status_code == 422
        done = client.post(url, {"result_kind": "explained", "opinion": "已答复"}, **HTMX)
        assert (done.status_code, done["HX-Redirect"]) == (200, f"/tickets/{helped.number}/")
        part.refresh_from_db()
        assert (part.state, part.answer) == ("answered", "已答复")
        assert client.get(url, **HTMX).status_code == 409
        assert client.post(url, {"result_kind": "explained", "opinion": "再答"}, **HTMX).status_code == 409

    def test_one_more_is_asked(self, client: Client, cast: Cast, helped: Ticket) -> None:
        client.force_login(cast.dispatcher.user)  # type: ignore[arg-type]
        url = f"/tickets/{helped.number}/parts/new/"
        assert client.get(url, **HTMX).status_code == 200
        assert client.post(url, {"to": cast.unit("CG").pk}, **HTMX).status_code == 422
        assert client.post(url, {"to": cast.unit("E1").pk}, **HTMX).status_code == 200
        assert helped.assignments.filter(role="co_handler").count() == 2

    def test_the_lead_reads_why_a_part_is_returned(self, client: Client, cast: Cast, helped: Ticket) -> None:
        part = part_of(helped)
        transitions.return_part(helped.pk, part.pk, by=cast.gas, at=MONDAY + HOUR, opinion="管线不属我司")
        client.force_login(cast.handler.user)  # type: ignore[arg-type]
        url = f"/tickets/{helped.number}/parts/{part.pk}/keep_part/"
        assert "管线不属我司" in client.get(url, **HTMX).content.decode()

    def test_feeding_back_asks_for_each_missing_one(self, client: Client, cast: Cast, helped: Ticket) -> None:
        client.force_login(cast.handler.user)  # type: ignore[arg-type]
        url = f"/tickets/{helped.number}/do/feedback/"
        assert 'name="missing-RQ"' in client.get(url, **HTMX).content.decode()
        said = {"result_kind": "explained", "opinion": "已办", "version": helped.version}
        refused = client.post(url, said | {"missing-RQ": " "}, **HTMX)
        assert (refused.status_code, "云泽燃气公司" in refused.content.decode()) == (422, True)
        assert client.post(url, said | {"missing-RQ": "无需到场"}, **HTMX).status_code == 200

    @pytest.mark.parametrize(
        ("name", "code"), [("explode", 404), ("add_part", 404), ("sign_part", 403), ("remove_part", 200)]
    )
    def test_who_gets_which_dialog(
        self, client: Client, cast: Cast, helped: Ticket, name: str, code: int
    ) -> None:
        client.force_login(cast.dispatcher.user)  # type: ignore[arg-type]
        url = f"/tickets/{helped.number}/parts/{part_of(helped).pk}/{name}/"
        assert client.get(url, **HTMX).status_code == code

    def test_what_is_not_there_or_not_visible(self, client: Client, cast: Cast, helped: Ticket) -> None:
        part = part_of(helped)
        client.force_login(cast.dispatcher.user)  # type: ignore[arg-type]
        assert client.get(f"/tickets/{helped.number}/parts/999999/sign_part/", **HTMX).status_code == 404
        client.force_login(cast.outsider.user)  # type: ignore[arg-type]
        url = f"/tickets/{helped.number}/parts/{part.pk}/sign_part/"
        assert client.get(url, **HTMX).status_code == 404
        Ticket.objects.filter(pk=helped.pk).update(state="suspended")
        client.force_login(cast.gas.user)  # type: ignore[arg-type]
        assert client.get(url, **HTMX).status_code == 409


class TestChildrenAndRepeats:
    def test_links_on_both_pages(self, client: Client, cast: Cast, helped: Ticket) -> None:
        child, _main = transitions.split_off(
            helped.pk, by=cast.dispatcher, at=MONDAY + HOUR, content="另一处同类问题"
        )
        client.force_login(cast.dispatcher.user)  # type: ignore[arg-type]
        assert child.number in client.get(f"/tickets/{helped.number}/").content.decode()
        assert helped.number in client.get(f"/tickets/{child.number}/").content.decode()
        form = client.get(f"/tickets/{helped.number}/do/split/", **HTMX)
        assert (form.status_code, "拆分内容" in form.content.decode()) == (200, True)

    def test_the_same_matter_before(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        first = make_ticket("closed", at=MONDAY)
        make_ticket("closed", at=MONDAY + HOUR, citizen=None)
        third = make_ticket(at=MONDAY + 2 * HOUR)
        client.force_login(cast.dispatcher.user)  # type: ignore[arg-type]
        page = client.get(f"/tickets/{third.number}/").content.decode()
        assert "30天内第3次" in page
        assert first.number in page
        other = client.get(f"/tickets/{first.number}/").content.decode()
        assert "天内第" not in other

    def test_an_urge_stands_on_the_page(self, client: Client, cast: Cast, helped: Ticket) -> None:
        transitions.urge(helped.pk, by=cast.duty, at=MONDAY + HOUR)
        client.force_login(cast.dispatcher.user)  # type: ignore[arg-type]
        assert "已催办1次" in client.get(f"/tickets/{helped.number}/").content.decode()
