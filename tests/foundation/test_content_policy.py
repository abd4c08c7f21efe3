"""The policy of an answer: written once for usual answers, by the library for all others."""

import copy
from typing import Any

import pytest
from csp.constants import HEADER
from csp.decorators import csp_exempt, csp_update
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from governance.middleware import ContentPolicyMiddleware


def answered(view: object, path: str = "/api/v1/tickets/") -> HttpResponse:
    """The answer of a view behind the middleware."""
    answer = MIDDLEWARE(view)(RequestFactory().get(path))
    assert isinstance(answer, HttpResponse)
    return answer


MIDDLEWARE = ContentPolicyMiddleware


def plain(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("{}")


def test_the_second_answer_has_the_policy_of_the_first() -> None:
    middleware = MIDDLEWARE(plain)
    first, second = (middleware(RequestFactory().get("/")).headers[HEADER] for _again in range(2))
    assert first == second
    assert "default-src 'none'" in first
    assert "nonce" not in first


def test_it_follows_the_settings(settings: Any) -> None:
    middleware = MIDDLEWARE(plain)
    middleware(RequestFactory().get("/"))
    changed = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    changed["DIRECTIVES"]["img-src"] = ["https://tiles.example"]
    settings.CONTENT_SECURITY_POLICY = changed
    assert "img-src https://tiles.example" in middleware(RequestFactory().get("/")).headers[HEADER]


def test_a_page_with_a_script_of_its_own_has_its_own_word() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]  # by the middleware

    middleware = MIDDLEWARE(page)
    for _again in range(2):
        answer = middleware(RequestFactory().get("/"))
        assert isinstance(answer, HttpResponse)
        assert f"'nonce-{answer.content.decode()}'" in answer.headers[HEADER]


def test_what_a_view_says_holds() -> None:
    answered(plain)
    assert HEADER not in answered(csp_exempt()(plain)).headers
    assert (
        "https://maps.example"
        in answered(csp_update({"img-src": "https://maps.example"})(plain)).headers[HEADER]
    )

    def own(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={HEADER: "default-src 'self'"})

    assert answered(own).headers[HEADER] == "default-src 'self'"


def test_a_word_asked_for_afterwards_is_refused() -> None:
    request = RequestFactory().get("/")
    middleware = MIDDLEWARE(plain)
    for _again in range(2):
        middleware(request)
        with pytest.raises(Exception, match="csp_nonce"):
            str(request.csp_nonce)  # type: ignore[attr-defined]  # by the middleware
