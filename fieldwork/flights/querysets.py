"""Which flights somebody sees: a person those over the own places, a system those that it has told of."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes

if TYPE_CHECKING:
    from fieldwork.flights.models import Flight  # noqa: F401  # named in the base class below

RECORDERS: Final = (
    Role.TOWN_STAFF,
    Role.COMMUNITY_STAFF,
    Role.DUTY_OFFICER,
    Role.DISPATCHER,
    Role.OVERSIGHT_OFFICER,
    Role.GRID_LEADER,
    Role.POLICE_GRID_OFFICER,
)
READERS: Final = frozenset({*RECORDERS, Role.GRID_SUPERVISOR, Role.LEADER})


class FlightQuerySet(models.QuerySet["Flight"]):
    """Adjectives of flights."""

    def visible_to(self, by: Actor) -> "FlightQuerySet":
        """Nothing for somebody who has no place."""
        if by.is_api_client:
            return self.filter(client=by.client_id)
        seen = Q(pk__in=[])
        for path in reading_paths(by):
            seen |= Q(region_path__startswith=path)
        return self.filter(seen)

    def standing(self) -> "FlightQuerySet":
        """Not taken back."""
        return self.filter(withdrawn_at=None)

    def flown_between(self, since: date, until: date, at: datetime) -> "FlightQuerySet":
        """That took off on these days, both included, in the zone of `at`."""
        begin = datetime.combine(since, time(), tzinfo=at.tzinfo)
        end = datetime.combine(until, time(), tzinfo=at.tzinfo) + timedelta(days=1)
        return self.filter(took_off_at__gte=begin, took_off_at__lt=end)


def reading_paths(by: Actor) -> tuple[str, ...]:
    """The places over which the person sees flights."""
    reaches = scopes.of(by.user).reaches
    return scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in READERS)
