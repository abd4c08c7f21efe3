"""Headers of every answer that no library sets."""

from collections.abc import Callable
from typing import Any, Final

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PermissionsPolicyMiddleware:
    """Camera and position for our own pages (a worker's phone), nothing else for anybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


ASKED: Final = ("_csp_exempt", "_csp_exempt_ro", "_csp_config", "_csp_update", "_csp_replace")
"""What a view may say of the policy of its answer."""


class ContentPolicyMiddleware(CSPMiddleware):
    """The library's, which puts the same policy together for every answer: a twentieth of taking in a report.

    Answers without scripts of their own, about which no view has a word, get the policy that was written first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.kept: tuple[Any, str] = (None, "")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer with its policy."""
        is_usual = getattr(request, "_csp_nonce", None) is None and response.status_code < 400
        if not is_usual or HEADER in response or any(hasattr(response, name) for name in ASKED):
            return super().process_response(request, response)
        policy, written = self.kept
        if policy is not settings.CONTENT_SECURITY_POLICY:
            response = super().process_response(request, response)
            self.kept = (settings.CONTENT_SECURITY_POLICY, response.headers[HEADER])
            return response
        response.headers[HEADER] = written
        # Too late to ask for a word now; the library says so.
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]  # where the library looks for it
        return response
