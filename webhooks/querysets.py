"""Chainable words of endpoints and messages. A system sees its own, administrators and auditors see all."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from webhooks.states import LIVING, UNFINISHED

if TYPE_CHECKING:
    from webhooks.models import Delivery, Endpoint  # noqa: F401  # named in the base classes below

READERS = (Role.ADMINISTRATOR.value, Role.AUDITOR.value)


def roles_of(actor: Actor) -> frozenset[str]:
    """Which of the two roles that read the person has."""
    if actor.user is None:
        return frozenset()
    return frozenset(actor.user.groups.filter(name__in=READERS).values_list("name", flat=True))


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Endpoints."""

    def visible_to(self, actor: Actor) -> "EndpointQuerySet":
        """A system's own; all for administrators and auditors; none for others."""
        if actor.is_api_client:
            return self.filter(client_id=actor.client_id)
        return self if roles_of(actor) else self.none()

    def living(self) -> "EndpointQuerySet":
        """Those that were not removed."""
        return self.filter(state__in=LIVING)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Messages."""

    def visible_to(self, actor: Actor) -> "DeliveryQuerySet":
        """Those of endpoints that the reader sees."""
        if actor.is_api_client:
            return self.filter(endpoint__client_id=actor.client_id)
        return self if roles_of(actor) else self.none()

    def unfinished(self) -> "DeliveryQuerySet":
        """Those still to be delivered."""
        return self.filter(state__in=UNFINISHED)

    def about(self, word: str) -> "DeliveryQuerySet":
        """By the number of a ticket or the id of a message."""
        return self.filter(Q(ticket=word.upper()) | Q(name=word))
