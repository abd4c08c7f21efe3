"""Two questions of an orchestrator: is the process alive, and may it be sent requests."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout
from redis import Redis, RedisError


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL answers, else 503. Redis is reported, but nothing needs it to be ready."""
    database, redis = _database_answers(), _redis_answers()
    body = {
        "status": "ready" if database else "unavailable",
        "database": "up" if database else "down",
        "redis": "up" if redis else "down",
    }
    headers = {} if database else {"Retry-After": "5"}
    return JsonResponse(body, status=200 if database else 503, headers=headers)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, PoolTimeout):
        return False
    return True


def _redis_answers() -> bool:
    client = Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
