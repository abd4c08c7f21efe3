"""What a person may see of hazards: inside the own area, of the own unit, of the own line, or reported by the person.

Every list and every detail starts from `visible_to`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from fieldwork.hazards.states import DEPARTMENT, OPEN, Grade, HazardState
from governance.accounts.actors import Actor
from grids import scope as scopes
from grids.territory import current as territory

if TYPE_CHECKING:
    from fieldwork.hazards.models import Hazard  # noqa: F401  # named in the base class below


def line_areas(by: Actor) -> list[tuple[str, str]]:
    """(line, place) for which the person's department answers."""
    land, roles = territory(), {role.value for role in DEPARTMENT}
    own = {reach.unit_id for reach in scopes.of(by.user).reaches if reach.role in roles and reach.unit_id}
    return sorted(
        (land.units[unit_id].line, path)
        for unit_id in own
        if unit_id in land.units and land.units[unit_id].line
        for path in land.areas.get(unit_id, ())
    )


class HazardQuerySet(models.QuerySet["Hazard"]):
    """Adjectives of hazards."""

    def visible_to(self, actor: Actor) -> "HazardQuerySet":
        """Nothing for somebody without an appointment."""
        from fieldwork.hazards.models import HazardListing

        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        supervised = HazardListing.objects.filter(hazard=OuterRef("pk"), supervisor__in=scope.unit_ids)
        seen = scope.within("region_path") | Q(unit__in=scope.unit_ids) | Q(reporter=actor.user_id)
        seen |= Q(Exists(supervised))
        for line, path in line_areas(actor):
            seen |= Q(line=line, region_path__startswith=path)
        return self.filter(seen)

    def inside(self, paths: Iterable[str]) -> "HazardQuerySet":
        """At these places; nowhere for none."""
        here = Q(pk__in=[])
        for path in paths:
            here |= Q(region_path__startswith=path)
        return self.filter(here)

    def open(self) -> "HazardQuerySet":
        """Not finished."""
        return self.filter(state__in=sorted(OPEN))

    def listed(self) -> "HazardQuerySet":
        """Major and on the list now."""
        return self.open().filter(grade=Grade.MAJOR)

    def late(self, at: datetime) -> "HazardQuerySet":
        """Open beyond the limit that runs, be it the one to rectify or the one after it was sent back."""
        return self.open().filter(round_due_at__lte=at)

    def due_between(self, since: datetime, until: datetime) -> "HazardQuerySet":
        """What counts for K42: to be rectified from `since` on, before `until`."""
        return self.filter(due_at__gte=since, due_at__lt=until).exclude(state=HazardState.DISMISSED)

    def met(self) -> "HazardQuerySet":
        """Accepted by its date."""
        return self.filter(state=HazardState.ACCEPTED, accepted_at__lte=models.F("due_at"))
