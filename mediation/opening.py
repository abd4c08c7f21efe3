"""Opening one case by its code."""

from typing import Final

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from governance.foundation.prepared import fetch_models
from mediation.models import MediationBody, MediationCase

FIELDS: Final = tuple(
    field.attname for field in MediationCase._meta.concrete_fields if field.attname != "search"
)
"""All but the words for searching, which nothing outside the database reads."""


def visible_case(actor: Actor, number: str) -> MediationCase:
    """The case with its body, if this actor may read it. Raises NotFound."""
    rows = MediationCase.objects.visible_to(actor).filter(number=number).order_by().values_list("pk")
    key = rows.first()
    found = fetch_models(MediationCase, "WHERE t.id = %s", key, FIELDS) if key is not None else []
    if not found:
        raise NotFound()
    row = found[0]
    if row.body_id is not None:
        row.body = fetch_models(MediationBody, "WHERE t.id = %s", [row.body_id])[0]
    return row
