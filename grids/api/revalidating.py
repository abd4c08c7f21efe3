"""Answers that a caller may keep: an ETag from the version of the territory, 304 when nothing has changed."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.utils.translation import get_language
from rest_framework.request import Request

from grids.territory import current as territory

CACHE_CONTROL = "private, no-cache"
VARY = ("Accept-Language", "Authorization", "Cookie")


def by_version(request: Request, answer: Callable[[], Any], *, key: str = "") -> HttpResponseBase:
    """`answer()` under an ETag of territory, address, language and `key`; it is not called for a 304."""
    parts = (str(territory().number), request.get_full_path(), get_language() or "", key)
    etag = _etag("\n".join(parts).encode())
    return _not_modified(etag) if _has(request, etag) else fast_json(answer(), etag)


def by_content(request: Request, answer: Any) -> HttpResponseBase:
    """For what changes without the territory: the ETag is made of the answer itself."""
    body = encoded(answer)
    etag = _etag(body)
    return _not_modified(etag) if _has(request, etag) else _answer(body, etag)


def fast_json(answer: Any, etag: str = "") -> HttpResponseBase:
    """JSON without the detour over a renderer."""
    return _answer(encoded(answer), etag)


def encoded(answer: Any) -> bytes:
    """Compact UTF-8."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def _answer(body: bytes, etag: str) -> HttpResponseBase:
    response = HttpResponse(body, content_type="application/json")
    return _headed(response, etag)


def _not_modified(etag: str) -> HttpResponseBase:
    return _headed(HttpResponse(status=304), etag)


def _headed(response: HttpResponse, etag: str) -> HttpResponseBase:
    if etag:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Vary"] = ", ".join(VARY)
    return response


def _has(request: Request, etag: str) -> bool:
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return "*" in known or any(item.removeprefix("W/") == etag for item in known)


def _etag(content: bytes) -> str:
    return f'"{hashlib.blake2s(content, digest_size=16).hexdigest()}"'
