"""A citizen asks: number and phone tail, the same words for every wrong answer, limits, nothing internal."""

import pytest
from django.test import Client

from followup import answers, asking, links, progress, turnstile
from followup.models import SignedLink, Turnstile
from governance.foundation.errors import NotFound, TooMany, Unprocessable
from incidents import transitions
from incidents.models import Ticket
from incidents.states import State
from tests.cast import DAY, HOUR, MINUTE, MONDAY, ROAD_DAMAGE, Cast, MakeTicket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
HERE = {"address": "10.1.1.1", "at": MONDAY}


@pytest.fixture
def phone() -> Client:
    return Client(headers={"accept-language": "zh-hans"})


class TestLookingUp:
    def test_number_and_tail(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        found = asking.look_up(f" {ticket.number.lower()} ", "5678", **HERE)
        assert found.ticket.pk == ticket.pk

    def test_every_wrong_answer_has_the_same_words(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        secret = make_ticket("handling", is_confidential=True)
        voided = make_ticket("voided")
        said = set()
        for number, tail in (
            (ticket.number, "0000"),
            ("WG20261116999999", "5678"),
            (secret.number, "5678"),
            (voided.number, "5678"),
            ("' OR 1=1", "5678"),
            (ticket.number, "%"),
        ):
            with pytest.raises(NotFound) as caught:
                asking.look_up(number, tail, **HERE)
            said.add(str(caught.value.detail))
        assert len(said) == 1

    def test_five_wrong_tails_close_the_number_for_a_while(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        for n in range(5):
            with pytest.raises(NotFound):
                asking.look_up(ticket.number, "0000", address=f"10.0.0.{n}", at=MONDAY)
        with pytest.raises(TooMany) as caught:
            asking.look_up(ticket.number, "5678", address="10.0.9.9", at=MONDAY)
        assert caught.value.extra["retry_after"] == 900
        assert asking.look_up(ticket.number, "5678", address="10.0.9.9", at=MONDAY + 15 * MINUTE)

    def test_right_answers_do_not_close_it(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        for n in range(8):
            assert asking.look_up(ticket.number, "5678", address=f"10.0.0.{n}", at=MONDAY)

    def test_one_address_may_not_try_all_numbers(self) -> None:
        for n in range(20):
            with pytest.raises(NotFound):
                asking.look_up(f"WG20261116{n:06d}", "5678", **HERE)
        with pytest.raises(TooMany):
            asking.look_up("WG20261116999999", "5678", **HERE)

    def test_counts_hold_no_address_and_are_forgotten(self) -> None:
        turnstile.count("address", "10.1.1.1", at=MONDAY)
        assert "10.1" not in Turnstile.objects.get().key
        assert turnstile.forget(at=MONDAY + HOUR) == 0
        assert turnstile.forget(at=MONDAY + 2 * DAY) == 1


class TestProof:
    def test_it_leads_to_the_reporters_own_link(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        found = asking.look_up(ticket.number, "5678", **HERE)
        again = asking.found_again(asking.proof_of(found))
        assert asking.offers(again) == ["supplement", "evaluate"]
        link = asking.link_for(again, "evaluate", by=links.citizen(), at=MONDAY)
        assert asking.link_for(again, "evaluate", by=links.citizen(), at=MONDAY).pk == link.pk
        extra = asking.link_for(again, "supplement", by=links.citizen(), at=MONDAY)
        assert asking.link_for(again, "supplement", by=links.citizen(), at=MONDAY).pk == extra.pk

    def test_a_result_is_evaluated_once(self, phone: Client, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        asked = {"number": ticket.number, "tail": "5678"}
        assert "评价办理结果" in phone.post("/c/", asked).content.decode()
        found = asking.look_up(ticket.number, "5678", **HERE)
        at = MONDAY + HOUR
        link = asking.link_for(found, "evaluate", by=links.citizen(), at=at)
        said = {"solved": "solved", "satisfaction": "1", "words": ""}
        answers.evaluate(links.token_of(link), **said, by=links.citizen(), at=at)
        page = phone.post("/c/", asked).content.decode()
        assert "您已评价本次办理结果" in page
        assert "评价办理结果" not in page
        Ticket.objects.filter(pk=ticket.pk).update(feedback_at=MONDAY + DAY)
        again = asking.look_up(ticket.number, "5678", **HERE)
        assert "evaluate" in asking.offers(again), "another result is evaluated anew"

    @pytest.mark.parametrize("word", ["", "1-1", "1-1:x:y", "z" * 300])
    def test_a_forged_proof(self, word: str) -> None:
        with pytest.raises(NotFound):
            asking.found_again(word)

    def test_not_now(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        found = asking.look_up(ticket.number, "5678", **HERE)
        with pytest.raises(Unprocessable):
            asking.link_for(found, "evaluate", by=links.citizen(), at=MONDAY)
        with pytest.raises(Unprocessable):
            asking.link_for(found, "outside", by=links.citizen(), at=MONDAY)
        assert not SignedLink.objects.exists()


class TestProgress:
    @pytest.mark.parametrize("state", [state for state in State if state != "voided"])
    def test_every_state_has_plain_words(self, make_ticket: MakeTicket, state: str) -> None:
        made = make_ticket(state, category=ROAD_DAMAGE) if state == "verifying" else make_ticket(state)
        ticket = Ticket.objects.select_related("merged_into").get(pk=made.pk)
        shown = progress.progress_of(ticket)
        assert shown.state
        assert shown.words
        assert shown.events

    def test_the_day_of_the_answer(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        assert ticket.due_at is not None
        assert progress.progress_of(ticket).expected == "预计11月19日前答复"
        assert progress.progress_of(make_ticket("suspended")).expected == ""
        assert progress.progress_of(make_ticket("feedback")).expected == ""

    def test_nothing_internal_is_shown(self, cast: Cast, phone: Client, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("feedback")
        transitions.rework(ticket.pk, by=cast.oversight, at=MONDAY + HOUR, opinion="内部意见：敷衍")
        answer = phone.post("/c/", {"number": ticket.number, "tail": "5678"})
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "已退回重新办理" in text
        for hidden in (
            "内部意见",
            "已现场处理",
            "朱办",
            "韩督",
            "褚值",
            "张三丰",
            "13812345678",
            "138****5678",
        ):
            assert hidden not in text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]

    def test_the_wording_of_a_refusal_is_for_the_citizen(self, make_ticket: MakeTicket) -> None:
        shown = progress.progress_of(make_ticket("rejected"))
        assert [event.text for event in shown.events if event.text] == ["不属于受理范围"]


class TestPages:
    def test_the_form_needs_no_account_and_no_script(self, phone: Client) -> None:
        page = phone.get("/c/")
        assert page.status_code == 200
        assert b"<script" not in page.content
        assert "unsafe-inline" not in page.headers["Content-Security-Policy"].split("style-src-attr")[0]

    def test_wrong_and_too_often(self, phone: Client, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        for _n in range(5):
            page = phone.post("/c/", {"number": ticket.number, "tail": "1111"})
            assert page.status_code == 404
            assert "请核对工单号和手机号后四位" in page.content.decode()
        page = phone.post("/c/", {"number": ticket.number, "tail": "5678"})
        assert (page.status_code, page.headers["Retry-After"]) == (429, "900")
        assert phone.post("/c/", {"number": "", "tail": ""}).status_code == 422

    def test_from_the_page_to_the_own_link(self, phone: Client, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up")
        proof = phone.post("/c/", {"number": ticket.number, "tail": "5678"}).context["proof"]
        gone = phone.post("/c/go/", {"proof": proof, "purpose": "supplement"})
        assert gone.status_code == 302
        assert gone.headers["Location"].startswith("/c/s/")
        assert phone.get(gone.headers["Location"]).status_code == 200
        assert phone.post(gone.headers["Location"], {"words": "门牌是三号楼"}).status_code == 302
        assert ticket.supplements.count() == 1
        assert phone.post("/c/go/", {"proof": "forged", "purpose": "supplement"}).status_code == 404
