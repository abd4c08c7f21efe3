"""Reports over real HTTP while the web server, the worker and Redis are killed: each once, every event told, in order.

WEBHOOK_FAULTS=10000 runs it with that many reports.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.conf import settings as site

from governance.audit.journal import verify
from governance.exchange.models import ApiClient
from governance.foundation.clock import now
from incidents.feed import EVENT_TYPES
from incidents.models import Step, Ticket
from launch.places import ROOT, Places
from launch.valkey import Cache
from tests import city
from tests.api.conftest import report
from tests.cast import Cast
from tests.faults.processes import environment, wait_for
from tests.faults.test_kills import other_connections
from tests.faults.test_streams import answers, free_port
from tests.webhooks.receiving import Receiver, receiving
from webhooks import keeping
from webhooks.models import Delivery
from webhooks.streams import kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SEED = 12345
COUNT = int(os.environ.get("WEBHOOK_FAULTS", "40"))
ROUNDS = max(1, COUNT // 1000)
"""How often each of the three is killed."""
CALLERS = 4
PATIENCE = 120.0 + COUNT / 10


class Fleet:
    """Web server, worker with its beat, and Redis; each can be killed and comes back."""

    def __init__(self, folder: Path, cache: Cache, log: BinaryIO) -> None:
        self.folder, self.cache, self.log = folder, cache, log
        self.port = free_port()
        self.surroundings = environment(
            REDIS_URL=cache.url,
            WEBHOOK_ALLOWED_NETWORKS="127.0.0.0/8",
            WEBHOOK_HTTP_HOSTS="127.0.0.1",
            WEBHOOK_TIMEOUT_SECONDS="2",
        )
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", *arguments],
            cwd=ROOT,
            env=self.surroundings,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def start_web(self) -> None:
        """On the port that the callers know; one that is not free yet is tried again."""
        options = ("--host", "127.0.0.1", "--port", str(self.port))

        def is_up() -> bool:
            if self.web is None or self.web.poll() is not None:
                self.web = self.start("governance.serving", *options)
            return answers(self.port)

        wait_for(is_up, 180)

    def start_worker(self) -> None:
        options = ("--concurrency", "2", "--without-gossip", "--without-mingle", "-l", "WARNING")
        timetable = str(self.folder / "timetable")
        self.worker = self.start(
            "celery", "-q", "-A", "governance", "worker", "-B", "-s", timetable, *options
        )

    def kill(self, name: str) -> None:
        """kill -9, and start it again."""
        if name == "redis":
            assert self.cache.process is not None
            os.kill(self.cache.process.pid, signal.SIGKILL)
            self.cache.process.wait(10)
            self.cache.start()
        elif name == "web":
            end(self.web)
            self.start_web()
        else:
            end(self.worker)
            self.start_worker()


def end(process: "subprocess.Popen[bytes] | None") -> None:
    """kill -9 for a process and those that it has started."""
    if process is not None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


@pytest.fixture
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    home = tmp_path_factory.mktemp("fleet")
    home.chmod(0o755)
    places = Places(home)
    places.create()
    cache = Cache(places)
    cache.start()
    with (home / "log.txt").open("wb") as log:
        running = Fleet(home, cache, log)
        try:
            running.start_web()
            running.start_worker()
            yield running
        finally:
            end(running.web)
            end(running.worker)
            cache.stop()
            wait_for(lambda: other_connections() == 0)


class Caller:
    """Reports a matter, then supplements it, each as often as it takes, and with the same key."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet, self.lock = fleet, threading.Lock()
        self.numbers: dict[int, str] = {}
        self.tries = 0
        self.waiting = iter(range(COUNT))

    def work(self) -> None:
        while True:
            with self.lock:
                number = next(self.waiting, None)
            if number is None:
                return
            made = self.write("/api/v1/tickets", report(external_no=f"W-{number}"), f"report-{number}")
            address = f"/api/v1/tickets/{made['number']}/supplements"
            self.write(address, {"key": f"more-{number}", "content": "市民补充情况"}, f"more-{number}")
            with self.lock:
                self.numbers[number] = made["number"]

    def write(self, address: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Until it is answered well; a refusal for good fails the test."""
        ends_at = time.monotonic() + PATIENCE
        while time.monotonic() < ends_at:
            self.tries += 1
            status, answer = self.call(address, body, key)
            if status in {200, 201}:
                return answer
            assert status in {0, 409, 429, 500, 502, 503}, (status, answer)
            time.sleep(0.1)
        raise AssertionError("never answered")

    def call(self, address: str, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """Status and answer; 0 where none came."""
        line = http.client.HTTPConnection("127.0.0.1", self.fleet.port, timeout=30)
        headers = {
            "Authorization": f"Bearer {city.API_KEY}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            line.request("POST", address, json.dumps(body), headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            line.close()


def test_every_report_once_and_every_event_told_in_order(cast: Cast, fleet: Fleet, settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.WEBHOOK_HTTP_HOSTS = ["127.0.0.1"]
    chance = random.Random(SEED)
    victims = [name for _round in range(ROUNDS) for name in chance.sample(["web", "worker", "redis"], 3)]
    moments = sorted(chance.sample(range(COUNT // 10, COUNT * 9 // 10), len(victims)))
    with receiving() as receiver:
        hotline = ApiClient.objects.get(code="hotline").pk
        made = keeping.create(
            hotline, by=cast.administrator, at=now(), name="热线", url=receiver.url, kinds=kinds()
        )
        began = time.monotonic()
        caller = Caller(fleet)
        threads = [threading.Thread(target=caller.work, daemon=True) for _caller in range(CALLERS)]
        for thread in threads:
            thread.start()
        for victim, moment in zip(victims, moments, strict=True):
            wait_for(lambda: len(caller.numbers) >= moment, PATIENCE)  # noqa: B023  # called here only
            fleet.kill(victim)
        for thread in threads:
            thread.join(PATIENCE)
        reported = time.monotonic() - began
        wait_for(lambda: len(receiver.known) >= 2 * COUNT, PATIENCE)
        told = time.monotonic() - began
        wait_for(lambda: not Delivery.objects.unfinished().exists(), PATIENCE)
    assert len(caller.numbers) == COUNT
    print(
        f"{COUNT:,} reports in {reported:.0f} s, {caller.tries:,} calls, {len(victims)} kills; all told after "
        f"{told:.0f} s with {len(receiver.got):,} posts for {len(receiver.known):,} messages"
    )
    judge(caller, receiver, made.secret)


def judge(caller: Caller, receiver: Receiver, secret: str) -> None:
    """Each report one ticket; each event at least once, the first time in the order of its ticket; nothing else."""
    assert dict(Ticket.objects.values_list("external_no", "number")) == {
        f"W-{number}": ticket for number, ticket in caller.numbers.items()
    }
    steps = Step.objects.filter(verb__in=list(EVENT_TYPES)).order_by("pk")
    expected: dict[str, list[int]] = {}
    for number, pk in steps.values_list("ticket__number", "pk"):
        expected.setdefault(number, []).append(pk)
    assert {len(pks) for pks in expected.values()} == {2}
    assert {number: list(dict.fromkeys(pks)) for number, pks in receiver.told().items()} == expected
    assert receiver.got[-1].is_signed_with(secret)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert Delivery.objects.count() == 2 * COUNT
    verdict = verify()
    assert verdict.is_sound, verdict.findings
    assert caller.fleet.cache.url != site.REDIS_URL
