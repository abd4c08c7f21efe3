"""Who sees an export: whoever asked, and those who decide about it. Nobody else, administrators included."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from exports.states import APPROVERS
from governance.accounts.actors import Actor
from grids import scope as scopes
from grids.scope import outermost

if TYPE_CHECKING:
    from exports.models import TicketExport, TicketImport  # noqa: F401  # named in the base classes below


def approving_paths(by: Actor) -> tuple[str, ...]:
    """The places for which the person approves exports."""
    reaches = scopes.of(by.user).reaches
    return outermost(reach.path for reach in reaches if reach.path and reach.role in APPROVERS)


class ExportQuerySet(models.QuerySet["TicketExport"]):
    """Adjectives of exports."""

    def visible_to(self, actor: Actor) -> "ExportQuerySet":
        """One's own, and those that needed approval inside the places for which one approves."""
        if actor.is_system:
            return self
        if actor.is_api_client:
            return self.filter(client=actor.client_id)
        if actor.user is None:
            return self.none()
        seen = Q(asked_by=actor.user_id)
        for path in approving_paths(actor):
            seen |= Q(needs_approval=True, reach_path__startswith=path)
        return self.filter(seen)

    def mine(self, actor: Actor) -> "ExportQuerySet":
        return self.filter(asked_by=actor.user_id)


class ImportQuerySet(models.QuerySet["TicketImport"]):
    """Adjectives of imports."""

    def visible_to(self, actor: Actor) -> "ImportQuerySet":
        """One's own: the rows of a file are personal data that only its bringer has seen."""
        if actor.is_system:
            return self
        if actor.is_api_client:
            return self.filter(client=actor.client_id)
        return self.filter(asked_by=actor.user_id) if actor.user_id is not None else self.none()
