"""Who calls the API: a system by its key, `Authorization: Bearer wg_…`. People come by their session."""

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from governance.exchange.models import ApiClient, hash_key
from governance.foundation.clock import now
from governance.foundation.prepared import fetch_one

SCHEME = "bearer"
MAX_KEY = 200
_FIELDS = ("id", "code", "name", "sources", "is_active", "expires_at")
_BY_HASH = f"SELECT {', '.join(_FIELDS)} FROM exchange_apiclient WHERE key_hash = %s"  # noqa: S608  # constants


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
    """One statement by the hash of the key. A wrong key is 401 even beside a valid session."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiClient] | None:
        scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        client = _client_of(key.strip())
        if client is None or not client.is_usable(now()):
            raise AuthenticationFailed(_("This API key is unknown, ended or revoked"))
        return KeyHolder(client), client

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _client_of(key: str) -> ApiClient | None:
    """One plain statement: this runs in every request, and building a query costs more than asking it."""
    if not key or len(key) > MAX_KEY or not key.isascii():
        return None
    row = fetch_one(_BY_HASH, [hash_key(key)])
    return ApiClient.from_db(connection.alias, _FIELDS, row) if row else None


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
