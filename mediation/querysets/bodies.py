"""Words about bodies, mediators, centres and points.

Who mediates where is public inside the administration: everybody who is appointed may read it, because people are sent
there. Auditors and administrators, who are appointed to no place, see nothing.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from grids import scope as scopes

if TYPE_CHECKING:
    from mediation.models.bodies import MediationBody  # noqa: F401  # named in the classes below
    from mediation.models.centres import GovernanceCentre  # noqa: F401  # named in a base class below
    from mediation.models.mediators import Mediator  # noqa: F401  # named in a base class below
    from mediation.models.points import MediationPoint  # noqa: F401  # named in a base class below


def is_appointed(actor: Actor) -> bool:
    """Whether somebody has any business here."""
    return actor.is_system or bool(scopes.of(actor.user).reaches)


def serving(path: str, field: str = "region_path") -> Q:
    """What stands in a place, or above it: the places of `field` that lie inside `path` or hold it."""
    parts = path.rstrip("/").split("/")
    above = ["/".join(parts[:count]) + "/" for count in range(1, len(parts))]
    return Q(**{f"{field}__startswith": path}) | Q(**{f"{field}__in": above})


class BodyQuerySet(models.QuerySet["MediationBody"]):
    """Adjectives of bodies."""

    def visible_to(self, actor: Actor) -> "BodyQuerySet":
        """All of them, for everybody who is appointed."""
        return self if is_appointed(actor) else self.none()

    def at_work(self, on: date) -> "BodyQuerySet":
        """Begun and not ended."""
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)

    def serving(self, path: str) -> "BodyQuerySet":
        """In the place, inside it, or above it."""
        return self.filter(serving(path))


class MediatorQuerySet(models.QuerySet["Mediator"]):
    """Adjectives of mediators."""

    def visible_to(self, actor: Actor) -> "MediatorQuerySet":
        """All of them, for everybody who is appointed."""
        return self if is_appointed(actor) else self.none()

    def at_work(self, on: date) -> "MediatorQuerySet":
        """Joined and not left."""
        return self.filter(Q(left_on=None) | Q(left_on__gte=on), joined_on__lte=on)


class CentreQuerySet(models.QuerySet["GovernanceCentre"]):
    """Adjectives of centres."""

    def visible_to(self, actor: Actor) -> "CentreQuerySet":
        """All of them, for everybody who is appointed."""
        return self if is_appointed(actor) else self.none()


class PointQuerySet(models.QuerySet["MediationPoint"]):
    """Adjectives of mediation points."""

    def visible_to(self, actor: Actor) -> "PointQuerySet":
        """All of them, for everybody who is appointed."""
        return self if is_appointed(actor) else self.none()

    def open(self, on: date) -> "PointQuerySet":
        """Opened and not closed."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gte=on), opened_on__lte=on)
