"""Who is on duty in the city's centre when an alarm rises: the roster says it, and a hole in it is said as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from governance.accounts.models import Tier
from grids.territory import current as territory
from staffing.roster import on_duty


def duty_unit(path: str) -> int | None:
    """The centre whose duty officers are told of an alarm at `path`."""
    unit = territory().command_unit(path, Tier.CITY)
    return unit.id if unit else None


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
