"""The desks at the large number of tickets: similar tickets, lists by each filter, all counted filters at once, Chinese
words; and the change of a thousand tickets. The figures are those of one caller, without the web server.
"""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row

if TYPE_CHECKING:
    from governance.accounts.actors import Actor

SIMILAR_BAR, LIST_BAR, WORDS_BAR, BULK_BAR = 50.0, 60.0, 100.0, 10.0
SAMPLES, WORD_ROUNDS, COUNTED, CHANGED = 60, 3, 30, 1000
WORDS = ("占道经营", "高空抛物", "路灯不亮", "占道经营 消防", "恐龙化石", "小区 垃圾", "井盖")
FILTERS = (
    "",
    "open=1",
    "late=1",
    "overdue=1",
    "outside=1",
    "counted=1",
    "in_time=0",
    "in_time=1",
    "state=handling",
    "state=returned&state=suspended",
    "source=hotline",
    "region={town}",
    "region={community}",
    "category=0104",
    "category=03",
    "urgency=critical",
    "demand=complaint",
    "level=city",
    "asked=extension",
    "waits=1",
    "urged=1",
    "key=1",
    "sensitive=1",
    "confidential=1",
    "auto_signed=1",
    "binding=1",
    "returned=1",
    "reworked=1",
    "reopened=1",
    "merged=1",
    "without=grid",
    "since=2026-01-01&until=2026-12-31&urgency=urgent&open=1",
    "q=占道经营&urgency=urgent&region={town}",
    "region={town}&category=01&source=hotline&urgency=normal&open=0&counted=1",
)


def measure(options: Options, ground: str) -> list[Row]:
    """What reading takes: each thing asked once before."""
    with database(f"desks_{options.tickets}", ground) as name:
        run("benchmarks.ground:fill", name, options.tickets)
        found: dict[str, list[float]] = run("benchmarks.desks:read", name)
    bars = {
        "similar tickets": SIMILAR_BAR,
        "list by each filter": LIST_BAR,
        "Chinese words": WORDS_BAR,
        f"{COUNTED} counted filters": LIST_BAR,
    }
    return [_row(name, found[name], bar) for name, bar in bars.items()]


def measure_bulk(options: Options, ground: str) -> list[Row]:
    """A thousand tickets accepted, as a worker does it."""
    with database("bulk", ground) as name:
        run("benchmarks.desks:fill_open", name, options.small)
        seconds, done = run("benchmarks.desks:change", name)
    return [
        Row(
            f"change of {CHANGED:,} tickets ({done:,} done)",
            seconds,
            "s",
            bar=f"<= {BULK_BAR:g}",
            passed=seconds <= BULK_BAR and done == CHANGED,
        )
    ]


def fill_open(tickets: int) -> None:
    """A flood: every ticket runs, one in eight waits to be accepted."""
    from benchmarks.volume import Volume, load
    from governance.foundation.clock import now

    load(Volume(tickets=max(tickets, 10 * CHANGED), at=now(), days=2, all_open=True))


def _row(name: str, times: Sequence[float], bar: float) -> Row:
    value = _p95(times)
    return Row(name, value, "ms p95", bar=f"<= {bar:g}", passed=value <= bar)


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


def read() -> dict[str, list[float]]:
    """The times in milliseconds, each thing asked once before. Runs in a process on the database."""
    dispatcher = _actor("dispatcher")
    return {
        "similar tickets": _similar(dispatcher),
        "list by each filter": _lists(dispatcher),
        "Chinese words": _words(dispatcher),
        f"{COUNTED} counted filters": _counted(dispatcher),
    }


def _actor(name: str) -> "Actor":
    from governance.accounts.actors import Actor
    from governance.accounts.models import User

    user = User.objects.get(username=name)
    return Actor(user=user, unit_id=user.unit_id)


def _timed(deed: Callable[[], Any]) -> float:
    began = time.perf_counter()
    deed()
    return 1000 * (time.perf_counter() - began)


def _similar(actor: "Actor") -> list[float]:
    from governance.foundation.clock import now
    from incidents.models import Ticket
    from incidents.similar import alike

    rows = Ticket.objects.visible_to(actor).select_related("category").order_by("-registered_at", "-id")
    tickets = list(rows[: SAMPLES * 7 : 7])
    alike(tickets[0], actor, at=now())
    return [_timed(lambda ticket=ticket: alike(ticket, actor, at=now())) for ticket in tickets]


def _lists(actor: "Actor") -> list[float]:
    from django.http import QueryDict

    from governance.foundation.clock import now
    from incidents.models import Ticket
    from incidents.queries import filtered, newest_page
    from incidents.views.links import filter_from

    places = _places()

    def page(query: str) -> None:
        wanted = filter_from(QueryDict(query.format(**places)), now())
        rows = filtered(Ticket.objects.visible_to(actor), wanted, in_order=True).for_rows()
        newest_page(rows, size=50)

    times = []
    for query in FILTERS:
        page(query)
        times += [_timed(lambda query=query: page(query)) for _round in range(WORD_ROUNDS)]
    return times


def _places() -> dict[str, str]:
    from grids.territory import current

    grid = next(place for place in current().by_path.values() if place.level == "grid")
    return {place.level: place.code for place in current().chain(grid.path)}


def _words(actor: "Actor") -> list[float]:
    from incidents.models import Ticket
    from incidents.queries import TicketFilter, filtered, newest_page

    def page(words: str) -> None:
        rows = filtered(Ticket.objects.visible_to(actor), TicketFilter(words=words), in_order=True)
        newest_page(rows.for_rows(), size=50)

    times = []
    for words in WORDS:
        page(words)
        times += [_timed(lambda words=words: page(words)) for _round in range(WORD_ROUNDS)]
    return times


def _counted(actor: "Actor") -> list[float]:
    from governance.foundation.clock import now
    from incidents import saved
    from incidents.models import SavedFilter
    from incidents.views.desk.views import chips

    places = _places()
    SavedFilter.objects.filter(
        owner=actor.user, page="list"
    ).delete()  # the demo gives some; thirty is the most
    for number, query in enumerate(FILTERS[1 : COUNTED + 1]):
        saved.save(actor, page="list", name=f"filter {number}", query=query.format(**places), at=now())
    chips(actor, "list", "", now())
    return [_timed(lambda: chips(actor, "list", "", now())) for _round in range(WORD_ROUNDS)]


def change() -> tuple[float, int]:
    """(seconds of the worker, tickets done) for accepting what lies in the pools. Runs in a process on the database."""
    from governance.foundation.clock import now
    from incidents import bulk
    from incidents.models import BulkItem, Ticket
    from incidents.states import TICKET_TABLE

    actor, verb = _actor("dispatcher"), TICKET_TABLE["accept"]
    rows = Ticket.objects.visible_to(actor).filter(state="registered").select_related("source", "category")
    tickets = list(rows.defer("search").order_by("id")[:CHANGED])
    looked_at = list(bulk.preview(verb, tickets, {}, by=actor, at=now()))
    started = bulk.start(looked_at, verb, {}, {}, key=uuid4(), by=actor, at=now())
    began = time.perf_counter()
    while bulk.work_off(started.pk, at=now()):
        pass
    seconds = time.perf_counter() - began
    return seconds, started.items.filter(outcome=BulkItem.Outcome.DONE).count()
