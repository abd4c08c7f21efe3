"""What a person may see of bulletins: those of the area where one makes them, and those sent to the own unit."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from bulletins.states import APPROVERS, WRITERS, BulletinState
from governance.accounts.actors import Actor
from grids import scope as scopes

if TYPE_CHECKING:
    from bulletins.models import Bulletin  # noqa: F401  # named in the base class below


def making_paths(actor: Actor) -> tuple[str, ...]:
    """The places of which the actor writes or approves bulletins."""
    roles = {*WRITERS, *APPROVERS}
    reaches = scopes.of(actor.user).reaches
    return scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in roles)


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    """Adjectives of bulletins."""

    def visible_to(self, actor: Actor) -> "BulletinQuerySet":
        """Made in the own area, or sent to the own unit; the recalled ones too, which then say why."""
        if actor.is_system:
            return self
        if not scopes.of(actor.user).reaches:
            return self.none()
        seen = Q(pk__in=[])
        for path in making_paths(actor):
            seen |= Q(region_path__startswith=path)
        out = Q(state__in=[BulletinState.PUBLISHED, BulletinState.RECALLED])
        return self.filter(seen | out & self.sent_to(actor))

    def sent_to(self, actor: Actor) -> Q:
        """The condition that the actor's unit has to read it."""
        from bulletins.models import UnitReceipt

        rows = UnitReceipt.objects.filter(bulletin=OuterRef("pk"), unit=actor.unit_id or 0)
        return Q(Exists(rows))
