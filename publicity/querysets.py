"""What a person may see of policy notices: what is meant for him or her, what goes to places that he or she oversees,
and what the own unit or area writes.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from governance.accounts.actors import Actor
from governance.foundation.state_machine import Reach
from grids import scope as scopes
from grids.scope import outermost
from publicity.states import OVERSEERS, WRITERS, NoticeState

if TYPE_CHECKING:
    from publicity.models import PolicyNotice  # noqa: F401  # named in the base class below


def above(path: str) -> list[str]:
    """The places that hold `path`, itself not among them."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:count]) + "/" for count in range(1, len(parts))]


def overseen_paths(by: Actor) -> tuple[str, ...]:
    """The places for which the actor sees who has read what."""
    reaches = scopes.of(by.user).reaches
    return outermost(reach.path for reach in reaches if reach.path and reach.role in OVERSEERS)


def writing_paths(by: Actor) -> tuple[str, ...]:
    """The places inside which the actor writes by territory."""
    roles = {role for role, reach in WRITERS.items() if reach is Reach.SCOPE}
    reaches = scopes.of(by.user).reaches
    return outermost(reach.path for reach in reaches if reach.path and reach.role in roles)


def writing_units(by: Actor) -> list[int]:
    """The units for which the actor writes."""
    roles = {role for role, reach in WRITERS.items() if reach is Reach.OWN}
    reaches = scopes.of(by.user).reaches
    return sorted({reach.unit_id for reach in reaches if reach.unit_id is not None and reach.role in roles})


class NoticeQuerySet(models.QuerySet["PolicyNotice"]):
    """Adjectives of notices."""

    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """Meant for the person, for places that he or she oversees, or written by the own unit or in the own area."""
        if actor.is_system:
            return self
        if not scopes.of(actor.user).reaches:
            return self.none()
        seen = Q(pk__in=self.mine(actor).values("pk")) | self.managed(actor)
        paths = overseen_paths(actor)
        if paths:
            seen |= ~Q(state=NoticeState.DRAFT) & Q(published_at__isnull=False) & self.reaching(paths)
        return self.filter(seen)

    def mine(self, actor: Actor) -> "NoticeQuerySet":
        """What the person gets, or got before it was withdrawn."""
        return self.filter(self.received(actor))

    def received(self, actor: Actor) -> Q:
        """The condition that the person has a receipt."""
        from publicity.models import NoticeReceipt

        rows = NoticeReceipt.objects.filter(notice=OuterRef("pk"), user=actor.user_id or 0)
        return Q(Exists(rows))

    def managed(self, actor: Actor) -> Q:
        """The condition that it is written by a unit of the person or inside the area where he or she writes."""
        condition = Q(unit__in=writing_units(actor))
        for path in writing_paths(actor):
            condition |= Q(region_path__startswith=path)
        return condition

    def reaching(self, paths: Iterable[str]) -> Q:
        """The condition that it goes to one of the places, to a part of one, or to what holds one."""
        from publicity.models import NoticeTarget

        wanted = Q(pk__in=[])
        for path in paths:
            wanted |= Q(region_path__startswith=path) | Q(region_path__in=above(path))
        return Q(Exists(NoticeTarget.objects.filter(wanted, notice=OuterRef("pk"))))

    def in_force(self, on: date) -> "NoticeQuerySet":
        """Published and between its dates."""
        return self.filter(state=NoticeState.PUBLISHED, valid_from__lte=on, valid_to__gte=on)

    def public(self, on: date) -> "NoticeQuerySet":
        """In force and shown to everybody."""
        return self.in_force(on).filter(is_public=True)
