"""What a process under test does until somebody kills it: `python -m tests.faults.acts ACT ARGUMENTS`.

An act prints one line for each deed that is durable; only what was printed counts as acknowledged.
"""

import sys
import time
from datetime import datetime
from typing import Any


def intake(first: str, last: str) -> None:
    """Register reports of the hotline with external numbers K-first .. K-last."""
    from governance.exchange.models import ApiClient
    from incidents.intake import register
    from tests.cast import MONDAY, client_actor, draft

    by = client_actor(ApiClient.objects.get(code="hotline"))
    for number in range(int(first), int(last) + 1):
        report = draft(source="hotline", external_no=f"K-{number}", column=number % 4)
        made = register(report, by=by, at=MONDAY)
        print(f"K-{number}", made.ticket.number, made.created, flush=True)


def post(first: str, last: str) -> None:
    """Post reports that have no number of their own, each under an Idempotency-Key K-first .. K-last."""
    from tests import city
    from tests.api.conftest import TICKETS, caller, report

    hotline = caller(city.API_KEY)
    for number in range(int(first), int(last) + 1):
        body = report(content=f"第 {number} 件")
        del body["external_no"]
        answer = hotline.post(TICKETS, body, headers={"idempotency-key": f"K-{number}"})
        print(f"K-{number}", answer.json()["number"], answer.status_code, flush=True)


def sweep(at: str) -> None:
    """Write a batch of alarms and stop before the commit."""
    from incidents import sweep as sweeping

    real = sweeping._write

    def write(batch: Any) -> None:
        real(batch)
        print("written", len(batch.steps), flush=True)
        time.sleep(120)

    sweeping._write = write
    sweeping.sweep(at=datetime.fromisoformat(at))


def count(at: str, halt: str) -> None:
    """Take steps and the past into the sums in small turns; the turn of that number stops before its commit."""
    from assessment import rollup
    from assessment.tickets.reading import SOURCE

    real, turns = rollup.roll, 0

    def roll(*arguments: Any, **named: Any) -> tuple[int, int]:
        nonlocal turns
        found, turns = real(*arguments, **named), turns + 1
        print("rolled", *found, flush=True)
        if turns == int(halt):
            time.sleep(120)
        return found

    rollup.roll = roll
    moment = datetime.fromisoformat(at)
    while rollup.read_on(SOURCE, at=moment, limit=5).has_more:
        pass
    while rollup.build_on(SOURCE, at=moment, limit=2).has_more:
        pass


def ask(cookie: str, *paths: str) -> None:
    """Ask the application for pages, without a server; prints status, Retry-After and type of each."""
    from django.test import Client

    for path in paths:
        client = Client(raise_request_exception=False)
        client.cookies["governance_session"] = cookie
        answer = client.get(path)
        after, kind = answer.headers.get("Retry-After", "-"), answer.headers["Content-Type"]
        print(path, answer.status_code, after, kind.split(";")[0], flush=True)


def main() -> None:
    import django

    django.setup()
    act, *arguments = sys.argv[1:]
    {"intake": intake, "post": post, "sweep": sweep, "count": count, "ask": ask}[act](*arguments)


if __name__ == "__main__":
    main()
