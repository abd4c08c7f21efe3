"""Edges of every request: its id, the answer to a `Problem`, and the answer when PostgreSQL is away."""

import logging
import time
from collections.abc import Callable
from contextvars import Token

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from governance.foundation.errors import Problem, TooLarge, Unavailable
from governance.foundation.pages import problem_page
from governance.foundation.requests import REQUEST_ID, new_request_id

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5


def as_problem(error: Exception) -> Problem | None:
    """The error that people should see for `error`, or None when it is a fault of ours."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if is_database_away(error):
        return Unavailable(retry_after=RETRY_AFTER_SECONDS)
    return None


def is_database_away(error: BaseException) -> bool:
    """True for a lost or refused connection and an exhausted pool, not for a wrong statement."""
    from psycopg_pool import PoolTimeout

    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, (PoolTimeout, OperationalError)):
            return True
        seen = seen.__cause__
    return False


class RequestIdMiddleware:
    """Gives each request an id (`X-Request-ID`), says what it took (`Server-Timing`), turns problems into pages.

    The API has its own exception handler; what reaches this class comes from a page or a middleware.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.is_async:
            return self._call_async(request)  # type: ignore[return-value]  # awaited by the handler
        token = self._begin(request)
        try:
            return self._finish(request, self.get_response(request))
        finally:
            REQUEST_ID.reset(token)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        token = self._begin(request)
        try:
            response = await self.get_response(request)  # type: ignore[misc]  # the async chain
            return self._finish(request, response)
        finally:
            REQUEST_ID.reset(token)

    def _begin(self, request: HttpRequest) -> Token[str]:
        request.request_id = new_request_id(request.headers.get("X-Request-ID", ""))  # type: ignore[attr-defined]  # a request carries it
        request.began = time.perf_counter()  # type: ignore[attr-defined]  # a request carries it
        return REQUEST_ID.set(request.request_id)  # type: ignore[attr-defined]  # a request carries it

    def _finish(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]  # a request carries it
        took = 1000 * (time.perf_counter() - request.began)  # type: ignore[attr-defined]  # a request carries it
        response.headers["Server-Timing"] = f"app;dur={took:.1f}"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        problem = as_problem(error)
        if problem is None:
            return None
        if problem.status >= 500:
            logger.warning("answered %s: %s", problem.status, error)
        return problem_page(request, problem)
