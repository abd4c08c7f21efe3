"""The registers of a large city: lists, one household, a person by the exact number, the report of indicator K26.

Everything is loaded by seeded SQL in the shape of real records and asked for in process, without a network; beside the
time stands what the heaviest statement of each page reads.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.client import at_share
from benchmarks.databases import database, run
from benchmarks.options import Options
from benchmarks.table import Row

if TYPE_CHECKING:
    from django.test import Client

PAGE_BAR, REPORT_BAR, PAGES_BAR = 100.0, 1_500.0, 20_000
BUILDINGS_OF_A_GRID, ROUNDS = 25, 60
IDENTITY = "11010519491231002X"
"""The example of the standard for identity numbers, GB 11643."""
BUILDINGS = """
INSERT INTO grids_building (code, name, address, kind, community_id, grid_id, path, lon, lat, floors,
    household_count, is_active)
SELECT 'bench-' || g.id || '-' || n, n || '号楼', '', 'residential', g.community_id, g.id, g.path,
    coalesce(g.lon, 0), coalesce(g.lat, 0), 6, 20, true
FROM grids_grid g, generate_series(1, %(buildings)s) n WHERE g.valid_to IS NULL
"""
HOUSEHOLDS = """
INSERT INTO registers_household (building_id, door, grid_id, path, tenure, responsible_id, is_active, confirmed_on,
    key, version, created_at, updated_at)
SELECT b.id, lpad(n::text, 4, '0'), b.grid_id, b.path,
    CASE WHEN n %% 9 = 0 THEN '' WHEN n %% 3 = 0 THEN 'rented' ELSE 'owned' END, u.id, true,
    CASE WHEN n %% 11 = 0 THEN NULL ELSE %(at)s::date - (n * 37 + b.id)::int %% 400 END,
    gen_random_uuid(), 1, %(at)s, %(at)s
FROM grids_building b, generate_series(1, %(households)s) n, (SELECT min(id) AS id FROM accounts_user) u
WHERE b.code LIKE 'bench-%%'
"""
RESIDENTS = """
INSERT INTO registers_resident (household_id, path, name, sex, birth_date, kind, relation, identity_number,
    identity_index, phone, phone_index, origin, groups, is_on_hold, hold_reason, confirmed_on, key, version,
    created_at, updated_at)
SELECT h.id, h.path, '居民' || n, CASE WHEN n %% 2 = 0 THEN 'male' ELSE 'female' END,
    %(at)s::date - (7000 + (h.id * 7 + n)::int %% 20000),
    CASE WHEN h.id %% 5 = 0 THEN 'migrant' ELSE 'registered' END, CASE WHEN n = 1 THEN 'head' ELSE 'kin' END,
    %(identity)s, encode(sha256((h.id || '-' || n)::bytea), 'hex'), %(phone)s,
    encode(sha256((h.id || '+' || n)::bytea), 'hex'), '本市', ARRAY[]::varchar[], false, '', h.confirmed_on,
    gen_random_uuid(), 1, %(at)s, %(at)s
