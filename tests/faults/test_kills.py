"""Processes killed in the middle of their work: nothing lost, nothing doubled, nothing by halves."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.db.models import Count
from django.db.models.functions import Length

from assessment import rollup
from assessment.checking import recount
from assessment.loading import load_shipped
from assessment.models import RollCursor
from assessment.running import catch_up
from assessment.tickets.reading import SOURCE
from governance.audit.journal import verify
from governance.audit.models import AuditEntry
from governance.exchange.models import KeptAnswer
from incidents import outbox, sweep, tasks
from incidents.models import Deadline, Notice, Requester, Step, Ticket
from launch.places import Places
from launch.valkey import Cache
from tests.assessment.props import LATER, parts
from tests.cast import DAY, MINUTE, MONDAY, Cast, MakeTicket
from tests.faults.beating import beat, queued
from tests.faults.processes import act, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

COUNT = 2000


def whole() -> int:
    """How many tickets there are; each with exactly one of everything that registering writes."""
    tickets = Ticket.objects.count()
    for related in ("steps", "deadlines", "requesters"):
        counted = Ticket.objects.annotate(count=Count(related)).exclude(count=1)
        assert not counted.exists(), related
    assert Step.objects.filter(verb="register").count() == Step.objects.count() == tickets
    assert Deadline.objects.filter(stage="accept", stopped_at=None).count() == tickets
    assert Requester.objects.count() == tickets
    entries = AuditEntry.objects.filter(verb="ticket.register")
    assert entries.values("object_id").distinct().count() == entries.count() == tickets
    assert not Ticket.objects.annotate(length=Length("number")).exclude(length=16).exists()
    verdict = verify()
    assert verdict.is_sound, verdict.findings
    assert verdict.entries == AuditEntry.objects.count()
    return tickets


def numbers_of(lines: list[str]) -> dict[str, str]:
    """External number to ticket number, as acknowledged."""
    return {line.split()[0]: line.split()[1] for line in lines if len(line.split()) == 3}


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    """A Redis of the test's own, to be killed."""
    home = tmp_path_factory.mktemp("redis")
    home.chmod(0o755)
    places = Places(home)
    places.create()
    own = Cache(places)
    own.start()
    yield own
    own.stop()


