"""The examples of /developers/, run as they stand there against a live server: a hotline is connected both ways."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.utils import timezone

from governance.command.demo import adapters as demo
from governance.command.developers.pages import EXAMPLES
from governance.exchange import clients
from incidents import catalogue, transitions
from incidents.models import Ticket
from tests import city
from tests.api.conftest import _full_buckets
from tests.cast import HOUR, Cast
from tests.exchange.test_clients import FACTS
from tests.faults.processes import wait_for
from webhooks.models import new_secret
from webhooks.signing import headers_for

__all__ = ["_full_buckets"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PATIENCE = 120


@pytest.fixture
def surroundings(live_server: Any, cast: Cast, tmp_path: Path) -> Mapping[str, str]:
    """What the pages tell the sandbox client to export."""
    demo.build_sandbox(at=timezone.now())
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "GOVERNANCE_URL": live_server.url,
        "GOVERNANCE_KEY": demo.SANDBOX_KEY,
        "GOVERNANCE_SECRET": demo.SANDBOX_SECRET,
        "GOVERNANCE_SOURCE": catalogue.TRIAL,
        "GOVERNANCE_NUMBER": "TW-0001",
        "GOVERNANCE_REGION": city.GRIDS[0][:12],
        "GOVERNANCE_MEMORY": str(tmp_path / "memory.json"),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run(name: str, env: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_quick_start_with_curl(surroundings: Mapping[str, str]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl on this machine")
    done = subprocess.run(
        ["sh", EXAMPLES / "quickstart.sh"],
        env=dict(surroundings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    me, made, found, events = (json.loads(line) for line in done.stdout.splitlines() if line)
    ticket = Ticket.objects.get()
    assert (me["code"], me["sources"]) == ("sandbox", [catalogue.TRIAL])
    assert (made["number"], made["created"]) == (ticket.number, True)
    assert [row["number"] for row in found["results"]] == [ticket.number]
    assert [event["type"] for event in events["events"]] == ["ticket.registered"]


def test_one_signed_request(surroundings: Mapping[str, str], cast: Cast) -> None:
    facts = FACTS | {"must_sign": True}
    made = clients.create("signer", by=cast.administrator, at=timezone.now(), facts=facts)
    own = {"GOVERNANCE_KEY": made.key, "GOVERNANCE_SECRET": made.secret}
    assert json.loads(run("signed_request.py", {**surroundings, **own}))["code"] == "signer"
    with pytest.raises(AssertionError, match="401"):
        run("signed_request.py", {**surroundings, **own, "GOVERNANCE_SECRET": "wgs_other"})


def test_a_city_app_by_open311(surroundings: Mapping[str, str], cast: Cast) -> None:
    said = run("open311.py", surroundings).splitlines()
    ticket = Ticket.objects.get()
    assert said[1:] == [f"request {ticket.number}", "status open expected True", "listed True"]
    assert (ticket.source.code, ticket.category.code) == (catalogue.TRIAL, said[0].split()[1])
    with urlopen(f"{surroundings['GOVERNANCE_URL']}/open311/v2/requests.json") as answer:
        assert json.load(answer) == [], "what is tried out is shown to whoever tries, alone"


def test_a_batch_that_is_mended(surroundings: Mapping[str, str]) -> None:
    said = run("batch.py", surroundings).splitlines()
    assert said == [
        "first 19 1",
        "row 6 unknown_category ['category']",
        "again 20 0",
        "new 1",
    ]
    assert Ticket.objects.count() == 20


@pytest.fixture
def program(surroundings: Mapping[str, str]) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Starts the hotline's program; whatever still runs at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        made = subprocess.Popen(
            [sys.executable, EXAMPLES / "two_way.py"],
            env=dict(surroundings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        started.append(made)
        return made

    yield start
    for made in started:
        if made.poll() is None:
            made.kill()
            made.wait()


def ticket_in(*states: str) -> Ticket:
    """The program's ticket once it has come there."""
    wait_for(lambda: Ticket.objects.filter(state__in=states).exists(), PATIENCE)
    return Ticket.objects.get()


def work(cast: Cast, ticket: Ticket, *, first: bool) -> None:
    """What the centre, the unit and the checker do."""
    at = timezone.now() - HOUR if first else timezone.now()
    if first:
        transitions.accept(ticket.pk, by=cast.dispatcher, at=at)
        transitions.dispatch(ticket.pk, by=cast.dispatcher, at=at, to=cast.unit("CG").pk)
        transitions.sign(ticket.pk, by=cast.handler, at=at)
    transitions.feedback(ticket.pk, by=cast.handler, at=at, result_kind="resolved", opinion="已上门办理")
    transitions.check(ticket.pk, by=cast.oversight, at=at)


def test_both_ways_until_it_is_closed(
    program: Callable[[], "subprocess.Popen[str]"], cast: Cast, surroundings: Mapping[str, str]
) -> None:
    """The program is killed on its way, as programs are, and goes on where it was."""
    first = program()
    ticket = ticket_in("registered")
    memory = Path(surroundings["GOVERNANCE_MEMORY"])
    wait_for(lambda: ticket.number in memory.read_text(), PATIENCE)
    first.kill()
    first.communicate()
    work(cast, ticket, first=True)
    second = program()
    ticket = ticket_in("handling")
    work(cast, ticket, first=False)
    wait_for(lambda: ticket.follow_ups.count() == 2, PATIENCE)
    transitions.close(ticket.pk, by=cast.oversight, at=timezone.now())
    said, _nothing = second.communicate(timeout=PATIENCE)
    assert second.returncode == 0, said
    lines = said.splitlines()
    assert lines[0] == f"number {ticket.number}"
    assert lines[-1] == "state closed"
    types = [line.split()[0] for line in lines[1:-1]]
    once = ["checked", "followed_up", "redone", "feedback", "checked", "followed_up", "closed"]
    assert [name.removeprefix("ticket.") for name in types][-7:] == once
    ticket.refresh_from_db()
    assert (Ticket.objects.count(), ticket.state, ticket.urge_count) == (1, "closed", 1)
    assert (ticket.supplements.count(), ticket.follow_ups.count()) == (1, 2)


def test_a_receiver_of_webhooks() -> None:
    """What our own signing sends is taken once; what somebody else sends is not."""
    secret, body = new_secret(), json.dumps({"type": "ticket.closed", "data": {}})
    env = {**os.environ, "WEBHOOK_SECRET": secret}
    receiver = subprocess.Popen(
        [sys.executable, EXAMPLES / "receive_webhooks.py", "0"], env=env, stdout=subprocess.PIPE, text=True
    )
    assert receiver.stdout is not None
    try:
        port = int(receiver.stdout.readline().split()[1])

        def send(name: str, key: str, at: Any) -> int:
            line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            line.request("POST", "/", body.encode(), dict(headers_for(name, body, [new_secret(), key], at)))
            return line.getresponse().status

        now = timezone.now()
        assert send("msg-1", secret, now) == 204
        assert send("msg-1", secret, now) == 204
        assert send("msg-2", new_secret(), now) == 401
        assert send("msg-3", secret, now - HOUR) == 401
    finally:
        receiver.kill()
        said = receiver.communicate()[0]
    assert said.splitlines() == ["event msg-1 ticket.closed"]
