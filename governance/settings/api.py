"""The REST door: JSON only, keys or sessions, and a schema in OpenAPI 3.1 served from our own host."""

import re
from typing import Any

from governance.settings.environment import env

API_JSON_MAX_BYTES = 1024 * 1024
# A batch of 1,000 reports with 1,000 characters each, and room to spare.
API_BATCH_MAX_BYTES = env.number("API_BATCH_MAX_MB", 8, least=1, most=64) * 1024 * 1024
API_BATCH_PATHS = frozenset({"/api/v1/tickets/batch"})
API_BATCH_PATTERN = re.compile(r"/api/v1/adapters/[^/]{1,40}/tickets")
# The form with a file; what a single file may weigh is a rule value (attachment.max_bytes) below this.
API_UPLOAD_MAX_BYTES = env.number("API_UPLOAD_MAX_MB", 24, least=1, most=512) * 1024 * 1024
# Pages send several photos of a report at once.
BODY_MAX_BYTES = env.number("BODY_MAX_MB", 128, least=1, most=1024) * 1024 * 1024
# For each client or person and each web process; against runaway loops, not against busy days.
API_REQUESTS_PER_MINUTE = env.number("API_REQUESTS_PER_MINUTE", 60_000, least=1)
# How long a web process trusts what it read of a client (0: not at all): how late a key may end in another process.
API_CLIENT_SECONDS = env.number("API_CLIENT_SECONDS", 1, most=60)

# Log rows are business records of a network operator: six months is the least that is usual.
EXCHANGE_LOG_DAYS = env.number("EXCHANGE_LOG_DAYS", 190, least=1, most=3650)
# The writing thread of each web process; without it rows wait until somebody flushes them (tests).
EXCHANGE_LOG_IN_BACKGROUND = True
# How long an answer is repeated for its Idempotency-Key.
IDEMPOTENCY_HOURS = env.number("IDEMPOTENCY_HOURS", 72, least=1, most=2400)
# How far the clock of a caller who signs may be from ours; nonces are kept three times as long.
SIGNATURE_TOLERANCE_SECONDS = env.number("SIGNATURE_TOLERANCE_SECONDS", 300, least=10, most=3600)

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "governance.exchange.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "governance.exchange.permissions.KeyScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["governance.foundation.api.throttling.CallerThrottle"],
    "DEFAULT_PARSER_CLASSES": ["governance.foundation.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "governance.foundation.api.openapi.ProblemSchema",
    "EXCEPTION_HANDLER": "governance.foundation.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DATETIME_FORMAT": "iso-8601",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Grid Governance Command Platform",
    "DESCRIPTION": (
        "Report tickets, follow them and act on them. Errors are problem details (RFC 9457); texts follow "
        "Accept-Language (zh-hans, en). Instants are ISO 8601; one without an offset is read as Asia/Shanghai."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["governance.foundation.api.openapi.without_doubles"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
