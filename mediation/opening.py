"""Opening one case by its code."""

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from mediation.models import MediationCase


def visible_case(actor: Actor, number: str) -> MediationCase:
    """The case, if this actor may read it. Raises NotFound."""
    rows = MediationCase.objects.visible_to(actor).select_related("body", "region", "leader", "ticket")
    found: MediationCase | None = rows.defer("ticket__search").filter(number=number).first()
    if found is None:
        raise NotFound()
    return found
