"""Chainable words about supervision. Every list and every detail starts from `visible_to`.

Who oversees a place sees what is supervised there; a unit sees what it has to answer. A task on a sensitive ticket is
seen by those who may read such tickets, and by the unit that answers for it.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes
from grids.scope import Scope
from supervision.names import GRAVE, AppealState, InspectionState, TaskState
from supervision.states import APPEAL_OPEN, RECURRENCE_OPEN, TASK_OPEN

if TYPE_CHECKING:
    from supervision.models import (  # noqa: F401  # named in the base classes below
        Appeal,
        Inspection,
        InspectionTarget,
        LeaderInstruction,
        RecurrenceWarning,
        RecurringSupervision,
        SupervisionBulletin,
        SupervisionTask,
    )

OVERSEERS: Final = frozenset({Role.OVERSIGHT_OFFICER, Role.LEADER})
READERS: Final = OVERSEERS | {
    Role.DISPATCHER,
    Role.DUTY_OFFICER,
    Role.TOWN_STAFF,
    Role.COMMUNITY_STAFF,
    Role.GRID_SUPERVISOR,
}
"""Who reads what is supervised in the places that they cover."""


def covered(scope: Scope, roles: Collection[str], field: str = "region_path") -> Q:
    """The condition "inside a place that is covered in one of these roles"."""
    found = Q(pk__in=[])
    paths = scopes.outermost(reach.path for reach in scope.reaches if reach.path and reach.role in roles)
    for path in paths:
        found |= Q(**{f"{field}__startswith": path})
    return found


class TaskQuerySet(models.QuerySet["SupervisionTask"]):
    """Adjectives of supervision tasks."""

    def visible_to(self, actor: Actor) -> "TaskQuerySet":
        """What lies in the places overseen, and what the own unit answers for."""
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        own = Q(unit__in=sorted(scope.unit_ids))
        seen = covered(scope, READERS)
        if not scope.sees_sensitive:
            seen &= Q(ticket=None) | Q(ticket__is_sensitive=False)
        return self.filter(own | seen)

    def open(self) -> "TaskQuerySet":
        return self.filter(state__in=sorted(TASK_OPEN))

    def listed(self) -> "TaskQuerySet":
        """Open ones that a bulletin names."""
        return self.open().filter(kind__in=sorted(GRAVE))

    def earlier_than(self, key: tuple[datetime, int]) -> "TaskQuerySet":
        """Older than a row, in the order of creation."""
        return self.filter(Q(created_at__lt=key[0]) | Q(created_at=key[0], pk__lt=key[1]))

    def later_than(self, key: tuple[datetime, int]) -> "TaskQuerySet":
        """Newer than a row, in the order of creation."""
        return self.filter(Q(created_at__gt=key[0]) | Q(created_at=key[0], pk__gt=key[1]))

    def with_labels(self) -> "TaskQuerySet":
        """Join what a row shows."""
        return self.select_related("unit", "ticket").defer("ticket__search", "ticket__content")


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Adjectives of appeals."""

    def visible_to(self, actor: Actor) -> "AppealQuerySet":
        """Overseers of the place and the unit that objects."""
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        return self.filter(covered(scope, OVERSEERS) | Q(unit__in=sorted(scope.unit_ids)))

    def open(self) -> "AppealQuerySet":
        return self.filter(state__in=sorted(APPEAL_OPEN))

    def granted(self) -> "AppealQuerySet":
        return self.filter(state=AppealState.GRANTED)


class InstructionQuerySet(models.QuerySet["LeaderInstruction"]):
    """Adjectives of leaders' instructions."""

    def visible_to(self, actor: Actor) -> "InstructionQuerySet":
        """Leaders and oversight of the place; a leader always sees his or her own."""
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        return self.filter(covered(scope, OVERSEERS) | Q(leader=actor.user_id))


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Adjectives of inspections."""

    def visible_to(self, actor: Actor) -> "InspectionQuerySet":
        """Who oversees or is inspected there, whose unit carries it out, and who was assigned to it."""
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        seen = covered(scope, READERS) | Q(unit__in=sorted(scope.unit_ids))
        seen |= Q(inspector_ids__contains=[actor.user_id])
        above = {
            "/".join(parts[:count]) + "/"
            for reach in scope.reaches
            if reach.path and reach.role in READERS
            for parts in [reach.path.rstrip("/").split("/")]
            for count in range(1, len(parts))
        }
        decided = ~Q(state__in=[InspectionState.PROPOSED, InspectionState.REFUSED])
        return self.filter(seen | (Q(region_path__in=sorted(above)) & decided))


class TargetQuerySet(models.QuerySet["InspectionTarget"]):
    """Adjectives of the places of inspections."""

    def visible_to(self, actor: Actor) -> "TargetQuerySet":
        """What lies in the places overseen, what one is assigned to, what the own unit inspects or answers for."""
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        own = sorted(scope.unit_ids)
        mine = Q(inspector=actor.user_id) | Q(unit__in=own) | Q(inspection__unit__in=own)
        return self.filter(covered(scope, READERS) | mine)


class SupervisionBulletinQuerySet(models.QuerySet["SupervisionBulletin"]):
    """Adjectives of bulletins."""

    def visible_to(self, actor: Actor) -> "SupervisionBulletinQuerySet":
        """Drafts: oversight of the place. Published ones: overseers, and the units that are named."""
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        published = Q(state="published")
        named = Q(pk__in=self._named(sorted(scope.unit_ids)))
        return self.filter(
            covered(scope, {Role.OVERSIGHT_OFFICER}) | (published & (covered(scope, OVERSEERS) | named))
        )

    def _named(self, unit_ids: Collection[int]) -> "models.QuerySet[SupervisionBulletin]":
        return self.model._default_manager.filter(receipts__unit__in=unit_ids).values("pk")  # type: ignore[return-value]  # keys alone


PERSON_READERS: Final = frozenset(
    {Role.OVERSIGHT_OFFICER, Role.DISPATCHER, Role.TOWN_STAFF, Role.COMMUNITY_STAFF}
)
"""Who reads that a person comes again and again: those who speak with that person or send somebody who does."""


class RecurrenceQuerySet(models.QuerySet["RecurrenceWarning"]):
    """Adjectives of recurrence warnings."""

    def visible_to(self, actor: Actor) -> "RecurrenceQuerySet":
        """Places: whoever reads what is supervised there. People: fewer. Sensitive ones as sensitive tickets."""
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        rows = self.filter((Q(kind="place") & covered(scope, READERS)) | covered(scope, PERSON_READERS))
        return rows if scope.sees_sensitive else rows.filter(is_sensitive=False)

    def open(self) -> "RecurrenceQuerySet":
        return self.filter(state__in=sorted(RECURRENCE_OPEN))


class RecurringQuerySet(models.QuerySet["RecurringSupervision"]):
    """Adjectives of regular supervision."""

    def visible_to(self, actor: Actor) -> "RecurringQuerySet":
        """Overseers of the place."""
        if actor.is_system:
            return self
        return self.filter(covered(scopes.of(actor.user), OVERSEERS))

    def due(self, on: date) -> "RecurringQuerySet":
        """Active ones whose next day has come and that have not ended by then."""
        rows = self.filter(is_active=True, next_on__lte=on)
        return rows.filter(Q(ends_on=None) | Q(next_on__lte=models.F("ends_on")))


OPEN_STATES: Final = tuple(sorted(state.value for state in TaskState if state in TASK_OPEN))
