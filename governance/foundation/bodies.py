"""How much a request may carry, decided before it is read: by its declared length, and while it arrives. And what its
address may hold.

Django's ASGI handler writes a whole body to memory or disk before any view sees the request, so the cut is made in
front of it; the middleware then gives the localized answer, in the form that the caller's door speaks.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from governance.foundation.api.parsers import MULTIPART_OVERHEAD, declared_length
from governance.foundation.api.problems import PROBLEM_TYPE, document
from governance.foundation.errors import Invalid, Problem, TooLarge
from governance.foundation.pages import problem_page

API_PREFIX = "/api/"
CUT = "governance.body_cut"
NUL, ESCAPED_NUL = "\0", "%00"

SPEAKERS: dict[str, Callable[[HttpRequest, Problem], HttpResponseBase]] = {}
"""Doors beside the API that say a refusal in their own language, by the prefix of their addresses."""

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Scope, Receive, Any], Awaitable[None]]


def speak(prefix: str, answer: Callable[[HttpRequest, Problem], HttpResponseBase]) -> None:
    """Addresses that begin so have the API's limits, and `answer` words what is refused. From an app's `ready()`."""
    SPEAKERS[prefix] = answer


def limit_for(path: str, content_type: str) -> int:
    """The most bytes that a body may have there."""
    if not path.startswith((API_PREFIX, *SPEAKERS)):
        return int(settings.BODY_MAX_BYTES)
    if content_type.startswith("multipart/"):
        return int(settings.API_UPLOAD_MAX_BYTES) + MULTIPART_OVERHEAD
    if path in settings.API_BATCH_PATHS or settings.API_BATCH_PATTERN.fullmatch(path):
        return int(settings.API_BATCH_MAX_BYTES)
    return int(settings.API_JSON_MAX_BYTES)


class BodyLimit:
    """In front of Django's ASGI handler: a body that is too large arrives there empty, with a mark."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        if scope["type"] == "http":
            headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
            limit = limit_for(scope.get("path", ""), headers.get(b"content-type", "").lower())
            receive = _counted(scope, receive, limit, _declared(headers))
        await self.application(scope, receive, send)


def _declared(headers: Mapping[bytes, str]) -> int:
    return declared_length({"CONTENT_LENGTH": headers.get(b"content-length", "")})


def _counted(scope: Scope, receive: Receive, limit: int, declared: int) -> Receive:
    """`receive` that ends the body where it passes `limit`, or at once when its length is declared beyond."""
    seen = 0

    def cut() -> Message:
        scope[CUT] = limit
        return {"type": "http.request", "body": b"", "more_body": False}

    async def limited() -> Message:
        nonlocal seen
        if declared > limit and CUT not in scope:
            return cut()
        message = await receive()
        while CUT in scope and message["type"] == "http.request":
            message = await receive()  # the rest is nobody's; only a disconnection is news
        seen += len(message.get("body", b""))
        return cut() if seen > limit and CUT not in scope else message

    return limited


class BodyLimitMiddleware:
    """Answers 413 for what was cut off, and under WSGI for what declares too great a length; 400 for a page's address
    that asks for a NUL, which no text in the database can hold (the API itself names the field).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        limit = getattr(request, "scope", {}).get(CUT, 0) or _exceeded(request)
        if limit:
            return self.refuse(request, TooLarge(limit_bytes=limit))
        asks_nul = NUL in request.path or ESCAPED_NUL in request.META.get("QUERY_STRING", "")
        if asks_nul and not request.path.startswith(API_PREFIX):
            return self.refuse(request, Invalid(_("The address holds a character that cannot be read")))
        return self.get_response(request)

    def refuse(self, request: HttpRequest, problem: Problem) -> HttpResponseBase:
        """The answer in the form that the caller's door speaks."""
        for prefix, answer in SPEAKERS.items():
            if request.path.startswith(prefix):
                return answer(request, problem)
        if not request.path.startswith(API_PREFIX):
            return problem_page(request, problem)
        return JsonResponse(
            document(problem, request),
            status=problem.status,
            content_type=PROBLEM_TYPE,
            json_dumps_params={"ensure_ascii": False},
        )


def _exceeded(request: HttpRequest) -> int:
    limit = limit_for(request.path, request.headers.get("Content-Type", "").lower())
    return limit if declared_length(request.META) > limit else 0
