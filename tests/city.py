"""A small fictional city for tests: built once per process with the real code, then replayed with COPY.

One city, two districts with a town each, three communities, four adjacent square grids of 0.01 degrees from
118.50 E, 31.10 N eastwards; every unit and person that a test of rules needs. Ids are the same in all tests.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import OperationalError, connection, models, transaction

from governance.accounts.appointments import Post, appoint_many
from governance.accounts.models import OrgUnit, User
from governance.command.picture import views as pictures
from governance.exchange.models import ApiClient, issue_key
from governance.foundation.calendars.seed import seed
from governance.foundation.calendars.store import forget_calendars
from grids import locator_cache, territory
from grids.models import Grid, GridVersion, Region, UnitArea
from grids.tiles import layers
from incidents import catalogue, directory, loading
from mandates import standing
from supervision import checklists

FOUNDED = datetime(2020, 1, 1, tzinfo=UTC)
FOUNDED_ON = date(2020, 1, 1)
YEARS = range(2025, 2029)
EMPTYING_TRIES = 5
PASSWORD = "Grid-2026-pass"
API_KEY = "wg_test_hotline_key_0001"
POLICE_KEY = "wg_test_police_key_0001"
SIDE = 0.01
WEST, SOUTH = 118.50, 31.10

# code, level, name, parent, command unit (code, kind)
REGIONS = (
    ("990100000000", "city", "云泽市", None, ("CMD", "center")),
    ("990101000000", "district", "东湖区", "990100000000", ("D1", "district_center")),
    ("990102000000", "district", "西岭区", "990100000000", ("D2", "district_center")),
    ("990101001000", "town", "文津街道", "990101000000", ("T1", "sub_center")),
    ("990102001000", "town", "石桥镇", "990102000000", ("T2", "sub_center")),
    ("990101001001", "community", "书院社区", "990101001000", ("W1", "workstation")),
    ("990101001002", "community", "桂园社区", "990101001000", ("W2", "workstation")),
    ("990102001001", "community", "石桥村", "990102001000", ("W3", "workstation")),
)
GRIDS = ("990101001001001", "990101001001002", "990101001002001", "990102001001001")
# code, name, kind, tier, line, area
OTHER_UNITS = (
    ("CG", "城市管理局", "department", "city", "CG", "990100000000"),
    ("CG1", "东湖区城市管理局", "department", "district", "CG", "990101000000"),
    ("E1", "文津街道综合执法局", "town_enforcement", "town", "CG", "990101001000"),
    ("P1", "文津派出所", "police", "town", "GA", "990101001000"),
    ("M1", "文津街道调解委员会", "mediation_organization", "town", "SF", "990101001000"),
    ("RQ", "云泽燃气公司", "utility", "city", "RQ", "990100000000"),
)
# user name, Chinese name, home unit, role, what it is held over: a region or grid code, or a unit code
PEOPLE = (
    ("worker", "王巡", "G1", "grid_patroller", "990101001001001"),
    ("neighbour", "李邻", "G2", "grid_patroller", "990101001001002"),
    ("grid_leader", "赵格", "G1", "grid_leader", "990101001001001"),
    ("supervisor", "钱督", "W1", "grid_supervisor", "990101001001"),
    ("part_timer", "孙兼", "G1", "part_time_worker", "990101001001001"),
    ("police", "周警", "P1", "police_grid_officer", "990101001001"),
    ("community", "吴社", "W1", "community_staff", "990101001001"),
    ("far_community", "郑远", "W3", "community_staff", "990102001001"),
    ("town", "冯镇", "T1", "town_staff", "990101001000"),
    ("far_town", "陈石", "T2", "town_staff", "990102001000"),
    ("duty", "褚值", "CMD", "duty_officer", "990100000000"),
    ("dispatcher", "卫派", "CMD", "dispatcher", "990100000000"),
    ("second_dispatcher", "蒋派", "CMD", "dispatcher", "990100000000"),
    ("far_dispatcher", "沈西", "D2", "dispatcher", "990102000000"),
    ("oversight", "韩督", "CMD", "oversight_officer", "990100000000"),
    ("far_oversight", "杨西", "D2", "oversight_officer", "990102000000"),
    ("handler", "朱办", "CG", "dept_handler", "CG"),
    ("lead", "秦长", "CG", "dept_lead", "CG"),
    ("enforcer", "尤执", "E1", "dept_handler", "E1"),
    ("gas", "许燃", "RQ", "dept_handler", "RQ"),
    ("mediator", "何调", "M1", "mediator", "M1"),
    ("leader", "吕领", "CMD", "leader", "990100000000"),
    ("auditor", "施审", "CMD", "auditor", "990100000000"),
    ("administrator", "张管", "CMD", "administrator", "990100000000"),
    ("outsider", "孔外", "CG", "", ""),
)
# Written by a trigger, or already there after the migrations.
NOT_REPLAYED = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "foundation_calendarversion",
    "registers_registerrule",
    "registers_requiredfield",
    "fieldwork_taskrule",
    "fieldwork_fieldvalue",
    "fieldwork_checklist",
    "fieldwork_checklistitem",
    "analysis_warningrule",
    "bulletins_bulletintemplate",
}


@dataclass(frozen=True)
class Recorded:
    """The rows of one table in COPY's text form."""

    table: str
    columns: str
    rows: bytes


_recorded: list[Recorded] = []


def forget_snapshots() -> None:
    """Drop what this process remembers of territory, catalogue and calendars."""
    territory.forget()
    locator_cache.forget()
    layers.forget()
    catalogue.forget()
    standing.forget()
    pictures.KEEP.forget()
    directory.forget()
    forget_calendars()


