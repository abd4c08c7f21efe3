"""The desks of mediation at a large number of cases: ten years of disputes of the whole city, one in twelve open.

Cases are loaded by seeded SQL in the shape of real ones; pages are asked for through the web server by four readers at
a time, the public query by one caller without it (its tries are limited). Statements that read a whole large table are
a fault.
"""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from benchmarks.client import at_share
from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.pages import Target, ask
from benchmarks.questions import PAGE_BAR, Question
from benchmarks.table import Row
from benchmarks.web import serving

ROUNDS = 26
LARGE = frozenset({"mediation_mediationcase", "mediation_party", "mediation_casestep", "mediation_caseclock"})
MANY_CASES = 50_000
CASES = """
WITH places AS (
    SELECT g.code, g.path, g.community_id, b.id AS body_id, b.unit_id, b.kind, b.level,
           row_number() OVER (ORDER BY g.id, b.id) - 1 AS n, count(*) OVER () AS m
      FROM grids_grid g JOIN mediation_mediationbody b ON g.path LIKE b.region_path || '%%' AND b.level <> 'upper'
     WHERE g.valid_to IS NULL
), told AS (
    SELECT s AS n, %(at)s::timestamptz - make_interval(mins => ((%(cases)s - s) * 5256000.0 / %(cases)s)::int) AS at,
           CASE WHEN s > %(cases)s * 11 / 12
                THEN (ARRAY['registered', 'triaged', 'accepted', 'mediating', 'mediating', 'agreed_written',
                            'performing', 'follow_up', 'follow_up', 'confirming', 'breached',
                            'failed'])[1 + (s * 7) %% 12]
                WHEN s %% 19 = 0 THEN 'not_mediable' ELSE 'archived' END AS state
      FROM generate_series(1, %(cases)s) s
), people AS (
    SELECT body_id, (array_agg(user_id ORDER BY id) FILTER (WHERE user_id IS NOT NULL))[1] AS first,
           array_agg(user_id ORDER BY id) FILTER (WHERE user_id IS NOT NULL) AS all_of
      FROM mediation_mediator GROUP BY body_id
)
INSERT INTO mediation_mediationcase (number, query_code, version, state, origin, external_no, digest, category_code,
    title, facts, claims, amount, people, place, region_id, region_path, level, entry_level, kind, body_id, unit_id,
    risk_color, risk_reasons, is_violent, is_criminal, is_crowd, is_sensitive, is_closed, leader_id, readers,
    handled_by, registered_by_id, registered_at, triaged_at, accepted_at, agreed_at, ended_at, archived_at,
    session_count, extensions, relapses, next_due_at, next_due)
SELECT 'TJB' || lpad(t.n::text, 9, '0'), lpad((t.n %% 100000000)::text, 8, '0'), 5, t.state,
       (ARRAY['ticket', 'by_hand', 'police', 'hotline', 'screening', 'court'])[1 + t.n %% 6], 'B' || t.n, '',
       '04' || lpad((1 + (t.n * 13) %% 17)::text, 2, '0'),
       (ARRAY['楼上渗水赔偿', '加装电梯分摊', '拖欠工资', '噪声扰民', '宅基地边界', '物业费争议'])[1 + t.n %% 6]
           || '（第' || t.n || '件）',
       %(facts)s, '', 6000, 2 + t.n %% 7, '', p.community_id, p.path, p.level, p.level, p.kind,
       CASE WHEN t.state <> 'registered' THEN p.body_id END, CASE WHEN t.state <> 'registered' THEN p.unit_id END,
       CASE WHEN t.n %% 50 = 0 THEN 'red' WHEN t.n %% 9 = 0 THEN 'orange' WHEN t.n %% 3 = 0 THEN 'yellow'
            ELSE 'blue' END,
       '[]', t.n %% 50 = 0, false, t.n %% 7 = 6, t.n %% 20 = 0, false, NULL,
       CASE WHEN w.all_of IS NOT NULL AND t.state <> 'registered'
            THEN ARRAY[w.all_of[1 + t.n %% cardinality(w.all_of)]]::bigint[] ELSE '{}' END,
       CASE WHEN w.all_of IS NOT NULL AND t.state NOT IN ('registered', 'triaged')
            THEN ARRAY[w.all_of[1 + t.n %% cardinality(w.all_of)]]::bigint[] ELSE '{}' END,
       NULL, t.at, t.at + interval '1 hour', CASE WHEN t.state NOT IN ('registered', 'triaged', 'not_mediable')
            THEN t.at + interval '1 day' END,
       CASE WHEN t.state IN ('archived', 'agreed_written', 'performing', 'confirming', 'breached')
            THEN t.at + interval '9 days' END,
       CASE WHEN t.state IN ('archived', 'not_mediable', 'follow_up', 'failed') THEN t.at + interval '12 days' END,
       CASE WHEN t.state = 'archived' THEN t.at + interval '110 days' END, t.n %% 5, 0, 0,
       CASE WHEN t.state NOT IN ('archived', 'not_mediable')
            THEN %(at)s::timestamptz + make_interval(hours => (t.n * 11 %% 600)::int - 30) END,
       CASE WHEN t.state NOT IN ('archived', 'not_mediable') THEN 'case' ELSE '' END
  FROM told t JOIN places p ON p.n = (t.n * 7919) %% p.m LEFT JOIN people w ON w.body_id = p.body_id
"""
PARTIES = """
INSERT INTO mediation_party (case_id, number, side, kind, name, name_index, identity_number, identity_index, phone,
    phone_index, address, sex, ethnicity, birth_on, occupation, legal_person, is_minor, guardian, members)
SELECT c.id, k, CASE k WHEN 1 THEN 'applicant' ELSE 'respondent' END, 'person', %(name)s, '', '',
       encode(sha256(((c.id * 3 / 4)::text || k)::bytea), 'hex'), %(phone)s,
       encode(sha256((c.id::text || k)::bytea), 'hex'), '', '', '', '', '', '', false, '', 1
  FROM mediation_mediationcase c, generate_series(1, 2) k
"""
STEPS = """
INSERT INTO mediation_casestep (case_id, verb, from_state, to_state, at, actor_name, role, words, data)
SELECT c.id, v.verb, '', v.state, c.registered_at + v.after, '', '', '', '{}'
  FROM mediation_mediationcase c, (VALUES ('register', 'registered', interval '0'),
       ('triage', 'triaged', interval '1 hour'), ('accept', 'accepted', interval '1 day'),
       ('hold_session', 'mediating', interval '2 days'))
       v(verb, state, after)
"""
CLOCKS = """
INSERT INTO mediation_caseclock (case_id, kind, rule, source, started_at, due_at, original_due_at, stopped_at,
    alarm_at, rung)
SELECT c.id, k, k, '', c.registered_at, coalesce(c.next_due_at, c.registered_at + interval '30 days'),
       coalesce(c.next_due_at, c.registered_at + interval '30 days'),
       CASE WHEN c.next_due_at IS NULL OR k = 'sort' THEN c.registered_at + interval '9 days' END, NULL, 0
  FROM mediation_mediationcase c, unnest(ARRAY['sort', 'case']) k
"""
MEDIATORS = """
INSERT INTO mediation_casemediator (case_id, mediator_id, is_lead, chosen_by, since, reason)
SELECT c.id, m.id, true, 'body', c.registered_at, ''
  FROM mediation_mediationcase c JOIN mediation_mediator m ON m.body_id = c.body_id AND m.user_id = c.handled_by[1]
"""
SESSIONS = """
INSERT INTO mediation_session (case_id, number, state, kind, level, starts_at, ends_at, place, is_closed, others,
    minutes, result)
SELECT c.id, NULL, 'planned', 'mediator', c.level, d.at, d.at + interval '1 hour', '', false, '', '', ''
  FROM mediation_mediationcase c,
       LATERAL (SELECT date_trunc('hour', %(at)s::timestamptz)
                       + make_interval(hours => (c.id %% 240)::int - 24) AS at) d
 WHERE c.state = 'mediating'
"""
CALLBACKS = """
INSERT INTO mediation_callback (case_id, round, days, due_at, called_at, outcome, satisfaction, words, tries)
SELECT c.id, 0, d, c.ended_at + make_interval(days => d),
       CASE WHEN c.state = 'archived' THEN c.ended_at + make_interval(days => d) END,
       CASE WHEN c.state = 'archived' THEN 'stable' ELSE '' END, CASE WHEN c.state = 'archived' THEN 5 END, '', 0
  FROM mediation_mediationcase c, unnest(ARRAY[7, 30, 90]) d
 WHERE c.state IN ('archived', 'follow_up', 'failed')
"""
PAGES = (
    ("desk", "mediator", "/mediation/"),
    ("desk", "town", "/mediation/"),
    ("one window", "town", "/mediation/window/"),
    ("one window", "dispatcher", "/mediation/window/"),
    ("red cases", "leader", "/mediation/red/"),
    ("red cases", "town", "/mediation/red/"),
    ("list", "mediator", "/mediation/cases/"),
    ("list", "town", "/mediation/cases/"),
    ("list", "dispatcher", "/mediation/cases/"),
    ("list, late", "dispatcher", "/mediation/cases/?late=1"),
    ("list, mediating and red", "dispatcher", "/mediation/cases/?state=mediating&risk_color=red"),
    ("list, words", "town", "/mediation/cases/?q=宅基地边界"),
    ("list, a case code", "dispatcher", "/mediation/cases/?q=TJB000001234"),
    ("list, a telephone", "dispatcher", "/mediation/cases/?q=13800000000"),
    ("case", "town", "{case}"),
    ("calendar", "town", "/mediation/calendar/"),
)


