"""HTML base pieces: the page of a problem, and whether htmx asks for a part only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance.foundation.errors import Problem

KNOWN_PAGES = {400, 403, 404, 409, 413, 429, 500, 503}


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page that explains `problem`, with its own status and, where it has one, Retry-After."""
    page = problem.status if problem.status in KNOWN_PAGES else 400
    response = render(
        request,
        f"errors/{page}.html",
        {"problem": problem, "request_id": getattr(request, "request_id", "")},
        status=problem.status,
    )
    if "retry_after" in problem.extra:
        response.headers["Retry-After"] = str(problem.extra["retry_after"])
    return response


def is_partial(request: HttpRequest) -> bool:
    """True when htmx asks for a part of the page (boosted navigation wants the whole)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
