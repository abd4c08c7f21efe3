"""The view under every address of this door: key as a parameter, limits for nobody in particular, errors as it speaks.

Anybody may read, at a limited rate; who creates a request needs a key that may report.
"""

import os
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.authentication import KeyAuthentication
from governance.exchange.edges import address_of
from governance.exchange.models import ApiClient
from governance.exchange.scopes import ApiScope
from governance.foundation.api import problems
from governance.foundation.api.parsers import BoundedMultiPartParser
from governance.foundation.api.throttling import BUCKETS, SHARED, CallerThrottle
from governance.foundation.api.views import ApiView, OneKind
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, NotFound, Problem, TooLarge, Unauthenticated
from grids.territory import current as territory
from open311 import editions, wire

PREFIX = "/open311/"
MOST_FIELDS = 500
STATUS: Mapping[int, int] = {401: 403, 409: 400, 415: 400, 422: 400}
"""The standard knows 400, 403 and 404; beside them stay those that say when or how to come again."""


class FormParser(BaseParser):
    """A form in UTF-8: what is not UTF-8 is refused, not guessed."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> QueryDict:
        limit = settings.API_JSON_MAX_BYTES
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(_("The form is too large"), limit_bytes=limit)
        try:
            pairs = parse_qsl(
                body.decode("utf-8"),
                keep_blank_values=True,
                encoding="utf-8",
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        except UnicodeDecodeError as error:
            raise ParseError(_("The form is not in UTF-8")) from error
        except ValueError as error:
            raise ParseError(_("The form has too many fields")) from error
        form = QueryDict(mutable=True)
        for name, value in pairs:
            form.appendlist(name, value)
        return form


class ParameterKey(KeyAuthentication):
    """The key in `api_key`, of the form or the address; a client of ours may send it as usual."""

    def key_of(self, request: Request) -> str | None:
        found = super().key_of(request)
        if found is not None:
            return found
        if request.method == "POST" and not (request.content_type or "").startswith("multipart/"):
            _ = request._request.body  # read once, for a signature and for the form
        return parameter(request, "api_key") or None


class WriteKey(BasePermission):
    """Reading is for everybody, creating for systems. Raises Unauthenticated, Forbidden."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method != "POST":
            return True
        if not isinstance(request.auth, ApiClient):
            raise Unauthenticated(_("Creating a request needs a key in api_key"))
        if ApiScope.REPORT not in request.auth.scopes:
            raise Forbidden(
                _("This key may not be used for that"), code="scope_missing", scope=ApiScope.REPORT
            )
        return True


class PublicThrottle(CallerThrottle):
    """A system has its own limit; everybody else that of the edition, for each address, over all processes."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.auth is not None:
            return super().allow_request(request, view)
        limit, moment = view.edition.anonymous_per_minute, time.monotonic()
        caller = f"o{address_of(request)}"
        self.rate = SHARED.take(caller, limit, moment) or BUCKETS.take(caller, limit, moment)
        request._request.rate = self.rate  # type: ignore[attr-defined]  # the view tells it in headers
        return not self.rate.wait


class ByEnding(OneKind):
    """The ending of the address says in which form to answer."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        context: Any = request.parser_context
        chosen = renderers[wire.wants_json(context["kwargs"].get("ending", ""))]
        return chosen, chosen.media_type


class OpenView(ApiView):
    """Knows the edition in force and who calls. `is_trial` marks the test endpoint."""

    authentication_classes: Sequence[Any] = (ParameterKey,)
    permission_classes: Sequence[Any] = (WriteKey,)
    throttle_classes = (PublicThrottle,)
    parser_classes = (FormParser, BoundedMultiPartParser)
    renderer_classes = wire.RENDERERS
    content_negotiation_class = ByEnding
    metadata_class = None
    is_trial: ClassVar[bool] = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After who calls: for which city. One is served here, so saying nothing is right as well."""
        self.at = now()
        super().initial(request, *args, **kwargs)
        wanted = parameter(request, "jurisdiction_id")
        if wanted and wanted not in jurisdictions(request):
            raise NotFound(_("There is no such jurisdiction_id here"))

    @cached_property
    def edition(self) -> editions.Edition:
        """The open services in force: one statement a request."""
        return editions.current(self.at)

    def reader_id(self) -> int | None:
        """The system that may read what it has sent itself."""
        client = self.request.auth
        return client.pk if isinstance(client, ApiClient) and ApiScope.READ in client.scopes else None

    def get_exception_handler(self) -> Any:
        return refuse

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Programs in browsers may read it: no answer depends on who is signed in there."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done.headers["Access-Control-Allow-Origin"] = "*"
        return done


def parameter(request: Request, name: str) -> str:
    """What stands in the form or, failing that, in the address; an empty one is like none."""
    form: Any = request.data if request.method == "POST" else {}
    given = form.get(name) or request.query_params.get(name)
    return given.strip() if isinstance(given, str) else ""


def jurisdictions(request: Request) -> frozenset[str]:
    """The names that the city is known by: its code, and the name of this host."""
    cities = [place.code for place in territory().by_path.values() if place.level == "city"]
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return frozenset({*cities, host, request.get_host()})


def refuse(error: Exception, context: Mapping[str, Any]) -> Response:
    """A problem document with the status that the standard gives it; the renderer words it."""
    response = problems.handle(error, context)
    response.status_code = STATUS.get(response.status_code, response.status_code)
    response.content_type = None
    return response


def refuse_early(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The same before any view has seen the request."""
    document = problems.document(problem, request)
    is_json = wire.wants_json(os.path.splitext(request.path)[1].lstrip("."))
    write, renderer = (wire.as_json, wire.JsonRenderer) if is_json else (wire.as_xml, wire.XmlRenderer)
    return HttpResponse(
        write(document, problem.status),
        status=problem.status,
        content_type=f"{renderer.media_type}; charset={renderer.charset}",
    )
