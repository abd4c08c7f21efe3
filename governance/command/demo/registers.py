"""Base data of the demo city: buildings and key places everywhere, households and people in one neighbourhood.

Everybody is fictional: identity numbers begin with division 99, which does not exist, phones with a range that
no operator has given out.
"""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
import shapely

from governance.accounts.models import User
from governance.command.bulk import Numbers, copy_in
from governance.command.demo.names import citizen_phone, person_name
from governance.command.demo.plan import SEED
from governance.command.demo.territory import Land
from governance.foundation.clock import local
from grids.models import Building, Grid, GridAssignment
from registers.identity import check_digit
from registers.models import (
    Household,
    HouseholdLink,
    HouseholdVisit,
    KeyPerson,
    KeyPersonNote,
    KeyPersonReader,
    KeyPlace,
    PlaceKind,
    Resident,
    SpecialGroup,
)

PER_BUILDING: Final = 60
COMMUNITIES: Final = 3
HOUSEHOLDS: Final = 1500
FILES: Final = 12
DOORS_PER_FLOOR: Final = 4
FOUND: Final = (
    "家中平安，已核对人员信息。",
    "已讲解用电用气安全，未见隐患。",
    "老人独自在家，已留联系电话。",
    "反映楼道照明不亮，已登记上报。",
    "宣传反诈知识，住户已知晓。",
)
KINDS: Final = {
    PlaceKind.SMALL_SHOP: (26, ("便利店", "百货店", "水果店")),
    PlaceKind.SMALL_RESTAURANT: (22, ("饭馆", "面馆", "早餐店")),
    PlaceKind.SMALL_BEAUTY: (9, ("理发店", "美容店")),
    PlaceKind.SMALL_CLINIC: (7, ("诊所", "口腔门诊")),
    PlaceKind.SMALL_SCHOOL: (6, ("幼儿园", "托育园")),
    PlaceKind.SMALL_WORKSHOP: (6, ("五金加工部", "印刷厂")),
    PlaceKind.SMALL_HOTEL: (5, ("旅馆", "民宿")),
    PlaceKind.SMALL_INTERNET_CAFE: (3, ("网咖",)),
    PlaceKind.SMALL_ENTERTAINMENT: (2, ("歌厅", "棋牌室")),
    PlaceKind.MARKET: (3, ("农贸市场",)),
    PlaceKind.CONSTRUCTION_SITE: (3, ("安置房工地", "道路改造工地")),
    PlaceKind.SHARED_HOUSING: (3, ("合租公寓",)),
    PlaceKind.NURSING_HOME: (2, ("养老院",)),
    PlaceKind.FUEL_STATION: (1, ("加油站",)),
    PlaceKind.DANGEROUS_GOODS: (1, ("化工品仓库",)),
    PlaceKind.SCHOOL: (2, ("小学", "中学")),
}
STEMS: Final = (
    "兴旺",
    "同福",
    "春晖",
    "顺达",
    "佳美",
    "永兴",
    "晨光",
    "和顺",
    "宏泰",
    "如意",
    "金桥",
    "绿源",
)
HIGH_RISK: Final = frozenset({PlaceKind.FUEL_STATION, PlaceKind.DANGEROUS_GOODS, PlaceKind.CONSTRUCTION_SITE})
MEDIUM_RISK: Final = frozenset({PlaceKind.SMALL_RESTAURANT, PlaceKind.SHARED_HOUSING, PlaceKind.NURSING_HOME})
NOTES: Final = (
    "上门走访，精神状态平稳，已告知社区服务电话。",
    "与家属沟通，约定每周联系一次。",
    "协助联系镇街社会工作站，对接就业帮扶。",
)


