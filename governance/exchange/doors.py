"""What every page and every answer for a page's script begins with: who asks, and problems in words."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.errors import Invalid, Problem

TAKEN = "governance_taken"
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]
Plain = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk_page(page: Page[P]) -> Plain[P]:
    """Sign-in first; then the page gets the actor of the request."""

    @login_required
    @wraps(page)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return mark_taken(request, page(request, actor_of(request), *args, **kwargs))

    return opened


def mark_taken(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Names the address of a form that was taken, so that the browser lets go of what it kept of it."""
    is_moved = response.status_code in {302, 303} or "HX-Redirect" in response.headers
    if request.method == "POST" and is_moved:
        response.set_cookie(TAKEN, quote(request.get_full_path(), safe=""), max_age=600, samesite="Lax")
    return response


def script_answer(page: Page[P]) -> Plain[P]:
    """For scripts: 401 instead of the sign-in page, and problems as JSON documents."""

    @wraps(page)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return page(request, actor_of(request), *args, **kwargs)
        except Problem as problem:
            return problem_json(problem)

    return opened


def problem_json(problem: Problem) -> HttpResponse:
    """A problem document (RFC 9457) for the page's own scripts."""
    body: dict[str, Any] = {
        "title": str(problem.title),
        "status": problem.status,
        "code": problem.code,
        "detail": problem_words(problem),
    }
    return JsonResponse(body, status=problem.status, content_type="application/problem+json")


def problem_words(problem: Problem) -> str:
    """One sentence for a person: the field errors where there are some, else the detail."""
    if isinstance(problem, Invalid) and problem.fields:
        return " ".join(str(text) for texts in problem.fields.values() for text in texts)
    return str(problem.detail)
