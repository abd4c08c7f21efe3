"""Ninety days of history: one community at a time, each in one transaction, in two processes.

A community that is written is done for good; a build that was killed goes on with the others.
"""

import gc
import heapq
import logging
import multiprocessing
import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from governance.command.bulk import Numbers
from governance.command.demo.cast import Cast, load_cast
from governance.command.demo.lives import Deed, Life
from governance.command.demo.memory import MemoryLedger
from governance.command.demo.neighbourhood import Neighbourhood
from governance.command.demo.photos import Album, build_album
from governance.command.demo.plan import BASE, HISTORY, JOB, SEED
from governance.command.demo.reports import Reports
from governance.command.demo.tail import Tail
from governance.command.demo.territory import ground_plan
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.errors import Problem
from grids.models import Grid, Region
from incidents.ledger import using
from incidents.models import Step, Ticket
from incidents.outbox import notices_of
from incidents.sweep import sweep_all

logger = logging.getLogger(__name__)

PROCESSES = 2
TELL_EVERY = 10
BEAT = timedelta(seconds=20)
NOTICES_WITHIN = timedelta(days=3)
TOLD_AFTER = timedelta(seconds=5)


@dataclass(frozen=True)
class Task:
    """One community and how many reports come from it."""

    code: str
    reports: int
    is_demo_home: bool


def pending(tickets: int) -> list[Task]:
    """The communities that are not written yet, those of the demo accounts first."""
    communities = list(Region.objects.filter(level="community", valid_to=None).order_by("code"))
    plan = {region.code: region for region in ground_plan().at_level("community")}
    grids = dict.fromkeys(plan, 0)
    for grid in ground_plan().grids:
        grids[grid.community_code] += 1
    weights = {code: grids[code] * (1.3 if region.is_urban else 0.75) for code, region in plan.items()}
    total = sum(weights.values())
    done = done_parts(JOB)
    first = communities[0].code
    tasks = [
        Task(item.code, round(tickets * weights[item.code] / total), item.code == first)
        for item in communities
    ]
    return [task for task in tasks if task.code not in done]


def build_history(tickets: int, say: Callable[[str], object] = lambda _text: None) -> int:
    """Write what is missing, telling how far it has come; returns how many tickets were written now."""
    tasks = pending(tickets)
    if not tasks:
        return 0
    build_album()
    end = Progress.objects.get(job=JOB, part=BASE).at
    if len(tasks) == 1:
        return Historian(end).write_all(tasks)
    connection.close()
    _leave_pool()
    context = multiprocessing.get_context("fork")
    with context.Pool(PROCESSES, initializer=_begin, initargs=(end,)) as pool:
        return _total(pool.imap_unordered(_work, tasks), len(tasks), say)


def _total(counts: Iterable[int], tasks: int, say: Callable[[str], object]) -> int:
    written = 0
    for number, tickets in enumerate(counts, 1):
        written += tickets
        if number % TELL_EVERY == 0 and number < tasks:
            say(f"History: {written} tickets, {number} of {tasks} communities")
    return written


def _leave_pool() -> None:
    """A pool's threads do not survive a fork: each process opens its own."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    if isinstance(wrapper, DatabaseWrapper):
        wrapper.close_pool()


_historian: "Historian | None" = None


def _begin(end: datetime) -> None:
    global _historian
    _historian = Historian(end)


def _work(task: Task) -> int:
    assert _historian is not None
    if os.getppid() == 1:
        raise SystemExit(1)
    return _historian.write_all([task])


class Historian:
    """Writes the history of communities; keeps what they share."""

    def __init__(self, end: datetime) -> None:
        self.end = end
        self.begin = end - HISTORY
        self.cast: Cast = load_cast()
        self.album: Album = build_album()
        self.numbers = Numbers()
        gc.freeze()

    def write_all(self, tasks: Iterable[Task]) -> int:
        return sum(self.write(task) for task in tasks)

    @transaction.atomic
    def write(self, task: Task) -> int:
        """One community, once: its tickets, steps, clocks and journal, and that it is done."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        one_at_a_time(JOB, task.code)
        if task.code in done_parts(JOB):
            return 0
        community = Region.objects.get(code=task.code, valid_to=None)
        grids = list(Grid.objects.filter(community=community, valid_to=None).order_by("code"))
        ledger = MemoryLedger(self.numbers)
        here = Neighbourhood(community, grids, self.cast, self.album, ledger)
        gc.disable()
        with using(ledger):
            reports = Reports(here, random.Random(f"{SEED}/{task.code}"), self.begin, self.end)
            lives = list(reports.lives(task.reports))
            if task.is_demo_home:
                lives += Tail(reports, self.end).lives()
            play(lives, ledger, self.end)
        tell(ledger, self.end)
        ledger.write()
        gc.enable()
        mark_done(JOB, task.code, at=self.end, tickets=len(ledger.tickets))
        return len(ledger.tickets)


def play(lives: Sequence[tuple[datetime, Life]], ledger: MemoryLedger, end: datetime) -> None:
    """Do every deed up to `end` in the order of time, with the alarm sweep in between.

    A deed that a rule refuses ends that life and is reported; the verbs refuse before they change anything.
    """
    order = count()
    queue: list[tuple[datetime, int, Life, Deed]] = []
    for at, life in lives:
        heapq.heappush(queue, (at, next(order), life, next(life)))
    while queue and queue[0][0] <= end:
        at, _n, life, (_at, do) = heapq.heappop(queue)
        sweep_until(ledger, at)
        try:
            ticket = do()
        except Problem as problem:
            logger.warning("a life ended at %s: %s", at, problem)
            continue
        finally:
            ledger.reached = at
        for deed in _next(life, ticket):
            heapq.heappush(queue, (max(at, deed[0]), next(order), life, deed))
    sweep_until(ledger, end)


def _next(life: Life, ticket: Ticket) -> Iterator[Deed]:
    try:
        yield life.send(ticket)
    except StopIteration:
        return


def sweep_until(ledger: MemoryLedger, at: datetime) -> None:
    """Raise the alarms that come before `at`, each some seconds after it was due, as the beat does.

    What a deed has moved into the past is raised right after the deed.
    """
    while (due := ledger.next_alarm()) is not None and due + BEAT <= at:
        sweep_all(at=max(due + BEAT, ledger.reached or due))


def tell(ledger: MemoryLedger, end: datetime) -> None:
    """Deliver the outbox: notices of the last days; older ones have been read and put away."""
    steps: list[Step] = ledger.rows[Step]
    for step in steps:
        step.delivered_at = step.at + TOLD_AFTER
        if end - step.at < NOTICES_WITHIN:
            step.ticket = ledger.tickets[step.ticket_id]
            ledger.add_many(list(notices_of(step)))
