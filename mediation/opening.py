"""Opening one case by its code."""

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from mediation.models import MediationCase


def visible_case(actor: Actor, number: str) -> MediationCase:
    """The case, if this actor may read it. Raises NotFound."""
    rows = MediationCase.objects.visible_to(actor).filter(number=number).order_by()
    found = rows.select_related("body", "leader").defer("search").first()
    if found is None:
        raise NotFound()
    return found
