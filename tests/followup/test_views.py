"""The desk's pages: each as its role, refused to others, no more statements for three rows than for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from followup import answers, calls, links
from followup.composing import send_by_hand
from followup.messages.sending import send_due
from followup.models import (
    CallRecord,
    CallScript,
    Message,
    MessageKind,
    MessageTemplate,
    OutsideAnswer,
    SampleRate,
    SignedLink,
)
from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.audit.models import AuditEntry
from governance.foundation.clock import now
from grids.models import Region
from incidents import transitions
from incidents.models import Ticket
from tests import city
from tests.cast import DAY, HOUR, MINUTE, Cast, MakeTicket
from tests.followup.props import begin, call_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
PAGES = ("/followup/", "/followup/results/", "/followup/messages/", "/followup/words/")


def desk(actor: Actor) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def owed(make_ticket: MakeTicket, count: int = 1) -> list[Ticket]:
    """Tickets that wait for their callback."""
    begin()
    found = [make_ticket("follow_up", at=now() - DAY) for _n in range(count)]
    read(now())
    return found


class TestWho:
    @pytest.mark.parametrize("path", PAGES)
    def test_the_centre_opens_every_page(self, cast: Cast, make_ticket: MakeTicket, path: str) -> None:
        owed(make_ticket)
        for actor in (cast.duty, cast.oversight):
            assert desk(actor).get(path).status_code == 200

    @pytest.mark.parametrize("path", PAGES)
    def test_others_are_told_that_it_is_not_theirs(self, cast: Cast, path: str) -> None:
        for actor in (cast.handler, cast.auditor, cast.worker, cast.administrator):
            assert desk(actor).get(path).status_code == 403
        assert Client().get(path).status_code == 302

    def test_results_are_for_leaders_and_leads_too(self, cast: Cast) -> None:
        for actor in (cast.leader, cast.lead, cast.town, cast.community):
            assert desk(actor).get("/followup/results/").status_code == 200
        assert desk(cast.leader).get("/followup/").status_code == 403

    @pytest.mark.parametrize(
        ("name", "open_pages"),
        [
            ("oversight", PAGES),
            ("dispatcher", PAGES[1:]),
            ("community", PAGES[:2]),
            ("lead", PAGES[1:2]),
            ("leader", PAGES[1:2]),
        ],
    )
    def test_the_tabs_are_the_pages_that_open(
        self, cast: Cast, name: str, open_pages: tuple[str, ...]
    ) -> None:
        browser = desk(getattr(cast, name))
        page = browser.get("/followup/results/").content.decode()
        tabs = page[page.index('<nav class="chips"') :].split("</nav>", 1)[0]
        assert [path for path in PAGES if f'href="{path}"' in tabs] == list(open_pages)
        assert all(browser.get(path).status_code == 200 for path in open_pages)

    def test_somebody_elses_area_is_not_there(self, cast: Cast, make_ticket: MakeTicket) -> None:
        (ticket,) = owed(make_ticket)
        task = call_of(ticket)
        far = desk(cast.far_oversight)
        assert far.get(f"/followup/calls/{task.pk}/").status_code == 404
        assert far.post(f"/followup/calls/{task.pk}/take/").status_code == 404
        assert ticket.number not in far.get("/followup/").content.decode()
        assert call_of(ticket).state == "waiting"


class TestQueue:
    def test_from_the_queue_to_the_result(self, cast: Cast, make_ticket: MakeTicket) -> None:
        (ticket,) = owed(make_ticket)
        duty = desk(cast.duty)
        page = duty.get("/followup/")
        assert ticket.number in page.content.decode()
        gone = duty.post("/followup/next/")
        task = call_of(ticket)
        assert gone.headers["Location"] == f"/followup/calls/{task.pk}/"
        page = duty.get(gone.headers["Location"])
        text = page.content.decode()
        assert "您好，这里是网格化联动中心" in text
        assert ticket.title in text
        assert "13812345678" not in text
        person = ticket.requesters.get()
        shown = duty.post(f"/followup/calls/{task.pk}/phone/{person.pk}/").content.decode()
        assert "tel:13812345678" in shown
        entry = AuditEntry.objects.get(verb="requester.reveal")
        assert (entry.actor, entry.details["reason"]) == (cast.duty.user, f"回访工单{ticket.number}")
        wrong = duty.post(gone.headers["Location"], {"outcome": "satisfied", "opinion": "很好"})
        assert wrong.status_code == 422
        assert "很好" in wrong.content.decode()
        data = {"outcome": "satisfied", "satisfaction": "5", "opinion": "很好", "answer_contacted": "yes"}
        assert duty.post(gone.headers["Location"], data).headers["Location"] == "/followup/"
        kept = CallRecord.objects.get()
        assert kept.answers == [{"question": "承办单位与您联系过吗？", "answer": "yes"}]

    def test_the_number_is_for_the_one_who_calls(self, cast: Cast, make_ticket: MakeTicket) -> None:
        (ticket,) = owed(make_ticket)
        task, person = call_of(ticket), ticket.requesters.get()
        answer = desk(cast.duty).post(f"/followup/calls/{task.pk}/phone/{person.pk}/")
        assert answer.status_code == 409
        assert not AuditEntry.objects.filter(verb="requester.reveal").exists()

    def test_a_poor_answer_is_decided_in_a_dialog(self, cast: Cast, make_ticket: MakeTicket) -> None:
        (ticket,) = owed(make_ticket)
        task = call_of(ticket)
        duty = desk(cast.duty)
        duty.post(f"/followup/calls/{task.pk}/take/")
        gone = duty.post(f"/followup/calls/{task.pk}/", {"outcome": "unsolved"})
        assert gone.headers["Location"] == f"/followup/calls/{task.pk}/"
        assert ticket.number in duty.get("/followup/?view=decide").content.decode()
        url = f"/followup/calls/{task.pk}/decide/redo/"
        partial = {"HX-Request": "true"}
        assert duty.get(url, headers=partial).status_code == 200
        assert duty.get(f"/followup/calls/{task.pk}/decide/settle/").status_code == 404
        assert desk(cast.town).get(url).status_code == 403
        assert duty.post(url, {"opinion": ""}, headers=partial).status_code == 422
        done = duty.post(url, {"opinion": "确未解决"}, headers=partial)
        assert done.headers["HX-Redirect"] == "/followup/?view=decide"
        assert duty.post(url, {"opinion": "再来"}, headers=partial).status_code == 409
        assert Ticket.objects.get(pk=ticket.pk).state == "handling"

    def test_taken_by_somebody_else_says_so(self, cast: Cast, make_ticket: MakeTicket) -> None:
        (ticket,) = owed(make_ticket)
        task = call_of(ticket)
        calls.take(task.pk, by=cast.duty, at=now())
        own = desk(cast.oversight).post(f"/followup/calls/{task.pk}/take/", follow=True)
        assert "正在回访该工单" in own.content.decode()
        assert desk(cast.duty).post(f"/followup/calls/{task.pk}/let_go/").headers["Location"] == "/followup/"
        assert call_of(ticket).state == "waiting"
        assert desk(cast.oversight).post("/followup/next/", follow=True).status_code == 200

    @pytest.mark.parametrize("view", ["ready", "later", "samples", "mine", "decide", "strange"])
    def test_every_view_opens(self, cast: Cast, make_ticket: MakeTicket, view: str) -> None:
        owed(make_ticket)
        assert desk(cast.duty).get(f"/followup/?view={view}").status_code == 200

    @pytest.mark.usefixtures("steady")
    @pytest.mark.parametrize("path", ["/followup/", "/followup/messages/"])
    def test_three_rows_cost_no_more_than_one(self, cast: Cast, make_ticket: MakeTicket, path: str) -> None:
        counts = []
        for more in (1, 2):
            owed(make_ticket, more)
            client = desk(cast.duty)
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                client.get(path)
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 14


class TestResults:
    def test_lines_with_both_numbers(self, cast: Cast, make_ticket: MakeTicket) -> None:
        at = now()
        good, poor, missed, _waiting = (make_ticket("follow_up", at=at - DAY) for _n in range(4))
        transitions.follow_up(good.pk, by=cast.duty, at=at, outcome="solved", satisfaction="5")
        transitions.follow_up(poor.pk, by=cast.duty, at=at, outcome="unsolved", satisfaction="1")
        transitions.follow_up(missed.pk, by=cast.duty, at=at, outcome="unreachable")
        until = (at + 10 * DAY).date().isoformat()
        since = (at - 20 * DAY).date().isoformat()
        for by in ("unit", "town", "category"):
            page = desk(cast.duty).get(f"/followup/results/?by={by}&since={since}&until={until}")
            total = page.context["found"].total
            assert (total.owed, total.called, total.reached) == (4, 3, 2)
            assert (total.solving.words, total.content.words) == ("1/2", "1/2")
            assert total.coverage.percent == "75.00"
            assert [line.owed for line in page.context["found"].lines] == [4]
        answer = desk(cast.lead).get(f"/followup/results.csv?since={since}&until={until}")
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert "城市管理局,3,4,75.00,2,3,66.67,1,2,50.00,1,2,50.00" in text
        assert AuditEntry.objects.filter(verb="followup.export").count() == 1

    def test_an_english_reader_reads_english_names(self, cast: Cast, make_ticket: MakeTicket) -> None:
        OrgUnit.objects.filter(code="CG").update(name_en="Urban Management Bureau")
        Region.objects.filter(code="990101001000").update(name_en="Dongyuan Street")
        city.forget_snapshots()
        ticket = make_ticket("follow_up", at=now() - DAY)
        transitions.follow_up(ticket.pk, by=cast.duty, at=now(), outcome="solved", satisfaction="5")
        for by, english, chinese in (
            ("unit", "Urban Management Bureau", "城市管理局"),
            ("town", "Dongyuan Street", Region.objects.get(code="990101001000").name),
        ):
            names = {}
            for language in ("en", "zh-hans"):
                browser = desk(cast.duty)
                browser.cookies["governance_language"] = language
                page = browser.get(f"/followup/results/?by={by}")
                names[language] = [line.name for line in page.context["found"].lines]
            assert names == {"en": [english], "zh-hans": [chinese]}

    @pytest.mark.parametrize("query", ["since=x", "since=2026-13-01", "since=2026-02-01&until=2026-01-01"])
    def test_strange_days(self, cast: Cast, query: str) -> None:
        assert desk(cast.duty).get(f"/followup/results/?{query}").status_code == 400

    def test_nothing_out_of_nothing_is_a_dash(self, cast: Cast) -> None:
        page = desk(cast.duty).get("/followup/results/")
        assert page.context["found"].total.content.percent == "–"
        assert "到期的回访后" in page.content.decode()

    def test_only_what_one_may_see_is_counted(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up", at=now() - DAY)
        transitions.follow_up(ticket.pk, by=cast.duty, at=now(), outcome="solved", satisfaction="5")
        assert desk(cast.far_town).get("/followup/results/").context["found"].total.owed == 0


class TestMessages:
    def test_masked_filtered_and_sent_again(self, cast: Cast, make_ticket: MakeTicket) -> None:
        (ticket,) = owed(make_ticket)
        assert send_due(at=(now() + DAY).replace(hour=4)) == 2  # at noon in Shanghai
        duty = desk(cast.duty)
        text = duty.get(f"/followup/messages/?q={ticket.number}&kind=evaluation&state=sent").content.decode()
        assert "138****5678" in text
        assert "13812345678" not in text
        assert "/c/e/" not in text
        row = Message.objects.filter(state="sent").order_by("pk")[0]
        assert duty.post(f"/followup/messages/{row.pk}/resend/").status_code == 302
        assert Message.objects.filter(resent_of=row).count() == 1
        assert "已重发" in duty.post(f"/followup/messages/{row.pk}/resend/", follow=True).content.decode()
        assert desk(cast.handler).post(f"/followup/messages/{row.pk}/resend/").status_code == 403
        assert desk(cast.far_dispatcher).post(f"/followup/messages/{row.pk}/resend/").status_code == 404
        assert Message.objects.filter(resent_of=row).count() == 1


class TestWords:
    SCRIPT = {"name": "道路回访", "demand_type": "", "category_prefix": "02", "greeting": "您好，{title}",
              "questions": "路平了吗\n* 还有什么", "closing": "谢谢"}  # fmt: skip

    def test_oversight_writes_the_next_version(self, cast: Cast) -> None:
        client = desk(cast.oversight)
        for _n in range(2):
            assert client.post("/followup/words/script/", self.SCRIPT).status_code == 302
        row = CallScript.objects.order_by("-version")[0]
        assert (row.version, [item["kind"] for item in row.questions]) == (2, ["yesno", "text"])
        form = client.get("/followup/words/script/?demand=&category=02").content.decode()
        assert "* 还有什么" in form
        assert client.post("/followup/words/script/", self.SCRIPT | {"questions": " "}).status_code == 422
        assert (
            client.post("/followup/words/script/", self.SCRIPT | {"category_prefix": "xx"}).status_code == 422
        )
        text = client.get("/followup/words/").content.decode()
        assert "道路回访" in text

    def test_messages_and_rates(self, cast: Cast) -> None:
        client = desk(cast.oversight)
        url = "/followup/words/message/closed/"
        assert client.post(url, {"text": "{number}结案了"}).status_code == 302
        assert client.post(url, {"text": "{link}"}).status_code == 422
        assert client.get("/followup/words/message/strange/").status_code == 404
        assert MessageTemplate.objects.get().text == "{number}结案了"
        data = {"kind": "no_reply", "category_prefix": "", "percent": "12.5", "valid_from": "2099-01-01"}
        assert client.post("/followup/words/rate/", data).status_code == 302
        assert client.post("/followup/words/rate/", data).status_code == 409
        assert client.post("/followup/words/rate/", data | {"valid_from": "2020-01-01"}).status_code == 422
        assert client.post("/followup/words/rate/", data | {"percent": "101"}).status_code == 422
        assert str(SampleRate.objects.get().percent) == "12.50"

    @pytest.mark.parametrize("path", ["script/", "rate/", "message/closed/"])
    def test_duty_officers_read_only(self, cast: Cast, path: str) -> None:
        assert desk(cast.duty).get(f"/followup/words/{path}").status_code == 403
        assert desk(cast.duty).post(f"/followup/words/{path}", self.SCRIPT).status_code == 403


class TestTicketPage:
    def test_buttons_and_panel(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        client = desk(cast.handler)
        page = client.get(ticket.get_absolute_url()).content.decode()
        for name in ("notice", "ask", "outside"):
            assert f"/followup/tickets/{ticket.number}/{name}/" in page
        assert (
            f"/followup/tickets/{ticket.number}/"
            not in desk(cast.leader).get(ticket.get_absolute_url()).content.decode()
        )
        notice = f"/followup/tickets/{ticket.number}/notice/"
        assert client.post(notice, {"reason": "身份证原件"}).status_code == 302
        assert client.post(notice, {"reason": "再补照片"}).status_code == 422
        assert (
            client.post(f"/followup/tickets/{ticket.number}/ask/", {"reason": "照片", "days": 3}).status_code
            == 302
        )
        data = {"outside_name": "宏达公司", "task": "修补", "days": 5}
        assert client.post(f"/followup/tickets/{ticket.number}/outside/", data).status_code == 302
        page = client.get(ticket.get_absolute_url()).content.decode()
        link = SignedLink.objects.get(purpose="outside")
        assert links.path_of(link) in page
        assert "身份证原件" in page
        elsewhere = desk(cast.duty).get(ticket.get_absolute_url()).content.decode()
        assert "宏达公司" in elsewhere
        assert links.path_of(link) not in elsewhere  # only the unit hands it out
        assert client.get(f"/followup/links/{link.pk}/revoke/").status_code == 200
        assert client.post(f"/followup/links/{link.pk}/revoke/").status_code == 302
        assert SignedLink.objects.get(pk=link.pk).revoked_at is not None

    def test_a_checker_is_told_why_others_call(self, cast: Cast, make_ticket: MakeTicket) -> None:
        begin()
        ticket = make_ticket("feedback", at=now() - HOUR)
        transitions.check(ticket.pk, by=cast.oversight, at=now())
        read(now())
        words, deed = "核查人不得回访同一工单", "去回访"
        page = desk(cast.oversight).get(ticket.get_absolute_url()).content.decode()
        assert words in page
        assert deed not in page
        page = desk(cast.duty).get(ticket.get_absolute_url()).content.decode()
        assert words not in page
        assert deed in page
        assert desk(cast.duty).get(f"/followup/calls/{call_of(ticket).pk}/").status_code == 200

    def test_an_outside_answer_is_confirmed_from_the_page(self, cast: Cast, make_ticket: MakeTicket) -> None:
        at = now()
        ticket = make_ticket("handling", at=at - HOUR)
        link = links.host(ticket, by=cast.handler, at=at, outside_name="宏达公司", task="修补", days=5)
        for text in ("第一次", "第二次"):
            answers.answer(links.token_of(link), who="刘工", text=text, photos=[], by=links.citizen(), at=at)
        first, second = OutsideAnswer.objects.order_by("pk")
        client = desk(cast.handler)
        assert "第一次" in client.get(ticket.get_absolute_url()).content.decode()
        assert desk(cast.duty).get(f"/followup/answers/{first.pk}/confirm/").status_code == 403
        assert desk(cast.far_town).get(f"/followup/answers/{first.pk}/confirm/").status_code == 404
        assert client.post(f"/followup/answers/{first.pk}/decline/", {"opinion": "不清楚"}).status_code == 302
        form = client.get(f"/followup/answers/{second.pk}/confirm/")
        assert "第二次" in form.content.decode()
        data = {
            "result_kind": "resolved",
            "opinion": "已修补",
            "version": Ticket.objects.get(pk=ticket.pk).version,
        }
        assert (
            client.post(f"/followup/answers/{second.pk}/confirm/", data | {"version": 99}).status_code == 409
        )
        assert client.post(f"/followup/answers/{second.pk}/confirm/", data).status_code == 302
        assert Ticket.objects.get(pk=ticket.pk).state == "feedback"

    def test_refused_without_a_trace(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling", is_confidential=True)
        for name in ("notice", "ask"):
            assert desk(cast.handler).get(f"/followup/tickets/{ticket.number}/{name}/").status_code == 403
        assert desk(cast.duty).post(f"/followup/tickets/{ticket.number}/outside/", {}).status_code == 403
        assert desk(cast.far_town).get(f"/followup/tickets/{ticket.number}/notice/").status_code == 404
        assert not SignedLink.objects.exists()

    def test_the_panel_tells_what_was_said(self, cast: Cast, make_ticket: MakeTicket) -> None:
        (ticket,) = owed(make_ticket)
        task = call_of(ticket)
        calls.take(task.pk, by=cast.duty, at=now())
        calls.record(task.pk, by=cast.duty, at=now(), outcome="unsolved", opinion="还是不行")
        calls.decide(task.pk, verdict="appealable", by=cast.oversight, at=now() + MINUTE, opinion="超出职责")
        page = desk(cast.lead).get(ticket.get_absolute_url()).content.decode()
        assert "超出职责" in page
        assert "还是不行" in page
        send_by_hand(ticket, MessageKind.ONE_TIME_NOTICE, "材料", by=cast.duty, at=now())
