"""The statements of the engine: occasions moved and their sums moved by as much, in one; and the same to compare.

Every region is a range of fifteen digits, so its ancestors are divisions: by 10^11 the city, 10^9 the district, 10^6
the town, 10^3 the community. What lies in no town (community) counts for a town (community) with zeros at its end.
"""

from typing import Final

CHOSEN: Final = """chosen AS MATERIALIZED (
    SELECT * FROM unnest(%(slots)s::int[], %(sides)s::bool[], %(kinds)s::smallint[], %(masks)s::int[], %(wants)s::int[],
                         %(froms)s::date[], %(tos)s::date[], %(measures)s::bool[])
                  AS c(slot, is_whole, kind, mask, want, since, until, measures)
)"""

MOVED: Final = """fresh (item_id, kind, serial, at, place, unit_id, facts, minutes, is_sensitive)
    AS MATERIALIZED ({derived}), moved AS MATERIALIZED (
    SELECT item_id, kind, serial, o.at IS NOT NULL AS was, f.at IS NOT NULL AS stands,
           o.day AS old_day, o.place AS old_place, o.unit_id AS old_unit, o.facts AS old_facts,
           o.minutes AS old_minutes, o.is_sensitive AS old_sensitive,
           f.at, (f.at AT TIME ZONE %(zone)s)::date AS day, f.place, f.unit_id, f.facts, f.minutes, f.is_sensitive
      FROM (SELECT * FROM assessment_occasion WHERE kind = ANY(%(own)s::smallint[]) AND {items}) o
      FULL JOIN fresh f USING (item_id, kind, serial)
     WHERE (o.at, o.place, o.unit_id, o.facts, o.minutes, o.is_sensitive)
           IS DISTINCT FROM (f.at, f.place, f.unit_id, f.facts, f.minutes, f.is_sensitive)
)"""

SIGNED: Final = """signed AS (
    SELECT -1 AS sign, item_id, kind, old_day AS day, old_place AS place, old_unit AS unit_id, old_facts AS facts,
           old_minutes AS minutes, old_sensitive AS is_sensitive FROM moved WHERE was
    UNION ALL
    SELECT 1, item_id, kind, day, place, unit_id, facts, minutes, is_sensitive FROM moved WHERE stands
)"""

TOLD: Final = """told AS MATERIALIZED (
    SELECT c.slot, g.item_id, g.day, g.place, g.unit_id, g.is_sensitive,
           CASE WHEN NOT c.measures THEN 0 WHEN g.minutes < 100 THEN g.minutes
                ELSE g.minutes - mod(g.minutes, (10 ^ (length(g.minutes::text) - 2))::int) END AS bin,
           CASE WHEN c.is_whole THEN g.sign ELSE 0 END AS whole, CASE WHEN c.is_whole THEN 0 ELSE g.sign END AS part
      FROM signed g
      JOIN chosen c ON c.kind = g.kind AND (g.facts & c.mask) = c.want AND g.day >= c.since AND g.day < c.until
                   AND (NOT c.measures OR g.minutes IS NOT NULL)
)"""

CITY, DISTRICT, TOWN, COMMUNITY = 10**11, 10**9, 10**6, 10**3
DAY_SUBJECTS: Final = (
    f"(VALUES (place / {CITY}), (place / {DISTRICT}), (place / {TOWN}), (-unit_id)) AS of(subject)"
)
MONTH_SUBJECTS: Final = (
    f"(VALUES (place / {CITY}), (place / {DISTRICT}), (place / {TOWN}), (place / {COMMUNITY}), (-unit_id))"
    " AS of(subject)"
)

DAY_SUMS: Final = f"""
    SELECT slot, subject, day, is_sensitive, bin, sum(whole) AS whole, sum(part) AS part
      FROM told CROSS JOIN LATERAL {DAY_SUBJECTS} WHERE subject IS NOT NULL
     GROUP BY slot, subject, day, is_sensitive, bin HAVING sum(whole) <> 0 OR sum(part) <> 0"""  # noqa: S608  # ours

MONTH_SUMS: Final = f"""
    SELECT slot, subject, date_trunc('month', day)::date AS month, is_sensitive, bin, sum(whole) AS whole,
           sum(part) AS part
      FROM told CROSS JOIN LATERAL {MONTH_SUBJECTS} WHERE subject IS NOT NULL
     GROUP BY slot, subject, date_trunc('month', day), is_sensitive, bin
    HAVING sum(whole) <> 0 OR sum(part) <> 0"""  # noqa: S608  # ours

ADD_DAYS: Final = f"""
    INSERT INTO assessment_daycell AS c (slot, subject, day, is_sensitive, bin, whole, part)
    {DAY_SUMS} ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (slot, subject, day, is_sensitive, bin)
    DO UPDATE SET whole = c.whole + excluded.whole, part = c.part + excluded.part"""

ADD_MONTHS: Final = f"""
    INSERT INTO assessment_monthcell AS c (slot, subject, month, is_sensitive, bin, whole, part)
    {MONTH_SUMS} ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (slot, subject, month, is_sensitive, bin)
    DO UPDATE SET whole = c.whole + excluded.whole, part = c.part + excluded.part"""

