"""Households and residents from one table: a row is a person behind a door. Numbers appear in no message."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from django.db import transaction

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Invalid
from governance.foundation.masking import mask_identity
from grids.importing.report import Fault, Report
from grids.models import Building, GridAssignment
from registers.deeds.residents import ResidentFacts, fill_resident
from registers.identity import normalise_identity
from registers.importing.reading import NotReadable, Row, once, read_date, read_rows
from registers.models import Household, Resident, SpecialGroup

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "building": ("楼栋编码",),
    "door": ("门牌", "门牌号"),
    "tenure": ("住房性质",),
    "name": ("姓名",),
    "kind": ("人口类型", "居民类别"),
    "relation": ("与户主关系",),
    "identity_number": ("身份证号码", "身份证号"),
    "sex": ("性别",),
    "birth_date": ("出生日期",),
    "phone": ("电话", "联系电话"),
    "origin": ("户籍地",),
    "arrived_on": ("来本地日期",),
    "registered_on": ("登记日期",),
    "groups": ("特殊群体",),
}
REQUIRED: Final = ("building", "door", "name")
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "tenure": {"自有": "owned", "自有自住": "owned", "出租": "rented", "借用": "borrowed"}
    | {"集体宿舍": "collective", "空置": "vacant"},
    "kind": {"户籍人口": "registered", "人户分离": "separated", "新居民": "migrant", "流动人口": "migrant"}
    | {"境外人员": "overseas"},
    "relation": {"户主": "head", "配偶": "spouse", "子女": "child", "父母": "parent"}
    | {"其他亲属": "kin", "承租人": "tenant", "其他": "other"},
    "sex": {"男": "male", "女": "female"},
}
BATCH: Final = 500


@dataclass(frozen=True)
class Taken:
    """A row that can be taken."""

    number: int
    building: Building
    door: str
    tenure: str
    facts: ResidentFacts


def import_residents(path: Path, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Add residents, and households where the door is new. Known people (same door and number) are left as they are.

    All or nothing; every fault has its row and no number in the clear.
    """
    report = Report(is_dry_run=dry_run)
    try:
        rows = list(read_rows(path, COLUMNS, REQUIRED))
    except NotReadable as error:
        report.faults.append(Fault(1, str(error)))
        return report
    codes = {row["building"] for _number, row in rows}
    buildings = {
        row.code: row
        for row in Building.objects.filter(code__in=codes, is_active=True)
        .select_related("community")
        .defer("community__boundary")
    }
    today = local(at).date()
    found: list[tuple[Taken, Resident]] = []
    seen: dict[Any, int] = {}
    for number, row in rows:
        try:
            taken = _taken(number, row, buildings)
            person = Resident()
            fill_resident(person, taken.facts, today)
        except (Invalid, ValueError) as error:
            report.faults.append(Fault(number, words_of(error, row)))
            continue
        if person.identity_number:
            key = (taken.building.pk, taken.door, person.identity_number)
            words = f"the identity number {mask_identity(person.identity_number)}"
            if fault := once(seen, key, number, words):
                report.faults.append(fault)
        found.append((taken, person))
    if not report.faults:
        with transaction.atomic():
            _write(found, report, path, by=by, at=at)
    return report


def words_of(error: Exception, row: Row) -> str:
    """What is wrong, with the identity number masked if it stands in it."""
    if isinstance(error, Invalid) and error.fields:
        text = " ".join(str(item) for items in error.fields.values() for item in items)
    else:
        text = str(error)
    for name in ("identity_number", "phone"):
        value = row.get(name, "")
        if value and value in text:
            text = text.replace(value, mask_identity(normalise_identity(value)))
    return text


def _taken(number: int, row: Row, buildings: Mapping[str, Building]) -> Taken:
    building = buildings.get(row["building"])
    if building is None:
        raise ValueError(f"the building {row['building']!r} is not known")
    if not row["door"] or len(row["door"]) > 40:
        raise ValueError("the door is missing or longer than 40 characters")
    dates: dict[str, date | None] = {}
    for name in ("birth_date", "arrived_on", "registered_on"):
        try:
            dates[name] = read_date(row.get(name, ""))
        except ValueError:
            raise ValueError(f"{name}: {row[name]!r} is no date like 2026-11-22") from None
    facts = ResidentFacts(
        name=row["name"][:60],
        kind=_choice(row, "kind", Resident.Kind.values) or Resident.Kind.REGISTERED,
        sex=_choice(row, "sex", Resident.Sex.values),
        birth_date=dates["birth_date"],
        relation=_choice(row, "relation", Resident.Relation.values),
        identity_number=row.get("identity_number", ""),
        phone=row.get("phone", ""),
        origin=row.get("origin", "")[:120],
        arrived_on=dates["arrived_on"],
        registered_on=dates["registered_on"],
        groups=_groups(row.get("groups", "")),
    )
    return Taken(number, building, row["door"], _choice(row, "tenure", Household.Tenure.values), facts)


