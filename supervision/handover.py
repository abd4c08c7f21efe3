"""What supervision lets follow a revision beside places and units, which follow by themselves."""

from datetime import date

from django.db.models import F, OuterRef, Subquery

from incidents.handover.standing import Ground
from supervision.models import InspectionTarget, SupervisionTask, TaskClock


def follow(ground: Ground, day: date) -> int:
    """A running limit is that of the unit that answers now; a place still to be looked at has its name of now."""
    grids = {grid.pk: grid.name for grid in (*ground.effect.begun, *ground.effect.continued)}
    answering = SupervisionTask.objects.filter(pk=OuterRef("task_id")).values("unit_id")[:1]
    running = TaskClock.objects.filter(TaskClock.still_hangs(day)).exclude(unit_id=F("task__unit_id"))
    moved = running.update(unit_id=Subquery(answering))
    to_see = InspectionTarget.objects.filter(InspectionTarget.still_hangs(day), grid__in=grids)
    for target in to_see.exclude(name=F("grid__name")):
        target.name = grids[target.grid_id or 0]
        target.save(update_fields=["name"])
        moved += 1
    return moved
