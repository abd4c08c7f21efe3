"""A day's planning for a large city: 5,000 workers with their households, key people and key places, all rules at once.

Everything is loaded by seeded SQL in the shape of real records; the planner is the product's own.
"""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

from benchmarks import registers
from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row

BAR = 30.0
WORKERS, PLACES, PEOPLE = 5000, 20, 4
MONDAY = datetime(2026, 11, 16, 0, 25, tzinfo=ZoneInfo("Asia/Shanghai"))
RESPONSIBLE = """
UPDATE registers_household h SET responsible_id = w.id, visited_on = NULL
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM accounts_user WHERE username LIKE 'bench-field-%%') w
 WHERE h.id %% %(workers)s = w.n
"""
KEY_PLACES = """
INSERT INTO registers_keyplace (name, kind, address, lon, lat, community_id, grid_id, path, contact_name, contact_phone,
    risk, responsible_id, is_active, key, version, created_at, updated_at)
SELECT '场所' || w.n || '-' || k, (ARRAY['small_restaurant', 'small_shop', 'school', 'market'])[1 + k %% 4], '',
    coalesce(g.lon, 0), coalesce(g.lat, 0), g.community_id, g.id, g.path, '', '',
    CASE WHEN k %% 10 = 0 THEN 'high' ELSE 'low' END, w.id, true, gen_random_uuid(), 1, %(at)s, %(at)s
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_user WHERE username LIKE 'bench-field-%%') w
  JOIN (SELECT *, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS m FROM grids_grid WHERE valid_to IS NULL) g
    ON g.n = 1 + w.n %% g.m, generate_series(1, %(places)s) k
"""
KEY_PEOPLE = """
INSERT INTO registers_keyperson (resident_id, path, kind, level, responsible_id, opened_on, close_reason, key, version,
    updated_at)
SELECT r.id, r.path, CASE WHEN r.id %% 2 = 0 THEN 'frail_elderly' ELSE 'key_youth' END, '2', h.responsible_id,
    '2026-01-01', '', gen_random_uuid(), 1, %(at)s
  FROM registers_resident r JOIN registers_household h ON h.id = r.household_id AND h.responsible_id IS NOT NULL
 ORDER BY r.id LIMIT %(people)s
    ON CONFLICT DO NOTHING
"""


def measure(options: Options, ground: str) -> list[Row]:
    """How long the planner takes on a Monday, and once more when nothing is left to plan."""
    with database("fieldwork", ground) as name:
        rows: list[Row] = run("benchmarks.fieldwork:everything", name, options)
    return rows


def everything(options: Options) -> list[Row]:
    """Load, plan, plan again. Runs in a process on the database."""
    from fieldwork.planning import plan_day

    households = load(options)
    began = time.perf_counter()
    planned = plan_day(at=MONDAY)
    took = time.perf_counter() - began
    began = time.perf_counter()
    again = plan_day(at=MONDAY)
    if again.objects or not planned.objects:
        raise AssertionError(f"the planner planned {planned}, then {again}")
    told = f"{_workers(options):,} workers, {households:,} households"
    return [
        Row(
            f"fieldwork: {told}: {planned.tasks:,} tasks with {planned.objects:,} objects planned",
            took,
            "s",
            bar=f"<= {BAR:.0f}",
            passed=took <= BAR,
        ),
        Row("fieldwork: the planner again, nothing left to plan", time.perf_counter() - began, "s"),
    ]


def _workers(options: Options) -> int:
    """Full at the usual size, few for a trial."""
    return min(WORKERS, max(1, options.households // 20))


def load(options: Options) -> int:
    """Households, residents, workers responsible for them, key people and key places; how many households."""
    from django.db import connection

    from governance.accounts.models import User

    _residents, households = registers.load(options.households)
    workers = _workers(options)
    User.objects.bulk_create(
        [User(username=f"bench-field-{number:05d}", name=f"网格员{number}") for number in range(workers)],
        batch_size=1000,
    )
    facts = {"workers": workers, "places": PLACES, "people": PEOPLE * workers, "at": MONDAY}
    with connection.cursor() as cursor:
        for statement in (RESPONSIBLE, KEY_PLACES, KEY_PEOPLE):
            cursor.execute(statement, facts)
        for table in ("registers_household", "registers_keyplace", "registers_keyperson", "accounts_user"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return households
