"""A Redis cache whose absence is a miss: pages slow down when Redis vanishes, they do not fail."""

import logging
from collections.abc import Mapping
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; a connection that fails reads as empty and writes as done."""

    def _attempt(self, verb: str, fallback: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(), verb)(*args, **kwargs)
        except redis.RedisError as error:
            logger.warning("cache %s skipped: %s", verb, error)
            return fallback

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """True when Redis is away, so that a guard taken with `add` never blocks the deed."""
        return bool(self._attempt("add", True, *args, **kwargs))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default`."""
        return self._attempt("get", default, key, default, version=version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Store, if anybody is there."""
        self._attempt("set", None, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the key was there."""
        return bool(self._attempt("touch", False, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the key was there."""
        return bool(self._attempt("delete", False, *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """What is there."""
        return dict(self._attempt("get_many", {}, *args, **kwargs))

    def set_many(self, data: Mapping[Any, Any], *args: Any, **kwargs: Any) -> list[Any]:
        """The keys that could not be stored."""
        return list(self._attempt("set_many", list(data), data, *args, **kwargs))

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        """Forget, if anybody is there."""
        self._attempt("delete_many", None, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the key is known."""
        return bool(self._attempt("has_key", False, *args, **kwargs))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """The new value; `delta` when Redis is away."""
        return int(self._attempt("incr", delta, key, delta, version=version))

    def clear(self) -> None:
        """Forget everything, if anybody is there."""
        self._attempt("clear", None)
