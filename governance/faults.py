"""Answers of last resort, for errors outside a view: in a middleware, before the session could be read."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse

from governance.foundation.api.problems import document
from governance.foundation.errors import Problem
from governance.foundation.middleware import as_problem
from governance.foundation.pages import problem_page


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After when PostgreSQL is away, else 500 with the number to quote; JSON for the API."""
    error = sys.exc_info()[1]
    problem = (as_problem(error) if isinstance(error, Exception) else None) or Problem()
    if not request.path.startswith("/api/"):
        return problem_page(request, problem)
    response = JsonResponse(
        document(problem, request), status=problem.status, content_type="application/problem+json"
    )
    if "retry_after" in problem.extra:
        response.headers["Retry-After"] = str(problem.extra["retry_after"])
    return response
