"""What each person may see of tasks and campaigns. Every list and every detail starts here."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from fieldwork.states import PLANNERS, READERS, REVIEWERS, UNFINISHED, WORKABLE, TaskState
from governance.accounts.actors import Actor
from governance.foundation.clock import local
from grids import scope as scopes
from registers.querysets import inside, paths_for

if TYPE_CHECKING:
    from fieldwork.models import FieldCampaign, FieldTask  # noqa: F401  # named in base classes below


class FieldTaskQuerySet(models.QuerySet["FieldTask"]):
    """Adjectives of tasks."""

    def visible_to(self, by: Actor) -> "FieldTaskQuerySet":
        """The own ones and those of the own team, and those of the places that the person plans or oversees."""
        if by.is_system:
            return self
        if by.user_id is None or not scopes.of(by.user).reaches:
            return self.none()
        return self.filter(ours(by.user_id) | inside(paths_for(by, READERS), "region_path"))

    def carried_by(self, by: Actor) -> "FieldTaskQuerySet":
        """Assigned to the person or to a team that he or she was in; what a team missed is its carrier's."""
        user_id = by.user_id or 0
        team = Q(crew__contains=[user_id]) & ~Q(state=TaskState.MISSED)
        return self.filter(Q(assignee_id=user_id) | team)

    def workable(self, at: datetime) -> "FieldTaskQuerySet":
        """The worker still has to do something, or may make it up."""
        late = Q(state=TaskState.MISSED) & ~Q(make_up_until__gt=at)
        return self.filter(state__in=sorted(WORKABLE)).exclude(late)

    def begun(self, at: datetime) -> "FieldTaskQuerySet":
        """Their period has begun."""
        return self.filter(starts_on__lte=local(at).date())

    def unfinished(self) -> "FieldTaskQuerySet":
        return self.filter(state__in=sorted(UNFINISHED))

    def to_review(self, by: Actor) -> "FieldTaskQuerySet":
        """Submitted by others, in the places that the person reviews."""
        rows = self.filter(inside(paths_for(by, REVIEWERS), "region_path"), state=TaskState.SUBMITTED)
        return rows.exclude(assignee_id=by.user_id).exclude(crew__contains=[by.user_id or 0])

    def for_rows(self) -> "FieldTaskQuerySet":
        """What a row shows, with one statement."""
        return self.select_related("assignee", "grid", "rule", "campaign", "stands_in_for", "team")


def ours(user_id: int) -> Q:
    """Whose phone shows a task: the worker's, and everybody's of the team that has it."""
    return Q(assignee_id=user_id) | Q(crew__contains=[user_id])


class FieldCampaignQuerySet(models.QuerySet["FieldCampaign"]):
    """Adjectives of campaigns."""

    def visible_to(self, by: Actor) -> "FieldCampaignQuerySet":
        """Inside the places that the person plans or oversees, and those above that reach into them."""
        paths = paths_for(by, READERS)
        above = {path[:end] for path in paths for end in _ends(path)}
        return self.filter(
            inside(paths, "region_path")
            | Q(region_path__in=sorted(above), state__in=["launched", "withdrawn"])
        )

    def changeable_by(self, by: Actor) -> "FieldCampaignQuerySet":
        return self.filter(inside(paths_for(by, PLANNERS), "region_path"))


def _ends(path: str) -> list[int]:
    """Where each place above, and the place itself, ends in its path."""
    return [number + 1 for number, mark in enumerate(path) if mark == "/"]
