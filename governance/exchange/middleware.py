"""The edge where a client's call ends: it goes into the exchange log after the answer is made."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from governance.exchange.calllog import finish


class ExchangeLogMiddleware:
    """Logs calls whose key was known; costs everybody else one look at an attribute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        finish(request, response)
        return response