def _choice(row: Row, name: str, values: Iterable[str]) -> str:
    text = row.get(name, "")
    found = WORDS[name].get(text, text)
    if found and found not in values:
        raise ValueError(f"{name}: {text!r} is none of {', '.join((*WORDS[name], *values))}")
    return found


GROUPS: Final = {
    "独居老人": "lives_alone",
    "残疾人": "disabled",
    "低保对象": "low_income",
    "留守儿童": "left_behind_child",
    "事实无人抚养儿童": "orphan",
    "计生特殊家庭": "bereaved",
    "退役军人": "veteran",
    "新就业群体": "platform_worker",
    "登记失业人员": "unemployed",
}


def _groups(text: str) -> tuple[str, ...]:
    words = [
        word
        for word in text.replace("、", ",").replace(";", ",").replace("；", ",").split(",")
        if word.strip()
    ]
    found = [GROUPS.get(word.strip(), word.strip()) for word in words]
    if wrong := [word for word in found if word not in SpecialGroup.values]:
        raise ValueError(f"groups: {wrong[0]!r} is none of {', '.join(GROUPS)}")
    return tuple(found)


def _write(
    found: Sequence[tuple[Taken, Resident]], report: Report, path: Path, *, by: Actor, at: datetime
) -> None:
    today = local(at).date()
    homes, fresh = _households(found, at)
    known = _known(homes)
    people = []
    for taken, person in found:
        home = homes[taken.building.pk, taken.door]
        index = Resident._meta.get_field("identity_index").digest(person.identity_number)
        if home.pk and index and (home.pk, index) in known:
            report.unchanged += 1
            continue
        person.household, person.path, person.key = home, home.path, uuid4()
        person.created_at = person.updated_at = at
        person.confirmed_on = today
        people.append(person)
    report.created = len(people)
    if not report.is_written:
        return
    Household.objects.bulk_create(fresh, batch_size=BATCH)
    for person in people:
        person.household = person.household  # takes the key that the household has got now
    Resident.objects.bulk_create(people, batch_size=BATCH)
    details = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "households": len(fresh),
        "residents": len(people),
    }
    journal.record("residents.import", by=by, obj=people[0].household, at=at, details=details)


def _households(
    found: Sequence[tuple[Taken, Resident]], at: datetime
) -> tuple[dict[tuple[int, str], Household], list[Household]]:
    """The household behind each door, and which of them are new."""
    buildings = {taken.building.pk: taken.building for taken, _person in found}
    homes = {
        (row.building_id, row.door): row
        for row in Household.objects.active().select_for_update().filter(building__in=buildings)
    }
    workers = dict(
        GridAssignment.objects.filter(
            ends_on=None,
            post__kind="grid_patroller",
            post__grid__in={row.grid_id for row in buildings.values() if row.grid_id},
        ).values_list("post__grid_id", "user_id")
    )
    fresh = []
    for taken, _person in found:
        key = (taken.building.pk, taken.door)
        if key not in homes:
            place = taken.building
            homes[key] = Household(
                building=place,
                door=taken.door,
                tenure=taken.tenure,
                grid_id=place.grid_id,
                path=place.path or place.community.path,
                responsible_id=workers.get(place.grid_id or 0),
                key=uuid4(),
                created_at=at,
                updated_at=at,
                confirmed_on=local(at).date(),
            )
            fresh.append(homes[key])
    return homes, fresh


def _known(homes: Mapping[tuple[int, str], Household]) -> set[tuple[int, str]]:
    keys = [row.pk for row in homes.values() if row.pk]
    rows = Resident.objects.present().filter(household__in=keys).exclude(identity_index="")
    return set(rows.values_list("household_id", "identity_index"))
