"""PostgreSQL from DATABASE_URL, over TCP or a unix socket, through psycopg's own pool.

The pool is what makes threads under ASGI safe: without it each request thread would open its own connection.
"""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured

from governance.settings.environment import env

SSL_OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey"})
PASSED_OPTIONS = SSL_OPTIONS | {"application_name", "connect_timeout", "options", "target_session_attrs"}


def read_database_url(url: SplitResult) -> dict[str, Any]:
    """Django's connection keys from a `postgresql://` URL.

    A unix socket is given as `postgresql://user@/name?host=/directory`. Raises ImproperlyConfigured on a
    missing name, a host given twice, or a parameter that nobody reads.
    """
    try:
        query = dict(parse_qsl(url.query, strict_parsing=True)) if url.query else {}
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL has a malformed query.") from error
    socket = query.pop("host", "")
    if socket and url.hostname:
        raise ImproperlyConfigured("DATABASE_URL names a host twice.")
    if url.path.strip("/") == "" or "/" in url.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must name one database: postgresql://user@host/name.")
    port = query.pop("port", "") or url.port or ""
    unknown = sorted(set(query) - PASSED_OPTIONS)
    if unknown:
        raise ImproperlyConfigured(f"DATABASE_URL has unknown parameters: {', '.join(unknown)}.")
    return {
        "ENGINE": "governance.foundation.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": socket or url.hostname or "",
        "PORT": str(port),
        "OPTIONS": query,
    }


_database = read_database_url(env.url("DATABASE_URL", ["postgresql", "postgres"]))
_database["CONN_MAX_AGE"] = 0
_database["OPTIONS"]["pool"] = {
    "min_size": env.number("DATABASE_POOL_MIN", 2, most=100),
    "max_size": env.number("DATABASE_POOL_MAX", 10, least=2, most=500),
    "timeout": env.number("DATABASE_POOL_TIMEOUT", 10, least=1, most=300),
}

DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
