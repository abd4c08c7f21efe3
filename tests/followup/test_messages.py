"""Messages: words, quiet hours, sending once, trying again, and what a killed worker leaves."""

from datetime import datetime

import pytest

from followup import composing
from followup.messages import Outgoing, Refused, carrier
from followup.messages.sending import claim, resend, send_due
from followup.models import Message, MessageKind, MessageTemplate
from followup.wording import write_template
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from incidents import transitions
from incidents.models import Requester, Ticket
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, shanghai
from tests.followup.props import begin, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


class Recorder:
    """A carrier that remembers; `faults` are raised first."""

    def __init__(self, *faults: Exception) -> None:
        self.faults, self.sent = list(faults), []  # type: ignore[var-annotated]

    def send(self, message: Outgoing) -> str:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(message)
        return f"r{message.key}"


@pytest.fixture
def queued(make_ticket: MakeTicket) -> Message:
    """The message of acceptance."""
    begin()
    make_ticket("handling")
    read()
    return Message.objects.select_related("ticket").get()


class TestWords:
    def test_the_expected_date_in_plain_words(self, queued: Message) -> None:
        assert queued.kind == "accepted"
        assert queued.ticket.number in queued.text
        assert "预计11月19日前答复" in queued.text
        assert "由城市管理局办理" in queued.text
        assert queued.phone == "138****5678"
        assert "13812345678" not in queued.text

    def test_extension_refusal_and_closing_are_told(self, cast: Cast, make_ticket: MakeTicket) -> None:
        begin()
        ticket = make_ticket("handling")
        transitions.ask_extension(ticket.pk, by=cast.handler, at=MONDAY + HOUR, opinion="材料未到", amount=1)
        transitions.extend(ticket.pk, by=cast.lead, at=MONDAY + 2 * HOUR)
        make_ticket("rejected")
        make_ticket("closed")
        read()
        kinds = list(Message.objects.order_by("pk").values_list("kind", flat=True))
        assert sorted(kinds) == ["accepted", "accepted", "closed", "extended", "rejected"]
        assert "不属于受理范围" in Message.objects.get(kind="rejected").text
        assert "11月20日" in Message.objects.get(kind="extended").text

    def test_a_template_is_data_in_versions(self, cast: Cast, make_ticket: MakeTicket) -> None:
        with pytest.raises(Forbidden):
            write_template("accepted", "改", by=cast.duty, at=MONDAY)
        for text in ("{strange}", "点击{link}"):
            with pytest.raises(Invalid):
                write_template("accepted", text, by=cast.oversight, at=MONDAY)
        with pytest.raises(Invalid):
            write_template("evaluation", "没有链接", by=cast.oversight, at=MONDAY)
        write_template("accepted", "工单{number}已受理", by=cast.oversight, at=MONDAY)
        row = write_template("accepted", "工单{number}受理了", by=cast.oversight, at=MONDAY)
        assert row.version == 2
        begin()
        ticket = make_ticket("handling", at=MONDAY + MINUTE)
        read(MONDAY + HOUR)
        assert Message.objects.get().text == f"工单{ticket.number}受理了"
        assert MessageTemplate.objects.count() == 2

    def test_braces_of_a_citizen_are_no_placeholders(self, make_ticket: MakeTicket) -> None:
        begin()
        make_ticket("follow_up", title="看{link}这里{date}")
        read()
        row = Message.objects.get(kind="evaluation")
        assert row.text.count("{link}") == 1
        assert "看(link)这里" in row.text

    def test_the_one_time_notice(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        kind = MessageKind.ONE_TIME_NOTICE
        for actor in (cast.gas, cast.leader, cast.oversight):
            with pytest.raises(Forbidden):
                composing.send_by_hand(ticket, kind, "身份证", by=actor, at=MONDAY)
        for words in (" ", "长" * 301):
            with pytest.raises(Unprocessable):
                composing.send_by_hand(ticket, kind, words, by=cast.handler, at=MONDAY)
        (row,) = composing.send_by_hand(ticket, kind, "身份证、户口簿", by=cast.handler, at=MONDAY)
        assert "身份证、户口簿" in row.text
        with pytest.raises(Unprocessable) as caught:
            composing.send_by_hand(ticket, kind, "还要照片", by=cast.handler, at=MONDAY)
        assert list(caught.value.fields) == ["why"]
        composing.send_by_hand(ticket, kind, "还要照片", why="规定有变", by=cast.handler, at=MONDAY)
        assert Message.objects.count() == 2

    def test_nobody_is_asked_who_may_not_be_written_to(self, cast: Cast, make_ticket: MakeTicket) -> None:
        secret = make_ticket("handling", is_confidential=True)
        with pytest.raises(Forbidden):
            composing.send_by_hand(secret, MessageKind.SUPPLEMENT, "照片", by=cast.handler, at=MONDAY)
        silent = make_ticket("handling")
        Requester.objects.filter(ticket=silent).update(phone="无")
        with pytest.raises(Unprocessable):
            composing.send_by_hand(silent, MessageKind.SUPPLEMENT, "照片", by=cast.handler, at=MONDAY)
        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            (shanghai(16, 20, 59), shanghai(16, 20, 59)),
            (shanghai(16, 21), shanghai(17, 8)),
            (shanghai(17, 3), shanghai(17, 8)),
            (shanghai(17, 8), shanghai(17, 8)),
        ],
    )
    def test_quiet_hours(self, at: datetime, expected: datetime) -> None:
        assert composing.after_quiet(at) == expected


