"""Whose desk this is: the places where a person sorts disputes, each with its centre and who sits there today."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from grids import scope as scopes
from grids.scope import outermost
from grids.territory import current as territory
from mediation.models import Attendance, GovernanceCentre, StationedUnit
from mediation.states.who import SORTERS


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place of a one-window desk: community, town, district or city. `centre` is None where it has none."""

    name: str
    centre: GovernanceCentre | None
    present: list[str]


def sites_of(actor: Actor, at: datetime) -> list[Site]:
    """The places over which the person sorts, the outermost alone, as the map orders them."""
    today = local(at).date()
    reaches = scopes.of(actor.user).reaches
    paths = outermost(reach.path for reach in reaches if reach.path and reach.role in SORTERS)
    there = StationedUnit.objects.filter(Q(until=None) | Q(until__gte=today), since__lte=today)
    there = there.filter(weekdays__contains=[today.isoweekday()]).exclude(attendance=Attendance.ON_CALL)
    centres = {
        centre.region_path: centre
        for centre in GovernanceCentre.objects.visible_to(actor)
        .filter(region_path__in=paths)
        .prefetch_related(Prefetch("stationed", there.order_by("window", "name")))
    }
    return [_site(path, centres.get(path)) for path in paths]


def _site(path: str, centre: GovernanceCentre | None) -> Site:
    chain = territory().chain(path)
    return Site(
        name=chain[-1].name if chain else "",
        centre=centre,
        present=[unit.name for unit in centre.stationed.all()] if centre is not None else [],
    )
