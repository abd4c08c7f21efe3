"""A department answers what a mediation body has asked. It reads the question, never the case."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Conflict, NotFound, Unprocessable
from grids import scope as scopes
from mediation.models import Conferral
from mediation.telling import tell_mediators

ANSWERERS = (Role.DEPT_LEAD, Role.DEPT_HANDLER, Role.POLICE_GRID_OFFICER)


def visible(by: Actor, pk: int) -> Conferral:
    """A question to one of the person's units. Raises NotFound."""
    scope = scopes.of(by.user)
    row = Conferral.objects.filter(pk=pk, unit__in=sorted(scope.unit_ids)).select_related("unit").first()
    if row is None or not scope.roles & set(ANSWERERS):
        raise NotFound()
    return row


@transaction.atomic
def answer(pk: int, *, by: Actor, at: datetime, text: str) -> Conferral:
    """Answer once. Raises NotFound, Conflict, Unprocessable."""
    visible(by, pk)
    row = Conferral.objects.select_for_update(of=("self",)).select_related("case", "unit").get(pk=pk)
    if row.answered_at is not None:
        raise Conflict(pgettext_lazy("mediation", "This question has been answered"), code="answered")
    if not text.strip():
        raise Unprocessable(fields={"answer": [pgettext_lazy("mediation", "Please fill this in")]})
    row.answer, row.answered_at, row.answered_by = text.strip(), at, by.user
    row.save()
    role = next(role for role in ANSWERERS if role in scopes.of(by.user).roles)
    journal.record("mediation.answer", by=by.acting_as(role), obj=row, at=at)
    tell_mediators(row.case, "answered", at=at, by=by, key=str(row.pk))
    return row
