"""The planner's SQL: who is to be visited, by whom, in which tasks. One statement a rule, for everybody at once.

A statement is put together from a source of candidates (the subject) and the common rest. Values are parameters only.
"""

from typing import Final

from fieldwork.terms import Subject

POSTS: Final = """
posts AS (
    SELECT DISTINCT ON (p.grid_id) p.grid_id, a.user_id
      FROM grids_gridassignment a
      JOIN grids_gridpost p ON p.id = a.post_id
      JOIN accounts_user u ON u.id = a.user_id AND u.is_active
     WHERE p.kind IN ('grid_patroller', 'grid_leader')
       AND a.starts_on <= %(day)s AND (a.ends_on IS NULL OR a.ends_on >= %(day)s)
     ORDER BY p.grid_id, (p.kind = 'grid_patroller') DESC, a.id DESC
)"""
"""Who stands in each grid: its patroller, else its leader."""

_TAKEN: Final = """
   AND NOT EXISTS (
       SELECT 1 FROM fieldwork_taskobject o
        WHERE o.{column} = {row}.id
          AND ((o.rule_id = %(rule)s AND o.period_from = %(period_from)s AND o.state IN ('open', 'done'))
               OR (o.state = 'done' AND o.done_at >= %(period_at)s)))"""
"""Planned in this period, or seen in it under whatever task."""
_TAKEN_BY_CAMPAIGN: Final = """
   AND NOT EXISTS (
       SELECT 1 FROM fieldwork_taskobject o JOIN fieldwork_fieldtask t ON t.id = o.task_id
        WHERE o.{column} = {row}.id AND t.campaign_id = %(campaign)s AND o.state IN ('open', 'done'))"""
_LAST: Final = (
    "(SELECT max(o.done_at) FROM fieldwork_taskobject o WHERE o.{column} = {row}.id AND o.state = 'done')"
)

_HOUSEHOLDS: Final = """
candidates AS (
    SELECT h.id AS object_id, h.responsible_id AS own_id, h.grid_id, h.path,
           h.visited_on::timestamptz AS last_at, NULL::float8 AS lon, NULL::float8 AS lat, ''::varchar AS label
      FROM registers_household h
     WHERE h.is_active AND h.tenure <> 'vacant' AND h.path LIKE %(path)s
       AND (%(kinds)s::varchar[] = '{{}}' OR h.tenure = ANY(%(kinds)s)) {unseen} {taken}
)"""
_KEY_PEOPLE: Final = """
candidates AS (
    SELECT k.id AS object_id, k.responsible_id AS own_id, h.grid_id, k.path,
           {last} AS last_at, NULL::float8 AS lon, NULL::float8 AS lat, ''::varchar AS label
      FROM registers_keyperson k
      JOIN registers_resident r ON r.id = k.resident_id AND r.left_on IS NULL
      JOIN registers_household h ON h.id = r.household_id AND h.is_active
     WHERE k.closed_on IS NULL AND k.path LIKE %(path)s
       AND (%(kinds)s::varchar[] = '{{}}' OR k.kind = ANY(%(kinds)s))
       AND (%(levels)s::varchar[] = '{{}}' OR k.level = ANY(%(levels)s)) {better} {taken}
)"""
_KEY_PLACES: Final = """
candidates AS (
    SELECT k.id AS object_id, k.responsible_id AS own_id, k.grid_id, k.path,
           {last} AS last_at, k.lon, k.lat, ''::varchar AS label
      FROM registers_keyplace k
     WHERE k.is_active AND k.path LIKE %(path)s
       AND (%(kinds)s::varchar[] = '{{}}' OR k.kind = ANY(%(kinds)s))
       AND (%(levels)s::varchar[] = '{{}}' OR k.risk = ANY(%(levels)s)) {better} {taken}
)"""
_HOT_SPOTS: Final = """
cells AS (
    SELECT t.grid_id, round(t.lon::numeric / 0.002) AS x, round(t.lat::numeric / 0.002) AS y, count(*) AS n,
           avg(t.lon) AS lon, avg(t.lat) AS lat, mode() WITHIN GROUP (ORDER BY c.name) AS name
      FROM incidents_ticket t
      JOIN incidents_mattercategory c ON c.id = t.category_id
     WHERE t.registered_at >= %(since)s AND t.registered_at < %(until)s AND t.grid_id IS NOT NULL
       AND t.lon IS NOT NULL AND NOT t.is_sensitive AND NOT t.is_confidential
       AND t.state NOT IN ('voided', 'merged', 'rejected') AND t.region_path LIKE %(path)s
     GROUP BY 1, 2, 3 HAVING count(*) >= %(threshold)s
), candidates AS (
    SELECT row_number() OVER (ORDER BY c.grid_id, c.n DESC, c.x, c.y) AS object_id, NULL::bigint AS own_id,
           c.grid_id, g.path, NULL::timestamptz AS last_at, c.lon, c.lat,
           left(c.name || ' × ' || c.n, 120)::varchar AS label
      FROM cells c JOIN grids_grid g ON g.id = c.grid_id AND g.valid_to IS NULL
     WHERE NOT EXISTS (
           SELECT 1 FROM fieldwork_fieldtask f
            WHERE f.rule_id = %(rule)s AND f.starts_on = %(starts_on)s AND f.region_path = g.path
              AND f.state <> 'cancelled')
)"""