ROLL: Final = f"""
WITH {MOVED}, {CHOSEN}, {SIGNED}, {TOLD}, gone AS (
    DELETE FROM assessment_occasion o USING moved m
     WHERE m.was AND NOT m.stands AND o.item_id = m.item_id AND o.kind = m.kind AND o.serial = m.serial
), kept AS (
    INSERT INTO assessment_occasion (item_id, kind, serial, at, day, place, unit_id, facts, minutes, is_sensitive)
    SELECT item_id, kind, serial, at, day, place, unit_id, facts, minutes, is_sensitive FROM moved WHERE stands
    ON CONFLICT (item_id, kind, serial) DO UPDATE
       SET at = excluded.at, day = excluded.day, place = excluded.place, unit_id = excluded.unit_id,
           facts = excluded.facts, minutes = excluded.minutes, is_sensitive = excluded.is_sensitive
), days AS ({ADD_DAYS}), months AS ({ADD_MONTHS}), later AS (
    INSERT INTO assessment_adjustment (slot, month, item_id, place, unit_id, is_sensitive, bin, whole, part, at)
    SELECT slot, date_trunc('month', day)::date, item_id, place, unit_id, is_sensitive, bin, sum(whole), sum(part),
           %(now)s
      FROM told WHERE date_trunc('month', day)::date = ANY(%(frozen)s::date[])
     GROUP BY slot, date_trunc('month', day), item_id, place, unit_id, is_sensitive, bin
    HAVING sum(whole) <> 0 OR sum(part) <> 0
)
SELECT count(*), count(DISTINCT item_id) FROM moved"""  # noqa: S608  # ours

COMPARE: Final = f"WITH {MOVED} SELECT DISTINCT item_id FROM moved ORDER BY 1"  # noqa: S608  # ours

STANDING: Final = """signed AS (
    SELECT 1 AS sign, item_id, kind, day, place, unit_id, facts, minutes, is_sensitive FROM assessment_occasion
     WHERE kind = ANY(%(kinds)s::smallint[]) AND day >= %(since)s AND day < %(until)s
)"""

COUNT_DAYS: Final = f"WITH {CHOSEN}, {STANDING}, {TOLD} {ADD_DAYS}"
COUNT_MONTHS: Final = f"WITH {CHOSEN}, {STANDING}, {TOLD} {ADD_MONTHS}"

DIFFERING: Final = f"""
WITH {CHOSEN}, {STANDING}, {TOLD}, days AS ({DAY_SUMS}), months AS ({MONTH_SUMS})
SELECT slot, subject, day, coalesce(c.whole, 0), coalesce(c.part, 0), coalesce(d.whole, 0), coalesce(d.part, 0)
  FROM (SELECT * FROM assessment_daycell WHERE day >= %(since)s AND day < %(until)s AND slot = ANY(%(slots)s::int[])) c
  FULL JOIN days d USING (slot, subject, day, is_sensitive, bin)
 WHERE (coalesce(c.whole, 0), coalesce(c.part, 0)) <> (coalesce(d.whole, 0), coalesce(d.part, 0))
UNION ALL
SELECT slot, subject, month, coalesce(c.whole, 0), coalesce(c.part, 0), coalesce(d.whole, 0), coalesce(d.part, 0)
  FROM (SELECT * FROM assessment_monthcell
         WHERE month >= %(since)s AND month < %(until)s AND slot = ANY(%(slots)s::int[])) c
  FULL JOIN months d USING (slot, subject, month, is_sensitive, bin)
 WHERE (coalesce(c.whole, 0), coalesce(c.part, 0)) <> (coalesce(d.whole, 0), coalesce(d.part, 0))
UNION ALL
SELECT slot, subject, %(since)s::date, c.whole - c.frozen_whole, c.part - c.frozen_part, coalesce(a.whole, 0),
       coalesce(a.part, 0)
  FROM (SELECT slot, subject, sum(whole) AS whole, sum(part) AS part, sum(frozen_whole) AS frozen_whole,
               sum(frozen_part) AS frozen_part FROM assessment_monthcell
         WHERE month = %(since)s AND slot = ANY(%(slots)s::int[]) GROUP BY slot, subject) c
  FULL JOIN (SELECT slot, subject, sum(whole) AS whole, sum(part) AS part FROM assessment_adjustment
              CROSS JOIN LATERAL {MONTH_SUBJECTS}
              WHERE subject IS NOT NULL AND month = %(since)s AND slot = ANY(%(slots)s::int[])
              GROUP BY slot, subject) a USING (slot, subject)
 WHERE %(is_frozen)s AND (coalesce(c.whole - c.frozen_whole, 0), coalesce(c.part - c.frozen_part, 0))
       <> (coalesce(a.whole, 0), coalesce(a.part, 0))"""  # noqa: S608  # ours

FREEZE: Final = """
UPDATE assessment_monthcell SET frozen_whole = whole, frozen_part = part
 WHERE month = %(month)s AND (slot = %(slot)s OR %(slot)s IS NULL)"""