def build_registers(land: Land, *, at: datetime) -> dict[str, int]:
    """Write everything in bulk, in the caller's transaction; returns the counts."""
    rng = random.Random(f"{SEED}/registers")
    workers = dict(
        GridAssignment.objects.filter(ends_on=None, post__kind="grid_patroller").values_list(
            "post__grid_id", "user_id"
        )
    )
    maker = Maker(rng, workers, at)
    grids = sorted(land.grids.values(), key=lambda grid: grid.code)
    keys = Numbers()
    buildings = [row for grid in grids for row in maker.buildings(grid)]
    for row in buildings:
        row.pk = keys.key(Building)
    copy_in(buildings)
    places = KeyPlace.objects.bulk_create(
        [row for grid in grids for row in maker.places(grid)], batch_size=2000
    )
    codes = sorted({grid.community.code for grid in grids})[:COMMUNITIES]
    near = [row for row in buildings if row.code[:12] in codes]
    homes = list(maker.households(near))
    for home in homes:
        home.pk = keys.key(Household)
    visits = list(maker.visits(homes))
    copy_in(homes)
    HouseholdVisit.objects.bulk_create(visits, batch_size=1000)
    people = [person for home in homes for person in maker.residents(home)]
    for person in people:
        person.pk = keys.key(Resident)
    Resident.objects.bulk_create(people, batch_size=1000)
    _links(maker, homes)
    _files(maker, people)
    return {
        "buildings": len(buildings),
        "key_places": len(places),
        "households": len(homes),
        "residents": len(people),
    }