REST: Final = """,
owned AS (
    SELECT c.*, coalesce(u.id, posts.user_id) AS worker
      FROM candidates c
      LEFT JOIN accounts_user u ON u.id = c.own_id AND u.is_active
      LEFT JOIN posts ON posts.grid_id = c.grid_id
     WHERE NOT (c.path LIKE ANY(%(left_inside)s::varchar[]) OR c.path = ANY(%(left_at)s::varchar[]))
), numbered AS (
    SELECT o.*, count(*) OVER mine AS total,
           row_number() OVER (mine ORDER BY o.last_at NULLS FIRST, o.object_id) AS n
      FROM owned o WINDOW mine AS (PARTITION BY o.worker, o.path)
), chosen AS (
    SELECT numbered.*, ((n - 1) / %(per_task)s)::int AS part
      FROM numbered WHERE n <= ceil(total::numeric / %(left)s)
), heads AS (
    SELECT worker, path, part, max(grid_id) AS grid_id, count(*) AS n FROM chosen GROUP BY worker, path, part
), made AS (
    INSERT INTO fieldwork_fieldtask (
        work, patrol_kind, mode, coverage, title, note, rule_id, campaign_id, run_id, part, grid_id, region_path,
        assignee_id, stands_in_for_id, state, starts_on, ends_on, due_at, minutes_needed, minutes, is_short, has_doubt,
        object_count, done_count, is_excused, version, planned_at)
    SELECT %(work)s, %(patrol_kind)s, %(mode)s, %(coverage)s, %(title)s, %(note)s, %(rule)s, %(campaign)s, %(run)s,
           h.part, h.grid_id, h.path, coalesce(s.id, h.worker), CASE WHEN s.id IS NOT NULL THEN h.worker END,
           CASE WHEN h.worker IS NULL OR (l.id IS NOT NULL AND s.id IS NULL) THEN 'planned' ELSE 'assigned' END,
           %(starts_on)s, %(ends_on)s, %(due_at)s, %(minutes)s, 0, false, false, h.n, 0, false, 1, %(at)s
      FROM heads h
      LEFT JOIN LATERAL (
           SELECT l.id, l.substitute_id FROM staffing_leave l
            WHERE l.user_id = h.worker AND l.state = 'approved'
              AND l.starts_on <= greatest(%(starts_on)s::date, %(day)s::date) AND l.ends_on >= %(ends_on)s
            ORDER BY l.id LIMIT 1) l ON true
      LEFT JOIN accounts_user s ON s.id = l.substitute_id AND s.is_active
    RETURNING id, coalesce(stands_in_for_id, assignee_id) AS worker, region_path, part, state
), put AS (
    INSERT INTO fieldwork_taskobject (
        task_id, position, subject, {column} lon, lat, label, rule_id, period_from, state, note, photos, round)
    SELECT m.id, (c.n - 1) %% %(per_task)s + 1, %(subject)s, {value} c.lon, c.lat, c.label, {rule}
           'open', '', '{{}}', 1
      FROM chosen c
      JOIN made m ON coalesce(m.worker, 0) = coalesce(c.worker, 0) AND m.region_path = c.path AND m.part = c.part
    RETURNING 1
), told AS (
    INSERT INTO fieldwork_fieldstep (task_id, verb, from_state, to_state, at, actor_name, role, words, data)
    SELECT id, 'plan', '', state, %(at)s, %(actor)s, %(role)s, '', '{{}}'::jsonb FROM made RETURNING 1
)
SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM put)"""

