"""Which nudges a person's desk page listens to."""

from governance.accounts.actors import Actor
from grids import scope as scopes


def topics_of(actor: Actor) -> str:
    """The live topics of a person's own units, for `data-live`."""
    return " ".join(f"unit:{unit_id}" for unit_id in sorted(scopes.of(actor.user).unit_ids))
