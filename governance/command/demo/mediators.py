"""Who mediates in the demo city: committees and offices, governance centres with their rosters, mediation points."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from governance.accounts.models import OrgUnit, User
from governance.command.demo.territory import Land
from governance.foundation.clock import local
from grids.models import Region
from mediation.models import (
    DutyTurn,
    GovernanceCentre,
    MediationBody,
    MediationPoint,
    Mediator,
    PointPerson,
    Room,
    SealKeeper,
    StationedUnit,
    Training,
    Turn,
)
from mediation.models.points import PointPost

SKILLS: Final = (
    ["neighbour", "housing", "family"],
    ["labour", "debt", "consumer"],
    ["land", "damage", "traffic"],
    ["neighbour", "environment", "campus"],
)
WINDOWS: Final[tuple[tuple[str, str, str, list[int], str], ...]] = (
    ("司法所", "resident", "1号窗口", [1, 2, 3, 4, 5], "TJ"),
    ("派出所", "resident", "2号窗口", [1, 2, 3, 4, 5], "GA"),
    ("信访接待", "resident", "3号窗口", [1, 2, 3, 4, 5], ""),
    ("人民法院巡回审判点", "rotating", "4号窗口", [2, 4], ""),
    ("人民检察院联络点", "rotating", "4号窗口", [3], ""),
    ("人力资源和社会保障局劳动监察", "rotating", "5号窗口", [1, 5], ""),
    ("心理服务站", "on_call", "", [], ""),
    ("律师事务所", "on_call", "", [], ""),
)
ABOVE_TOWN: Final = {
    "司法所": "司法局",
    "派出所": "公安局",
    "信访接待": "信访局",
    "人民法院巡回审判点": "人民法院诉讼服务站",
    "人民检察院联络点": "人民检察院",
}
"""What the same windows are in the centre of a district or of the city."""
SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
GIVEN: Final = ("建国", "秀兰", "和平", "春梅", "志强", "玉珍", "明德", "晓燕", "文斌", "淑芬")
UPPER: Final = (
    ("医疗纠纷人民调解委员会", "professional", "医疗纠纷", ["medical"]),
    ("道路交通事故纠纷人民调解委员会", "professional", "道路交通事故", ["traffic", "damage"]),
    ("劳动人事争议调解中心", "administrative", "劳动争议", ["labour"]),
    ("人民法院诉前调解室", "judicial", "诉前调解", ["debt", "family", "consumer"]),
)


FULL_TIME, PART_TIME = 20, 8
"""So many cases a mediator shall carry at once."""


class Names:
    """Names in a fixed order, none twice in a row."""

    def __init__(self) -> None:
        self.place = 0

    def next(self) -> str:
        self.place += 1
        return SURNAMES[self.place * 7 % len(SURNAMES)] + GIVEN[self.place * 3 % len(GIVEN)]


def build_mediators(land: Land, *, at: datetime, since: date) -> dict[str, int]:
    """Write bodies, mediators, rooms, centres with two weeks of roster, and points."""
    today, names = local(at).date(), Names()
    at_home: dict[int, list[User]] = {}
    for user in User.objects.filter(unit__code__startswith="TJ-").order_by("pk"):
        at_home.setdefault(user.unit_id or 0, []).append(user)
    staff: dict[int, list[User]] = {}
    for user in User.objects.filter(unit__kind=OrgUnit.Kind.WORKSTATION).order_by("pk"):
        staff.setdefault(user.unit_id or 0, []).append(user)
    for town in land.at_level("town"):
        _town(land, town, at_home, names, today, since)
    for community in land.at_level("community"):
        _community(land, community, staff, names, today, since)
    city = land.at_level("city")[0]
    _centre(land, city, names, today, since)
    for district in land.at_level("district"):
        _centre(land, district, names, today, since)
    for district in land.at_level("district") or [city]:
        _upper(land, district, names, today, since)
    return {
        "mediation_bodies": MediationBody.objects.count(),
        "mediator_rows": Mediator.objects.count(),
        "mediation_points": MediationPoint.objects.count(),
    }


def _upper(land: Land, district: Region, names: Names, today: date, since: date) -> None:
    """Bodies for disputes of one field, with three mediators each."""
    court = f"{district.name}人民法院"
    for name, kind, field, skills in UPPER:
        unit = land.command_unit(district)
        body = _body(f"{district.name}{name}", kind, district, unit, court, since, field)
        for _n in range(3):
            _mediator(body, names.next(), skills, today, since, is_full_time=True)


def _town(
    land: Land, town: Region, at_home: dict[int, list[User]], names: Names, today: date, since: date
) -> None:
    unit = land.units[f"TJ-{town.code[:9]}"]
    body = _body(f"{town.name}人民调解委员会", "people", town, unit, court_of(town), since)
    for name in ("第一调解室", "第二调解室", "心理疏导室"):
        Room.objects.create(body=body, name=name, place=f"{town.name}综治中心二楼", seats=10)
    for place, user in enumerate(at_home.get(unit.pk, ())):
        row = _mediator(
            body, user.name, SKILLS[place % len(SKILLS)], today, since, is_full_time=True, user=user
        )
        if place == 0:
            SealKeeper.objects.create(body=body, user=user, since=since)
        Training.objects.create(
            mediator=row,
            on=today - timedelta(days=20 + place),
            course="人民调解员年度培训",
            organiser="市司法局",
            hours=24,
        )
    for place in range(3):
        _mediator(body, names.next(), SKILLS[(place + 1) % len(SKILLS)], today, since)
    _centre(land, town, names, today, since)


def _community(
    land: Land, community: Region, staff: dict[int, list[User]], names: Names, today: date, since: date
) -> None:
    unit = land.command_unit(community)
    assert community.parent is not None
    body = _body(
        f"{community.name}人民调解委员会", "people", community, unit, court_of(community.parent), since
    )
    Room.objects.create(body=body, name="社区调解室", place=f"{community.name}党群服务中心一楼", seats=8)
    for user in staff.get(unit.pk, ())[:1]:
        _mediator(body, user.name, SKILLS[0], today, since, user=user)
        SealKeeper.objects.create(body=body, user=user, since=since)
    _mediator(body, names.next(), SKILLS[3], today, since)
    point = MediationPoint.objects.create(
        name=f"{community.name}邻里调解点",
        region=community,
        body=body,
        address=f"{community.name}党群服务中心",
        association=f"{community.name}志愿调解协会",
        opened_on=since,
    )
    posts = [PointPost.PARTY, PointPost.DEMAND, PointPost.OPINION, *[PointPost.VOLUNTEER] * 4]
    seen: set[tuple[str, str]] = set()
    rows = []
    for post in posts:
        name = names.next()
        if (post, name) not in seen:
            seen.add((post, name))
            rows.append(PointPerson(point=point, post=post, name=name, since=since))
    PointPerson.objects.bulk_create(rows)


def court_of(region: Region) -> str:
    """The basic people's court of the place."""
    above = region.parent if region.parent is not None else region
    return f"{above.name}人民法院"