def found() -> None:
    """Put the city into the database, unless it is there: built the first time, replayed afterwards."""
    if User.objects.filter(username="outsider").exists():
        return
    with transaction.atomic():
        if _recorded:
            _replay()
        else:
            _build()
            _recorded.extend(_record())
    forget_snapshots()


def square(column: int) -> dict[str, Any]:
    """The polygon of the grid in that column, counted from the west."""
    west, south = WEST + column * SIDE, SOUTH
    east, north = west + SIDE, south + SIDE
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def centre(column: int) -> tuple[float, float]:
    """The middle of that grid: (lon, lat)."""
    return WEST + (column + 0.5) * SIDE, SOUTH + 0.5 * SIDE


def _build() -> None:
    seed(at=FOUNDED, years=YEARS)
    loading.load_all(at=FOUNDED)
    checklists.load_shipped()
    targets: dict[str, models.Model] = {}
    command: dict[str, OrgUnit] = {}
    for code, level, name, above, (unit_code, kind) in REGIONS:
        parent = targets.get(above or "")
        region = Region.objects.create(
            code=code, level=level, name=name, parent=parent, valid_from=FOUNDED_ON
        )
        unit = OrgUnit.objects.create(
            code=unit_code,
            name=f"{name}网格化联动中心",
            kind=kind,
            tier=level,
            line="CMD" if level == "city" else "",
            parent=command.get(above or ""),
        )
        UnitArea.objects.create(unit=unit, region=region, duty=UnitArea.Duty.COMMAND)
        targets[code], targets[unit_code], command[code] = region, unit, unit
    for column, code in enumerate(GRIDS):
        community = code[:12]
        team = OrgUnit.objects.create(
            code=f"G{column + 1}",
            name=f"第{column + 1}网格队",
            kind="grid_team",
            tier="grid",
            parent=command[community],
        )
        targets[team.code] = team
        lon, lat = centre(column)
        targets[code] = Grid.objects.create(
            code=code,
            community=targets[community],
            name=f"第{column + 1}网格",
            polygon=square(column),
            team=team,
            household_count=400,
            valid_from=FOUNDED_ON,
            lon=lon,
            lat=lat,
        )
    for code, name, kind, tier, line, area in OTHER_UNITS:
        unit = OrgUnit.objects.create(code=code, name=name, kind=kind, tier=tier, line=line)
        UnitArea.objects.create(unit=unit, region=targets[area])
        targets[code] = unit
    _settle(targets)
    for code, name, sources, key in (
        ("hotline", "12345热线", ["hotline"], API_KEY),
        ("police", "110", ["police"], POLICE_KEY),
    ):
        client = ApiClient(code=code, name=name, sources=sources)
        issue_key(client, key)
        client.save()
    GridVersion.bump()


def _settle(targets: dict[str, models.Model]) -> None:
    posts = []
    for number, (username, name, unit, role, over) in enumerate(PEOPLE):
        user = User.objects.create_user(
            username, PASSWORD, name=name, unit=targets[unit], phone=f"1390000{number:04d}"
        )
        if role:
            posts.append(Post(user=user, role=role, target=targets[over], starts_on=FOUNDED_ON))
    appoint_many(posts, at=datetime(2026, 1, 1, tzinfo=UTC))
    Group.objects.get_or_create(name="dispatcher")


def _tables() -> Sequence[str]:
    return [name for name in connection.introspection.table_names() if name not in NOT_REPLAYED]


def _record() -> list[Recorded]:
    kept = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attgenerated <> ''")
        written_by_database = set(cursor.fetchall())
        for table in _tables():
            columns = ", ".join(
                f'"{column.name}"'
                for column in connection.introspection.get_table_description(cursor, table)
                if (table, column.name) not in written_by_database
            )
            with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                rows = b"".join(bytes(block) for block in copy)
            if rows:
                kept.append(Recorded(table, columns, rows))
    return kept


def _replay() -> None:
    """Put the rows back; what the migrations have written into a fresh database is there already."""
    with connection.cursor() as cursor:
        for item in _recorded:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {item.table})")
            if cursor.fetchone() == (True,):
                continue
            with cursor.copy(f"COPY {item.table} ({item.columns}) FROM STDIN") as copy:
                copy.write(item.rows)
        cursor.execute(_catch_up())


def _catch_up() -> str:
    """Move each sequence past the ids that were replayed; never back."""
    parts = [
        f"setval('{item.table}_id_seq', greatest((SELECT max(id) FROM {item.table}), "
        f"(SELECT last_value FROM {item.table}_id_seq)))"
        for item in _recorded
        if item.columns.startswith('"id"')
    ]
    return "SELECT " + ", ".join(parts)


def empty_everything() -> None:
    """Truncate what tests have committed; content types and permissions keep their ids.

    A request or thread of the test that has not quite ended may hold one table and want another: then the database
    may choose this transaction to give way, which tries again.
    """
    for _try in range(EMPTYING_TRIES - 1):
        with suppress(OperationalError):
            _empty_everything()
            return
    _empty_everything()


def _empty_everything() -> None:
    """The journal and the steps refuse to be emptied: their owner stops the triggers for this one statement."""
    guarded = ("audit_auditentry", "audit_auditlink", "incidents_step")
    names = ", ".join(f'"{table}"' for table in (*_tables(), "foundation_calendarversion"))
    with transaction.atomic(), connection.cursor() as cursor:
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {names}")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
