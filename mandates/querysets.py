"""Chainable words about lists, powers and applications. Every list and every detail starts from `visible_to`.

Lists and powers bind everybody and are read by everybody who is appointed; an application is read where it shall
apply and by the unit that asks.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from governance.accounts.actors import Actor
from grids import scope as scopes
from mandates.states import APPLICANTS, GRANTED, KEEPERS, AccessState, PowerState

if TYPE_CHECKING:
    from mandates.models import (  # noqa: F401  # named in the base classes below
        AccessApplication,
        DelegatedPower,
        DutyItem,
        DutyList,
    )


def _is_appointed(actor: Actor) -> bool:
    return actor.is_system or bool(scopes.of(actor.user).reaches)


class DutyListQuerySet(models.QuerySet["DutyList"]):
    """Adjectives of editions."""

    def visible_to(self, actor: Actor) -> "DutyListQuerySet":
        """All of them, for everybody who is appointed."""
        return self if _is_appointed(actor) else self.none()

    def in_force(self, on: date) -> "DutyListQuerySet":
        """Begun, not ended, and not followed by a newer edition that has begun."""
        newer = self.model.objects.filter(
            code=OuterRef("code"), edition__gt=OuterRef("edition"), valid_from__lte=on
        )
        begun = self.filter(valid_from__lte=on)
        return begun.filter(Q(valid_to=None) | Q(valid_to__gte=on)).exclude(Exists(newer))

    def with_count(self) -> "DutyListQuerySet":
        """With the number of items."""
        return self.select_related("region").annotate(item_count=models.Count("items"))


class DutyItemQuerySet(models.QuerySet["DutyItem"]):
    """Adjectives of items."""

    def visible_to(self, actor: Actor) -> "DutyItemQuerySet":
        """All of them, for everybody who is appointed."""
        return self if _is_appointed(actor) else self.none()


class PowerQuerySet(models.QuerySet["DelegatedPower"]):
    """Adjectives of delegated powers."""

    def visible_to(self, actor: Actor) -> "PowerQuerySet":
        """All of them, for everybody who is appointed."""
        return self if _is_appointed(actor) else self.none()

    def in_force(self, on: date) -> "PowerQuerySet":
        """Approved and between its dates."""
        rows = self.filter(state=PowerState.APPROVED, starts_on__lte=on)
        return rows.filter(Q(ends_on=None) | Q(ends_on__gte=on))


class AccessQuerySet(models.QuerySet["AccessApplication"]):
    """Adjectives of applications."""

    def visible_to(self, actor: Actor) -> "AccessQuerySet":
        """What the own unit asks for; what is asked for the own area, once it has been submitted.

        Whoever neither reviews nor decides sees what has been granted there.
        """
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        is_applicant = bool(set(APPLICANTS) & scope.roles)
        seen = Q(unit__in=scope.unit_ids) if is_applicant else Q(pk__in=[])
        for reach in scope.reaches:
            if reach.path:
                here = _touches(reach.path)
                seen |= (
                    here & ~Q(state=AccessState.DRAFT)
                    if reach.role in KEEPERS
                    else here & Q(state__in=GRANTED)
                )
        return self.filter(seen)

    def granted(self, on: date) -> "AccessQuerySet":
        """Approved or in force, between its dates."""
        return self.filter(state__in=GRANTED, starts_on__lte=on, ends_on__gte=on)


def _touches(path: str) -> Q:
    """The region lies inside `path`, or holds it."""
    parts = path.rstrip("/").split("/")
    above = ["/".join(parts[:count]) + "/" for count in range(1, len(parts))]
    return Q(region_path__startswith=path) | Q(region_path__in=above)
