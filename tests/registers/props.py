"""Props of the registers' tests: buildings, households, residents, key places and files in the small city."""

from datetime import date
from typing import Any
from uuid import uuid4

from governance.accounts.actors import Actor
from grids.models import Building, Grid
from registers.identity import check_digit
from registers.models import Household, KeyPerson, KeyPlace, Resident
from tests import city
from tests.cast import MONDAY

TODAY = date(2026, 11, 16)


def identity(serial: int = 1, *, born: str = "19900307") -> str:
    """A number with a right check digit in a division that does not exist."""
    first = f"990101{born}{serial:03d}"
    return first + check_digit(first)


def building(column: int = 0, **changes: Any) -> Building:
    grid = Grid.objects.get(code=city.GRIDS[column])
    lon, lat = city.centre(column)
    number = Building.objects.count() + 1
    facts: dict[str, Any] = {
        "code": f"B{number:04d}",
        "name": f"东苑{number}栋",
        "community_id": grid.community_id,
        "grid": grid,
        "path": grid.path,
        "lon": lon,
        "lat": lat,
    }
    return Building.objects.create(**facts | changes)


def household(column: int = 0, **changes: Any) -> Household:
    house = changes.pop("building", None) or building(column)
    facts: dict[str, Any] = {
        "building": house,
        "door": f"1单元{house.households.count() + 101}室",
        "grid_id": house.grid_id,
        "path": house.path or house.community.path,
        "tenure": "owned",
        "key": uuid4(),
        "created_at": MONDAY,
        "updated_at": MONDAY,
    }
    return Household.objects.create(**facts | changes)


def resident(column: int = 0, **changes: Any) -> Resident:
    home = changes.pop("household", None) or household(column)
    facts: dict[str, Any] = {
        "household": home,
        "path": home.path,
        "name": "张三丰",
        "sex": "male",
        "birth_date": date(1990, 3, 7),
        "identity_number": identity(Resident.objects.count() + 1),
        "phone": "13812345678",
        "relation": "head",
        "key": uuid4(),
        "created_at": MONDAY,
        "updated_at": MONDAY,
    }
    return Resident.objects.create(**facts | changes)


def key_place(column: int = 0, **changes: Any) -> KeyPlace:
    grid = Grid.objects.get(code=city.GRIDS[column])
    lon, lat = city.centre(column)
    facts: dict[str, Any] = {
        "name": "兴旺餐馆",
        "kind": "small_restaurant",
        "address": "书院路12号",
        "lon": lon,
        "lat": lat,
        "community_id": grid.community_id,
        "grid": grid,
        "path": grid.path,
        "contact_name": "李老板",
        "contact_phone": "13900000001",
        "key": uuid4(),
        "created_at": MONDAY,
        "updated_at": MONDAY,
    }
    return KeyPlace.objects.create(**facts | changes)


def key_person(column: int = 0, **changes: Any) -> KeyPerson:
    who = changes.pop("resident", None) or resident(column)
    facts: dict[str, Any] = {
        "resident": who,
        "path": who.path,
        "kind": "community_correction",
        "opened_on": date(2026, 1, 5),
        "key": uuid4(),
        "updated_at": MONDAY,
    }
    return KeyPerson.objects.create(**facts | changes)


def names(rows: Any) -> list[str]:
    return [row.name for row in rows]


def fresh(by: Actor) -> Actor:
    """The same person without what was remembered of the scope."""
    from governance.accounts.models import User

    assert by.user is not None
    return Actor(user=User.objects.get(pk=by.user.pk), unit_id=by.unit_id)
