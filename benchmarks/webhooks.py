"""Webhooks to a receiver on this machine: deliveries per second beside a bare loop of HTTP posts, and the delay from
the deed to the receiver while tickets come in at a steady rate.
"""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.client import at_share
from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row, against

RATE_BAR, DELAY_BAR, TICKETS_A_SECOND = 200.0, 2.0, 50
MOST, BARE_POSTS, PATIENCE_SECONDS, BEAT_SECONDS = 4_000, 400, 120.0, 1.0


def measure(options: Options, ground: str) -> list[Row]:
    """Events of a filled database sent as fast as they go; then tickets at a steady rate, told while they come."""
    with database("webhooks", ground) as name, receiving() as port:
        run("benchmarks.ground:fill", name, options.small)
        bare = bare_posts(port)
        done, seconds = run("benchmarks.webhooks:send", name, port, min(MOST, options.small))
        rate = done / seconds
        figures(port)
        run("benchmarks.webhooks:live", name, port, options.seconds * 3)
        delays = figures(port)
    p95 = at_share(sorted(delays), 0.95)
    return [
        Row("bare HTTP posts, one after the other", bare, "posts/s"),
        Row(
            f"webhook deliveries ({done:,})",
            rate,
            "/s",
            bare,
            against(bare, rate),
            f">= {RATE_BAR:g}",
            rate >= RATE_BAR,
        ),
        Row(
            f"delay at {TICKETS_A_SECOND} tickets/s ({len(delays):,})",
            p95,
            "s p95",
            bar=f"<= {DELAY_BAR:g}",
            passed=p95 <= DELAY_BAR and len(delays) > 0,
        ),
    ]


def bare_posts(port: int) -> float:
    """Posts a second of the same size, each on a connection of its own, as the deliveries are."""
    body = json.dumps({"type": "ticket.closed", "timestamp": "", "data": "a" * 500}).encode()
    began = time.perf_counter()
    for _post in range(BARE_POSTS):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        line.request("POST", "/bare", body)
        line.getresponse().read()
        line.close()
    return BARE_POSTS / (time.perf_counter() - began)


def send(port: int, most: int) -> tuple[int, float]:
    """The first events of the feed to an endpoint that has read nothing yet: how many, in how many seconds."""
    from webhooks.models import Delivery, Endpoint

    endpoint = _endpoint(port)
    Endpoint.objects.filter(pk=endpoint).update(cursor=0)
    began = time.perf_counter()
    with _turn():
        _wait_for(most)
        seconds = time.perf_counter() - began
        done = Delivery.objects.filter(state="delivered").count()
        Endpoint.objects.update(state="removed")
    return done, seconds


def live(port: int, seconds: float) -> None:
    """Tickets at a steady rate, while another thread runs turns as the worker does."""
    from governance.exchange.models import ApiClient
    from governance.foundation.clock import now
    from incidents import intake
    from incidents.drafts import TicketDraft
    from incidents.models import Ticket
    from incidents.places import Spot
    from webhooks.fanning import actor_of
    from webhooks.models import Endpoint

    _endpoint(port)
    client = ApiClient.objects.get(code="hotline")
    by = actor_of(client)
    known: Any = Ticket.objects.filter(lon__isnull=False).values_list("lon", "lat")[:50]
    points = list(known)
    end, began = int(seconds * TICKETS_A_SECOND), time.perf_counter()
    with _turn():
        for number in range(end):
            time.sleep(max(0.0, began + number / TICKETS_A_SECOND - time.perf_counter()))
            lon, lat = points[number % len(points)]
            draft = TicketDraft(
                source="hotline",
                external_no=f"webhook-{number:06d}",
                category="0104",
                content="小区东门流动摊贩占道经营，请尽快派人处理。",
                spot=Spot(lon=lon, lat=lat, text="小区东门"),
            )
            intake.register(draft, by=by, at=now())
        _wait_for(end)
        Endpoint.objects.update(state="removed")


def _wait_for(count: int) -> None:
    """Until that many were delivered. Raises AssertionError after a long while."""
    from webhooks.models import Delivery

    end = time.monotonic() + PATIENCE_SECONDS
    while Delivery.objects.filter(state="delivered").count() < count:
        if time.monotonic() > end:
            raise AssertionError(f"{count} deliveries did not arrive")
        time.sleep(0.05)


def _endpoint(port: int) -> int:
    """An endpoint of the hotline that is told of what comes, instead of those that were there."""
    from ipaddress import ip_network

    from django.conf import settings

    from governance.exchange.models import ApiClient
    from governance.foundation.clock import now
    from webhooks import keeping
    from webhooks.fanning import actor_of
    from webhooks.models import Delivery, Endpoint
    from webhooks.streams import kinds

    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.WEBHOOK_HTTP_HOSTS = ["127.0.0.1"]
    Delivery.objects.all().delete()
    Endpoint.objects.update(state="removed")
    client = ApiClient.objects.get(code="hotline")
    made = keeping.create(
        client.pk,
        by=actor_of(client),
        at=now(),
        name="bench",
        url=f"http://127.0.0.1:{port}/hook",
        kinds=kinds(),
    )
    return made.endpoint.pk


@contextmanager
def _turn() -> Iterator[None]:
    """Turns of delivery in a thread, a second apart when there was nothing, as beat starts them."""
    from django.db import connections

    from webhooks import running

    is_over = threading.Event()

    def work() -> None:
        try:
            while not is_over.is_set():
                running.run()
                is_over.wait(BEAT_SECONDS)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(60)


@contextmanager
def receiving() -> Iterator[int]:
    """A receiver in a process of its own; its port."""
    command = [sys.executable, "-m", "benchmarks.webhooks_receiver"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def figures(port: int) -> list[float]:
    """The delays in seconds of the messages since the last question."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/")
    found: list[float] = json.loads(line.getresponse().read())
    line.close()
    return found
