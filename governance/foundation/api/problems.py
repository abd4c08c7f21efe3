"""Problem details (RFC 9457): the one shape of every refusal of the API, in the caller's language."""

import logging
import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from governance.foundation.errors import (
    FieldErrors,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooMany,
    Unauthenticated,
    UnsupportedMedia,
)
from governance.foundation.middleware import as_problem

logger = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:governance:problem:"
MAX_ECHO = 200


class NotAllowed(Problem):
    """The address exists, but not for this method."""

    status = 405
    code = "method_not_allowed"
    title = _("This address does not take that method")


class BadRequest(Invalid):
    """The body or the address cannot be read at all."""

    code = "malformed"
    title = _("The request cannot be read")


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """The exception handler of the API. A fault of ours is logged and answered without its inside."""
    request: Request | None = context.get("request")
    problem = problem_of(error)
    if problem is None:
        _report_fault(error, request)
        problem = Problem()
    elif problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.warning("answered %s: %s", problem.status, error)
    return Response(
        document(problem, request),
        status=problem.status,
        headers=_headers(error, problem),
        content_type=PROBLEM_TYPE,
    )


def problem_of(error: Exception) -> Problem | None:
    """The refusal that the caller should see, or None for a fault of ours."""
    known = as_problem(error)
    if known is not None:
        return known
    if isinstance(error, (Http404, exceptions.NotFound)):
        return NotFound()
    if isinstance(error, (exceptions.PermissionDenied, DjangoPermissionDenied)):
        return Forbidden(str(getattr(error, "detail", "")))
    if isinstance(error, (SuspiciousOperation, UnreadablePostError)):
        return BadRequest()
    return _of_framework(error) if isinstance(error, exceptions.APIException) else None


def _of_framework(error: exceptions.APIException) -> Problem | None:
    if isinstance(error, exceptions.ValidationError):
        return Invalid(fields=flat(error.detail))
    if isinstance(error, exceptions.ParseError):
        return BadRequest(str(error.detail))
    if isinstance(error, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        return Unauthenticated(str(error.detail))
    if isinstance(error, exceptions.UnsupportedMediaType):
        return UnsupportedMedia(str(error.detail))
    if isinstance(error, exceptions.MethodNotAllowed):
        return NotAllowed(str(error.detail))
    if isinstance(error, exceptions.Throttled):
        return TooMany(retry_after=max(1, math.ceil(getattr(error, "wait", None) or 1)))
    return None


def flat(detail: Any) -> FieldErrors:
    """Nested errors as dotted names: `{"citizen.phone": [...]}`; what belongs to no field stands under ``."""
    found: dict[str, list[str]] = {}
    for name, text in _leaves(detail, ""):
        found.setdefault(name.removesuffix(".non_field_errors").removesuffix("non_field_errors"), []).append(
            text
        )
    return found


def _leaves(detail: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from _leaves(value, f"{name}.{key}" if name else str(key))
    elif isinstance(detail, list):
        for item in detail:
            yield from _leaves(item, name)
    else:
        yield name, str(detail)


def document(problem: Problem, request: Request | HttpRequest | None = None) -> dict[str, Any]:
    """The problem as JSON-ready data: every text translated and safe to encode."""
    errors = problem.fields if isinstance(problem, Invalid) else {}
    detail = readable(problem.detail)
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.code,
        "title": readable(problem.title),
        "status": problem.status,
        "code": problem.code,
        "detail": detail,
        "instance": _request_id(request),
    }
    if errors:
        body["errors"] = {readable(key): [readable(text) for text in texts] for key, texts in errors.items()}
    body.update((key, value) for key, value in problem.extra.items() if key not in body)
    return body


def readable(text: object) -> str:
    """Text that any encoder takes: no lone surrogates, and no more of the caller's words than needed."""
    plain = str(text).encode("utf-8", "replace").decode().replace("\x00", "?")
    return plain if len(plain) <= MAX_ECHO * 2 else plain[:MAX_ECHO] + "…"


def _request_id(request: Request | HttpRequest | None) -> str:
    plain = request._request if isinstance(request, Request) else request
    return str(getattr(plain, "request_id", ""))


def _headers(error: Exception, problem: Problem) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if "retry_after" in problem.extra:
        headers["Retry-After"] = str(problem.extra["retry_after"])
    if challenge := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = str(challenge)
    return headers


def _report_fault(error: Exception, request: Request | None) -> None:
    plain = request._request if request is not None else None
    logger.error("unexpected fault in the API", exc_info=error)
    got_request_exception.send(sender=type(error), request=plain)
