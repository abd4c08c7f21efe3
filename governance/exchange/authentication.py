"""Who calls the API: a system by its key, `Authorization: Bearer wg_…`. People come by their session."""

from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from governance.exchange import signing
from governance.exchange.calllog import begin
from governance.exchange.edges import address_of
from governance.exchange.known import client_by
from governance.exchange.models import ApiClient, hash_key
from governance.exchange.networks import is_inside
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden

SCHEME = "bearer"
MAX_KEY = 200


class KeyHolder:
    """The `request.user` of a client: authenticated, but no person and without any permission."""

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_staff = False
    is_superuser = False
    pk = None

    def __init__(self, client: ApiClient) -> None:
        self.client = client

    def __str__(self) -> str:
        return self.client.name

    def has_perm(self, perm: str, obj: Model | None = None) -> bool:
        """A key holds no permission of Django's."""
        return False


class KeyAuthentication(BaseAuthentication):
    """By the hash of the key. A wrong key is 401 even beside a valid session."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiClient] | None:
        key = self.key_of(request)
        if key is None:
            return None
        at = now()
        client = _client_of(key, request, at)
        if client is None or not client.is_usable(at):
            raise AuthenticationFailed(_("This API key is unknown, ended or revoked"))
        if not is_inside(address_of(request), client.networks):
            raise Forbidden(_("This key may not be used from that address"), code="address_not_allowed")
        signing.check(request._request, client, at=at)
        return KeyHolder(client), client

    def key_of(self, request: Request) -> str | None:
        """The key that came with the request; a door that takes it elsewhere looks there."""
        scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return key.strip() if scheme.lower() == SCHEME else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _client_of(key: str, request: Request, at: datetime) -> ApiClient | None:
    """The client that has this key, or had it and may still use it."""
    if not key or len(key) > MAX_KEY or not key.isascii():
        return None
    digest = hash_key(key)
    client = client_by(digest)
    if client is None:
        return None
    is_previous = client.key_hash != digest
    begin(request._request, client, hint=client.previous_hint if is_previous else client.key_hint, at=at)
    return client if not is_previous or client.has_previous(at) else None


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library has no types here
    """How the key looks in the API's document."""

    target_class = "governance.exchange.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": SCHEME,
            "bearerFormat": "wg_…",
            "description": "The key of an API client; it sees and reports only its own sources.",
        }
