"""Whole questions: the filtered list, keyset pages, the inbox."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids import scope
from incidents import outbox, search
from incidents.models import NoticeMark, Ticket
from incidents.places import Spot
from incidents.queries import (
    TicketFilter,
    actionable_states,
    filtered,
    inbox,
    key_of,
    narrowed,
    newest_page,
    signs,
)
from incidents.queries.inboxes import NAVIGATION_CAP, Waiting, waiting
from incidents.queries.notices import NoticeFilter, Reader, newest_id, notice_page
from incidents.states import State
from incidents.sweep import sweep_all
from tests.cast import (
    DAY,
    GAS_LEAK,
    HOUR,
    LITTER,
    MINUTE,
    MONDAY,
    Cast,
    MakeTicket,
    draft,
    shanghai,
)

pytestmark = pytest.mark.django_db


def find(**wanted: Any) -> set[int]:
    rows = filtered(Ticket.objects.all(), TicketFilter(**wanted))
    return set(rows.values_list("pk", flat=True))


class TestTheList:
    @pytest.fixture
    def some(self, make_ticket: MakeTicket) -> dict[str, Ticket]:
        return {
            "fresh": make_ticket(source="hotline", external_no="HX-2026-7", content="路口井盖缺失，夜间危险"),
            "urgent": make_ticket(category=GAS_LEAK, column=3, at=MONDAY + HOUR),
            "held": make_ticket("handling", category=LITTER, at=MONDAY + DAY, demand_type="complaint"),
            "closed": make_ticket("closed", at=MONDAY + 2 * DAY),
        }

    def test_nothing_wanted_is_everything(self, some: dict[str, Ticket]) -> None:
        assert find() == {ticket.pk for ticket in some.values()}

    @pytest.mark.parametrize(
        ("wanted", "names"),
        [
            ({"states": ["registered"]}, {"fresh", "urgent"}),
            ({"states": ["handling", "closed"]}, {"held", "closed"}),
            ({"sources": ["hotline"]}, {"fresh"}),
            ({"urgency": "critical"}, {"urgent"}),
            ({"category": "01"}, {"held"}),
            ({"category": GAS_LEAK}, {"urgent"}),
            ({"demand_type": "complaint"}, {"held"}),
            ({"path": "9901/990102/"}, {"urgent"}),
            ({"since": MONDAY + HOUR}, {"urgent", "held", "closed"}),
            ({"since": MONDAY + HOUR, "until": MONDAY + DAY}, {"urgent"}),
            ({"until": MONDAY + HOUR}, {"fresh"}),
            ({"is_open": True}, {"fresh", "urgent", "held"}),
            ({"is_open": False}, {"closed"}),
            ({"is_overdue": False}, {"fresh", "urgent", "held", "closed"}),
            ({"is_overdue": True}, set()),
            ({"is_late_now": MONDAY + 2 * HOUR}, {"urgent"}),
            ({"is_outside": False}, {"fresh", "urgent", "held", "closed"}),
            ({"is_outside": True}, set()),
            ({"words": "HX-2026-7"}, {"fresh"}),
            ({"words": "井盖缺失"}, {"fresh"}),
            ({"words": "井盖 危险"}, {"fresh"}),
            ({"words": "井"}, {"fresh"}),
            ({"words": "井缺"}, set()),
            ({"words": "WG20261116"}, {"fresh", "urgent"}),
            ({"words": "wg20261117"}, {"held"}),
            ({"words": "wgx"}, set()),
            ({"words": "HX-9"}, set()),
            ({"words": "  "}, {"fresh", "urgent", "held", "closed"}),
            ({"words": "，。！"}, {"fresh", "urgent", "held", "closed"}),
            ({"words": "东苑", "states": ["handling"]}, {"held"}),
        ],
    )
    def test_what_is_wanted(self, some: dict[str, Ticket], wanted: dict[str, Any], names: set[str]) -> None:
        assert find(**wanted) == {some[name].pk for name in names}

    def test_by_unit_person_and_due_time(self, cast: Cast, some: dict[str, Ticket]) -> None:
        held = some["held"]
        assert find(holder_id=held.holder_id) == {held.pk}
        assert find(lead_unit_id=cast.unit("CG").pk) == {held.pk, some["closed"].pk}
        assert find(reporter_id=cast.duty.user_id) == {ticket.pk for ticket in some.values()}
        assert held.due_at is not None
        assert find(due_since=held.due_at, due_until=held.due_at + MINUTE) == {held.pk}

    def test_a_filter_is_narrowed_by_a_copy(self) -> None:
        wide = TicketFilter(urgency="urgent")
        narrow = narrowed(wide, states=["closed"])
        assert (wide.states, narrow.states, narrow.urgency) == ((), ["closed"], "urgent")


class TestPages:
    def test_forth_and_back_without_gap_or_repeat(self, make_ticket: MakeTicket) -> None:
        for number in range(5):
            make_ticket(at=MONDAY + (number // 2) * HOUR)
        rows = Ticket.objects.all()
        newest = list(rows.order_by("-registered_at", "-id"))
        first = newest_page(rows, size=2)
        assert first.previous_key is None
        second = newest_page(rows, size=2, after=first.next_key)
        third = newest_page(rows, size=2, after=second.next_key)
        assert [*first.rows, *second.rows, *third.rows] == newest
        assert third.next_key is None
        back = newest_page(rows, size=2, before=third.previous_key)
        assert back.rows == second.rows
        assert back.next_key == key_of(newest[3])
        begin = newest_page(rows, size=2, before=back.previous_key)
        assert begin.rows == first.rows
        assert begin.previous_key is None

    def test_an_empty_list_has_no_neighbours(self, cast: Cast) -> None:
        rows = Ticket.objects.all()
        page = newest_page(rows, size=2)
        assert (list(page.rows), page.next_key, page.previous_key) == ([], None, None)
        key = (MONDAY, 1)
        assert newest_page(rows, size=2, before=key).rows == []
        assert newest_page(rows, size=2, after=key).previous_key is None


class TestTheInbox:
    def test_what_is_due_next_comes_first(self, cast: Cast, make_ticket: MakeTicket) -> None:
        later = make_ticket(at=MONDAY + HOUR)
        sooner = make_ticket()
        make_ticket("closed")
        box = inbox(cast.duty, at=MONDAY)
        assert [row.pk for row in box.rows] == [sooner.pk, later.pk]
        assert [(queue.state, queue.count, queue.late) for queue in box.queues] == [("registered", 2, 0)]
        assert box.queues[0].soonest_due_at == shanghai(16, 15)
        assert box.queues[0].label == str(State.REGISTERED.label)
        assert (box.total, box.late, box.has_more, box.chosen) == (2, 0, False, "")

    def test_queues_stand_in_the_order_of_the_work(self, cast: Cast, make_ticket: MakeTicket) -> None:
        for state in ("follow_up", "registered", "accepted", "feedback"):
            make_ticket(state)
        box = inbox(cast.oversight, at=MONDAY + 30 * DAY)
        assert [queue.state for queue in box.queues] == ["feedback", "follow_up"]
        assert box.late == box.total == 2
        assert [queue.state for queue in inbox(cast.dispatcher, at=MONDAY).queues] == [
            "registered",
            "accepted",
            "feedback",
            "follow_up",
        ]

    def test_one_queue_is_chosen(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket()
        accepted = make_ticket("accepted")
        box = inbox(cast.dispatcher, at=MONDAY, queue="accepted")
        assert ([row.pk for row in box.rows], box.chosen, box.total) == ([accepted.pk], "accepted", 2)
        assert inbox(cast.dispatcher, at=MONDAY, queue="closed").chosen == ""

    def test_more_than_a_page(self, cast: Cast, make_ticket: MakeTicket) -> None:
        for _number in range(3):
            make_ticket()
        box = inbox(cast.duty, at=MONDAY, size=2)
        assert (len(box.rows), box.has_more, box.total) == (2, True, 3)

    @pytest.mark.parametrize("name", ["outsider", "leader", "auditor", "administrator"])
    def test_some_have_nothing_to_do(self, cast: Cast, make_ticket: MakeTicket, name: str) -> None:
        make_ticket()
        box = inbox(cast.everybody[name], at=MONDAY)
        assert (list(box.rows), list(box.queues)) == ([], [])

    def test_sensitive_ones_only_where_one_leads_or_reads_them(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        led = make_ticket("dispatched", category="0409", to="G1")
        assert [row.pk for row in inbox(cast.worker, at=MONDAY).rows] == [led.pk]
        make_ticket(category="0409", by=cast.community)
        assert list(inbox(cast.community, at=MONDAY).rows) == []
        city = make_ticket(category="0409")
        assert [row.pk for row in inbox(cast.duty, at=MONDAY).rows] == [city.pk]

    @pytest.mark.usefixtures("steady")
    @pytest.mark.parametrize("count", [1, 3])
    def test_statements(self, cast: Cast, make_ticket: MakeTicket, count: int) -> None:
        for _number in range(count):
            make_ticket()
        with CaptureQueriesContext(connection) as queries:
            box = inbox(cast.second_dispatcher, at=MONDAY)
            assert len([row.number + row.lamp(MONDAY) for row in box.rows]) == count
        assert len(queries) == 3, "the scope, the queues, the rows"

    def test_how_much_waits(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket()
        make_ticket()
        own = scope.of(cast.duty.user)
        assert waiting(own, MONDAY) == Waiting(2, 0)
        assert waiting(own, MONDAY + DAY).late == 2
        assert waiting(scope.of(cast.leader.user), MONDAY) == Waiting(0, 0)
        assert (Waiting(12, 0).words, Waiting(NAVIGATION_CAP, 0).words) == ("12", "99+")

    def test_which_states_ask_for_whom(self) -> None:
        assert actionable_states(frozenset({"dept_handler"})) == {"dispatched", "handling"}
        assert actionable_states(frozenset({"oversight_officer"})) == {"feedback", "follow_up", "suspended"}
        assert actionable_states(frozenset({"leader", "auditor"})) == frozenset()
        assert actionable_states(frozenset({"system"})) == frozenset()

    def test_drafts_are_found_by_their_place(self, make_ticket: MakeTicket) -> None:
        make_ticket()
        assert find(words=draft().spot.text)


class TestTheFrame:
    def test_who_is_on_duty_and_what_is_unread(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        sweep_all(at=MONDAY + 30 * DAY)
        outbox.deliver(at=MONDAY)
        for actor, count in ((cast.handler, 2), (cast.lead, 3), (cast.gas, 0)):
            own = scope.of(actor.user)
            assert signs.sign(own, actor.user_id, at=MONDAY) == signs.Sign("褚值", count)
            reader = Reader(scope=own, user_id=actor.user_id)
            assert {row.ticket_id for row in notice_page(reader, NoticeFilter(), size=9).rows} <= {ticket.pk}
        newest = newest_id(Reader(scope=scope.of(cast.lead.user), user_id=cast.lead.user_id))
        NoticeMark.objects.create(user=cast.lead.user, seen_id=newest)
        assert signs.sign(scope.of(cast.lead.user), cast.lead.user_id, at=MONDAY).notices == 0

    def test_duty_officers_hear_of_what_climbs(self, cast: Cast) -> None:
        assert signs.audiences(scope.of(cast.duty.user)) == ["handlers", "duty", "citizen"]
        assert signs.audiences(scope.of(cast.town.user)) == ["handlers", "leads", "citizen"]
        assert signs.audiences(scope.of(cast.oversight.user)) == ["handlers", "oversight"]


class TestPlacesAndRates:
    @pytest.mark.parametrize(
        ("path", "count"),
        [
            ("9901/", 3),
            ("9901/990101/", 2),
            ("9901/990101/990101001/", 2),
            ("9901/990101/990101001/990101001001/", 2),
            ("9901/990101/990101001/990101001001/990101001001001/", 1),
            ("9901/990109/", 0),
        ],
    )
    def test_inside(self, make_ticket: MakeTicket, path: str, count: int) -> None:
        for column in (0, 1, 3):
            make_ticket(column=column)
        assert len(find(path=path)) == count

    def test_late_in_time_counted_and_placed(self, make_ticket: MakeTicket) -> None:
        late, void = make_ticket("handling"), make_ticket("voided")
        placeless = make_ticket(spot=Spot(text="某处"))
        at = MONDAY + 30 * DAY
        assert find(is_late=True, at=at) == {late.pk}
        assert find(is_late=False, at=MONDAY) == {late.pk}
        assert find(is_counted=True) == {late.pk, placeless.pk}
        assert void.pk in find()
        assert find(without_level="town") == {placeless.pk}

    def test_an_unknown_source_finds_nothing(self, make_ticket: MakeTicket) -> None:
        make_ticket()
        assert find(sources=["pigeon"]) == set()


def test_common_words_are_found_by_their_rarest_pair(
    make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make_ticket(content="东苑小区门口占道经营")
    make_ticket(content="占道停车")
    shares = dict.fromkeys(("占道", "道经", "经营"), 0.1) | {"道经": 0.01}
    known = search.Frequencies(shares, float("inf"))
    monkeypatch.setattr(search, "_frequencies", known)
    rows = filtered(Ticket.objects.all(), TicketFilter(words="占道经营"), in_order=True)
    assert [row.pk for row in rows] == [ticket.pk]
    assert "coalesce" in str(rows.query)
    assert search.rarest_pairs("占道不识") is None
    assert search.rarest_pairs("，") is None


def test_how_often_pairs_occur_is_read_from_the_statistics(
    make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(3):
        make_ticket()
    monkeypatch.setattr(search, "_frequencies", search.Frequencies())
    assert search.rarest_pairs("东苑") is None, "nothing is known before the first look"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_ticket")
    monkeypatch.setattr(search, "_frequencies", search.Frequencies())
    assert search.rarest_pairs("东苑小区") is not None
