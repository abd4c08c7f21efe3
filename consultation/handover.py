"""What consultation lets follow a revision beside places and units, which follow by themselves: lists of units."""

from collections.abc import Mapping, Sequence
from datetime import date

from consultation.models import Consultation, MeetingSeries, WhistleCall
from grids.importing.endings import present_rows
from incidents.handover.standing import Ground

LISTS = ((Consultation, "co_handlers"), (WhistleCall, "wanted"), (MeetingSeries, "units"))


def follow(ground: Ground, day: date) -> int:
    """Units that are no more give way to those in their stead in whatever is still to come."""
    moved = 0
    for model, name in LISTS if ground.teams else ():
        present = present_rows(model, day)
        assert present is not None, "each of these says whether it is of today"
        rows = model._default_manager.filter(present, **{f"{name}__overlap": list(ground.teams)})
        for row in rows.select_for_update(of=("self",)).order_by("pk"):
            setattr(row, name, replaced(getattr(row, name), ground.teams))
            row.save(update_fields=[name])
            moved += 1
    return moved


def replaced(units: Sequence[int], teams: Mapping[int, int]) -> list[int]:
    """Each unit once, in order."""
    return list(dict.fromkeys(teams.get(unit, unit) for unit in units))
