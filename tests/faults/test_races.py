"""Contested verbs: several people, several machines, one outcome."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, transaction

from governance.audit.journal import verify
from governance.foundation.errors import Conflict, IllegalTransition, StaleVersion
from incidents import intake, outbox, sweep, transitions
from incidents.models import Attachment, Deadline, Notice, Step, Supplement, Ticket
from tests.cast import DAY, GAS_LEAK, HOUR, MINUTE, MONDAY, Cast, MakeTicket, Photo, at_once, draft

pytestmark = pytest.mark.django_db(transaction=True)


def errors(results: list[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


def test_two_dispatchers_one_ticket(cast: Cast, make_ticket: MakeTicket) -> None:
    for _round in range(5):
        ticket = make_ticket("accepted")
        deeds = [
            partial(transitions.dispatch, ticket.pk, by=by, to=cast.unit(unit).pk, at=MONDAY + HOUR)
            for by, unit in ((cast.dispatcher, "CG"), (cast.second_dispatcher, "RQ"))
        ]
        failed = errors(at_once(deeds))
        assert len(failed) == 1
        assert isinstance(failed[0], IllegalTransition)
        assert failed[0].status == 409
        assert ticket.steps.filter(verb="dispatch").count() == 1
        assert ticket.assignments.count() == 1
        assert ticket.deadlines.filter(stopped_at=None).count() == 2
    assert verify().is_sound


def test_the_row_is_locked_from_the_first_look_to_the_commit(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()

    def look() -> int:
        with transaction.atomic():
            return Ticket.objects.select_for_update(nowait=True).get(pk=ticket.pk).version

    with transaction.atomic():
        transitions.accept(ticket.pk, by=cast.duty, at=MONDAY)
        assert isinstance(at_once([look])[0], OperationalError)
    assert at_once([look]) == [2]


def test_two_windows_with_the_same_version(cast: Cast, make_ticket: MakeTicket) -> None:
    """One officer in two windows; whoever checked the result would be refused before the version is looked at."""
    ticket = make_ticket("follow_up")
    deeds = [
        partial(
            transitions.follow_up,
            ticket.pk,
            by=by,
            at=MONDAY + HOUR,
            outcome="solved",
            version=ticket.version,
        )
        for by in (cast.duty, cast.again(cast.duty))
    ]
    failed = errors(at_once(deeds))
    assert [type(error) for error in failed] == [StaleVersion]
    assert ticket.follow_ups.count() == 1


@pytest.mark.parametrize("count", [2, 8])
def test_identical_posts_at_once_are_one_ticket(cast: Cast, count: int) -> None:
    for number in range(4):
        report = draft(source="hotline", external_no=f"twin-{number}")
        results = at_once([partial(intake.register, report, by=cast.client, at=MONDAY)] * count)
        assert not errors(results)
        assert sum(made.created for made in results) == 1
        assert len({made.ticket.pk for made in results}) == 1
    assert Ticket.objects.count() == Step.objects.count() == Deadline.objects.count() == 4
    assert not Supplement.objects.exists()
    assert verify().entries == 4


def test_different_words_at_once_are_one_ticket_and_a_supplement(cast: Cast) -> None:
    deeds = [
        partial(
            intake.register,
            draft(source="hotline", external_no="x", content=words),
            by=cast.client,
            at=MONDAY,
        )
        for words in ("第一种说法", "第二种说法")
    ]
    results = at_once(deeds)
    assert not errors(results)
    assert Ticket.objects.count() == Supplement.objects.count() == 1


def test_a_worker_who_presses_twice(cast: Cast, photo: Photo) -> None:
    for number in range(4):
        files = [photo(cast.worker), photo(cast.worker, seed=1)]
        report = draft(source="worker", external_no=f"phone-{number}", category="0106", citizen=None)
        deed = partial(
            intake.self_handle,
            report,
            by=cast.worker,
            at=MONDAY,
            before=files[:1],
            after=files[1:],
            opinion="已清理",
        )
        results = at_once([deed, deed])
        assert not errors(results)
        assert sorted(made.created for made in results) == [False, True]
    assert Ticket.objects.count() == 4
    assert Attachment.objects.exclude(ticket=None).count() == 8


def test_one_photo_for_two_tickets_goes_to_one(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    tickets = [make_ticket("handling"), make_ticket("handling")]
    picture = photo(cast.handler)
    deeds = [
        partial(
            transitions.feedback,
            ticket.pk,
            by=cast.handler,
            at=MONDAY + HOUR,
            result_kind="resolved",
            opinion="已办",
            attachments=[picture],
        )
        for ticket in tickets
    ]
    assert len(errors(at_once(deeds))) == 1
    assert sorted(Ticket.objects.values_list("state", flat=True)) == ["feedback", "handling"]


def test_the_sweep_against_a_human_who_signs(cast: Cast, make_ticket: MakeTicket) -> None:
    for _round in range(6):
        ticket = make_ticket("dispatched")
        at = ticket.deadlines.get(stage="sign").due_at
        human, machine = at_once(
            [
                partial(transitions.sign, ticket.pk, by=cast.handler, at=at),
                partial(sweep.sweep_all, at=at),
            ]
        )
        assert machine == 1 or isinstance(human, Ticket)
        assert isinstance(human, (Ticket, IllegalTransition))
        sweep.sweep_all(at=at)
        done = Ticket.objects.get(pk=ticket.pk)
        assert (done.state, done.is_auto_signed) == ("handling", not isinstance(human, Ticket))
        assert ticket.steps.filter(verb="sign").count() == 1
        assert ticket.deadlines.get(stage="sign").next_alarm_at is None
        Ticket.objects.filter(pk=ticket.pk).update(state="voided")
        Deadline.objects.filter(ticket=ticket).update(next_alarm_at=None)


def test_the_sweep_against_a_human_who_feeds_back(cast: Cast, make_ticket: MakeTicket) -> None:
    for _round in range(4):
        ticket = make_ticket("handling")
        at = ticket.deadlines.get(stage="handle").due_at
        results = at_once(
            [
                partial(
                    transitions.feedback,
                    ticket.pk,
                    by=cast.handler,
                    at=at,
                    result_kind="resolved",
                    opinion="办结",
                ),
                partial(sweep.sweep_all, at=at),
            ]
        )
        assert not errors(results)
        done = Ticket.objects.get(pk=ticket.pk)
        assert done.state == "feedback"
        assert done.deadlines.get(stage="handle").next_alarm_at is None, "a stopped clock never rings again"
        Ticket.objects.filter(pk=ticket.pk).update(state="voided")
        Deadline.objects.filter(ticket=ticket).update(next_alarm_at=None)


def test_two_sweeps_in_parallel_raise_each_alarm_once(make_ticket: MakeTicket) -> None:
    for number in range(12):
        make_ticket("handling", at=MONDAY + number * MINUTE)
        make_ticket("dispatched", at=MONDAY + number * MINUTE)
        make_ticket("registered", category=GAS_LEAK, at=MONDAY + number * MINUTE)
    at = MONDAY + 3 * DAY + 7 * HOUR
    results = at_once([partial(sweep.sweep_all, at=at, limit=5)] * 4)
    assert not errors(results)
    sweep.sweep_all(at=at)
    steps = Step.objects.filter(verb__in=("overdue", "warn", "urge", "climb"))
    seen = list(steps.values_list("ticket_id", "verb", "data__stage"))
    assert len(seen) == len(set(seen))
    assert Step.objects.filter(verb="sign", role="system").count() == 12
    assert Step.objects.filter(verb="climb").count() == 12
    assert not Deadline.objects.filter(next_alarm_at__lte=at).exists()
    assert verify().is_sound


def test_two_deliverers_tell_everybody_once(make_ticket: MakeTicket) -> None:
    for _number in range(8):
        make_ticket("feedback")
    undelivered = Step.objects.filter(delivered_at=None).count()

    def deliver_all() -> int:
        total = 0
        while done := outbox.deliver(at=MONDAY, limit=3):
            total += done
        return total

    results = at_once([deliver_all] * 3)
    assert not errors(results)
    assert sum(results) + outbox.deliver(at=MONDAY) == undelivered
    assert Notice.objects.count() == 8 * 2
    assert not Step.objects.filter(delivered_at=None).exists()


def test_everything_at_once_on_one_ticket(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    at = MONDAY + timedelta(days=5)
    deeds = [
        partial(
            transitions.feedback, ticket.pk, by=cast.handler, at=at, result_kind="resolved", opinion="办"
        ),
        partial(transitions.feedback, ticket.pk, by=cast.lead, at=at, result_kind="resolved", opinion="办"),
        partial(transitions.void, ticket.pk, by=cast.oversight, at=at, opinion="误"),
        partial(sweep.sweep_all, at=at),
        partial(outbox.deliver, at=at),
    ]
    failed = errors(at_once(deeds))
    assert all(isinstance(error, Conflict) for error in failed)
    steps = list(ticket.steps.order_by("id").exclude(verb__in=("overdue", "warn", "urge")))
    assert [step.from_state for step in steps[1:]] == [step.to_state for step in steps[:-1]]
    assert Ticket.objects.get(pk=ticket.pk).version == len(steps)
    assert verify().is_sound