class TestSending:
    def test_the_default_carrier_logs_masked(self, queued: Message, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO", "followup.messages")
        assert send_due(at=MONDAY) == 1
        queued.refresh_from_db()
        assert (queued.state, queued.attempts, queued.receipt) == ("sent", 1, f"console-{queued.pk}")
        assert "138****5678" in caplog.text
        assert "13812345678" not in caplog.text
        assert carrier() is carrier()

    def test_it_goes_out_once_with_the_whole_number_and_link(self, make_ticket: MakeTicket) -> None:
        begin()
        make_ticket("follow_up")
        read()
        post = Recorder()
        assert send_due(at=MONDAY, by=post) == 2
        assert send_due(at=MONDAY, by=post) == 0
        assert [item.phone for item in post.sent] == ["13812345678"] * 2
        assert "http://localhost:8000/c/e/" in post.sent[1].text
        assert "/c/e/" not in Message.objects.get(kind="evaluation").text

    def test_nothing_at_night(self, queued: Message) -> None:
        assert send_due(at=shanghai(16, 22)) == 0

    def test_faults_are_tried_again_with_growing_pauses_and_given_up(self, queued: Message) -> None:
        post, at = Recorder(*[OSError("gateway away")] * 9), MONDAY
        pauses = []
        for _n in range(5):
            assert send_due(at=at, by=post) == 1
            queued.refresh_from_db()
            pauses.append((queued.next_try_at - at).total_seconds() / 60)
            at = queued.next_try_at
        assert pauses[:4] == [1, 5, 30, 120]
        assert (queued.state, queued.attempts) == ("failed", 5)
        assert "gateway away" in queued.error
        assert send_due(at=at + DAY, by=post) == 0

    def test_a_refusal_is_final(self, queued: Message) -> None:
        send_due(at=MONDAY, by=Recorder(Refused("空号")))
        queued.refresh_from_db()
        assert (queued.state, queued.error) == ("failed", "空号")

    @pytest.mark.parametrize(
        "change", [{"is_confidential": True}, {"needs_reply": False}, {"state": "voided"}]
    )
    def test_what_may_not_be_said_any_more_is_not_sent(
        self, queued: Message, change: dict[str, object]
    ) -> None:
        Ticket.objects.filter(pk=queued.ticket_id).update(**change)
        post = Recorder()
        send_due(at=MONDAY, by=post)
        queued.refresh_from_db()
        assert (queued.state, post.sent) == ("cancelled", [])

    def test_a_reporter_who_has_gone(self, queued: Message) -> None:
        Requester.objects.filter(ticket=queued.ticket).delete()
        send_due(at=MONDAY, by=Recorder())
        queued.refresh_from_db()
        assert queued.state == "cancelled"

    def test_killed_between_handing_over_and_marking_costs_one_double_with_the_same_key(
        self, queued: Message
    ) -> None:
        class Killed(Recorder):
            def send(self, message: Outgoing) -> str:
                super().send(message)
                raise KeyboardInterrupt

        post = Killed()
        with pytest.raises(KeyboardInterrupt):
            send_due(at=MONDAY, by=post)
        queued.refresh_from_db()
        assert queued.state == "sending"
        after = Recorder()
        assert send_due(at=MONDAY + 4 * MINUTE, by=after) == 0  # the claim still holds
        assert send_due(at=MONDAY + 5 * MINUTE, by=after) == 1
        assert [item.key for item in post.sent] == [item.key for item in after.sent] == [str(queued.pk)]
        assert send_due(at=MONDAY + HOUR, by=after) == 0
        queued.refresh_from_db()
        assert (queued.state, queued.attempts) == ("sent", 2)

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_never_claim_the_same(self, queued: Message, make_ticket: MakeTicket) -> None:
        make_ticket("closed")
        read()
        found = at_once([lambda: claim(at=MONDAY, limit=10)] * 3)
        assert not [item for item in found if isinstance(item, Exception)]
        keys = [row.pk for rows in found for row in rows]
        assert sorted(keys) == sorted(set(keys))
        assert len(keys) == Message.objects.filter(next_try_at__gt=MONDAY).count()

    def test_sending_again_is_a_message_of_its_own(self, cast: Cast, queued: Message) -> None:
        with pytest.raises(Conflict):
            resend(queued.pk, by=cast.duty, at=MONDAY)
        send_due(at=MONDAY, by=Recorder())
        new = resend(queued.pk, by=cast.duty, at=MONDAY + HOUR)
        assert (new.state, new.resent_of_id, new.text) == ("queued", queued.pk, queued.text)
        with pytest.raises(Conflict):
            resend(queued.pk, by=cast.duty, at=MONDAY + HOUR)
        with pytest.raises(NotFound):
            resend(queued.pk, by=cast.far_dispatcher, at=MONDAY + HOUR)
