"""What each side may see of the matters between 110 and the centre. Every list and every detail starts here."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from grids import scope as scopes
from grids.scope import outermost
from grids.territory import current as territory
from incidents.clientele import paths_of
from police_link.states import CENTRE_READERS, OWN, POLICE, WAITING

if TYPE_CHECKING:
    from police_link.models import PoliceIncident  # noqa: F401  # named in the base class below

POLICE_LINE = "GA"
POLICE_UNIT_ROLES = frozenset(role for role, reach in POLICE.items() if reach is OWN)
POLICE_AREA_ROLES = frozenset(POLICE) - POLICE_UNIT_ROLES


def police_units(by: Actor) -> list[int]:
    """Units of the police that the person works in as handler or lead."""
    scope = scopes.of(by.user)
    own = {reach.unit_id for reach in scope.reaches if reach.role in POLICE_UNIT_ROLES and reach.unit_id}
    units = territory().units
    return sorted(
        pk
        for pk in own
        if pk in units and (units[pk].line == POLICE_LINE or units[pk].kind == OrgUnit.Kind.POLICE)
    )


def police_paths(by: Actor) -> tuple[str, ...]:
    """The places for which the person stands on the side of the police."""
    reaches = scopes.of(by.user).reaches
    held = [reach.path for reach in reaches if reach.path and reach.role in POLICE_AREA_ROLES]
    areas = territory().areas
    return outermost([*held, *(path for unit in police_units(by) for path in areas.get(unit, ()))])


def centre_paths(by: Actor) -> tuple[str, ...]:
    """The places whose matters the person reads for the centre."""
    reaches = scopes.of(by.user).reaches
    return outermost(reach.path for reach in reaches if reach.path and reach.role in CENTRE_READERS)


class IncidentQuerySet(models.QuerySet["PoliceIncident"]):
    """Adjectives of matters."""

    def visible_to(self, actor: Actor) -> "IncidentQuerySet":
        """Inside the places of either side; for a system, what came from its own sources."""
        if actor.is_system:
            return self
        if actor.is_api_client:
            rows = self.filter(source__code__in=actor.source_codes)
            return rows.inside(paths_of(actor)) if actor.region_codes else rows
        return self.inside([*centre_paths(actor), *police_paths(actor)])

    def inside(self, paths: list[str]) -> "IncidentQuerySet":
        """At these places; nowhere for none."""
        seen = Q(pk__in=[])
        for path in outermost(paths):
            seen |= Q(region_path__startswith=path)
        return self.filter(seen)

    def waiting(self) -> "IncidentQuerySet":
        """Somebody has to decide."""
        return self.filter(state__in=WAITING)

    def late(self, at: datetime) -> "IncidentQuerySet":
        """Nobody has decided by the limit."""
        return self.waiting().filter(due_at__lte=at)
