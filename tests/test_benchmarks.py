"""The benchmarks at tiny sizes, so that they never rot: same code, no bar."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from assessment.loading import load_shipped
from benchmarks import __main__ as main
from benchmarks import (
    alarms,
    databases,
    exchange,
    indicators,
    intake,
    live_map,
    pages,
    plans,
    questions,
    sync,
    table,
    territory,
    viewers,
    volume,
    web,
    webhooks,
)
from benchmarks.client import Load, drive, get
from benchmarks.ground import sign_in
from benchmarks.options import FULL_TICKETS, Options
from benchmarks.vocabulary import texts
from governance.foundation.clock import now
from incidents.models import Deadline, Step, Ticket
from tests import city
from tests.cast import Cast

TICKETS = 300
TINY = Options(
    tickets=TICKETS,
    small=TICKETS,
    alarms=20,
    seconds=0.3,
    rounds=1,
    communities=(2, 1),
    points=100,
    moved=6,
    batches=2,
    viewers=3,
)


@pytest.fixture
def here(transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The test database as the one that servers and statements of the benchmarks use."""
    settings = connection.settings_dict
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{settings['USER']}@/postgres?host={settings['HOST']}")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_bare_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " external_no varchar(80) NOT NULL, content text NOT NULL, created_at timestamptz NOT NULL)"
        )
    yield str(settings["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_bare_row")


def test_history_has_the_shape_of_the_real_one(here: str) -> None:
    volume.load(volume.Volume(tickets=TICKETS, at=now()))
    assert Ticket.objects.count() == TICKETS
    assert 0 < Ticket.objects.open().count() < TICKETS // 10
    assert Step.objects.count() > 4 * TICKETS
    written = _seen_from()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_ticket SET seen_from = '{}'")
    assert _seen_from() == written


def _seen_from() -> dict[int, list[int]]:
    return {key: sorted(seen) for key, seen in Ticket.objects.values_list("id", "seen_from")}


def test_pages_and_their_plans(here: str) -> None:
    volume.load(volume.Volume(tickets=TICKETS, at=now()))
    known = {name for name, *_ in city.PEOPLE}
    asked = [question for question in questions.questions() if question.who in known][::3]
    targets = pages.targets(asked)
    read = plans.pages_read(targets)
    assert [name for name, _pages in read] == [question.name for question in asked]
    assert any(count for _name, count in read)


def test_a_whole_table_is_noticed() -> None:
    scan = {"Node Type": "Seq Scan", "Relation Name": "incidents_ticket", "Actual Rows": 3, "Actual Loops": 1}
    plan: dict[str, Any] = {"Node Type": "Limit", "Actual Rows": 3, "Actual Loops": 1, "Plans": [scan]}
    assert list(plans._whole_tables(plan)) == []
    scan["Rows Removed by Filter"] = 900_000
    assert list(plans._whole_tables(plan)) == ["900,003 rows of incidents_ticket without an index"]


def test_alarms(here: str) -> None:
    began = now()
    rows = alarms.sweep_everything(TINY)
    assert [row.unit for row in rows] == ["alarms/s", "ms", "tickets/s"]
    assert Deadline.objects.filter(next_alarm_at__lte=began).count() == 0


def test_territory(here: str) -> None:
    rows = territory.everything(TINY, city.API_KEY)
    assert [row.unit for row in rows] == ["s", "s", "s", "s", "ms", "s", "ms", "s"]
    assert all(row.value > 0 for row in rows)
    assert Step.objects.filter(verb="regrid").count() == TINY.moved


def test_intake_and_pages_through_the_web_server(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "BATCH", 20)
    points, key, statements = intake.inside_of(city.API_KEY)
    assert statements <= intake.STATEMENTS_BAR
    bodies = intake.Bodies(points, key)
    cookies = sign_in(["dispatcher", "leader"])
    cookie, leader = cookies["dispatcher"], cookies["leader"]
    secret = exchange.secret_of(city.API_KEY)
    connection.close()
    with web.serving(here) as server:
        drive(server.connections(2), bodies.bare("smoke000"), seconds=0.3).expect(201)
        taken = drive(server.connections(2), bodies.ticket("smoke000"), seconds=0.5).expect(201)
        drive(server.connections(2), lambda _n: get("/inbox/", cookie), seconds=0.5).expect(200)
        signed = exchange.signing(bodies.ticket("signed00"), secret)
        drive(server.connections(2), signed, seconds=0.3).expect(201)
        exchange._batches(server, TINY, bodies, "batch000")
        viewers._warm(server, leader)
        watched = viewers.Watched(server, leader, TINY.viewers)
        try:
            lags, _missed = viewers._report(server, bodies.ticket("viewed00"), watched, 0.1)
        finally:
            watched.close()
        assert len(lags) >= TINY.viewers
        assert all(20 < held.taken <= held.resident < 1000 for held in server.memory())
    assert Ticket.objects.filter(external_no__startswith="smoke000").count() == len(taken.times)
    intake._nothing_lost(here, "smoke000", len(taken.times))
    tickets, seconds = exchange._copied(here, "batch000")
    assert (tickets, seconds > 0) == (exchange.BATCH * TINY.batches, True)


def test_phones_on_the_line_again(here: str) -> None:
    phones, tickets = sync.prepare(2 * sync.TICKETS_A_BATCH)
    connection.close()
    with web.serving(here) as server:
        sync.send(server, phones, tickets, 2)
    assert sync.taken(here) == 2 * sync.TICKETS_A_BATCH * len(sync.KINDS)
    assert sync.inserted(here, 3) > 0


def test_words_are_the_same_on_every_run() -> None:
    assert list(texts(50)) == list(texts(50))
    assert len({text.content for text in texts(500)}) > 400


def test_what_came_of_a_load() -> None:
    load = Load(elapsed=2.0, times=[0.001 * n for n in range(1, 101)], statuses={201: 100})
    assert (load.rate, load.percentile(0.95)) == (50.0, 96.0)
    assert load.expect(200, 201) is load
    with pytest.raises(AssertionError, match="201"):
        load.expect(200)
    with pytest.raises(AssertionError, match="none"):
        Load().expect(200)


def test_arguments() -> None:
    options, names = main.read(["--full", "--only", "alarms", "--seconds", "1"])
    assert (options.tickets, options.alarms, names) == (FULL_TICKETS, 10_000, ["alarms"])
    assert main.read([])[1] == [
        *("point_to_grid", "intake", "transitions", "alarms", "pages"),
        *("desks", "bulk", "territory", "map", "live_map", "registers", "fieldwork", "webhooks", "exchange"),
        *("indicators", "mediation", "sync", "viewers"),
    ]
    assert main.read(["--grids", "300"])[0].communities == (5, 2)
    across, up = main.read([])[0].communities
    assert 20_000 <= 30 * across * up <= 21_000
    for wrong in (["--tickets", "5"], ["--grids", "5"]):
        with pytest.raises(SystemExit):
            main.read(wrong)


def test_a_missed_bar_is_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x")
    monkeypatch.setenv("REDIS_URL", "redis://localhost")
    rows = [table.Row("quick", 1, "s", bar="<= 2", passed=True)]
    monkeypatch.setattr(main, "measure", lambda _options, _wanted: rows)
    assert main.main([]) == 0
    rows.append(table.Row("slow", 3, "s", bar="<= 2", passed=False))
    assert main.main([]) == 1
    assert "MISSED" in capsys.readouterr().out


def test_databases_beside_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@/mine?host=/run/x")
    assert urlsplit(databases.url_of("other")).path == "/other"
    assert databases.environment("other")["DJANGO_SETTINGS_MODULE"] == "benchmarks.settings"


def test_webhooks_arrive_and_their_delay_is_measured(here: str) -> None:
    volume.load(volume.Volume(tickets=TICKETS, at=now()))
    with webhooks.receiving() as port:
        assert webhooks.bare_posts(port) > 0
        done, seconds = databases.run("benchmarks.webhooks:send", here, port, 20)
        assert done >= 20
        assert seconds > 0
        assert len(webhooks.figures(port)) >= 20
        databases.run("benchmarks.webhooks:live", here, port, 0.2)
        delays = webhooks.figures(port)
    assert len(delays) == 10
    assert all(delay > 0 for delay in delays)


def test_the_live_map_of_open_tickets(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    live_map.fill(TICKETS)
    monkeypatch.setattr(live_map, "ROUNDS", 1)
    times, plain = live_map.ask(sign_in(["leader"]))
    shown = live_map.rows(TICKETS, times, plain)
    assert len(shown) == len(live_map.WINDOWS)
    assert all(row.value > 0 for row in shown)


def test_indicators_are_counted_asked_for_and_kept_up(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    volume.load(volume.Volume(tickets=TICKETS, at=now()))
    load_shipped()
    steps, seconds, copied, occasions, size = databases.run("benchmarks.indicators:build", here)
    assert steps == Step.objects.count()
    assert min(seconds, copied, size) > 0
    assert 3 < occasions < 20
    monkeypatch.setattr(indicators, "ROUNDS", 1)
    times, direct = indicators.ask()
    assert {name.split(",")[0] for name in times} == {
        *("figure", "table", "ranking of the towns", "list", "trend", "document", "dashboard")
    }
    assert set(direct) <= set(times)
    lags = databases.run("benchmarks.indicators:live", here, 0.1)
    assert len(lags) == 20
    assert databases.run("benchmarks.indicators:check", here) == 0
    shown = indicators.rows(TINY, steps / seconds, steps / copied, occasions, size, times, direct, lags, 0)
    assert all(row.unit != "ms p95" or row.value > 0 for row in shown)
    assert shown[-1].passed
