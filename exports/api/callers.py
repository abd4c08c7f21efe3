"""Who calls: systems only. People have the pages, with their approvals and saved mappings."""

from django.utils.translation import pgettext_lazy
from rest_framework.request import Request

from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.errors import Forbidden


def must_be_system(request: Request) -> Actor:
    """The system that calls. Raises Forbidden for people."""
    by = actor_of(request, "api")
    if not by.is_api_client:
        raise Forbidden(pgettext_lazy("export", "This is for systems; people have the pages"))
    return by
