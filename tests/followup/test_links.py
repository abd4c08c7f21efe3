"""Signed links: bound to a purpose and a ticket, over in time, taken back, used up; and what comes through them."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from followup import answers, calls, links
from followup.models import Evaluation, OutsideAnswer, Purpose, SignedLink
from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from incidents import evidence, transitions
from incidents.models import Attachment, Notice, Ticket
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, jpeg, trace
from tests.followup.props import begin, call_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
LATER = MONDAY + 30 * MINUTE
BY = links.citizen("10.0.0.9")
HAPPY = {"solved": "solved", "satisfaction": "5", "words": "谢谢"}


@pytest.fixture
def asked(make_ticket: MakeTicket) -> SignedLink:
    """The link to evaluate a result."""
    begin()
    make_ticket("follow_up")
    read()
    return SignedLink.objects.select_related("ticket").get()


@pytest.fixture
def hosted(cast: Cast, make_ticket: MakeTicket) -> SignedLink:
    """A link for an outside unit."""
    ticket = make_ticket("handling")
    return links.host(
        ticket, by=cast.handler, at=MONDAY, outside_name="宏达市政公司", task="修补井盖", days=5
    )


def picture() -> Attachment:
    content = jpeg(7)
    return evidence.receive(io.BytesIO(content), name="a.jpg", size=len(content), by=BY, at=LATER)


class TestTheLinkItself:
    def test_it_opens_its_own_door_only(self, asked: SignedLink) -> None:
        token = links.token_of(asked)
        assert links.find(Purpose.EVALUATE, token, at=LATER).pk == asked.pk
        for purpose in (Purpose.SUPPLEMENT, Purpose.OUTSIDE):
            with pytest.raises(NotFound):
                links.find(purpose, token, at=LATER)

    @pytest.mark.parametrize("change", ["", "x", "1-abc", "1-abc.sig", "9" * 300])
    def test_a_forged_one_is_not_found(self, asked: SignedLink, change: str) -> None:
        with pytest.raises(NotFound):
            links.find(Purpose.EVALUATE, change, at=LATER)

    def test_a_changed_one_is_not_found(self, asked: SignedLink) -> None:
        token = links.token_of(asked)
        with pytest.raises(NotFound):
            links.find(Purpose.EVALUATE, token[:-1] + ("A" if token[-1] != "A" else "B"), at=LATER)
        asked.nonce = "another"
        with pytest.raises(NotFound):  # signed by us, but for a row that is not this one
            links.find(Purpose.EVALUATE, links.token_of(asked), at=LATER)

    def test_it_is_over_in_time(self, asked: SignedLink) -> None:
        token = links.token_of(asked)
        assert asked.expires_at == asked.created_at + 7 * DAY
        with pytest.raises(links.Gone) as caught:
            links.find(Purpose.EVALUATE, token, at=asked.expires_at)
        assert caught.value.status == 410

    def test_taking_back(self, cast: Cast, hosted: SignedLink) -> None:
        token = links.token_of(hosted)
        for actor in (cast.gas, cast.leader, cast.auditor):
            with pytest.raises(Forbidden):
                links.revoke(hosted.pk, by=actor, at=LATER)
        assert links.revoke(hosted.pk, by=cast.lead, at=LATER).revoked_at == LATER
        assert links.revoke(hosted.pk, by=cast.lead, at=LATER + HOUR).revoked_at == LATER
        with pytest.raises(links.Gone):
            links.find(Purpose.OUTSIDE, token, at=LATER)
        with pytest.raises(NotFound):
            links.revoke(10**9, by=cast.lead, at=LATER)

    @pytest.mark.parametrize("days", [0, 31])
    def test_days_have_bounds(self, cast: Cast, make_ticket: MakeTicket, days: int) -> None:
        with pytest.raises(Unprocessable):
            links.host(
                make_ticket("handling"), by=cast.handler, at=MONDAY, outside_name="甲", task="乙", days=days
            )

    def test_only_the_unit_that_handles_it_asks_outside(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        for actor in (cast.duty, cast.dispatcher, cast.gas, cast.leader):
            with pytest.raises(Forbidden):
                links.host(ticket, by=actor, at=MONDAY, outside_name="甲", task="乙", days=1)
        with pytest.raises(Unprocessable):
            links.host(ticket, by=cast.handler, at=MONDAY, outside_name=" ", task="乙", days=1)
        assert not SignedLink.objects.exists()


class TestEvaluations:
    def test_it_counts_as_the_call_that_is_owed(self, asked: SignedLink) -> None:
        row = answers.evaluate(links.token_of(asked), **HAPPY, by=BY, at=LATER)
        assert row.follow_up is not None
        assert (row.follow_up.outcome, row.follow_up.satisfaction) == ("solved", "5")
        step = row.follow_up.step
        assert (step.role, step.actor_id, step.opinion) == ("system", None, "谢谢")
        task = call_of(asked.ticket)
        assert (task.state, task.outcome) == ("done", "solved")
        assert AuditEntry.objects.filter(verb="link.used", address="10.0.0.9").count() == 1

    def test_it_is_used_once(self, asked: SignedLink) -> None:
        answers.evaluate(links.token_of(asked), **HAPPY, by=BY, at=LATER)
        before = trace(asked.ticket)
        with pytest.raises(links.Gone):
            answers.evaluate(links.token_of(asked), **HAPPY, by=BY, at=LATER)
        assert trace(asked.ticket) == before

    def test_a_poor_one_waits_for_a_decision(self, cast: Cast, asked: SignedLink) -> None:
        answers.evaluate(links.token_of(asked), solved="partly", satisfaction="3", words="", by=BY, at=LATER)
        task = call_of(asked.ticket)
        assert task.state == "to_decide"
        calls.decide(task.pk, verdict="redo", by=cast.duty, at=LATER + HOUR, opinion="再办")
        assert Ticket.objects.get(pk=asked.ticket_id).state == "handling"

    def test_after_closing_it_is_kept_and_the_centre_told(self, cast: Cast, asked: SignedLink) -> None:
        transitions.follow_up(asked.ticket_id, by=cast.duty, at=LATER, outcome="refused")
        transitions.close(asked.ticket_id, by=cast.oversight, at=LATER)
        row = answers.evaluate(
            links.token_of(asked), solved="unsolved", satisfaction="1", words="又坏了", by=BY, at=LATER + HOUR
        )
        assert row.follow_up is None
        assert Notice.objects.get(kind="evaluation").audience == "oversight"

    def test_work_done_again_makes_it_void_at_once(self, cast: Cast, asked: SignedLink) -> None:
        transitions.follow_up(asked.ticket_id, by=cast.duty, at=LATER, outcome="unsolved")
        transitions.redo(asked.ticket_id, by=cast.oversight, at=LATER, opinion="未解决")
        with pytest.raises(links.Gone):
            answers.evaluate(links.token_of(asked), **HAPPY, by=BY, at=LATER)
        assert not Evaluation.objects.exists()

    @pytest.mark.parametrize(
        "wrong", [{"solved": "refused"}, {"solved": "x"}, {"satisfaction": ""}, {"words": "长" * 1001}]
    )
    def test_bad_input_stores_nothing(self, asked: SignedLink, wrong: dict[str, str]) -> None:
        before = trace(asked.ticket)
        with pytest.raises(Invalid):
            answers.evaluate(links.token_of(asked), **HAPPY | wrong, by=BY, at=LATER)
        assert trace(asked.ticket) == before

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_are_one(self, asked: SignedLink) -> None:
        token = links.token_of(asked)
        found = at_once([lambda: answers.evaluate(token, **HAPPY, by=BY, at=LATER)] * 3)
        assert sorted(type(item).__name__ for item in found) == ["Evaluation", "Gone", "Gone"]
        assert asked.ticket.follow_ups.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_a_caller_and_the_citizen_at_once(self, cast: Cast, asked: SignedLink) -> None:
        token, task = links.token_of(asked), call_of(asked.ticket)
        calls.take(task.pk, by=cast.duty, at=LATER)
        found = at_once(
            [
                lambda: answers.evaluate(token, **HAPPY, by=BY, at=LATER),
                lambda: calls.record(task.pk, by=cast.duty, at=LATER, outcome="satisfied", satisfaction="4"),
            ]
        )
        assert isinstance(found[0], Evaluation)
        assert not isinstance(found[1], Exception) or isinstance(found[1], Conflict)
        assert call_of(asked.ticket).state == "done"


class TestSupplements:
    def test_words_and_photos_come_to_the_holder(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        link = links.make(ticket, Purpose.SUPPLEMENT, by=cast.handler, at=MONDAY)
        photo = picture()
        row = answers.add(links.token_of(link), words="  在三号楼东侧 ", photos=[photo.pk], by=BY, at=LATER)
        assert row.content == {"content": "在三号楼东侧"}
        photo.refresh_from_db()
        step = ticket.steps.get(verb="supplement")
        assert (photo.ticket_id, photo.step) == (ticket.pk, step)
        assert step.holder_id == cast.unit("CG").pk

    def test_the_same_words_twice_are_kept_once(self, cast: Cast, make_ticket: MakeTicket) -> None:
        link = links.make(make_ticket("handling"), Purpose.SUPPLEMENT, by=cast.handler, at=MONDAY)
        for _n in range(2):
            answers.add(links.token_of(link), words="同样的话", photos=[], by=BY, at=LATER)
        assert link.ticket.supplements.count() == link.ticket.steps.filter(verb="supplement").count() == 1

    def test_at_most_three_times_and_three_photos(self, cast: Cast, make_ticket: MakeTicket) -> None:
        link = links.make(make_ticket("handling"), Purpose.SUPPLEMENT, by=cast.handler, at=MONDAY)
        token = links.token_of(link)
        with pytest.raises(Invalid):
            answers.add(token, words="四张", photos=[picture().pk for _n in range(4)], by=BY, at=LATER)
        for number in range(3):
            answers.add(token, words=f"第{number}次", photos=[], by=BY, at=LATER)
        with pytest.raises(links.Gone):
            answers.add(token, words="第四次", photos=[], by=BY, at=LATER)

    def test_nothing_is_added_to_a_finished_matter(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed")
        link = links.make(ticket, Purpose.SUPPLEMENT, by=SYSTEM_ACTOR, at=MONDAY)
        before = trace(ticket)
        with pytest.raises(links.Gone):
            answers.add(links.token_of(link), words="还有", photos=[], by=BY, at=LATER)
        assert trace(ticket) == before


class TestOutsideAnswers:
    def test_it_is_a_draft_that_the_unit_feeds_back(self, cast: Cast, hosted: SignedLink) -> None:
        photo = picture()
        row = answers.answer(
            links.token_of(hosted), who="刘工", text="已更换井盖", photos=[photo.pk], by=BY, at=LATER
        )
        assert row.state == "draft"
        assert Ticket.objects.get(pk=hosted.ticket_id).state == "handling"
        assert Notice.objects.get(kind="outside_answer").unit_id == cast.unit("CG").pk
        done = answers.confirm(
            row.pk, by=cast.handler, at=LATER, result_kind="resolved", opinion="已换", photos=[photo.pk]
        )
        assert (done.state, done.decided_by) == ("confirmed", cast.handler.user)
        assert done.step is not None
        assert done.step.verb == "feedback"
        photo.refresh_from_db()
        assert (photo.ticket_id, photo.step_id, photo.phase) == (hosted.ticket_id, done.step.pk, "after")

    def test_others_may_not_take_it_and_nobody_twice(self, cast: Cast, hosted: SignedLink) -> None:
        row = answers.answer(links.token_of(hosted), who="刘工", text="已换", photos=[], by=BY, at=LATER)
        data = {"at": LATER, "result_kind": "resolved", "opinion": "已换", "photos": []}
        before = trace(hosted.ticket)
        for actor in (cast.duty, cast.oversight, cast.leader):
            with pytest.raises(Forbidden):
                answers.confirm(row.pk, by=actor, **data)
        with pytest.raises(NotFound):
            answers.confirm(row.pk, by=cast.gas, **data)
        with pytest.raises(Unprocessable):
            answers.decline(row.pk, by=cast.handler, at=LATER, reason=" ")
        assert trace(hosted.ticket) == before
        answers.decline(row.pk, by=cast.handler, at=LATER, reason="照片不清")
        with pytest.raises(Conflict):
            answers.confirm(row.pk, by=cast.handler, **data)
        assert OutsideAnswer.objects.get().reason == "照片不清"

    def test_a_stale_page_and_a_foreign_photo_change_nothing(self, cast: Cast, hosted: SignedLink) -> None:
        row = answers.answer(links.token_of(hosted), who="刘工", text="已换", photos=[], by=BY, at=LATER)
        before = trace(hosted.ticket)
        data = {"by": cast.handler, "at": LATER, "result_kind": "resolved", "opinion": "已换"}
        with pytest.raises(Invalid):
            answers.confirm(row.pk, photos=[picture().pk], **data)
        with pytest.raises(Conflict):
            answers.confirm(row.pk, photos=[], version=99, **data)
        assert trace(hosted.ticket) == before

    def test_photos_have_to_be_there(self, hosted: SignedLink) -> None:
        photo = picture()
        Attachment.objects.filter(pk=photo.pk).update(ticket=hosted.ticket)
        before = trace(hosted.ticket)
        with pytest.raises(Invalid):
            answers.answer(
                links.token_of(hosted), who="刘工", text="已换", photos=[photo.pk], by=BY, at=LATER
            )
        assert trace(hosted.ticket) == before
        assert not OutsideAnswer.objects.exists()

    def test_it_is_over_when_the_unit_has_fed_back(self, cast: Cast, hosted: SignedLink) -> None:
        transitions.feedback(
            hosted.ticket_id, by=cast.handler, at=LATER, result_kind="explained", opinion="已答复"
        )
        with pytest.raises(links.Gone):
            answers.answer(links.token_of(hosted), who="刘工", text="已换", photos=[], by=BY, at=LATER)


class TestPages:
    @pytest.fixture
    def phone(self) -> Client:
        return Client(headers={"accept-language": "zh-hans"})

    def test_forged_and_expired_links_say_so(self, phone: Client, asked: SignedLink) -> None:
        for name in ("evaluate", "supplement", "outside"):
            response = phone.get(reverse(f"citizen:{name}", args=["forged.word"]))
            assert response.status_code == 404
            assert "链接无效" in response.content.decode()
        response = phone.get(links.path_of(asked))  # its time is long over today
        assert response.status_code in {200, 410}
        SignedLink.objects.update(expires_at=MONDAY)
        response = phone.get(links.path_of(asked))
        assert response.status_code == 410
        assert "已超过有效期" in response.content.decode()
        assert response.headers["Cache-Control"] == "private, no-store"

    def test_evaluating_twice_is_once(self, phone: Client, asked: SignedLink) -> None:
        SignedLink.objects.update(expires_at=MONDAY + 3650 * DAY)
        page = phone.get(links.path_of(asked))
        assert page.status_code == 200
        assert "朱办" not in page.content.decode()
        assert phone.post(links.path_of(asked), {"solved": "solved"}).status_code == 422
        done = phone.post(links.path_of(asked), HAPPY)
        assert (done.status_code, done.headers["Location"]) == (302, "/c/thanks/evaluate/")
        assert "评价已登记" in phone.get("/c/thanks/evaluate/").content.decode()
        assert phone.post(links.path_of(asked), HAPPY).status_code == 410
        assert Evaluation.objects.count() == 1
        assert phone.get("/c/thanks/strange/").status_code == 404

    def test_an_outside_unit_reads_a_masked_task_and_answers(self, phone: Client, hosted: SignedLink) -> None:
        Ticket.objects.filter(pk=hosted.ticket_id).update(content="联系人13812345678，井盖松动")
        SignedLink.objects.update(expires_at=MONDAY + 3650 * DAY)
        text = phone.get(links.path_of(hosted)).content.decode()
        assert "宏达市政公司" in text
        assert "13812345678" not in text
        assert "张三丰" not in text
        sent = {"who": "刘工", "text": "已更换", "photos": io.BytesIO(jpeg(3))}
        sent["photos"].name = "done.jpg"  # type: ignore[attr-defined]
        assert phone.post(links.path_of(hosted), sent).status_code == 302
        assert OutsideAnswer.objects.get().photos.count() == 1
        assert set(AuditEntry.objects.filter(verb__startswith="link.").values_list("verb", flat=True)) == {
            "link.made",
            "link.opened",
            "link.used",
        }

    def test_a_file_that_is_no_photo_is_refused(self, phone: Client, hosted: SignedLink) -> None:
        SignedLink.objects.update(expires_at=MONDAY + 3650 * DAY)
        for content in (b"%PDF-1.4 not a photo", b"nothing that is known"):
            paper = io.BytesIO(content)
            paper.name = "x.jpg"
            answer = phone.post(links.path_of(hosted), {"who": "刘工", "text": "已更换", "photos": paper})
            assert answer.status_code == 422
        assert not OutsideAnswer.objects.exists()
