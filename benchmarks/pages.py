"""Pages at a small and at a large number of tickets, through the web server, and what the plans behind them read.

Pages are asked for by four readers at a time, dashboards by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from benchmarks.client import Connection, Load, drive, get
from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.questions import PAGE_BAR, Question, questions
from benchmarks.table import Row, against
from benchmarks.web import Memory, Web, serving

if TYPE_CHECKING:
    from governance.accounts.models import User

CONCURRENCY, WARM_UP, NUMBERS = 4, 8, 200
MEMORY_BAR = 180.0
PAGES_BAR = 20_000


@dataclass(frozen=True)
class Target:
    """A question with everything that its requests need."""

    question: Question
    cookie: str
    paths: tuple[str, ...]

    def request(self, number: int) -> bytes:
        """The n-th request, as bytes."""
        return get(self.paths[number % len(self.paths)], self.cookie)


def measure(options: Options, ground: str) -> list[Row]:
    """p95 of every page beside its p95 at the small size (the ratio is the growth); memory; pages read.

    The bar is on the time that the server takes. What clients wait besides is the queue for the machine's two cores,
    which the load generator and the database use as well; the longest wait is told in a line of its own.
    """
    small, _memory, _read = _at(options.small, options, ground)
    large, memory, read = _at(options.tickets, options, ground)
    rows = [_row(name, load, small[name]) for name, load in large.items()]
    heaviest = max(read, key=lambda item: item[1])
    name, slowest = max(large.items(), key=lambda item: item[1].percentile(0.95))
    return [
        *rows,
        Row(f"longest wait at the client ({name})", slowest.percentile(0.95), "ms p95"),
        Row(
            f"most pages read by a statement ({heaviest[0]})",
            heaviest[1],
            "8 kB",
            bar=f"<= {PAGES_BAR:,}",
            passed=heaviest[1] <= PAGES_BAR,
        ),
        Row("resident memory of a web process", memory.resident, "MB"),
        Row(
            "memory that a web process takes",
            memory.taken,
            "MB",
            bar=f"<= {MEMORY_BAR:g}",
            passed=memory.taken <= MEMORY_BAR,
        ),
    ]


def _row(name: str, load: Load, small: Load) -> Row:
    bar = next(question.bar for question in questions() if question.name == name)
    p95, before = load.server_percentile(0.95), small.server_percentile(0.95)
    return Row(name, p95, "ms p95", before, against(before, p95), f"<= {bar:g}", p95 <= bar)


def _at(tickets: int, options: Options, ground: str) -> tuple[dict[str, Load], Memory, list[tuple[str, int]]]:
    with database(f"pages_{tickets}", ground) as name:
        run("benchmarks.ground:fill", name, tickets)
        targets: list[Target] = run("benchmarks.pages:targets", name)
        read: list[tuple[str, int]] = run("benchmarks.plans:pages_read", name, targets, options.explain)
        with serving(name) as web:
            loads = {target.question.name: ask(web, target, options) for target in targets}
            return loads, max(web.memory(), key=lambda held: held.taken), read


def ask(web: Web, target: Target, options: Options) -> Load:
    """A page, by as many readers at a time as its bar is for, after some requests that warm the processes up."""
    with Connection(web.port) as connection:
        for number in range(WARM_UP):
            status, body = connection.ask(target.request(number))
            if status != 200:
                raise AssertionError(f"{target.question.name} answers {status}: {body[:300]!r}")
    many = CONCURRENCY if target.question.bar == PAGE_BAR else 1
    return drive(web.connections(many), target.request, seconds=options.seconds / 2).expect(200)


def targets(wanted: Sequence[Question] | None = None) -> list[Target]:
    """Sign everybody in and fill in places and numbers. Runs in a process on the database."""
    from benchmarks.ground import sign_in
    from governance.accounts.models import User

    asked = list(questions() if wanted is None else wanted)
    cookies = sign_in(sorted({question.who for question in asked}))
    people = {user.username: user for user in User.objects.filter(username__in=cookies)}
    places = _places(people["community"])
    return [
        Target(question, cookies[question.who], _paths(question, people[question.who], places))
        for question in asked
    ]


def _places(user: "User") -> dict[str, str]:
    from grids import scope
    from grids.territory import current

    return {place.level: place.code for place in current().chain(scope.of(user).paths[0])}


def _paths(question: Question, user: "User", places: dict[str, str]) -> tuple[str, ...]:
    from governance.accounts.actors import Actor
    from incidents.models import Ticket

    if "{number}" not in question.path:
        return (quote(question.path.format(**places), safe="/?=&"),)
    seen = Ticket.objects.visible_to(Actor(user=user, unit_id=user.unit_id))
    numbers = seen.order_by("-registered_at", "-id").values_list("number", flat=True)[:NUMBERS]
    return tuple(question.path.format(number=number) for number in numbers)