FROM registers_household h, generate_series(1, 4) n
WHERE n <= 3 + (h.id %% 3 = 0)::int AND h.building_id IN (SELECT id FROM grids_building WHERE code LIKE 'bench-%%')
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A page of one reader; `data` is posted, with `expected` to be found in the answer."""

    name: str
    who: str
    path: str
    bar: float = PAGE_BAR
    data: Mapping[str, str] | None = None
    expected: str = ""

    def ask(self, client: "Client") -> None:
        answer = client.get(self.path) if self.data is None else client.post(self.path, self.data)
        if answer.status_code != 200 or self.expected not in answer.content.decode():
            raise AssertionError(f"{self.name} answers {answer.status_code}: {answer.content[:300]!r}")


def measure(options: Options, ground: str) -> list[Row]:
    """p95 of each page and the pages that its heaviest statement reads."""
    with database("registers", ground) as name:
        rows: list[Row] = run("benchmarks.registers:everything", name, options)
    return rows


def everything(options: Options) -> list[Row]:
    """Load, then ask. Runs in a process on the database."""
    began = time.perf_counter()
    residents, households = load(options.households)
    told = f"{residents:,} residents, {households:,} households"
    rows = [Row(f"registers: {told}, loaded", time.perf_counter() - began, "s")]
    heaviest: list[tuple[int, str]] = []
    for asked in questions():
        client = _client(asked.who)
        asked.ask(client)
        heaviest.append((_pages_read(lambda asked=asked, client=client: asked.ask(client)), asked.name))
        p95 = at_share([_milliseconds(asked, client) for _round in range(ROUNDS)], 0.95)
        rows.append(
            Row(f"registers: {asked.name}", p95, "ms p95", bar=f"<= {asked.bar:g}", passed=p95 <= asked.bar)
        )
    most, name = max(heaviest)
    rows.append(Row(f"registers: most pages read by a page's statement ({name})", most, "8 kB"))
    small = max(item for item in heaviest if not item[1].startswith("report"))
    rows.append(
        Row(
            f"registers: the same but for reports ({small[1]})",
            small[0],
            "8 kB",
            bar=f"<= {PAGES_BAR:,}",
            passed=small[0] <= PAGES_BAR,
        )
    )
    return rows


def load(wanted: int) -> tuple[int, int]:
    """About so many households, with ten residents to three; one of them has the number that is looked for."""
    from django.db import connection

    from governance.foundation.clock import now
    from governance.foundation.sealed import seal
    from grids.models import Grid
    from registers.models import Household, Resident

    grids = Grid.objects.filter(valid_to=None).count()
    facts = {
        "buildings": BUILDINGS_OF_A_GRID,
        "households": max(1, round(wanted / (grids * BUILDINGS_OF_A_GRID))),
        "at": now(),
        "identity": seal(IDENTITY, "registers.resident.identity_number"),
        "phone": seal("13800000000", "registers.resident.phone"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'")
        for statement in (BUILDINGS, HOUSEHOLDS, RESIDENTS):
            cursor.execute(statement, facts)
        for table in ("grids_building", "registers_household", "registers_resident"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute(
            "CHECKPOINT"
        )  # else the server writes the load to disk while the first page is measured
    field: Any = Resident._meta.get_field("identity_index")
    Resident.objects.filter(pk=_own().pk).update(identity_index=field.digest(IDENTITY))
    return Resident.objects.count(), Household.objects.count()


def _own() -> Any:
    """A resident of the community whose staff is asked."""
    from registers.models import Resident

    return Resident.objects.filter(path__startswith=_path_of("community")).order_by("-id")[0]


def _path_of(name: str) -> str:
    from governance.accounts.models import User
    from grids import scope

    return scope.of(User.objects.get(username=name)).paths[0]


def questions() -> Iterator[Asked]:
    """What people ask of the registers all day, and the reports."""
    person = _own()
    by_number = {"field": "identity_number", "text": IDENTITY}
    yield Asked(name="households of a community", who="community", path="/registers/households/")
    yield Asked(
        name="households not confirmed lately", who="community", path="/registers/households/?fresh=0"
    )
    yield Asked(name="residents of a community", who="community", path="/registers/residents/")
    yield Asked(name="residents of a town, incomplete", who="town", path="/registers/residents/?complete=0")
    yield Asked(name="residents of a grid", who="patroller", path="/registers/residents/")
    yield Asked(name="one household", who="community", path=f"/registers/households/{person.household_id}/")
    yield Asked(
        name="a person by the exact number",
        who="community",
        path="/registers/search/",
        data=by_number,
        expected=f"/registers/residents/{person.pk}/",
    )
    for who in ("community", "town", "oversight"):
        yield Asked(name=f"report K26, {who}", who=who, path="/registers/report/", bar=REPORT_BAR)


def _client(name: str) -> "Client":
    from django.test import Client

    from benchmarks.ground import sign_in

    return Client(SERVER_NAME="127.0.0.1", headers={"cookie": sign_in([name])[name]})


def _milliseconds(asked: Asked, client: "Client") -> float:
    began = time.perf_counter()
    asked.ask(client)
    return 1000 * (time.perf_counter() - began)


def _pages_read(deed: Callable[[], None]) -> int:
    """The 8 kB pages that the heaviest statement on the registers touches."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks.plans import explained

    with CaptureQueriesContext(connection) as captured:
        deed()
    statements = [(query["sql"] or "").strip() for query in captured]
    plans = [explained(sql) for sql in statements if sql.startswith("SELECT") and "registers_" in sql]
    return max((plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans), default=0)
