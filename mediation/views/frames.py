"""What the frame of these pages asks for."""

from typing import Any

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from mediation.querysets.screening import READERS as SCREENING_READERS
from mediation.rules import holds, may_read, may_register, may_sort


def frame_of(actor: Actor) -> dict[str, Any]:
    """Which tabs this person has, and whether the person registers."""
    return {
        "reads_cases": may_read(actor),
        "may_register": may_register(actor),
        "may_sort": may_sort(actor),
        "is_mediator": holds(actor, {Role.MEDIATOR}),
        "sees_red": holds(actor, {Role.LEADER, Role.TOWN_STAFF}),
        "sees_screenings": holds(actor, SCREENING_READERS),
    }