GRID_PATROLS: Final = f"""
WITH {POSTS.strip()}, mine AS (
    SELECT g.id AS grid_id, g.path, p.user_id AS worker, count(*) OVER (PARTITION BY p.user_id) AS grids
      FROM posts p JOIN grids_grid g ON g.id = p.grid_id AND g.valid_to IS NULL
     WHERE g.path LIKE %(path)s
       AND NOT (g.path LIKE ANY(%(left_inside)s::varchar[]) OR g.path = ANY(%(left_at)s::varchar[]))
       AND EXISTS (
           SELECT 1 FROM grids_gridassignment a JOIN grids_gridpost q ON q.id = a.post_id
            WHERE q.grid_id = g.id AND q.kind = 'grid_patroller' AND a.user_id = p.user_id)
), heads AS (
    SELECT * FROM mine
     WHERE NOT EXISTS (
           SELECT 1 FROM fieldwork_fieldtask f
            WHERE f.rule_id = %(rule)s AND f.starts_on = %(starts_on)s AND f.region_path = mine.path
              AND f.state <> 'cancelled')
), made AS (
    INSERT INTO fieldwork_fieldtask (
        work, patrol_kind, mode, coverage, title, note, rule_id, campaign_id, run_id, part, grid_id, region_path,
        assignee_id, stands_in_for_id, state, starts_on, ends_on, due_at, minutes_needed, minutes, is_short, has_doubt,
        object_count, done_count, is_excused, version, planned_at)
    SELECT %(work)s, %(patrol_kind)s, %(mode)s, %(coverage)s, %(title)s, %(note)s, %(rule)s, NULL, %(run)s, 0,
           h.grid_id, h.path, coalesce(s.id, h.worker), CASE WHEN s.id IS NOT NULL THEN h.worker END,
           CASE WHEN l.id IS NOT NULL AND s.id IS NULL THEN 'planned' ELSE 'assigned' END,
           %(starts_on)s, %(ends_on)s, %(due_at)s, ceil(%(minutes)s::numeric / h.grids)::int, 0, false, false,
           0, 0, false, 1, %(at)s
      FROM heads h
      LEFT JOIN LATERAL (
           SELECT l.id, l.substitute_id FROM staffing_leave l
            WHERE l.user_id = h.worker AND l.state = 'approved'
              AND l.starts_on <= %(starts_on)s AND l.ends_on >= %(ends_on)s
            ORDER BY l.id LIMIT 1) l ON true
      LEFT JOIN accounts_user s ON s.id = l.substitute_id AND s.is_active
    RETURNING id, region_path, state
), route AS (
    SELECT m.id AS task_id, k.id AS place_id, k.lon, k.lat,
           row_number() OVER (PARTITION BY m.id ORDER BY k.last_at NULLS FIRST, k.id) AS n
      FROM made m
      JOIN LATERAL (
           SELECT k.id, k.lon, k.lat, {_LAST.format(column="key_place_id", row="k")} AS last_at
             FROM registers_keyplace k WHERE k.is_active AND k.path = m.region_path) k ON true
), put AS (
    INSERT INTO fieldwork_taskobject (
        task_id, position, subject, key_place_id, lon, lat, label, state, note, photos, round)
    SELECT task_id, n, 'key_place', place_id, lon, lat, '', 'open', '', '{{}}', 1
      FROM route WHERE n <= %(per_task)s
    RETURNING task_id
), told AS (
    INSERT INTO fieldwork_fieldstep (task_id, verb, from_state, to_state, at, actor_name, role, words, data)
    SELECT id, 'plan', '', state, %(at)s, %(actor)s, %(role)s, '', '{{}}'::jsonb FROM made RETURNING 1
)
SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM put)"""  # noqa: S608  # nothing but this module's own text
"""A patrol of every full-time worker; the route leads past the key places seen longest ago."""

