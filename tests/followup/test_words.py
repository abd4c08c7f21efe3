"""Scripts, sampling and the arithmetic of tries, without pages."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.models import CallScript, SampleRate
from followup.sampling import PARTS, is_drawn, kind_of, part_of, rate
from followup.states import CALL_TABLE, FITTING, ON_TICKET, CallOutcome, CallState, is_poor
from followup.trying import Limits, Try, standing
from followup.wording import script_for, write_script
from governance.foundation.calendars import load_calendar
from incidents.states import FollowUpOutcome, Satisfaction
from tests.cast import DAY, MONDAY, Cast, MakeTicket, shanghai

LIMITS = Limits(tries=3, days=2, wait=timedelta(hours=2))


class TestScripts:
    pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]

    def test_the_most_specific_in_force(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("follow_up", demand_type="complaint")
        assert script_for(ticket, at=MONDAY).name == "投诉回访"
        data = {"greeting": "{title} {number} {date} {strange}", "questions": "好了吗", "closing": "再见"}
        write_script(name="老年", category_prefix="14", by=cast.oversight, at=MONDAY, **data)
        found = script_for(ticket, at=MONDAY)
        assert (found.name, found.version) == ("老年", 1)
        assert found.greeting == f"{ticket.title} {ticket.number} 11-16 {{strange}}"
        assert script_for(ticket, at=MONDAY - DAY).name == "投诉回访"
        write_script(name="老年二", category_prefix="14", by=cast.oversight, at=MONDAY + DAY, **data)
        assert script_for(ticket, at=MONDAY).name == "老年"
        assert script_for(ticket, at=MONDAY + DAY).name == "老年二"
        assert CallScript.objects.count() == 2


class TestSampling:
    def test_a_number_always_falls_on_the_same_part(self) -> None:
        assert part_of("WG20261116000042") == part_of("WG20261116000042") < PARTS

    @given(st.integers(0, 10**6), st.decimals(0, 100, places=2))
    def test_a_higher_rate_draws_at_least_the_same(self, serial: int, percent: Decimal) -> None:
        number = f"WG20261116{serial:06d}"
        assert not is_drawn(number, Decimal(0))
        assert is_drawn(number, Decimal(100))
        assert is_drawn(number, percent) <= is_drawn(number, min(Decimal(100), percent + 1))

    def test_about_as_many_as_the_rate_says(self) -> None:
        drawn = sum(is_drawn(f"WG20261116{n:06d}", Decimal(10)) for n in range(5000))
        assert 400 < drawn < 600

    def test_the_longest_matter_and_the_newest_day(self) -> None:
        def row(prefix: str, percent: int, day: int) -> SampleRate:
            return SampleRate(
                kind="no_reply", category_prefix=prefix, percent=percent, valid_from=date(2026, 11, day)
            )

        rows = [row("", 1, 1), row("01", 2, 1), row("01", 3, 10), row("0106", 4, 20)]
        on = date(2026, 11, 16)
        assert rate("no_reply", "0106", on, rows) == 3
        assert rate("no_reply", "0106", date(2026, 11, 20), rows) == 4
        assert rate("no_reply", "0202", on, rows) == 1
        assert rate("self_handled", "0202", on, rows) == 10  # as shipped

    @pytest.mark.django_db
    def test_who_is_drawn_as_what(self, make_ticket: MakeTicket) -> None:
        assert kind_of(make_ticket("closed", silent=True)) == "no_reply"
        assert kind_of(make_ticket("closed")) is None
        assert kind_of(make_ticket("closed", silent=True, is_confidential=True)) is None


class TestTries:
    def tries(self, *moments: tuple[int, int, int]) -> list[Try]:
        return [Try(at=shanghai(day, hour, minute), outcome="unreachable") for day, hour, minute in moments]

    @pytest.mark.parametrize(
        ("moments", "count", "following"),
        [
            ([(16, 9, 0)], 1, shanghai(16, 11)),
            ([(16, 9, 0), (16, 9, 5), (16, 10, 59)], 1, shanghai(16, 11)),
            ([(16, 16, 0)], 1, shanghai(17, 8, 30)),
            ([(16, 9, 0), (16, 15, 0)], 2, shanghai(17, 8, 30)),
            ([(20, 9, 0), (20, 15, 0)], 2, shanghai(23, 8, 30)),
            ([(16, 9, 0), (17, 9, 0)], 2, shanghai(17, 11)),
        ],
    )
    def test_when_to_try_again(
        self, moments: list[tuple[int, int, int]], count: int, following: datetime
    ) -> None:
        found = standing(self.tries(*moments), LIMITS, load_calendar("office"))
        assert (found.state, found.tries, found.next_try_at) == (CallState.WAITING, count, following)

    test_when_to_try_again = pytest.mark.django_db(test_when_to_try_again)

    @pytest.mark.django_db
    def test_enough_and_answered(self) -> None:
        calendar = load_calendar("office")
        enough = standing(self.tries((16, 9, 0), (16, 15, 0), (17, 9, 0)), LIMITS, calendar)
        assert (enough.state, enough.outcome) == ("done", "unreachable")
        nothing = standing([], LIMITS, calendar)
        assert (nothing.state, nothing.tries, nothing.next_try_at) == ("waiting", 0, None)
        answered = [*self.tries((16, 9, 0)), Try(at=shanghai(16, 15), outcome="partly", satisfaction="3")]
        found = standing(answered, LIMITS, calendar)
        assert (found.state, found.tries, found.answered_at) == ("to_decide", 1, shanghai(16, 15))


class TestTable:
    def test_every_outcome_is_one_of_the_ticket(self) -> None:
        assert set(ON_TICKET) == set(CallOutcome) == set(FITTING)
        assert {word for marks in FITTING.values() for word in marks} == {"", *Satisfaction.values}

    @pytest.mark.parametrize(
        ("outcome", "mark", "poor"),
        [("solved", "5", False), ("solved", "2", True), ("partly", "", True), ("unsolved", "5", True)],
    )
    def test_what_is_poor(self, outcome: str, mark: str, poor: bool) -> None:
        assert is_poor(outcome, mark) is poor
        assert outcome in FollowUpOutcome.values

    def test_every_open_state_can_be_left_and_no_other(self) -> None:
        for state in CallState:
            assert bool(CALL_TABLE.leaving(state)) == (state in CALL_TABLE.open_states)