def _body(
    name: str, kind: str, region: Region, unit: OrgUnit, court: str, since: date, field: str = ""
) -> MediationBody:
    return MediationBody.objects.create(
        name=name,
        kind=kind,
        region=region,
        unit=unit,
        field=field,
        seal_name=name,
        court=court,
        address=f"{region.name}综治中心",
        phone="0550-6100148",
        since=since,
    )


def _mediator(
    body: MediationBody,
    name: str,
    skills: list[str],
    today: date,
    since: date,
    *,
    is_full_time: bool = False,
    user: User | None = None,
) -> Mediator:
    return Mediator.objects.create(
        body=body,
        user=user,
        name=name,
        number=f"T{body.pk:04d}{body.mediators.count() + 1:02d}",
        is_full_time=is_full_time,
        most_open=FULL_TIME if is_full_time else PART_TIME,
        phone=(user.phone or "") if user is not None else "",
        specialities=skills,
        languages=["mandarin", "dialect"],
        joined_on=since,
    )


def _centre(land: Land, region: Region, names: Names, today: date, since: date) -> None:
    centre = GovernanceCentre.objects.create(
        name=f"{region.name}综治中心",
        region=region,
        unit=land.command_unit(region),
        address=f"{region.name}文化路18号",
        phone="0550-6100000",
        opens=time(8, 30),
        closes=time(17, 30),
    )
    first, windows = today - timedelta(days=today.weekday()), {} if region.level == "town" else ABOVE_TOWN
    turns: list[DutyTurn] = []
    for name, attendance, window, weekdays, prefix in WINDOWS:
        unit = land.units.get(f"{prefix}-{region.code[:9]}") if prefix else None
        row = StationedUnit.objects.create(
            centre=centre,
            unit=unit,
            name=unit.name if unit is not None else windows.get(name, name),
            attendance=attendance,
            window=window,
            weekdays=weekdays,
            since=since,
        )
        turns += _turns(row, first, names)
    DutyTurn.objects.bulk_create(turns)


def _turns(row: StationedUnit, first: date, names: Names) -> Iterator[DutyTurn]:
    """Two weeks; the last afternoon of the second is still open, as it would be."""
    pair = (names.next(), names.next())
    for number in range(14):
        day = first + timedelta(days=number)
        if day.isoweekday() in row.weekdays and number < 12:
            for place, turn in enumerate(Turn.values):
                yield DutyTurn(stationed=row, on=day, turn=turn, name=pair[(number + place) % 2])
