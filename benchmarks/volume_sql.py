"""The statements of `volume`. All chances come from one hash of the ticket's number: the same rows on every run."""

TABLES = (
    "incidents_ticket",
    "incidents_step",
    "incidents_assignment",
    "incidents_deadline",
    "incidents_requester",
)

PLAIN_INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
  LEFT JOIN pg_constraint c ON c.conname = i.indexname
 WHERE i.tablename = ANY(%s) AND i.schemaname = 'public' AND c.oid IS NULL AND i.indexdef NOT LIKE 'CREATE UNIQUE%%'
"""

DRAW = """
CREATE OR REPLACE FUNCTION bench_draw(number bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(number, salt) & 9007199254740991)::float8 / 9007199254740992.0 $$
"""

DRAWN_FROM = """
CREATE TEMP TABLE bench_place (n int, region_id bigint, path text, town_id bigint, community_id bigint, grid_id bigint,
    name text, team bigint, station bigint, sub_centre bigint, centre bigint);
CREATE TEMP TABLE bench_lead (line text, town_id bigint, unit_id bigint);
CREATE TEMP TABLE bench_category (n int, id bigint, line text, min_level text, urgency text, is_sensitive boolean);
CREATE TEMP TABLE bench_text (n int, title text, content text, words text)
"""

INDEXED = """
ALTER TABLE bench_text ADD COLUMN search tsvector;
UPDATE bench_text SET search = to_tsvector('simple'::regconfig, words);
CREATE TEMP TABLE bench_source AS
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM incidents_ticketsource;
ANALYZE bench_place; ANALYZE bench_lead; ANALYZE bench_category; ANALYZE bench_text
"""

# One row a ticket: its place, category, words, and how far it has come. Open are about 3 in 100: four in five of the
# last week's, and one in seventy of what is older. `p*` are independent chances in [0, 1).
PLAN = """
CREATE TEMP TABLE bench_plan AS
WITH drawn AS (
    SELECT i, bench_draw(i, 1) AS p1, bench_draw(i, 2) AS p2, bench_draw(i, 3) AS p3, bench_draw(i, 4) AS p4,
           bench_draw(i, 5) AS p5, bench_draw(i, 6) AS p6, bench_draw(i, 7) AS p7, bench_draw(i, 8) AS p8,
           %(at)s::timestamptz - interval '1 day' * %(days)s * (1 - i / (%(tickets)s + 1.0)) AS registered_at
      FROM generate_series(1, %(tickets)s) AS i
), aged AS (
    SELECT *, extract(epoch FROM %(at)s::timestamptz - registered_at) / 86400 AS age FROM drawn
), staged AS (
    SELECT *, CASE
        WHEN %(all_open)s OR p1 < (CASE WHEN age < 7 THEN 0.8 ELSE 0.0145 END) THEN (ARRAY['registered', 'accepted',
            'dispatched', 'handling', 'handling', 'handling', 'feedback', 'follow_up'])[1 + floor(p2 * 8)::int]
        WHEN p2 < 0.02 THEN 'voided' WHEN p2 < 0.05 THEN 'rejected'
        WHEN age < 15 THEN 'closed' ELSE 'archived' END AS state
      FROM aged
)
SELECT s.i, s.registered_at, s.state, s.age, s.p1, s.p2, s.p3, s.p4, s.p5, s.p6, s.p7,
       array_position(ARRAY['registered', 'rejected', 'voided', 'accepted', 'dispatched', 'handling', 'feedback',
           'follow_up', 'closed', 'archived'], s.state) AS stage,
       p.region_id, p.path, p.town_id, p.community_id, p.grid_id, p.name AS grid_name, p.station, p.centre,
       c.id AS category_id, c.min_level, c.urgency, c.is_sensitive,
       CASE WHEN s.p5 < 0.45 THEN p.team WHEN s.p5 < 0.6 THEN p.station ELSE l.unit_id END AS lead_id,
       CASE WHEN s.p4 < 0.30 THEN p.station WHEN s.p4 < 0.55 THEN p.sub_centre ELSE p.centre END AS pool_id,
       x.id AS source_id, floor(s.p8 * (SELECT count(*) FROM bench_text))::int AS text_n
  FROM staged s
  JOIN bench_place p ON p.n = floor(power(s.p3, 1.3) * (SELECT count(*) FROM bench_place))::int
  JOIN bench_category c ON c.n = floor(power(s.p6, 1.5) * (SELECT count(*) FROM bench_category))::int
  JOIN bench_lead l ON l.line = c.line AND l.town_id = p.town_id
  JOIN bench_source x ON x.n = floor(power(s.p7, 2) * (SELECT count(*) FROM bench_source))::int
