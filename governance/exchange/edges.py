"""Where a request becomes an `Actor`: the only place that both doors take identity from."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from governance.accounts.actors import Actor, Client
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.exchange.models import ApiClient
from governance.foundation.errors import Unauthenticated


def actor_of(request: HttpRequest | Request, client: Client = "web") -> Actor:
    """Who acts: the API client that the key named, else the person who is signed in.

    Nothing in the body can change it. Raises Unauthenticated when there is neither.
    """
    key_owner = getattr(request, "auth", None)
    if isinstance(key_owner, ApiClient):
        return client_actor(key_owner, address=address_of(request), request_id=request_id_of(request))
    person = request.user
    if not isinstance(person, User) or not person.is_active:
        raise Unauthenticated()
    return Actor(
        user=person,
        unit_id=person.unit_id,
        client=client,
        address=address_of(request),
        request_id=request_id_of(request),
    )


def client_actor(owner: ApiClient, *, address: str = "", request_id: str = "") -> Actor:
    """Who acts where a client calls."""
    return Actor(
        role=Role.API_CLIENT,
        client="api",
        client_id=owner.pk,
        client_name=owner.name,
        source_codes=frozenset(owner.sources),
        region_codes=frozenset(owner.regions),
        address=address,
        request_id=request_id,
    )


def address_of(request: HttpRequest | Request) -> str:
    """The caller's network address; behind proxies of ours, what the outermost of them saw."""
    hops = settings.AXES_IPWARE_PROXY_COUNT or 0
    if hops:
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part]
        if len(chain) >= hops:
            return str(chain[-hops])[:45]
    return str(request.META.get("REMOTE_ADDR") or "")[:45]


def request_id_of(request: HttpRequest | Request) -> str:
    """The id that the middleware gave the request."""
    plain = request._request if isinstance(request, Request) else request
    return str(getattr(plain, "request_id", ""))