def measure(options: Options, ground: str) -> list[Row]:
    """p95 of the time that the server takes for each page."""
    with database("mediation", ground) as name:
        loaded = run("benchmarks.mediation:fill", name, options.tickets)
        run("benchmarks.mediation:check", name, options.explain)
        public: list[float] = run("benchmarks.mediation:ask_publicly", name)
        targets: list[Target] = run("benchmarks.mediation:targets", name)
        with serving(name) as web:
            loads = {target.question.name: ask(web, target, options) for target in targets}
    rows = [Row(f"mediation: {options.tickets:,} cases loaded", loaded, "s")]
    rows += [_row(name, load.server_percentile(0.95)) for name, load in loads.items()]
    return [*rows, _row("public query", 1000 * at_share(public, 0.95))]


def _row(name: str, value: float) -> Row:
    return Row(f"mediation: {name}", value, "ms p95", bar=f"<= {PAGE_BAR:g}", passed=value <= PAGE_BAR)


def fill(cases: int) -> float:
    """Ten years of disputes up to now; the seconds it took. Runs in a process on the database."""
    from django.db import connection, transaction

    from governance.foundation.clock import now
    from governance.foundation.sealed import seal

    began = time.perf_counter()
    values = {
        "cases": cases,
        "at": now(),
        "facts": seal("双方就维修和赔偿协商不成", "mediation.mediationcase.facts"),
        "name": seal("张三丰", "mediation.party.name"),
        "phone": seal("13812345678", "mediation.party.phone"),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (CASES, PARTIES, STEPS, CLOCKS, MEDIATORS, SESSIONS, CALLBACKS):
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return time.perf_counter() - began


def check(explain: bool = False) -> None:
    """Raises where a statement behind a page reads a whole large table."""
    from mediation.models import MediationCase

    is_large = MediationCase.objects.count() >= MANY_CASES
    people, faults = _people(), list[str]()
    clients = {name: _signed_in(person) for name, person in people.items()}
    for question in _questions(people):
        page = partial(_ask, clients[question.who], question.path)
        page()
        faults += [f"{question.name}: {fault}" for fault in _plans(question.name, page, explain) if is_large]
    if faults:
        raise AssertionError("statements read whole tables:\n" + "\n".join(sorted(set(faults))))


def targets() -> list[Target]:
    """Each page with the session of its reader."""
    from benchmarks.ground import sign_in

    people = _people()
    cookies = sign_in(sorted({person.username for person in people.values()}))
    return [
        Target(question, cookies[people[question.who].username], (quote(question.path, safe="/?=&"),))
        for question in _questions(people)
    ]


def _questions(people: dict[str, Any]) -> list[Question]:
    from mediation.models import MediationCase

    case = MediationCase.objects.visible_to(_actor(people["town"])).filter(state="mediating")[0]
    return [
        Question(name=f"{name}, {who}", who=who, path=path.format(case=f"/mediation/case/{case.number}/"))
        for name, who, path in PAGES
    ]


def ask_publicly() -> list[float]:
    """The seconds of each query, as if somebody came for the first time: tries are counted, and limited."""
    from django.test import Client

    from mediation.models import MediationCase, QueryTry

    row, times = MediationCase.objects.order_by("-pk")[0], []
    for _round in range(ROUNDS):
        QueryTry.objects.all().delete()
        client, began = Client(SERVER_NAME="127.0.0.1"), time.perf_counter()
        answer = client.post("/mediation/query/", {"number": row.number, "code": row.query_code})
        if answer.status_code != 200:
            raise AssertionError(f"public query: {answer.status_code}")
        times.append(time.perf_counter() - began)
    return times[1:]


def _people() -> dict[str, Any]:
    from governance.accounts.models import User

    named = {name: User.objects.get(username=name) for name in ("town", "dispatcher", "leader")}
    return named | {"mediator": _busiest()}


def _signed_in(person: Any) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, backend="governance.accounts.backends.NameOrPhoneBackend")
    return client


