"""Who may read what of the territory over REST."""

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.errors import Forbidden
from grids import scope as scopes


def reader(request: Request) -> Actor:
    """An API client, or a person with an appointment: regions and grids are no secret to them.

    Raises Unauthenticated, Forbidden.
    """
    by = actor_of(request, "api")
    if not by.is_api_client and not scopes.of(by.user).reaches:
        raise Forbidden(_("You have no appointment, so no territory is shown"))
    return by


def staff(request: Request) -> Actor:
    """A person with an appointment; API clients do not read this. Raises Unauthenticated, Forbidden."""
    by = reader(request)
    if by.is_api_client:
        raise Forbidden(_("API clients do not read this"))
    return by
