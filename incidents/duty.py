"""Who is on duty in the city's centre when an alarm rises: the roster says it, and a hole in it is said as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType

from governance.accounts.models import Appointment, Tier
from governance.accounts.roles import Role
from grids.models import Region
from grids.territory import current as territory
from staffing.roster import on_duty


def duty_unit(path: str) -> int | None:
    """The centre whose duty officers are told of an alarm at `path`."""
    unit = territory().command_unit(path, Tier.CITY)
    return unit.id if unit else None


def deciding_unit(path: str) -> int | None:
    """The nearest centre above `path` that has a dispatcher, who decides returns; else the one of the city."""
    return centre_with(Role.DISPATCHER, path)


def centre_with(role: Role, path: str) -> int | None:
    """The nearest centre above `path` in which somebody holds the role over its region; else the one of the city."""
    return centre_holding(role, path) or duty_unit(path)


def centre_holding(role: Role, path: str) -> int | None:
    """The nearest centre above `path` in which somebody holds the role over its region; None: nobody does."""
    land = territory()
    places = {place.id: place for place in land.chain(path) if place.level != Tier.GRID}
    kind = ContentType.objects.get_for_model(Region)
    rows = Appointment.objects.filter(
        role=role,
        is_applied=True,
        user__is_active=True,
        target_type=kind,
        target_id__in=list(places),
    )
    found = set(rows.values_list("target_id", flat=True))
    for place in reversed(list(places.values())):
        if place.id in found and place.path in land.command:
            return land.command[place.path]
    return None


def city_centre() -> int | None:
    """The linkage centre of the whole city, whose roster the top bar shows."""
    land = territory()
    root = next((place.path for place in land.by_path.values() if place.level == Tier.CITY), "")
    return land.command.get(root)


@dataclass
class Watch:
    """The rosters as of one instant, each centre's read once."""

    at: datetime
    people: dict[int, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def named(self, path: str) -> Sequence[Mapping[str, Any]]:
        """(name, user, is_lead) of everybody on duty for `path`, the main one first; empty: nobody is."""
        unit_id = duty_unit(path)
        if unit_id is None:
            return ()
        if unit_id not in self.people:
            self.people[unit_id] = [
                {"name": person.name, "user": person.user_id, "is_lead": person.is_lead}
                for person in on_duty(unit_id, self.at)
            ]
        return self.people[unit_id]