def test_a_key_makes_a_report_once_however_often_it_is_killed(cast: Cast, cache: Cache) -> None:
    """Reports without a number of their own: only the kept answer tells the second from the first."""
    count, acknowledged = 240, dict[str, str]()
    for turn in (1, 2):
        with act("post", "1", str(count), REDIS_URL=cache.url) as killed:
            killed.printed(turn * count // 3)
            told = numbers_of(killed.kill())
        wait_for(lambda: other_connections() == 0)
        assert acknowledged.items() <= told.items(), "each got its first number again"
        acknowledged = told
        assert len(told) <= whole() <= len(told) + 1
        assert KeptAnswer.objects.count() == Ticket.objects.count()
    with act("post", "1", str(count), REDIS_URL=cache.url) as last:
        told = numbers_of(last.finish())
    assert acknowledged.items() <= told.items()
    assert whole() == len(set(told.values())) == len(told) == count


def test_two_thousand_reports_with_a_killed_worker_and_a_killed_redis(cast: Cast, cache: Cache) -> None:
    with act("intake", "1", str(COUNT), REDIS_URL=cache.url) as first:
        first.printed(COUNT // 4)
        acknowledged = numbers_of(first.kill())
    assert COUNT // 4 <= len(acknowledged) < COUNT
    wait_for(lambda: other_connections() == 0)
    assert len(acknowledged) <= whole() <= len(acknowledged) + 1
    stored = dict(Ticket.objects.values_list("external_no", "number"))
    assert acknowledged.items() <= stored.items()
    with act("intake", "1", str(COUNT), REDIS_URL=cache.url) as second:
        second.printed(len(stored) + (COUNT - len(stored)) // 2)
        assert cache.process is not None
        os.kill(cache.process.pid, signal.SIGKILL)
        again = second.finish()
    assert whole() == COUNT
    assert acknowledged.items() <= numbers_of(again).items(), "each got its first number again"
    assert sum(line.endswith("True") for line in again) == COUNT - len(stored)
    assert any("nudges lost" in line for line in second.errors), "it was noticed"
    Ticket.objects.update(urgency="urgent")
    assert tasks.deliver_steps() == COUNT
    assert Notice.objects.count() == COUNT
    assert outbox.deliver(at=MONDAY) == 0


def other_connections() -> int:
    """Other connections to this database that have not ended yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def test_a_killed_sweep_leaves_no_half_batch(make_ticket: MakeTicket) -> None:
    tickets = [make_ticket("handling", at=MONDAY + number * MINUTE) for number in range(10)]
    at = MONDAY + 3 * DAY + DAY / 2
    with act("sweep", at.isoformat()) as running:
        running.printed(1)
        assert running.lines == ["written 10"]
        running.kill()
    assert not Step.objects.filter(verb="overdue").exists()
    assert not Ticket.objects.filter(is_overdue=True).exists()
    wait_for(lambda: other_connections() == 0)
    assert sweep.sweep_all(at=at) == 10
    assert sweep.sweep_all(at=at) == 0
    rows = Step.objects.filter(verb="overdue").values_list("ticket_id", flat=True)
    assert sorted(rows) == sorted(ticket.pk for ticket in tickets)
    assert verify().is_sound


def test_a_counter_that_is_killed_again_and_again_counts_everything_once(make_ticket: MakeTicket) -> None:
    """First between the steps, then in the past: what was not committed is counted anew, what was is not."""
    past = [make_ticket("closed", at=MONDAY + number * MINUTE) for number in range(3)]
    load_shipped()
    rollup.count_new(at=LATER)
    RollCursor.objects.filter(source="tickets").update(built_id=past[0].pk - 1)
    since = Step.objects.order_by("pk").values_list("pk", flat=True)
    came = [make_ticket("handling", at=MONDAY + DAY + number * MINUTE, column=number) for number in range(3)]
    steps = list(since.filter(ticket__in=came))
    for halt, read, built in ((2, steps[4], past[0].pk - 1), (4, steps[-1], past[1].pk)):
        with act("count", LATER.isoformat(), str(halt)) as running:
            running.printed(halt)
            running.kill()
        wait_for(lambda: other_connections() == 0)
        cursor = RollCursor.objects.get(source="tickets")
        assert (cursor.read_id, cursor.built_id) == (read, built)
    assert parts("K02") == (5, 5), "the last of the past is still out"
    catch_up(at=LATER)
    assert parts("K02") == (6, 6)
    assert parts("K05")[1] == 3, "limits of those that are open run"
    found = recount(SOURCE, at=LATER, low=1, high=SOURCE.last_item(), months=rollup.counted_months())
    assert (found.items, found.differing_items, found.differing_cells) == (came[-1].pk, 0, 0), found.details


def test_the_alarms_of_a_dead_beat_are_rows_and_ring_when_the_next_one_starts(
    make_ticket: MakeTicket, cache: Cache, tmp_path: Path
) -> None:
    ticket = make_ticket("handling")
    at = ticket.deadlines.get(stage="handle").due_at
    reader = redis.Redis.from_url(cache.url)
    try:
        with beat(cache.url, str(tmp_path / "first")) as first:
            wait_for(lambda: queued(reader) != [], 180)
            os.kill(first.pid, signal.SIGKILL)
            first.wait(10)
        reader.flushall()
        assert queued(reader) == []
        assert not Step.objects.filter(verb="overdue").exists()
        with beat(cache.url, str(tmp_path / "second")):
            wait_for(lambda: "incidents.sweep_alarms" in queued(reader), 180)
    finally:
        reader.close()
    assert sweep.sweep_all(at=at) == 1
    assert sweep.sweep_all(at=at) == 0
    assert ticket.steps.filter(verb="overdue").count() == 1