class Maker:
    """Makes rows by the luck of `rng`; the same seed gives the same city."""

    def __init__(self, rng: random.Random, workers: dict[int, int], at: datetime) -> None:
        self.rng, self.workers, self.at = rng, workers, at
        self.today = local(at).date()
        self.serial = 0

    def key(self) -> UUID:
        """A key from the seed."""
        return UUID(int=self.rng.getrandbits(128), version=4)

    def confirmed(self) -> date | None:
        """Most records were confirmed lately, some long ago, few never."""
        luck = self.rng.random()
        if luck < 0.03:
            return None
        return self.today - timedelta(
            days=self.rng.randint(1, 85) if luck < 0.88 else self.rng.randint(91, 320)
        )

    def points(self, grid: Grid, count: int) -> list[tuple[float, float]]:
        """So many points inside the grid."""
        area = shapely.from_geojson(json.dumps(grid.polygon))
        shapely.prepare(area)
        west, south, east, north = area.bounds
        luck = np.random.default_rng(int(grid.code) % 2**32)
        found: list[tuple[float, float]] = []
        while len(found) < count:
            x, y = luck.uniform(west, east, 4 * count + 8), luck.uniform(south, north, 4 * count + 8)
            inside = shapely.contains_xy(area, x, y)
            found += [(round(a, 6), round(b, 6)) for a, b in zip(x[inside], y[inside], strict=True)]
        return found[:count]

    def buildings(self, grid: Grid) -> Iterator[Building]:
        """Address points whose households add up to the grid's."""
        is_rural = grid.community.name.endswith("村")
        count = max(2, min(12, round(grid.household_count / PER_BUILDING)))
        share, rest = divmod(grid.household_count, count)
        stem = grid.name.removesuffix("网格")
        kinds = Building.Kind
        usual = kinds.NATURAL_VILLAGE if is_rural else kinds.RESIDENTIAL
        if grid.kind == Grid.Kind.EXCLUSIVE:
            usual = kinds.BUSINESS
        for number, (lon, lat) in enumerate(self.points(grid, count), 1):
            yield Building(
                code=f"{grid.code}B{number:02d}",
                name=f"{stem}{number}{'组' if is_rural else '栋'}",
                address=f"{grid.community.name}{stem}",
                kind=usual,
                community_id=grid.community_id,
                grid_id=grid.pk,
                path=grid.path,
                lon=lon,
                lat=lat,
                floors=2 if is_rural else self.rng.choice((6, 6, 11, 18)),
                household_count=share + (number <= rest),
            )

    def places(self, grid: Grid) -> Iterator[KeyPlace]:
        """Three to six key places."""
        weights = [weight for weight, _names in KINDS.values()]
        count = self.rng.randint(3, 6)
        for lon, lat in self.points(grid, count + 20)[20:]:
            kind = self.rng.choices(list(KINDS), weights)[0]
            on = self.confirmed()
            yield KeyPlace(
                name=f"{self.rng.choice(STEMS)}{self.rng.choice(KINDS[kind][1])}",
                kind=kind,
                address=f"{grid.community.name}{grid.name.removesuffix('网格')}{self.rng.randint(1, 80)}号",
                lon=lon,
                lat=lat,
                community_id=grid.community_id,
                grid_id=grid.pk,
                path=grid.path,
                contact_name=person_name(self.rng) if self.rng.random() < 0.94 else "",
                contact_phone=citizen_phone(self.rng) if self.rng.random() < 0.96 else "",
                risk=self.risk(kind),
                responsible_id=self.workers.get(grid.pk),
                confirmed_on=on,
                confirmed_by_id=self.workers.get(grid.pk) if on else None,
                key=self.key(),
                created_at=self.at,
                updated_at=self.at,
            )

    def risk(self, kind: PlaceKind) -> str:
        """What kind of place it is says how dangerous it is."""
        if kind in HIGH_RISK:
            return KeyPlace.Risk.HIGH
        return KeyPlace.Risk.MEDIUM if kind in MEDIUM_RISK else KeyPlace.Risk.LOW

    def households(self, buildings: Sequence[Building]) -> Iterator[Household]:
        """The same number behind the doors of each building."""
        each = HOUSEHOLDS // max(1, len(buildings)) + 1
        for building in buildings:
            for number in range(min(each, building.household_count)):
                floor, door = divmod(number, DOORS_PER_FLOOR)
                on = self.confirmed()
                worker = self.workers.get(building.grid_id or 0)
                tenure = self.rng.choices(Household.Tenure.values, (70, 20, 3, 2, 5))[0]
                yield Household(
                    building_id=building.pk,
                    door=f"{floor + 1}{door + 1:02d}室",
                    grid_id=building.grid_id,
                    path=building.path,
                    tenure=tenure if self.rng.random() < 0.97 else "",
                    responsible_id=worker,
                    confirmed_on=on,
                    confirmed_by_id=worker if on else None,
                    key=self.key(),
                    created_at=self.at,
                    updated_at=self.at,
                )

    def visits(self, homes: Sequence[Household]) -> Iterator[HouseholdVisit]:
        """Most households were visited this quarter, some long ago, some never; now and then nobody was at home."""
        for home in homes:
            luck = self.rng.random()
            if home.responsible_id is None or luck > 0.9:
                continue
            was_met = luck < 0.82
            on = self.today - timedelta(
                days=self.rng.randint(1, 85) if luck < 0.66 else self.rng.randint(91, 200)
            )
            if was_met:
                home.visited_on = on
            yield HouseholdVisit(
                household_id=home.pk,
                on=on,
                purpose=self.rng.choice(HouseholdVisit.Purpose.values),
                was_met=was_met,
                note=self.rng.choice(FOUND) if was_met else "",
                author_id=home.responsible_id,
                noted_at=self.at,
                key=self.key(),
            )

    def residents(self, home: Household) -> Iterator[Resident]:
        """A family, a couple, somebody alone, or migrants who share a rented flat."""
        if home.tenure == Household.Tenure.VACANT:
            return
        is_let = home.tenure in {Household.Tenure.RENTED, Household.Tenure.COLLECTIVE}
        relations = Resident.Relation
        family = [relations.HEAD, relations.SPOUSE, relations.CHILD, relations.PARENT, relations.CHILD]
        size = self.rng.choices((1, 2, 3, 4, 5), (16, 27, 34, 15, 8))[0]
        for place in range(size):
            is_migrant = is_let or self.rng.random() < 0.03
            yield self.person(
                home,
                relation=relations.TENANT if is_let and place == 0 else family[place],
                is_migrant=is_migrant,
                is_alone=size == 1,
            )

    def person(self, home: Household, *, relation: str, is_migrant: bool, is_alone: bool) -> Resident:
        """One person of the household."""
        rng, self.serial = self.rng, self.serial + 1
        ages = {Resident.Relation.CHILD: (1, 24), Resident.Relation.PARENT: (60, 88)}
        low, high = ages.get(Resident.Relation(relation), (22, 79 if is_alone else 62))
        born = self.today - timedelta(days=rng.randint(low * 365, high * 365))
        division = "990301" if is_migrant else "990101"
        number = f"{division}{born:%Y%m%d}{self.serial % 1000:03d}"
        is_known, arrived = rng.random() < 0.97, None
        if is_migrant:
            arrived = max(born, self.today - timedelta(days=rng.randint(20, 1500)))
        return Resident(
            household=home,
            path=home.path,
            name=person_name(rng),
            sex="male" if int(number[16]) % 2 else "female",
            birth_date=born,
            kind=Resident.Kind.MIGRANT if is_migrant else Resident.Kind.REGISTERED,
            relation=relation,
            identity_number=f"{number}{check_digit(number)}" if is_known else "",
            phone=citizen_phone(rng) if high > 24 and rng.random() < 0.95 else "",
            origin="邻州市" if is_migrant else "",
            arrived_on=arrived,
            registered_on=arrived,
            groups=self.groups(born, is_alone=is_alone),
            confirmed_on=home.confirmed_on,
            confirmed_by_id=home.confirmed_by_id,
            key=self.key(),
            created_at=self.at,
            updated_at=self.at,
        )

    def groups(self, born: date, *, is_alone: bool) -> list[str]:
        """Few people belong to a special group."""
        age = (self.today - born).days // 365
        found = [SpecialGroup.LIVES_ALONE.value] if is_alone and age >= 65 else []
        luck = self.rng.random()
        if luck < 0.02:
            found.append(SpecialGroup.DISABLED.value)
        elif luck < 0.035:
            found.append(SpecialGroup.LOW_INCOME.value)
        elif luck < 0.05 and age > 24:
            found.append(SpecialGroup.VETERAN.value)
        return found


