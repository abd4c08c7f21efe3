"""What a person may see of online opinions: few people do. Every list and every detail starts from `visible_to`."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from grids import scope as scopes
from grids.scope import outermost
from opinions.states import ANSWERERS, FINDERS, OPEN, WATCHERS, OpinionState

if TYPE_CHECKING:
    from opinions.models import OnlineOpinion  # noqa: F401  # named in the base class below

READERS = frozenset({*FINDERS, *WATCHERS})


def post_paths(by: Actor, on: date) -> tuple[str, ...]:
    """The regions for which the person holds the post of online opinion on that day."""
    from opinions.models import OpinionPost

    rows = OpinionPost.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), user=by.user_id or 0, starts_on__lte=on, user__is_active=True
    )
    return outermost(rows.values_list("region_path", flat=True))


def reading_paths(by: Actor, on: date) -> tuple[str, ...]:
    """The places whose opinions the person reads: by role of the centre, as a leader, by the post."""
    reaches = scopes.of(by.user).reaches
    own = [reach.path for reach in reaches if reach.path and reach.role in READERS]
    return outermost([*own, *post_paths(by, on)])


def answering_units(by: Actor) -> list[int]:
    """The units for which the person answers."""
    scope = scopes.of(by.user)
    return sorted(scope.unit_ids) if scope.roles & set(ANSWERERS) else []


class OpinionQuerySet(models.QuerySet["OnlineOpinion"]):
    """Adjectives of opinions."""

    def visible_to(self, actor: Actor, *, on: date) -> "OpinionQuerySet":
        """Inside the places that one reads, what one's own unit has to answer, and what one has registered."""
        if actor.is_system:
            return self
        if actor.user is None:
            return self.none()
        seen = Q(unit__in=answering_units(actor))
        if scopes.of(actor.user).reaches:
            seen |= Q(registered_by=actor.user_id)
        for path in reading_paths(actor, on):
            seen |= Q(region_path__startswith=path)
        return self.filter(seen)

    def open(self) -> "OpinionQuerySet":
        return self.filter(state__in=OPEN)

    def late(self, at: datetime) -> "OpinionQuerySet":
        """Past the limit that runs now."""
        return self.filter(self.lateness(at))

    @staticmethod
    def lateness(at: datetime) -> Q:
        """The condition of being late; lists and the sweep use this one."""
        return Q(state=OpinionState.REGISTERED, assess_due_at__lte=at) | Q(
            state=OpinionState.ASSIGNED, respond_due_at__lte=at
        )