"""

TICKETS = """
INSERT INTO incidents_ticket (
    id, number, query_code, version, source_id, external_no, content_digest, reporter_role, demand_type, category_id,
    urgency, min_level, title, content, search, region_id, region_path, town_id, community_id, grid_id, place, lon, lat,
    datum, is_outside_grids, state, holder_id, lead_unit_id, accepted_unit_id, dispatched_unit_id, closure_kind,
    result_kind, registered_at, accepted_at, first_dispatched_at, feedback_at, checked_at, closed_at, due_at,
    original_due_at, next_due_at, next_warn_at, is_overdue, is_urged, is_sensitive, is_key_report, is_confidential,
    needs_reply, is_auto_signed, rework_count, reopen_count, return_count,
    is_final_assignment, merged_count, child_count, urge_count, asked, sides, seen_from,
    is_supervised, has_instruction, excluded_from_assessment)
SELECT i, number, lpad(floor(p4 * 1000000)::text, 6, '0'), greatest(1, stage - 2), source_id, 'EX' || i, md5(i::text),
       'api_client',
       (ARRAY['help', 'help', 'complaint', 'complaint', 'enquiry', 'suggestion'])[1 + floor(p3 * 6)::int],
       category_id, urgency, min_level, t.title, grid_name || t.content,
       t.search || to_tsvector('simple'::regconfig, lower(number)),
       region_id, path, town_id, community_id, grid_id, grid_name || '附近', 118.5 + p3 / 10, 31.1 + p4 / 10,
       'wgs84', false, state,
       CASE WHEN stage IN (5, 6) THEN lead_id WHEN stage >= 7 THEN centre ELSE pool_id END,
       CASE WHEN stage >= 5 THEN lead_id END, CASE WHEN stage >= 4 THEN pool_id END,
       CASE WHEN stage >= 5 THEN pool_id END,
       CASE WHEN stage >= 9 THEN 'handled' ELSE '' END, CASE WHEN stage >= 7 THEN 'resolved' ELSE '' END,
       registered_at,
       CASE WHEN stage >= 4 THEN registered_at + interval '3 hours' * p1 END,
       CASE WHEN stage >= 5 THEN registered_at + interval '5 hours' * p1 END,
       CASE WHEN stage >= 7 THEN due_at - interval '1 day' + interval '1.1 day' * p6 END,
       CASE WHEN stage >= 8 THEN due_at + interval '0.2 day' * p6 END,
       CASE WHEN stage >= 9 THEN due_at + interval '0.5 day' * p6 END,
       CASE WHEN stage >= 5 THEN due_at END, CASE WHEN stage >= 5 THEN due_at END,
       CASE WHEN state = ANY(%(open_states)s) THEN due_at END,
       CASE WHEN state = ANY(%(open_states)s) THEN due_at - interval '0.5 day' END,
       stage >= 5 AND p6 > 0.91, p6 > 0.97, is_sensitive, false, false, p2 < 0.6, p7 < 0.05,
       CASE WHEN p7 > 0.95 THEN 1 ELSE 0 END, 0, 0, false, 0, 0, 0, '{}', '{}',
       string_to_array(trim(trailing '/' FROM path), '/')::bigint[]
           || CASE WHEN stage >= 5 THEN ARRAY[-lead_id] ELSE '{}' END
           || CASE WHEN stage >= 5 AND p7 < 0.3 AND station <> lead_id THEN ARRAY[-station] ELSE '{}' END
           || CASE WHEN stage IN (1, 4) THEN ARRAY[-pool_id] WHEN stage IN (7, 8) THEN ARRAY[-centre] ELSE '{}' END,
       false, false, false
  FROM (SELECT *, 'WG' || to_char(registered_at AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
                      || lpad((i %% 1000000)::text, 6, '0') AS number,
               least(registered_at + interval '1 day' * (0.5 + 4.5 * p2),
                        CASE WHEN state = ANY(%(open_states)s) THEN 'infinity'::timestamptz
                             ELSE %(at)s::timestamptz - interval '1 minute' END) AS due_at FROM bench_plan) plan
  JOIN bench_text t ON t.n = plan.text_n
 ORDER BY i
"""

# One statement for all verbs, verb by verb, so that a ticket's steps lie apart in the table as they do in real life.
STEPS = """
INSERT INTO incidents_step (ticket_id, verb, from_state, to_state, at, actor_name, role, unit_id, holder_id, client,
    opinion, data, delivered_at)
SELECT i, v.verb, v.from_state, v.to_state, registered_at + interval '1 hour' * (v.rank - 1) * (1 + 4 * p2),
       '刘敏', v.role, CASE WHEN v.rank < 4 THEN pool_id ELSE lead_id END, lead_id, 'web',
       CASE WHEN v.rank > 3 THEN '已到现场核实处理，情况属实，完成整改。' ELSE '' END, '{}'::jsonb, registered_at
  FROM (VALUES (1, 1, 'register', '', 'registered', 'duty_officer'),
               (2, 4, 'accept', 'registered', 'accepted', 'dispatcher'),
               (3, 5, 'dispatch', 'accepted', 'dispatched', 'dispatcher'),
               (4, 6, 'sign', 'dispatched', 'handling', 'dept_handler'),
               (5, 7, 'feedback', 'handling', 'feedback', 'dept_handler'),
               (6, 8, 'check', 'feedback', 'follow_up', 'oversight_officer'),
               (7, 9, 'close', 'follow_up', 'closed', 'oversight_officer'))
       AS v(rank, needs, verb, from_state, to_state, role)
  JOIN bench_plan ON stage >= v.needs
 ORDER BY v.rank, i
"""

ASSIGNMENTS = """
INSERT INTO incidents_assignment (ticket_id, unit_id, role, at, is_auto_signed, state, result_kind, answer)
SELECT i, lead_id, 'lead', registered_at, false, '', '', '' FROM bench_plan WHERE stage >= 5
UNION ALL
SELECT i, station, 'co_handler', registered_at, false, CASE WHEN stage < 7 THEN 'working' ELSE 'answered' END, '', ''
  FROM bench_plan WHERE stage >= 5 AND p7 < 0.3
"""

REQUESTERS = """
INSERT INTO incidents_requester (ticket_id, name, phone, needs_reply, at)
SELECT i, '陈某', '139' || lpad(floor(p1 * 1e8)::bigint::text, 8, '0'), true, registered_at
  FROM bench_plan WHERE p2 < 0.7
"""

DEADLINES = """
INSERT INTO incidents_deadline (ticket_id, stage, unit_id, amount, amount_unit, clock, calendar, started_at, due_at,
    original_due_at, warn_at, stopped_at, outcome, rung, next_alarm_at)
SELECT i, d.stage, CASE WHEN d.rank = 1 THEN pool_id ELSE lead_id END, d.amount, d.unit, 'working', 'office', started,
       started + d.length, started + d.length, started + 0.8 * d.length,
       CASE WHEN is_running THEN NULL ELSE started + 0.9 * d.length END, CASE WHEN is_running THEN '' ELSE 'met' END,
       0, CASE WHEN is_running THEN %(at)s::timestamptz + interval '1 day' * (1 + p1) END
  FROM (VALUES (1, 1, 4, 'accept', 4, 'hour', interval '6 hours'),
               (2, 5, 6, 'sign', 4, 'hour', interval '6 hours'),
               (3, 5, 7, 'handle', 5, 'workday', interval '7 days'))
       AS d(rank, needs, done, stage, amount, unit, length)
  JOIN bench_plan ON bench_plan.stage >= d.needs
 CROSS JOIN LATERAL (SELECT registered_at + interval '3 hours' * (d.rank - 1) AS started,
                            state = ANY(%(open_states)s) AND bench_plan.stage < d.done AS is_running) AS at_work
 ORDER BY d.rank, i
"""

# For the sweep: every ticket is open with one running limit; every `due_every`th has an alarm due now. Of ten, five
# are about to be late, three are late, one is urged and one is a critical matter that climbs.
ALARMS = """
INSERT INTO incidents_deadline (ticket_id, stage, unit_id, amount, amount_unit, clock, calendar, started_at, due_at,
    original_due_at, warn_at, stopped_at, outcome, rung, next_alarm_at)
SELECT i, CASE WHEN kind = 9 THEN 'accept' WHEN stage >= 5 THEN 'handle' ELSE 'accept' END,
       CASE WHEN stage >= 5 AND kind <> 9 THEN lead_id ELSE pool_id END, 5, 'workday', 'working', 'office',
       %(at)s::timestamptz - interval '4 days', due_at, due_at, due_at - interval '1 day',
       NULL, '', CASE WHEN kind = 8 THEN 2 WHEN kind > 4 THEN 1 ELSE 0 END,
       CASE WHEN is_due THEN %(at)s::timestamptz - interval '1 second' * (1 + p1)
            ELSE %(at)s::timestamptz + interval '1 hour' * (1 + 200 * p1) END
  FROM (SELECT *, i %% greatest(%(due_every)s, 1) = 0 AND %(due_every)s > 0 AS is_due,
               i / greatest(%(due_every)s, 1) %% 10 AS kind FROM bench_plan) plan
 CROSS JOIN LATERAL (SELECT CASE WHEN is_due AND kind > 4 THEN %(at)s::timestamptz - interval '1 hour'
                                 ELSE %(at)s::timestamptz + interval '12 hours' END AS due_at) AS limits
 ORDER BY i
"""

CRITICAL = """
UPDATE incidents_ticket SET urgency = 'critical'
 WHERE id %% greatest(%(due_every)s, 1) = 0 AND id / greatest(%(due_every)s, 1) %% 10 = 9
"""

SEQUENCES = "SELECT " + ", ".join(
    f"setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
    for table in TABLES
)

ANALYZE_PLAN = "ANALYZE bench_plan"
DROP_PLAN = "DROP TABLE bench_plan"
HISTORY_LOAD = (
    PLAN, ANALYZE_PLAN, TICKETS, STEPS, ASSIGNMENTS, REQUESTERS, DEADLINES, DROP_PLAN
)  # fmt: skip
SWEEP_LOAD = (PLAN, ANALYZE_PLAN, TICKETS, ALARMS, CRITICAL, DROP_PLAN)