def _links(maker: Maker, homes: Sequence[Household]) -> None:
    """Party members look after some households."""
    HouseholdLink.objects.bulk_create(
        HouseholdLink(
            household=home,
            member_name=person_name(maker.rng),
            member_phone=citizen_phone(maker.rng),
            starts_on=maker.today - timedelta(days=maker.rng.randint(30, 300)),
            key=maker.key(),
        )
        for home in homes[::20]
    )


def _files(maker: Maker, people: Sequence[Resident]) -> None:
    """A dozen files near the demo accounts; the lead of a department is a named reader of the first."""
    grown = [person for person in people[:2000] if person.relation == Resident.Relation.HEAD]
    kinds, opened = KeyPerson.Kind.values, maker.today - timedelta(days=60)
    files = KeyPerson.objects.bulk_create(
        KeyPerson(
            resident=person,
            path=person.path,
            kind=kinds[number % len(kinds)],
            level=str(1 + number % 3),
            responsible_id=person.confirmed_by_id,
            opened_on=opened,
            key=maker.key(),
            updated_at=maker.at,
        )
        for number, person in enumerate(grown[:: max(1, len(grown) // FILES)][:FILES])
    )
    names = ("community", "deptlead")
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    author, reader = users.get("community"), users.get("deptlead")
    if author is None or reader is None:
        return
    KeyPersonNote.objects.bulk_create(
        KeyPersonNote(
            person=file,
            at=maker.at - timedelta(days=7 * (place + 1)),
            author=author,
            text=NOTES[(number + place) % len(NOTES)],
            key=maker.key(),
        )
        for number, file in enumerate(files)
        for place in range(2)
    )
    KeyPersonReader.objects.create(
        person=files[0],
        user=reader,
        reason="协助开展法治教育",
        granted_by=author,
        granted_at=maker.at,
    )
