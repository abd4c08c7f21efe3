"""Which tickets a person or client may see: one rule, put to the database for lists and to one ticket in hand."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.accounts.actors import Actor
from grids import scope as scopes
from incidents.clientele import place_keys

if TYPE_CHECKING:
    from incidents.models import Ticket

# Codes of towns have nine digits, those of communities twelve.
FIRST_COMMUNITY = 10**11


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What somebody sees: everything, what came from some sources (`within` chosen places, where there are such), or
    what `Ticket.seen_from` opens to the keys.

    Sensitive tickets need a role that reads them, unless the person's unit takes part or the person reported it:
    then one of the `own` keys opens it.
    """

    is_whole: bool = False
    sources: Collection[str] | None = None
    within: Collection[int] | None = None
    places: Collection[int] = ()
    own: Collection[int] = ()
    sees_sensitive: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether it takes in a town or more."""
        return any(key < FIRST_COMMUNITY for key in self.places)

    def takes_in(self, ticket: "Ticket") -> bool:
        """Whether this ticket is seen."""
        if self.is_whole:
            return True
        if self.sources is not None:
            is_within = self.within is None or not set(ticket.seen_from).isdisjoint(self.within)
            return is_within and ticket.source.code in self.sources
        keys = set(ticket.seen_from)
        if not keys.isdisjoint(self.own):
            return True
        return not keys.isdisjoint(self.places) and (self.sees_sensitive or not ticket.is_sensitive)


def sight_of(actor: Actor) -> Sight:
    """What this actor sees; nothing for somebody without an appointment in force."""
    if actor.is_api_client:
        return Sight(sources=actor.source_codes, within=place_keys(actor) if actor.region_codes else None)
    if actor.is_system:
        return Sight(is_whole=True)
    scope = scopes.of(actor.user)
    if not scope.reaches:
        return Sight()
    return Sight(
        is_whole=scope.sees_sensitive and any(path.count("/") == 1 for path in scope.paths),
        places=scope.place_keys,
        own=scope.own_keys,
        sees_sensitive=scope.sees_sensitive,
    )
