"""Words about screening campaigns."""

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes
from mediation.querysets.bodies import serving

if TYPE_CHECKING:
    from mediation.models.screening import ScreeningCampaign  # noqa: F401  # named in the base class below

ORDERERS: Final = frozenset({Role.TOWN_STAFF.value, Role.DISPATCHER.value})
"""Who orders a screening inside the own place."""
REPORTERS: Final = frozenset({Role.COMMUNITY_STAFF.value, Role.GRID_LEADER.value, Role.GRID_PATROLLER.value})
"""Who reports for a community or grid."""
READERS: Final = frozenset({*ORDERERS, *REPORTERS, Role.OVERSIGHT_OFFICER.value, Role.LEADER.value})


class CampaignQuerySet(models.QuerySet["ScreeningCampaign"]):
    """Adjectives of campaigns."""

    def visible_to(self, actor: Actor) -> "CampaignQuerySet":
        """Those of a place that lies in, or holds, what the person covers in one of the reading roles."""
        if actor.is_system:
            return self
        reaches = scopes.of(actor.user).reaches
        seen = Q(pk__in=[])
        for path in {reach.path for reach in reaches if reach.path and reach.role in READERS}:
            seen |= serving(path)
        return self.filter(seen)