def _ask(client: Any, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path}: {answer.status_code}")


def _busiest() -> Any:
    """The mediator with most open cases."""
    from django.db.models import Count

    from governance.accounts.models import User
    from mediation.models import CaseMediator

    rows = CaseMediator.objects.filter(case__archived_at=None, mediator__user__isnull=False)
    most = rows.values("mediator__user").annotate(count=Count("pk")).order_by("-count")[0]
    return User.objects.get(pk=most["mediator__user"])


def _actor(person: Any) -> Any:
    from governance.accounts.actors import Actor

    return Actor(user=person, unit_id=person.unit_id)


def _plans(name: str, ask: Any, explain: bool) -> list[str]:
    """Statements of a page that go through a whole large table; all plans are printed where that is asked for."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks.plans import explained

    with CaptureQueriesContext(connection) as caught:
        ask()
    faults = []
    for query in caught.captured_queries:
        sql = query["sql"] or ""
        if not sql.lstrip().startswith(("SELECT", "WITH")) or not any(table in sql for table in LARGE):
            continue
        plan = explained(sql)
        if explain:
            pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            print(f"\n{name}: {pages:,} pages, {plan['Actual Total Time']:.1f} ms\n{sql[-900:]}")
        faults += [
            f"{node['Node Type']} of {node['Relation Name']}" for node in _nodes(plan) if _is_whole(node)
        ]
    return faults


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _is_whole(node: dict[str, Any]) -> bool:
    return node["Node Type"] == "Seq Scan" and node.get("Relation Name") in LARGE