COUNT_OBJECTS: Final = """
UPDATE fieldwork_fieldtask t SET object_count = n.n
  FROM (SELECT o.task_id, count(*) AS n FROM fieldwork_taskobject o
          JOIN fieldwork_fieldtask f ON f.id = o.task_id WHERE f.run_id = %(run)s GROUP BY 1) n
 WHERE t.id = n.task_id AND t.object_count <> n.n"""

FOLLOW_LEAVES: Final = """
WITH away AS (
    SELECT t.id, t.assignee_id AS absent, l.substitute_id AS stand_in
      FROM fieldwork_fieldtask t
      JOIN staffing_leave l ON l.user_id = t.assignee_id AND l.state = 'approved'
       AND l.starts_on <= greatest(t.starts_on, %(day)s::date) AND l.ends_on >= t.ends_on
      JOIN accounts_user s ON s.id = l.substitute_id AND s.is_active
     WHERE t.state IN ('planned', 'assigned') AND t.due_at > %(at)s
     ORDER BY t.id LIMIT %(limit)s FOR UPDATE OF t SKIP LOCKED
), moved AS (
    UPDATE fieldwork_fieldtask t
       SET assignee_id = a.stand_in, stands_in_for_id = a.absent, state = 'assigned', version = t.version + 1
      FROM away a WHERE t.id = a.id
    RETURNING t.id, a.absent, a.stand_in
)
INSERT INTO fieldwork_fieldstep (task_id, verb, from_state, to_state, at, actor_name, role, words, data)
SELECT id, 'assign', 'assigned', 'assigned', %(at)s, %(actor)s, %(role)s, '',
       jsonb_build_object('from', absent, 'person', stand_in, 'leave', true)
  FROM moved RETURNING task_id"""
"""Tasks that fall wholly into a leave go to the substitute."""

_COLUMNS: Final = {
    Subject.HOUSEHOLD: "household_id",
    Subject.KEY_PERSON: "key_person_id",
    Subject.KEY_PLACE: "key_place_id",
}
_SOURCES: Final = {
    Subject.HOUSEHOLD: _HOUSEHOLDS,
    Subject.KEY_PERSON: _KEY_PEOPLE,
    Subject.KEY_PLACE: _KEY_PLACES,
}


def planning(subject: Subject, *, is_campaign: bool, better: str = "") -> str:
    """The statement that plans a subject. `better` is the condition that keeps out what a rule of lower rank plans."""
    if subject is Subject.HOT_SPOT:
        source, column, value, rule = _HOT_SPOTS.format(), "", "", "NULL, NULL::date,"
    else:
        own = _COLUMNS[subject]
        names = {"column": own, "row": "h" if subject is Subject.HOUSEHOLD else "k"}
        source = _SOURCES[subject].format(
            taken=(_TAKEN_BY_CAMPAIGN if is_campaign else _TAKEN).format(**names),
            last=_LAST.format(**names),
            better=better,
            unseen="" if is_campaign else "AND (h.visited_on IS NULL OR h.visited_on < %(period_from)s)",
        )
        column, value = f"{own},", "c.object_id,"
        rule = "NULL, NULL::date," if is_campaign else "%(rule)s, %(period_from)s,"
    return f"WITH {POSTS.strip()}, {source.strip()}{REST.format(column=column, value=value, rule=rule)}"
