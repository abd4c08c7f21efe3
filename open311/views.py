"""The methods of GeoReport v2 and its discovery; `ending` is the form that the address asks for."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.errors import Invalid, NotFound
from incidents.catalogue import current as catalogue
from open311 import asking, queries, showing, taking, trying
from open311.doors import OpenView
from open311.editions import BATCH, BLACKBOX, REALTIME, Service, is_open
from open311.models import OpenReport, TrialReport
from open311.wire import RENDERERS

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
ENDPOINTS = (("production", "/open311/v2"), ("test", "/open311/test/v2"))
MEDIA = "media"


@extend_schema(exclude=True)
class DiscoveryView(OpenView):
    """Where the endpoints are, what they speak, and whom to ask for a key."""

    def get(self, request: Request, ending: str) -> Response:
        changed = showing.moment(self.edition.valid_from)
        endpoints = [
            {
                "specification": SPECIFICATION,
                "url": request.build_absolute_uri(path),
                "changeset": changed,
                "type": kind,
                "formats": [renderer.media_type for renderer in RENDERERS],
            }
            for kind, path in ENDPOINTS
        ]
        document = {
            "changeset": changed,
            "contact": str(self.edition.contact),
            "key_service": str(self.edition.key_service),
            "endpoints": endpoints,
        }
        return Response({"root": "discovery", "item": document})


@extend_schema(exclude=True)
class ServicesView(OpenView):
    """What residents may report."""

    def get(self, request: Request, ending: str) -> Response:
        return Response({"root": "services", "items": showing.services_of(self.edition, catalogue())})


@extend_schema(exclude=True)
class DefinitionView(OpenView):
    """The extra questions of one service."""

    def get(self, request: Request, code: str, ending: str) -> Response:
        service, category = self.edition.by_code.get(code), catalogue().by_code.get(code)
        if service is None or category is None or not is_open(category):
            raise NotFound(_("There is no such service_code here"))
        return Response({"root": "service_definition", "item": showing.definition_of(service)})


@extend_schema(exclude=True)
class RequestsView(OpenView):
    """The list of requests, and a new one."""

    def get(self, request: Request, ending: str) -> Response:
        wanted = asking.read(request.query_params, self.at)
        return _requests(list(trying.listed(wanted)) if self.is_trial else self._shown(wanted))

    def _shown(self, wanted: asking.Wanted) -> list[dict[str, Any]]:
        rows = OpenReport.objects.shown_to(self.reader_id(), self.edition.by_code)
        if wanted.numbers:
            found = queries.numbered(rows, wanted.numbers)
        else:
            listed = queries.listed(
                rows,
                since=wanted.since,
                until=wanted.until,
                codes=wanted.codes,
                statuses=wanted.statuses,
                updated_since=wanted.updated_since,
                updated_until=wanted.updated_until,
            )
            found = list(listed[wanted.begin : wanted.begin + wanted.page_size])
        return shown(self, found, is_extended=wanted.is_extended)

    def post(self, request: Request, ending: str) -> Response:
        by = actor_of(request, "api")
        sent = taking.read(_pairs(request), self.edition, by)
        media = _picture(request)
        made: OpenReport | TrialReport
        if self.is_trial:
            made = trying.try_out(sent, self.edition, by=by, at=self.at, media=media)
            number, expected = made.number, made.shown["service_notice"]
        else:
            made = taking.take(sent, by=by, at=self.at, media=media)
            number, expected = made.ticket.number, showing.notice_of(sent.service, made.expected_at)
        key = _key_of(sent.service, number, made.token)
        receipt = key | {"service_notice": expected, "account_id": sent.texts["account_id"] or None}
        return _requests([receipt], number="" if self.is_trial else number)


@extend_schema(exclude=True)
class RequestView(OpenView):
    """One request."""

    def get(self, request: Request, number: str, ending: str) -> Response:
        if self.is_trial:
            found = trying.one(number)
            rows = [] if found is None else [found]
        else:
            reports = OpenReport.objects.shown_to(self.reader_id(), self.edition.by_code)
            report = queries.one(reports, number)
            is_extended = request.query_params.get("extensions", "").lower() in asking.TRUE
            rows = shown(self, [] if report is None else [report], is_extended=is_extended)
        if not rows:
            raise NotFound(_("There is no such service_request_id here"))
        return _requests(rows)


@extend_schema(exclude=True)
class TokenView(OpenView):
    """The number of a request that was answered with a token."""

    def get(self, request: Request, token: str, ending: str) -> Response:
        number: str | None
        if self.is_trial:
            number = TrialReport.objects.filter(token=token).values_list("number", flat=True).first()
        else:
            rows = OpenReport.objects.filter(token=token)
            number = rows.values_list("ticket__number", flat=True).first()
        if number is None:
            raise NotFound(_("There is no such token here"))
        return _requests([{"service_request_id": number, "token": token}])


@extend_schema(exclude=True)
class NoSuchView(OpenView):
    """Whatever else is asked for here."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = None  # what is looked for when the refusal is worded
        raise NotFound(_("There is no such address; addresses end with .xml or .json"))


def shown(view: OpenView, reports: list[OpenReport], *, is_extended: bool) -> list[dict[str, Any]]:
    """The requests as the caller may see them."""
    origin = view.request.build_absolute_uri("/").rstrip("/")
    around = showing.around(
        reports, view.edition, reader_id=view.reader_id(), origin=origin, is_extended=is_extended
    )
    return [showing.request_of(report, around) for report in reports]


def _requests(rows: list[dict[str, Any]], *, number: str = "") -> Response:
    """`number` names the ticket for the exchange log; it is not on the wire."""
    return Response({"root": "service_requests", "items": rows, "count": len(rows)} | _named(number))


def _named(number: str) -> dict[str, str]:
    return {"number": number} if number else {}


def _key_of(service: Service, number: str, token: str | None) -> dict[str, Any]:
    """The number at once, a token, or neither: by the type of the service."""
    keys: dict[str, dict[str, Any]] = {
        REALTIME: {"service_request_id": number},
        BATCH: {"token": token},
        BLACKBOX: {},
    }
    return keys[service.kind]


def _pairs(request: Request) -> Iterator[tuple[str, str]]:
    """Fields of the form; what is not in it may stand in the address."""
    form: Any = request.data
    for name in form:
        yield from ((name, value) for value in form.getlist(name) if isinstance(value, str))
    for name, values in request.query_params.lists():
        if name not in form:
            yield from ((name, value) for value in values)


def _picture(request: Request) -> Any:
    """The one file that may come with a request. Raises Invalid for files in other fields."""
    files = request.FILES
    unknown = [name for name in files if name != MEDIA]
    if unknown:
        raise Invalid(fields={name[:80]: [_("Send a file in the field media")] for name in unknown[:20]})
    found = files.getlist(MEDIA)
    if len(found) > 1:
        raise Invalid(fields={MEDIA: [_("Send one file at a time")]})
    return found[0] if found else None
