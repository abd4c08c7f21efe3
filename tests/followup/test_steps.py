"""Reading steps: each exactly once, none lost to a transaction that is still running, whatever happens meanwhile."""

import threading

import pytest
from django.db import connection, transaction

from followup import steps
from followup.models import CallTask, Message, SignedLink, StepCursor
from incidents import intake, transitions
from incidents.models import Step
from tests.cast import DAY, HOUR, LITTER, MINUTE, MONDAY, Cast, MakeTicket, Photo, at_once, draft
from tests.followup.props import begin, call_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def test_what_is_there_before_the_first_reading_counts_as_read(make_ticket: MakeTicket) -> None:
    make_ticket("follow_up")
    begin()
    assert read() == 0
    assert not Message.objects.exists()
    assert StepCursor.objects.get().read_id == Step.objects.order_by("-pk").first().pk  # type: ignore[union-attr]


def test_a_ticket_that_is_checked_opens_one_call_and_asks_for_an_evaluation(make_ticket: MakeTicket) -> None:
    begin()
    ticket = make_ticket("follow_up")
    assert read() > 0
    task = call_of(ticket)
    assert (task.kind, task.state, task.tries) == ("owed", "waiting", 0)
    assert task.due_at == ticket.deadlines.get(stage="follow_up").due_at
    kinds = list(Message.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["accepted", "evaluation"]
    link = SignedLink.objects.get()
    assert (link.purpose, link.round_at) == ("evaluate", ticket.feedback_at)
    ticket.refresh_from_db(fields=["sides"])
    assert ticket.sides == ["followup"]
    assert read() == 0
    assert Message.objects.count() == 2


def test_reading_the_same_step_twice_writes_nothing_twice(make_ticket: MakeTicket) -> None:
    begin()
    ticket = make_ticket("follow_up")
    read()
    for step in Step.objects.filter(ticket=ticket).select_related("ticket__category", "ticket__source"):
        steps.follow(step, at=MONDAY)
    assert (CallTask.objects.count(), Message.objects.count(), SignedLink.objects.count()) == (1, 2, 1)


def test_batches_go_on_where_they_stopped(make_ticket: MakeTicket) -> None:
    begin()
    make_ticket("follow_up")
    seen = []
    while done := steps.read_on(at=MONDAY, limit=1):
        seen.append(done)
    assert seen == [1] * len(seen)
    assert len(seen) >= 2
    assert Message.objects.count() == 2


def test_a_copy_of_the_database_in_another_cluster_reads_on(make_ticket: MakeTicket) -> None:
    begin()
    make_ticket("follow_up")
    last = Step.objects.order_by("-pk")[0].pk
    StepCursor.objects.update(mark_id=last, mark_xid=2**60)  # transactions of another server
    read()
    assert Message.objects.count() == 2
    assert StepCursor.objects.get().mark_xid < 2**60


def test_nobody_is_written_to_who_is_confidential_or_wants_no_reply(make_ticket: MakeTicket) -> None:
    begin()
    make_ticket("follow_up", is_confidential=True)
    make_ticket("closed", silent=True)
    read()
    assert not Message.objects.exists()
    assert not SignedLink.objects.exists()


def test_a_closed_ticket_ends_its_call(cast: Cast, make_ticket: MakeTicket) -> None:
    begin()
    ticket = make_ticket("follow_up")
    read()
    transitions.void(ticket.pk, by=cast.oversight, at=MONDAY + HOUR, opinion="误登")
    read()
    assert call_of(ticket).state == "dropped"


def test_a_call_made_elsewhere_ends_the_task(cast: Cast, make_ticket: MakeTicket) -> None:
    begin()
    ticket = make_ticket("follow_up")
    read()
    transitions.follow_up(ticket.pk, by=cast.duty, at=MONDAY + HOUR, outcome="solved", satisfaction="5")
    read()
    task = call_of(ticket)
    assert (task.state, task.outcome, task.satisfaction) == ("done", "solved", "5")


def test_work_that_is_done_again_makes_the_link_void_and_opens_a_new_round(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    begin()
    ticket = make_ticket("follow_up")
    read()
    transitions.follow_up(ticket.pk, by=cast.duty, at=MONDAY + HOUR, outcome="unsolved")
    transitions.redo(ticket.pk, by=cast.oversight, at=MONDAY + HOUR + MINUTE, opinion="没有解决")
    read(MONDAY + 2 * HOUR)
    assert SignedLink.objects.get().revoked_at == MONDAY + 2 * HOUR
    task = call_of(ticket)
    assert (task.state, task.outcome) == ("done", "unsolved")
    transitions.feedback(
        ticket.pk, by=cast.handler, at=MONDAY + DAY, result_kind="resolved", opinion="再次处理"
    )
    transitions.check(ticket.pk, by=cast.oversight, at=MONDAY + DAY + MINUTE)
    read(MONDAY + DAY + HOUR)
    assert CallTask.objects.filter(ticket=ticket, state="waiting").count() == 1
    assert SignedLink.objects.filter(revoked_at=None).count() == 1


def test_self_handled_tickets_are_drawn_by_their_number(
    cast: Cast, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin()

    def handled() -> None:
        intake.self_handle(
            draft(source="worker", category=LITTER, citizen=None),
            by=cast.worker,
            at=MONDAY,
            before=[photo(cast.worker)],
            after=[photo(cast.worker, seed=1)],
            opinion="现场清理",
        )

    monkeypatch.setattr(steps, "is_drawn", lambda number, percent: percent == 10)
    handled()
    read()
    task = CallTask.objects.get()
    assert (task.kind, task.state) == ("self_handled", "waiting")
    monkeypatch.setattr(steps, "is_drawn", lambda number, percent: False)
    handled()
    read()
    assert CallTask.objects.count() == 1


def test_silent_tickets_are_drawn_when_they_close(
    make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin()
    monkeypatch.setattr(steps, "is_drawn", lambda number, percent: percent == 5)
    ticket = make_ticket("closed", silent=True)
    read()
    assert call_of(ticket).kind == "no_reply"


def test_calls_that_are_missing_are_opened_once(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("follow_up")
    make_ticket("handling")
    begin()
    assert steps.reconcile(at=MONDAY) == 1
    assert call_of(ticket).kind == "owed"
    assert steps.reconcile(at=MONDAY) == 0


@pytest.mark.django_db(transaction=True)
def test_a_step_that_is_committed_late_is_read_all_the_same(cast: Cast, make_ticket: MakeTicket) -> None:
    """Its number is smaller than one that was committed before it: a cursor by number alone would pass it by."""
    steps.read_on(at=MONDAY)
    early, late = make_ticket("feedback"), make_ticket("feedback")
    read()
    started, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            transitions.check(early.pk, by=cast.oversight, at=MONDAY + HOUR)
            started.set()
            assert finish.wait(60)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(60)
    transitions.check(late.pk, by=cast.oversight, at=MONDAY + HOUR)
    assert steps.read_on(at=MONDAY) == 0  # waits for the one that still runs
    assert not CallTask.objects.exists()
    finish.set()
    thread.join(60)
    read()
    assert CallTask.objects.count() == 2
    assert Message.objects.filter(kind="evaluation").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_step_of_the_only_transaction_that_runs_is_not_passed_by(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    """Nothing has completed since it began: it must count as running all the same."""
    steps.read_on(at=MONDAY)
    ticket = make_ticket("feedback")
    read()
    started, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            transitions.check(ticket.pk, by=cast.oversight, at=MONDAY + HOUR)
            started.set()
            assert finish.wait(60)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(60)
    assert steps.read_on(at=MONDAY) == 0
    assert steps.read_on(at=MONDAY) == 0
    finish.set()
    thread.join(60)
    read()
    assert CallTask.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_readers_side_by_side_write_everything_once(cast: Cast, make_ticket: MakeTicket) -> None:
    steps.read_on(at=MONDAY)
    for _n in range(3):
        make_ticket("follow_up")
    found = at_once([lambda: read()] * 3)
    assert not [item for item in found if isinstance(item, Exception)]
    read()
    assert CallTask.objects.count() == 3
    assert Message.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_is_cut_off_has_written_nothing(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.read_on(at=MONDAY)
    make_ticket("follow_up")
    kept = steps.open_call

    def cut_off(step: Step) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "open_call", cut_off)
    with pytest.raises(KeyboardInterrupt):
        read()
    assert not Message.objects.exists()
    monkeypatch.setattr(steps, "open_call", kept)
    read()
    assert (CallTask.objects.count(), Message.objects.count()) == (1, 2)
