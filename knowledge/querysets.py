"""What a person may see: published entries are for everybody; questions hold people's own words."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from governance.foundation.state_machine import Reach
from grids import scope as scopes
from grids.scope import outermost
from knowledge.states import ANSWERERS, WATCHERS, WRITERS, EntryState, QuestionState

if TYPE_CHECKING:
    from knowledge.models import KnowledgeEntry, Question  # noqa: F401  # named in the base classes below


def above(path: str) -> list[str]:
    """The place itself and the places that hold it."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1)]


def writing_paths(by: Actor) -> tuple[str, ...]:
    """The places inside which the person writes by territory."""
    roles = {role for role, reach in WRITERS.items() if reach is Reach.SCOPE}
    return outermost(reach.path for reach in scopes.of(by.user).reaches if reach.path and reach.role in roles)


def writing_units(by: Actor) -> list[int]:
    """The departments for which the person writes."""
    roles = {role for role, reach in WRITERS.items() if reach is Reach.OWN}
    reaches = scopes.of(by.user).reaches
    return sorted({reach.unit_id for reach in reaches if reach.unit_id is not None and reach.role in roles})


def asked_paths(by: Actor) -> tuple[str, ...]:
    """The places whose questions the person sees."""
    roles = {*ANSWERERS, *WATCHERS}
    return outermost(reach.path for reach in scopes.of(by.user).reaches if reach.path and reach.role in roles)


class EntryQuerySet(models.QuerySet["KnowledgeEntry"]):
    """Adjectives of entries."""

    def visible_to(self, actor: Actor) -> "EntryQuerySet":
        """What is published, and what the own unit or area writes."""
        if actor.is_system:
            return self
        if not scopes.of(actor.user).reaches:
            return self.none()
        seen = Q(state=EntryState.PUBLISHED) | Q(unit__in=writing_units(actor))
        for path in writing_paths(actor):
            seen |= Q(region_path__startswith=path)
        return self.filter(seen)

    def published(self) -> "EntryQuerySet":
        """What answers now."""
        return self.filter(state=EntryState.PUBLISHED)

    def valid_at(self, path: str) -> "EntryQuerySet":
        """Meant for the place, for one that holds it or for a part of it; everywhere without one."""
        if not path:
            return self
        return self.filter(Q(region_path__in=above(path)) | Q(region_path__startswith=path))

    def to_review(self, on: date) -> "EntryQuerySet":
        """Published, and its day of review has come."""
        return self.published().filter(review_on__lte=on)


class QuestionQuerySet(models.QuerySet["Question"]):
    """Adjectives of questions."""

    def visible_to(self, actor: Actor) -> "QuestionQuerySet":
        """Those of the places that one answers for or oversees."""
        if actor.is_system:
            return self
        seen = Q(pk__in=[])
        for path in asked_paths(actor):
            seen |= Q(region_path__startswith=path)
        return self.filter(seen)

    def waiting(self) -> "QuestionQuerySet":
        return self.filter(state=QuestionState.ASKED)

    def late(self, at: datetime) -> "QuestionQuerySet":
        """Past the time that was promised."""
        return self.waiting().filter(due_at__lte=at)
