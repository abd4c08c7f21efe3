"""The class under every view of the API, and the answer for addresses that do not exist."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from governance.foundation.errors import NotFound


class OneKind(BaseContentNegotiation):
    """The API speaks JSON, whatever the Accept header says: a wrong header is no reason to fail."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        wanted = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """Authenticated, throttled, JSON in and out; problems become problem details.

    `scopes` names, for a method, what a system's key has to be good for where that does not follow from the method.
    """

    content_negotiation_class = OneKind
    scopes: ClassVar[Mapping[str, str]] = {}
    takes_keys: ClassVar[bool] = True
    """Whether writes take an Idempotency-Key; messages that carry a number of their own do not."""
    around: "ClassVar[Callable[..., Any] | None]" = None
    """Is put around writes that carry an Idempotency-Key; the exchange, which stands above, gives it."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls and whether he may; then let a write with a key go through what is put around it."""
        super().initial(request, *args, **kwargs)
        around = ApiView.around
        is_keyed = self.takes_keys and "HTTP_IDEMPOTENCY_KEY" in request.META
        if around is not None and request.method == "POST" and is_keyed:
            handler = getattr(self, "post", None)
            if handler is not None:
                self.__dict__["post"] = partial(around, handler=handler)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        _measure(request)
        return super().initialize_request(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Tell the caller what is left of its limit."""
        done = super().finalize_response(request, response, *args, **kwargs)
        rate = getattr(request._request, "rate", None)
        if rate is not None:
            for name, value in rate.headers.items():
                done.headers[name] = value
        return done


def _measure(request: HttpRequest) -> None:
    """A body sent in chunks declares no length and would count as empty: say how much has arrived."""
    body = getattr(request, "_stream", None)
    if request.META.get("CONTENT_LENGTH") or body is None or not body.seekable():
        return
    request.META["CONTENT_LENGTH"] = str(body.seek(0, os.SEEK_END))
    body.seek(0)


@extend_schema(exclude=True)
class NoSuchAddress(ApiView):
    """Whatever else is asked for under the API's prefix."""

    permission_classes = ()
    throttle_classes = ()
    authentication_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound(_("There is no such address"))
