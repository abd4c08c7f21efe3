"""Counting step by step: what each verb moves, exactly once, and the same as a count of everything at once."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment import rollup
from assessment.checking import recount
from assessment.definitions import definitions
from assessment.models import DayCell, IndicatorDefinition, MonthCell, Occasion, RollCursor
from assessment.rollup import build_on, read_on, rebuild
from assessment.running import catch_up, run
from assessment.tickets.reading import SOURCE, last_item
from governance.foundation.errors import Problem
from incidents import transitions
from incidents.assessing import leave_out
from incidents.models import Step, Ticket
from incidents.sweep import sweep_all
from tests.assessment.props import (
    COMMUNITY,
    LATER,
    TOWN,
    cells,
    occasions,
    parts,
    place,
    take_in,
    unit,
)
from tests.cast import DAY, HOUR, LITTER, MINUTE, MONDAY, Cast, MakeTicket, Photo, _Way

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    """Tickets of many kinds, each counted by hand in `test_what_each_verb_moves`."""
    make_ticket("closed")  # one by the book, for the city department
    make_ticket("handling", at=MONDAY, column=3)  # late, in the other town
    for state in ("voided", "merged", "rejected"):
        make_ticket(state, at=MONDAY + HOUR)
    back = make_ticket("returned", at=MONDAY + HOUR)
    transitions.perform("grant_return", back.pk, by=cast.dispatcher, at=MONDAY + 2 * HOUR, data={})
    again = make_ticket("feedback", at=MONDAY + HOUR, column=1)
    transitions.perform(
        "rework", again.pk, by=cast.oversight, at=MONDAY + 2 * HOUR, data={"opinion": "现场仍有遗留"}
    )
    held = make_ticket("handling", at=MONDAY + HOUR, to="W1")
    transitions.perform(
        "escalate",
        held.pk,
        by=cast.community,
        at=MONDAY + 2 * HOUR,
        data={"opinion": "超出社区权限", "measures": "已先行劝导"},
    )
    make_ticket("suspended", at=MONDAY + HOUR)
    sweep_all(at=MONDAY + 20 * DAY)
    take_in()


def test_what_each_verb_moves(story: None, cast: Cast) -> None:
    """Eight came in and count: without the voided and the merged one, with the main ticket, which nobody accepted."""
    assert parts("K01") == (7, 8), "the rejected one was decided in time, the main ticket never"
    assert parts("K02") == (5, 6), "one first dispatch was returned, and rightly"
    assert parts("K14") == (0, 6)
    assert parts("K15") == (0, 6)
    assert parts("K19.upheld") == parts("K19") == (1, 7), "the one handed up was received twice"
    assert parts("K19.refused") == (0, 7)
    assert parts("K18") == (1, 2)
    assert parts("K13.town") == (0, 1), "a department of the city closed it"
    assert parts("K08") == parts("K09") == parts("K11.reach") == (1, 1)
    assert parts("K20.suspended") == (1, 6)
    assert parts("K20.extended") == (0, 6)
    due, late = parts("K05"), parts("K07")
    assert due[1] == late[1]
    assert due[0] + late[0] == due[1], "on time and overdue make a hundred per cent"
    assert parts("K05", place("990102001000")) == (0, 1)
    assert parts("K06") == (1, due[1])
    assert parts("K05.strict")[0] <= due[0]
    for code in ("K01", "K02", "K05", "K19"):
        below = [parts(code, place(town)) for town in (TOWN, "990102001000")]
        assert tuple(map(sum, zip(*below, strict=True))) == parts(code), "towns add up to the city"
        inside = [parts(code, place(name)) for name in (COMMUNITY, "990101001002")]
        assert tuple(map(sum, zip(*inside, strict=True))) == below[0], "communities add up to the town"
        grids = [parts(code, place(f"{COMMUNITY}00{number}")) for number in (1, 2)]
        assert tuple(map(sum, zip(*grids, strict=True))) == inside[0], "grids add up to the community"
    assert parts("K03", unit("W1")) == (1, 1)
    assert parts("K02", unit("CG"))[1] == 5


def test_a_worker_handles_on_the_spot(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    by = cast.worker
    made = make_ticket(
        "closed", source="worker", by=by, to="G1", category=LITTER, silent=True,
        attachments=[photo(by, at=MONDAY)],
    )  # fmt: skip
    Ticket.objects.filter(pk=made.pk).update(closure_kind="self_handled")
    hotline = make_ticket("accepted", at=MONDAY + HOUR)
    take_in()
    assert parts("K12") == (1, 1)
    assert parts("K13.grid") == parts("K13.community") == parts("K13.town") == (1, 1)
    assert parts("K15") == (1, 2)
    merged = make_ticket("registered", at=MONDAY - HOUR, source="worker", by=by, category=LITTER,
                         attachments=[photo(by, at=MONDAY, seed=2)])  # fmt: skip
    Ticket.objects.filter(pk=merged.pk).update(state="merged", merged_into=hotline)
    Ticket.objects.filter(pk=hotline.pk).update(merged_count=1)
    rebuild(SOURCE)
    catch_up(at=LATER)
    assert parts("K15") == (2, 2), "the worker was the first to report it"


def test_signed_by_the_platform_is_not_on_time(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("dispatched")
    sweep_all(at=MONDAY + 2 * DAY)
    take_in()
    assert Step.objects.filter(verb="sign", data__auto_signed=True).exists()
    assert parts("K03") == (0, 1)


def test_what_is_left_out_of_the_assessment(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("closed")
    take_in()
    assert parts("K05") == parts("K08") == (1, 1)
    with transaction.atomic():
        assert leave_out(ticket.pk, by=cast.oversight, at=MONDAY + DAY)
        assert not leave_out(ticket.pk, by=cast.oversight, at=MONDAY + DAY)
    catch_up(at=LATER)
    assert parts("K05") == parts("K08") == (0, 0)
    assert parts("K02") == (1, 1), "it still was dispatched rightly"


def test_a_limit_counts_from_when_it_is_met_or_has_passed(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("handling")
    take_in()
    assert parts("K05") == (0, 0), "its limit runs"
    sweep_all(at=MONDAY + 20 * DAY)
    catch_up(at=LATER)
    assert (parts("K05"), parts("K07")) == ((0, 1), (1, 1))


def test_a_step_that_is_read_twice_counts_once(story: None) -> None:
    before = (sorted(map(str, cells())), occasions())
    RollCursor.objects.update(read_id=0)
    assert read_on(SOURCE, at=LATER, limit=7).has_more
    catch_up(at=LATER)
    assert (sorted(map(str, cells())), occasions()) == before


def test_a_crash_between_counts_nothing_twice(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in()
    make_ticket("closed")

    def break_off(*_values: object, **_options: object) -> None:
        raise RuntimeError("the machine stops")

    with monkeypatch.context() as patch:
        patch.setattr(RollCursor, "save", break_off)
        with pytest.raises(RuntimeError), transaction.atomic():
            read_on(SOURCE, at=LATER)
    assert parts("K01") == (0, 0)
    catch_up(at=LATER)
    assert parts("K01") == (1, 1)
    assert (
        recount(
            SOURCE, at=LATER, low=1, high=last_item(), months=[MONDAY.date().replace(day=1)]
        ).differing_items
        == 0
    )


def test_the_past_counted_again_is_the_same(story: None) -> None:
    before = (sorted(map(str, cells())), occasions())
    Occasion.objects.all().delete()
    DayCell.objects.all().delete()
    MonthCell.objects.all().delete()
    rebuild(SOURCE)
    assert not RollCursor.objects.get(source="tickets").is_built
    assert build_on(SOURCE, at=LATER, limit=3).has_more
    catch_up(at=LATER)
    assert (sorted(map(str, cells())), occasions()) == before
    assert build_on(SOURCE, at=LATER).items == 0


def test_a_definition_is_summed_up_when_it_is_new(story: None) -> None:
    before = sorted(map(str, cells()))
    DayCell.objects.all().delete()
    MonthCell.objects.all().delete()
    IndicatorDefinition.objects.update(is_counted=False)
    assert rollup.count_new(at=LATER) == sum(row.can_count for row in definitions()) > 25
    assert sorted(map(str, cells())) == before
    assert rollup.count_new(at=LATER) == 0


def test_a_turn_reads_until_nothing_is_left(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in()
    make_ticket("accepted")
    monkeypatch.setattr("assessment.running.LINGER_SECONDS", 0.01)
    monkeypatch.setattr("assessment.running.LOOK_SECONDS", 0.01)
    assert run(clock=lambda: LATER) == 2
    assert run(seconds=0, clock=lambda: LATER) == 0


MOVES = ("next", "next", "next", "new", "new", "void", "rework", "reopen", "sweep", "read", "read", "recount")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.sampled_from(MOVES), min_size=10, max_size=40), seed=st.integers(0, 10**6))
def test_whatever_happens_in_whatever_order_the_recount_agrees(
    cast: Cast, moves: list[str], seed: int
) -> None:
    """Verbs, sweeps and readings of all sizes, shuffled: what was added up is what a count of everything finds."""
    chance = random.Random(seed)
    with transaction.atomic():
        take_in()
        ways: list[_Way] = []
        names: list[list[str]] = []
        at = MONDAY
        for move in moves:
            at += timedelta(hours=chance.randint(1, 30))
            if move == "new":
                way = _Way(cast, at, {"column": chance.randrange(4), "silent": chance.random() < 0.3})
                way.ticket = _registered(way)
                ways.append(way)
                names.append(
                    ["accepted", "dispatched", "handling", "feedback", "follow_up", "called", "closed"]
                )
            elif move == "read":
                read_on(SOURCE, at=at, limit=chance.randint(1, 5))
            elif move == "recount":
                assert _differing(at) == 0, "what has not been read is never called a difference"
            elif move == "sweep":
                sweep_all(at=at)
            elif ways:
                number = chance.randrange(len(ways))
                _drive(ways[number], names[number], move, at)
        catch_up(at=at)
        assert _differing(at) == 0
        before = sorted(map(str, cells()))
        rebuild(SOURCE)
        catch_up(at=at)
        assert sorted(map(str, cells())) == before
        transaction.set_rollback(True)


def _registered(way: _Way) -> Ticket:
    from incidents import intake

    return intake.register(way.draft, by=way.by, at=way.at).ticket


def _drive(way: _Way, names: list[str], move: str, at: object) -> None:
    """One verb more; what is not possible now is left."""
    data = {"opinion": "另行处理"}
    with_actor = {"void": way.cast.oversight, "rework": way.cast.oversight, "reopen": way.cast.oversight}
    way.at = at  # type: ignore[assignment]
    try:
        with transaction.atomic():
            if move == "next" and names:
                getattr(way, f"_{names[0]}")()
                names.pop(0)
            elif move in with_actor:
                transitions.perform(move, way.ticket.pk, by=with_actor[move], at=way.at, data=data)
    except Problem:
        return


def _differing(at: object) -> int:
    months = sorted(set(MonthCell.objects.values_list("month", flat=True)))
    found = recount(SOURCE, at=at, low=1, high=last_item(), months=months)  # type: ignore[arg-type]
    return found.differing_items + found.differing_cells


@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_at_once(cast: Cast, make_ticket: MakeTicket) -> None:
    """Two readers, a rebuild and people at work: nothing is lost, nothing counts twice."""
    take_in()
    stop, faults = threading.Event(), list[BaseException]()

    def reading() -> None:
        try:
            while not stop.is_set():
                read_on(SOURCE, at=LATER, limit=3)
                build_on(SOURCE, at=LATER, limit=2)
        except BaseException as error:  # told below
            faults.append(error)
        finally:
            connection.close()

    readers = [threading.Thread(target=reading) for _n in range(2)]
    for thread in readers:
        thread.start()
    for number in range(4):
        make_ticket("handling", at=MONDAY + number * MINUTE, column=number)
    rebuild(SOURCE)
    stop.set()
    for thread in readers:
        thread.join()
    catch_up(at=LATER)
    assert faults == []
    assert parts("K02") == (4, 4)
    assert _differing(LATER) == 0
