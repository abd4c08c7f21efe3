"""The statements of the engine: occasions moved and their sums moved by as much, in one; and the same to compare.

Every region is a range of fifteen digits, so its ancestors are divisions: by 10^11 the city, 10^9 the district, 10^6
the town, 10^3 the community. What lies in no town (community) counts for a town (community) with zeros at its end.
"""

from typing import Final

PLAIN, COARSE, FINE = 0, 1, 2
"""What a line of a definition tells lengths apart by: by nothing, by one digit of minutes, by two.

Sums of lengths are kept by one digit, few of them, to be read fast, and under the slot's number below zero by two.
"""

CHOSEN: Final = """chosen AS MATERIALIZED (
    SELECT * FROM unnest(%(slots)s::int[], %(sides)s::bool[], %(kinds)s::smallint[], %(masks)s::int[], %(wants)s::int[],
                         %(froms)s::date[], %(tos)s::date[], %(grains)s::smallint[])
                  AS c(slot, is_whole, kind, mask, want, since, until, grain)
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


def kept_at(slot: int, grain: int) -> int:
    """The number under which sums of that grain are kept."""
    return -slot if grain == FINE else slot


def _digits(kept: int) -> str:
    """`g.minutes` with everything after its first digits made zero."""
    steps = [
        f"WHEN g.minutes < {10**most} THEN g.minutes - mod(g.minutes, {10 ** (most - kept)})"
        for most in range(kept + 1, 10)
    ]
    return f"CASE WHEN g.minutes < {10**kept} THEN g.minutes {' '.join(steps)} END"


LENGTH: Final = _digits(2)
ROUGH: Final = f"CASE WHEN g.minutes < 10 THEN 0 ELSE {_digits(1)} END"
BIN: Final = f"CASE c.grain WHEN {PLAIN} THEN 0 WHEN {FINE} THEN {LENGTH} ELSE {ROUGH} END"
FITS: Final = f"""c.kind = g.kind AND (g.facts & c.mask) = c.want AND g.day >= c.since AND g.day < c.until
                   AND (c.grain = {PLAIN} OR g.minutes IS NOT NULL)"""

EACH: Final = f"""
    SELECT c.slot, g.item_id, g.day, g.place, g.unit_id, g.is_sensitive, {BIN} AS bin,
           CASE WHEN c.is_whole THEN g.sign ELSE 0 END AS whole, CASE WHEN c.is_whole THEN 0 ELSE g.sign END AS part
      FROM signed g
      JOIN chosen c ON {FITS}"""  # noqa: S608  # ours

TOLD: Final = f"told AS MATERIALIZED ({EACH})"

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


def into_days(sums: str) -> str:
    """The statement that adds such sums to those of the days."""
    return f"""
    INSERT INTO assessment_daycell AS c (slot, subject, day, is_sensitive, bin, whole, part)
    {sums} ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (slot, subject, day, is_sensitive, bin)
    DO UPDATE SET whole = c.whole + excluded.whole, part = c.part + excluded.part"""


def into_months(sums: str) -> str:
    """The statement that adds such sums to those of the months."""
    return f"""
    INSERT INTO assessment_monthcell AS c (slot, subject, month, is_sensitive, bin, whole, part)
    {sums} ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (slot, subject, month, is_sensitive, bin)
    DO UPDATE SET whole = c.whole + excluded.whole, part = c.part + excluded.part"""


PAIRED: Final = """paired AS MATERIALIZED (
    SELECT * FROM unnest(%(pair_slots)s::int[], %(pair_kinds)s::smallint[], %(pair_masks)s::int[],
                         %(pair_wants)s::int[], %(pair_froms)s::date[], %(pair_tos)s::date[],
                         %(pair_grains)s::smallint[], %(pair_wholes)s::bool[], %(pair_part_masks)s::int[],
                         %(pair_part_wants)s::int[])
                  AS c(slot, kind, mask, want, since, until, grain, is_whole, part_mask, part_want)
)"""

# Occasions that are alike are added up before definitions look at them, and every level of places is the sum of the one
# below: many rows become few early on.
SUMMED: Final = f"""alike AS MATERIALIZED (
    SELECT kind, facts, day, is_sensitive, minutes,
           CASE WHEN GROUPING(unit_id) = 0 THEN -unit_id ELSE community END AS subject, sum(sign)::int AS many
      FROM (SELECT g.sign, g.kind, g.facts, g.day, g.is_sensitive, g.place / {COMMUNITY} AS community, g.unit_id,
                   {LENGTH} AS minutes FROM signed g) g
     GROUP BY kind, facts, day, is_sensitive, minutes, GROUPING SETS ((community), (unit_id))
    HAVING sum(sign) <> 0
), narrow AS MATERIALIZED (
    SELECT c.slot, g.subject, g.day, g.is_sensitive, {BIN} AS bin,
           sum(CASE WHEN c.is_whole THEN g.many ELSE 0 END)::int AS whole,
           sum(CASE WHEN (g.facts & c.part_mask) = c.part_want THEN g.many ELSE 0 END)::int AS part
      FROM alike g
      JOIN paired c ON {FITS}
     WHERE g.subject IS NOT NULL GROUP BY 1, 2, 3, 4, 5
), towns AS MATERIALIZED (
    SELECT slot, subject / {TOWN // COMMUNITY} AS subject, day, is_sensitive, bin, sum(whole)::int AS whole,
           sum(part)::int AS part FROM narrow WHERE subject > 0 GROUP BY 1, 2, 3, 4, 5
), districts AS MATERIALIZED (
    SELECT slot, subject / {DISTRICT // TOWN} AS subject, day, is_sensitive, bin, sum(whole)::int AS whole,
           sum(part)::int AS part FROM towns GROUP BY 1, 2, 3, 4, 5
), cities AS MATERIALIZED (
    SELECT slot, subject / {CITY // DISTRICT} AS subject, day, is_sensitive, bin, sum(whole)::int AS whole,
           sum(part)::int AS part FROM districts GROUP BY 1, 2, 3, 4, 5
), wide AS MATERIALIZED (
    SELECT * FROM narrow WHERE subject < 0 UNION ALL SELECT * FROM towns UNION ALL SELECT * FROM districts
    UNION ALL SELECT * FROM cities
)"""  # noqa: S608  # ours

WIDE_DAYS: Final = (
    "SELECT slot, subject, day, is_sensitive, bin, whole, part FROM wide WHERE whole <> 0 OR part <> 0"
)

WIDE_MONTHS: Final = """
    SELECT slot, subject, date_trunc('month', day)::date AS month, is_sensitive, bin, sum(whole) AS whole,
           sum(part) AS part
      FROM (SELECT * FROM wide UNION ALL SELECT * FROM narrow WHERE subject > 0) s
     GROUP BY 1, 2, 3, 4, 5 HAVING sum(whole) <> 0 OR sum(part) <> 0"""

ROLL: Final = f"""
WITH {MOVED}, {CHOSEN}, {PAIRED}, {SIGNED}, {SUMMED}, gone AS (
    DELETE FROM assessment_occasion o USING moved m
     WHERE m.was AND NOT m.stands AND o.item_id = m.item_id AND o.kind = m.kind AND o.serial = m.serial
), kept AS (
    UPDATE assessment_occasion o
       SET at = m.at, day = m.day, place = m.place, unit_id = m.unit_id, facts = m.facts, minutes = m.minutes,
           is_sensitive = m.is_sensitive
      FROM moved m
     WHERE m.was AND m.stands AND o.item_id = m.item_id AND o.kind = m.kind AND o.serial = m.serial
), added AS (
    INSERT INTO assessment_occasion (item_id, kind, serial, at, day, place, unit_id, facts, minutes, is_sensitive)
    SELECT item_id, kind, serial, at, day, place, unit_id, facts, minutes, is_sensitive FROM moved
     WHERE NOT was ORDER BY item_id, kind, serial
), days AS ({into_days(WIDE_DAYS)}), months AS ({into_months(WIDE_MONTHS)}), later AS (
    INSERT INTO assessment_adjustment (slot, month, item_id, place, unit_id, is_sensitive, bin, whole, part, at)
    SELECT slot, date_trunc('month', day)::date, item_id, place, unit_id, is_sensitive, bin, sum(whole), sum(part),
           %(now)s
      FROM ({EACH} WHERE g.day < %(thawed)s AND c.grain <> {FINE}) told
     WHERE date_trunc('month', day)::date = ANY(%(frozen)s::date[])
     GROUP BY slot, date_trunc('month', day), item_id, place, unit_id, is_sensitive, bin
    HAVING sum(whole) <> 0 OR sum(part) <> 0
)
SELECT count(*), count(DISTINCT item_id) FROM moved"""  # noqa: S608  # ours

COMPARE: Final = f"WITH {MOVED} SELECT DISTINCT item_id FROM moved ORDER BY 1"  # noqa: S608  # ours

STANDING: Final = """signed AS (
    SELECT 1 AS sign, item_id, kind, day, place, unit_id, facts, minutes, is_sensitive FROM assessment_occasion
     WHERE kind = ANY(%(kinds)s::smallint[]) AND day >= %(since)s AND day < %(until)s
)"""

COUNT_DAYS: Final = f"WITH {CHOSEN}, {STANDING}, {TOLD} {into_days(DAY_SUMS)}"
COUNT_MONTHS: Final = f"WITH {CHOSEN}, {STANDING}, {TOLD} {into_months(MONTH_SUMS)}"

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
         WHERE month = %(since)s AND slot = ANY(%(slots)s::int[]) AND slot > 0 GROUP BY slot, subject) c
  FULL JOIN (SELECT slot, subject, sum(whole) AS whole, sum(part) AS part FROM assessment_adjustment
              CROSS JOIN LATERAL {MONTH_SUBJECTS}
              WHERE subject IS NOT NULL AND month = %(since)s AND slot = ANY(%(slots)s::int[])
              GROUP BY slot, subject) a USING (slot, subject)
 WHERE %(is_frozen)s AND (coalesce(c.whole - c.frozen_whole, 0), coalesce(c.part - c.frozen_part, 0))
       <> (coalesce(a.whole, 0), coalesce(a.part, 0))"""  # noqa: S608  # ours

FREEZE: Final = """
UPDATE assessment_monthcell SET frozen_whole = whole, frozen_part = part
 WHERE month = %(month)s AND (abs(slot) = %(slot)s OR %(slot)s IS NULL)"""
