"""Reading notices one by one or all at once, what each person wants to hear of, receipts, substitutes, purging."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import NotFound, Unprocessable
from grids import scope as scopes
from incidents import channels, outbox, reading, tasks
from incidents.models import Notice, NoticeMark, NoticeMessage, NoticeReading
from incidents.notice_kinds import kinds_with, topic_of
from incidents.queries import signs
from incidents.queries.notices import NoticeFilter, Reader, newest_id, notice_page
from incidents.queries.signs import sign
from incidents.sweep import sweep_all
from incidents.telling import tell
from staffing.models import Leave
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)


def told(cast: Cast, number: int = 1, unit: str = "CG", **more: Any) -> Notice:
    wanted = {
        "kind": "guest",
        "title": f"通知{number}",
        "url": "/guest/",
        "at": MONDAY,
        "unit_ids": [cast.unit(unit).pk],
    }
    tell(key=f"guest:{number}", **wanted | more)
    return Notice.objects.get(key=f"guest:{number}", stands_in_for=None)


def unread(actor: Actor) -> int:
    return sign(scopes.of(actor.user), actor.user_id, at=MONDAY).notices


def away(cast: Cast, person: Actor, stand_in: Actor, **more: Any) -> Leave:
    wanted = {
        "user": person.user, "substitute": stand_in.user, "kind": "annual", "starts_on": TODAY, "ends_on": TODAY,
        "reason": "年休", "state": "approved", "asked_by": person.user, "asked_at": MONDAY,
    }  # fmt: skip
    return Leave.objects.create(**wanted | more)


class TestReading:
    def test_each_person_reads_alone(self, cast: Cast) -> None:
        first, second = told(cast, 1), told(cast, 2)
        assert (unread(cast.handler), unread(cast.lead), unread(cast.gas)) == (2, 2, 0)
        reading.read_one(second.pk, by=cast.handler, at=MONDAY)
        reading.read_one(second.pk, by=cast.handler, at=MONDAY + HOUR)
        assert (unread(cast.handler), unread(cast.lead)) == (1, 2)
        assert NoticeReading.objects.get().at == MONDAY, "the first time counts"
        assert NoticeMark.objects.get(user=cast.handler.user).seen_id < first.pk
        reading.read_one(first.pk, by=cast.handler, at=MONDAY)
        assert unread(cast.handler) == 0
        assert NoticeMark.objects.get(user=cast.handler.user).seen_id >= second.pk, (
            "counting begins behind both"
        )

    def test_nobody_reads_for_others(self, cast: Cast) -> None:
        notice = told(cast)
        leads = told(cast, 2, audience="leads")
        for row, actor in ((notice, cast.gas), (leads, cast.handler)):
            with pytest.raises(NotFound):
                reading.read_one(row.pk, by=actor, at=MONDAY)
        with pytest.raises(NotFound):
            reading.read_one(10**9, by=cast.handler, at=MONDAY)
        assert not NoticeReading.objects.exists()

    def test_everything_at_once_or_what_a_filter_shows(self, cast: Cast) -> None:
        for number in range(3):
            told(cast, number)
        alarm = told(cast, 9, kind="overdue")
        assert reading.read_all(by=cast.handler, at=MONDAY, wanted=NoticeFilter(topics=["alarm"])) == 1
        assert unread(cast.handler) == 3
        assert reading.read_all(by=cast.handler, at=MONDAY) == 3
        assert unread(cast.handler) == 0
        assert NoticeMark.objects.get(user=cast.handler.user).seen_id == alarm.pk
        told(cast, 10)
        assert unread(cast.handler) == 1
        assert reading.read_all(by=cast.gas, at=MONDAY) == 0

    def test_whoever_opens_a_ticket_has_read_of_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket, _other = make_ticket("dispatched"), make_ticket("dispatched")
        outbox.deliver(at=MONDAY)
        assert unread(cast.handler) == 2
        assert reading.read_of_ticket(ticket.pk, by=cast.handler, at=MONDAY) == 1
        assert reading.read_of_ticket(ticket.pk, by=cast.handler, at=MONDAY) == 0
        assert unread(cast.handler) == 1

    def test_the_mark_never_goes_back(self, cast: Cast) -> None:
        row = told(cast)
        NoticeMark.objects.create(user=cast.handler.user, seen_id=row.pk + 5)
        reading.read_all(by=cast.handler, at=MONDAY)
        assert NoticeMark.objects.get(user=cast.handler.user).seen_id == row.pk + 5


class TestPages:
    def test_pages_by_key_both_ways(self, cast: Cast) -> None:
        keys = [told(cast, number).pk for number in range(7)]
        reader = Reader(scope=scopes.of(cast.handler.user), user_id=cast.handler.user_id)
        first = notice_page(reader, NoticeFilter(), size=3)
        assert [row.pk for row in first.rows] == keys[:3:-1]
        assert (first.next_key, first.previous_key) == (keys[4], None)
        second = notice_page(reader, NoticeFilter(), size=3, after=first.next_key)
        assert [row.pk for row in second.rows] == keys[3:0:-1]
        back = notice_page(reader, NoticeFilter(), size=3, before=second.previous_key)
        assert [row.pk for row in back.rows] == [row.pk for row in first.rows]
        assert (back.next_key, back.previous_key) == (keys[4], None)
        last = notice_page(reader, NoticeFilter(), size=3, after=second.next_key)
        assert ([row.pk for row in last.rows], last.next_key) == ([keys[0]], None)
        assert newest_id(reader) == keys[-1]

    def test_filters(self, cast: Cast) -> None:
        work, alarm = told(cast, 1), told(cast, 2, kind="overdue")
        own = told(cast, 3, unit_ids=[], user_ids=[cast.handler.user_id])
        reader = Reader(scope=scopes.of(cast.handler.user), user_id=cast.handler.user_id)
        unit = cast.unit("CG").pk
        for wanted, found in (
            (NoticeFilter(topics=["alarm"]), [alarm]),
            (NoticeFilter(kinds=["guest"]), [own, work]),
            (NoticeFilter(kinds=kinds_with("red")), [alarm]),
            (NoticeFilter(unit_id=unit), [alarm, work]),
            (NoticeFilter(unit_id=cast.unit("RQ").pk), []),
            (NoticeFilter(not_topics=["alarm"]), [own, work]),
            (NoticeFilter(is_unread=True), [own, alarm, work]),
        ):
            assert [row.pk for row in notice_page(reader, wanted, size=9).rows] == [row.pk for row in found]

    @pytest.mark.usefixtures("steady")
    @pytest.mark.parametrize("count", [1, 3])
    def test_a_page_costs_two_statements(
        self, cast: Cast, count: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(count):
            told(cast, number)
        reader = Reader(scope=scopes.of(cast.handler.user), user_id=cast.handler.user_id)
        with django_assert_num_queries(2):
            page = notice_page(reader, NoticeFilter(), size=9)
            assert [row.unit.code for row in page.rows] == ["CG"] * count


class TestChoices:
    def test_what_is_muted_does_not_count(self, cast: Cast) -> None:
        told(cast, 1, url="/supervision/1/")
        told(cast, 2, kind="overdue")
        reading.choose(reading.Choices(muted=["oversight"], browser=["alarm"]), by=cast.handler, at=MONDAY)
        found = sign(scopes.of(cast.handler.user), cast.handler.user_id, at=MONDAY)
        assert (found.notices, found.browser, unread(cast.lead)) == (1, ("alarm",), 2)
        entry = AuditEntry.objects.get(verb="notice.choose")
        assert entry.details["muted"] == ["oversight"]

    @pytest.mark.parametrize(
        ("choices", "field"),
        [
            (reading.Choices(muted=["alarm"]), "bell"),
            (reading.Choices(muted=["weather"]), "muted"),
            (reading.Choices(browser=["weather"]), "browser"),
            (reading.Choices(message=["alarm"]), "message"),
            (reading.Choices(quiet_from=time(22)), "quiet"),
            (reading.Choices(quiet_from=time(22), quiet_until=time(22)), "quiet"),
        ],
    )
    def test_what_cannot_be_chosen(self, cast: Cast, choices: reading.Choices, field: str) -> None:
        with pytest.raises(Unprocessable) as caught:
            reading.choose(choices, by=cast.handler, at=MONDAY)
        assert field in caught.value.fields
        assert not NoticeMark.objects.exists()
        assert not AuditEntry.objects.filter(verb="notice.choose").exists()

    def test_the_database_knows_that_alarms_ring(self, cast: Cast) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeMark.objects.create(user=cast.handler.user, muted=["alarm"])

    def test_topics(self) -> None:
        for kind, audience, url, topic in (
            ("overdue", "handlers", "/consultation/1/", "alarm"),
            ("close", "citizen", "", "citizen"),
            ("extend", "leads", "", "decision"),
            ("dispatch", "handlers", "", "work"),
            ("guest", "handlers", "/supervision/3/", "oversight"),
            ("guest", "handlers", "/consultation/3/", "consultation"),
            ("guest", "handlers", "/followup/3/", "follow_up"),
            ("policy", "handlers", "/m/policies/ZC1/", "policy"),
            ("policy_again", "handlers", "/policies/ZC1/", "policy"),
            ("opinion_found", "oversight", "/opinions/YQ1/", "opinion"),
            ("quarantine", "handlers", "/attachments/1/", "other"),
        ):
            assert topic_of(kind, audience, url) == topic


class TestReceipts:
    def test_three_of_five(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("dispatched")
        outbox.deliver(at=MONDAY)
        notice = Notice.objects.get(kind="dispatch")
        assert (notice.is_important, notice.sender.code) == (True, "CMD")
        receipt = reading.receipts([notice])[0]
        people = {person.username for person in receipt.unread}
        assert {"handler", "lead"} <= people
        assert "outsider" not in people, "without a role nobody reads"
        assert (receipt.count, receipt.total) == (0, len(people))
        reading.read_one(notice.pk, by=cast.handler, at=MONDAY + MINUTE)
        NoticeMark.objects.create(user=cast.lead.user, seen_id=notice.pk)
        receipt = reading.receipts([notice])[0]
        assert {(person.username, at) for person, at in receipt.read} == {
            ("handler", MONDAY + MINUTE),
            ("lead", None),
        }
        assert receipt.total == len(people)

    def test_leads_and_single_persons(self, cast: Cast) -> None:
        leads = told(cast, 1, audience="leads")
        alone = told(cast, 2, unit_ids=[], user_ids=[cast.worker.user_id])
        found = reading.receipts([leads, alone])
        assert [person.username for person in found[0].unread] == ["lead"]
        assert [person.username for person in found[1].unread] == ["worker"]

    @pytest.mark.usefixtures("steady")
    @pytest.mark.parametrize("count", [1, 3])
    def test_four_statements(self, cast: Cast, count: int, django_assert_num_queries: Any) -> None:
        rows = [told(cast, number) for number in range(count)]
        with django_assert_num_queries(4):
            assert len(reading.receipts(rows)) == count


class TestStandingIn:
    def test_what_is_for_a_person_reaches_the_substitute_too(self, cast: Cast) -> None:
        away(cast, cast.worker, cast.neighbour)
        tell(key="guest:1", kind="guest", title="值班", url="/x/", at=MONDAY, user_ids=[cast.worker.user_id])
        rows = set(Notice.objects.values_list("user__username", "stands_in_for__username"))
        assert rows == {("worker", None), ("neighbour", "worker")}
        tell(key="guest:1", kind="guest", title="值班", url="/x/", at=MONDAY, user_ids=[cast.worker.user_id])
        assert Notice.objects.count() == 2
        assert unread(cast.neighbour) == 1

    def test_the_lead_is_away(self, cast: Cast) -> None:
        away(cast, cast.lead, cast.handler)
        told(cast, 1, audience="leads")
        told(cast, 2)
        rows = Notice.objects.filter(stands_in_for=cast.lead.user)
        assert [row.key for row in rows] == ["guest:1"], "what the substitute reads anyway is not copied"

    @pytest.mark.parametrize(
        "change",
        [
            {"state": "asked"},
            {"starts_on": TODAY + DAY, "ends_on": TODAY + DAY},
            {"starts_on": TODAY - 3 * DAY, "ends_on": TODAY - DAY},
            {"returned_on": TODAY, "starts_on": TODAY - DAY},
            {"substitute": None},
        ],
        ids=["not approved", "tomorrow", "over", "back again", "nobody stands in"],
    )
    def test_only_while_the_leave_lasts(self, cast: Cast, change: dict[str, Any]) -> None:
        away(cast, cast.lead, cast.handler, **change)
        told(cast, 1, audience="leads")
        assert Notice.objects.count() == 1

    def test_steps_too(self, cast: Cast, make_ticket: MakeTicket) -> None:
        away(cast, cast.lead, cast.gas, ends_on=TODAY + 60 * DAY)
        ticket = make_ticket("handling")
        sweep_all(at=ticket.deadlines.get(stage="handle").due_at)
        outbox.deliver(at=MONDAY)
        copies = Notice.objects.filter(stands_in_for=cast.lead.user, user=cast.gas.user)
        assert {"dispatch", "overdue"} <= set(copies.values_list("kind", flat=True))


@pytest.fixture
def letters() -> Any:
    """A channel that keeps what it gets."""
    sent: list[channels.Letter] = []
    channels.register(channels.Channel(name="test", label="短信", send=sent.append))
    yield sent
    channels.unregister("test")


class TestChannels:
    def choose(self, actor: Actor, **more: Any) -> None:
        reading.choose(reading.Choices(message=["alarm", "other"], **more), by=actor, at=MONDAY)

    def test_without_a_channel_nothing_is_queued(self, cast: Cast) -> None:
        told(cast, 1, kind="overdue")
        assert not NoticeMessage.objects.exists()
        assert channels.send_due(at=MONDAY) == 0

    def test_those_who_asked_get_it_once(self, cast: Cast, letters: list[channels.Letter]) -> None:
        self.choose(cast.handler)
        self.choose(cast.gas)
        told(cast, 1, kind="overdue")
        told(cast, 1, kind="overdue")
        told(cast, 2, url="/supervision/1/")
        assert NoticeMessage.objects.count() == 1
        assert (channels.send_due(at=MONDAY), channels.send_due(at=MONDAY + HOUR)) == (1, 0)
        assert [(letter.person.username, letter.text, letter.url) for letter in letters] == [
            ("handler", "通知1", "/guest/")
        ]

    def test_quiet_hours_hold_back_all_but_alarms(self, cast: Cast, letters: list[channels.Letter]) -> None:
        self.choose(cast.handler, quiet_from=time(22), quiet_until=time(7, 30))
        night = MONDAY + 14 * HOUR  # 23:00
        told(cast, 1, at=night)
        told(cast, 2, kind="overdue", at=night)
        assert channels.send_due(at=night) == 1
        assert letters[0].text == "通知2"
        assert channels.send_due(at=night + 8 * HOUR) == 0
        assert channels.send_due(at=night + 8 * HOUR + 31 * MINUTE) == 1

    def test_a_channel_that_fails_is_tried_again_and_given_up(self, cast: Cast) -> None:
        def fail(_letter: channels.Letter) -> None:
            raise channels.NotDelivered("busy")

        channels.register(channels.Channel(name="test", label="短信", send=fail))
        try:
            self.choose(cast.handler)
            told(cast, 1, kind="overdue")
            at = MONDAY
            for wait in channels.WAITS:
                assert channels.send_due(at=at) == 0
                at += wait
                assert NoticeMessage.objects.get().due_at == at
            channels.send_due(at=at)
            row = NoticeMessage.objects.get()
            assert (row.failed_at, row.tries, row.note) == (at, channels.MOST_TRIES, "busy")
        finally:
            channels.unregister("test")
        self_gone = NoticeMessage.objects.update(failed_at=None, due_at=at)
        assert self_gone == 1
        assert tasks.send_messages() == 0
        assert NoticeMessage.objects.get().note == "the channel is gone"

    @pytest.mark.parametrize(
        ("begins", "ends", "hours", "later"),
        [
            (time(22), time(7), 14, 8), (time(22), time(7), 20, 2), (time(12), time(14), 4, 1),
            (time(12), time(14), 5, 0), (time(22), time(7), 4, 0),
        ],
    )  # fmt: skip
    def test_the_end_of_quiet_hours(self, begins: time, ends: time, hours: int, later: int) -> None:
        at = MONDAY + hours * HOUR  # 09:00 and so many hours
        assert channels.quiet_end(begins, ends, at) == at + later * HOUR


def test_old_notices_go_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        told(cast, number, at=MONDAY - timedelta(days=100))
    kept = told(cast, 9)
    reading.read_all(by=cast.handler, at=MONDAY)
    assert reading.purge(before=reading.keep_days(90, MONDAY), limit=2) == 2
    monkeypatch.setattr(tasks, "now", lambda: MONDAY)
    assert tasks.purge_notices() == 3
    assert list(Notice.objects.all()) == [kept]
    assert NoticeReading.objects.count() == 1


def test_the_bell_walks_its_index_however_many_there_are(cast: Cast) -> None:
    unit, other, person = cast.unit("CG").pk, cast.unit("RQ").pk, cast.handler.user_id
    with connection.cursor() as cursor:
        for unit_id, count in ((unit, 5_000), (other, 20_000)):
            cursor.execute(MANY, [unit_id, unit_id, count])
        cursor.execute("INSERT INTO incidents_noticereading (notice_id, user_id, at) SELECT id, %s, at FROM "
                       "incidents_notice WHERE unit_id = %s ORDER BY id DESC LIMIT 2000", [person, unit])  # fmt: skip
        cursor.execute("ANALYZE incidents_notice, incidents_noticereading")
        values = [
            None,
            MONDAY,
            MONDAY,
            [unit],
            ["handlers"],
            person,
            *(signs.NOTICE_CAP, person, person),
            *(signs.NOTICE_CAP, signs.NOTICE_CAP, person),
        ]
        cursor.execute(f"EXPLAIN (ANALYZE) {signs._SIGN}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on incidents_notice " not in plan, plan
    assert "notice_unit" in plan
    taken = float(plan.rpartition("Execution Time: ")[2].partition(" ms")[0])
    assert taken < 50, plan
    assert unread(cast.handler) == signs.NOTICE_CAP, "counted up to a bound"


MANY = """
INSERT INTO incidents_notice (key, title, url, unit_id, audience, kind, topic, is_important, at)
SELECT 'many:' || %s || ':' || n, '', '', unit, 'handlers', 'guest', 'other', false, now()
  FROM (SELECT %s::bigint AS unit) u, generate_series(1, %s) n
"""
