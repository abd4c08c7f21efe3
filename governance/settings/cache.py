"""Redis, cache and Celery. PostgreSQL alone knows what is due: all of this may vanish at any moment."""

from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ImproperlyConfigured

from governance.settings.environment import env
from governance.settings.schedule import BEAT_SCHEDULE

_url = env.url("REDIS_URL", ["redis", "rediss", "unix"])
REDIS_URL = env.text("REDIS_URL")


def broker_url() -> str:
    """The same server in Celery's spelling, where a socket is `redis+socket:///path?virtual_host=0`."""
    if _url.scheme != "unix":
        return REDIS_URL
    if not _url.path or _url.netloc:
        raise ImproperlyConfigured("REDIS_URL must give the socket's path: unix:///directory/file?db=0.")
    database = dict(parse_qsl(_url.query)).get("db", "0")
    return f"redis+socket://{_url.path}?virtual_host={database}"


CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "governance.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "governance",
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    },
    # Pieces of pages that depend on nothing but what they are kept under; each process renders them once.
    "fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}

CELERY_BROKER_URL = broker_url()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 1,
    "global_keyprefix": "governance.",
}
# A page that nudges a worker must not wait for a broker that is away: the sweep finds the row anyway.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONSUMER = "governance.consuming:LastingConsumer"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULER = "governance.beat:SingleScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
