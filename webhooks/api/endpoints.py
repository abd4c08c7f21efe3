"""A client's own endpoints: listed, made, changed, given a new secret, tested, removed."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import pgettext, pgettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, NotFound
from webhooks import keeping
from webhooks.api.shapes import (
    RotationIn,
    TestOut,
    WebhookChange,
    WebhookIn,
    WebhookIssued,
    WebhookOut,
    shown,
)
from webhooks.models import Endpoint
from webhooks.queries import circuit_of
from webhooks.states import EndpointState
from webhooks.streams import kinds

MOST = 1000
IN, CHANGE, ROTATION = WebhookIn(), WebhookChange(), RotationIn()
OUT, ISSUED, TEST = WebhookOut(), WebhookIssued(), TestOut()
ALL_EVENTS = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), "events")


def caller_of(request: Request) -> Actor:
    """The system that calls. Raises Forbidden for people, who have the pages."""
    by = actor_of(request, "api")
    if not by.is_api_client or by.client_id is None:
        raise Forbidden(pgettext_lazy("webhooks", "Over the API a system keeps its own endpoints"))
    return by


def own(by: Actor, pk: str) -> Endpoint:
    """The endpoint, if it is the caller's and was not removed. Raises NotFound."""
    found: Endpoint | None = Endpoint.objects.visible_to(by).living().filter(pk=int(pk)).first()
    if found is None:
        raise NotFound()
    return found


def told(endpoint: Endpoint) -> dict[str, Any]:
    """The endpoint as it is answered."""
    return OUT.to_representation(shown(endpoint, circuit_of(endpoint, now())))


def issued(made: keeping.Issued, status: int) -> Response:
    """The endpoint with its new secret, not to be stored on the way."""
    body = ISSUED.to_representation(shown(made.endpoint, circuit_of(made.endpoint, now())))
    return Response(body, status=status, headers={"Cache-Control": "no-store"})


class WebhooksView(ApiView):
    """All of a client."""

    scopes: ClassVar = ALL_EVENTS

    @extend_schema(
        operation_id="webhooks_list",
        tags=["events"],
        responses={200: WebhookOut(many=True)},
        summary="The caller's endpoints that are told of events",
    )
    def get(self, request: Request) -> Response:
        rows = Endpoint.objects.visible_to(caller_of(request)).living().order_by("pk")[:MOST]
        return Response([told(row) for row in rows])

    @extend_schema(
        operation_id="webhooks_create",
        tags=["events"],
        request=WebhookIn,
        responses={201: WebhookIssued},
        summary="Be told of what happens from now on; the answer holds the secret, once",
    )
    def post(self, request: Request) -> Response:
        by = caller_of(request)
        data = read(IN, request.data)
        made = keeping.create(
            by.client_id or 0,
            by=by,
            at=now(),
            name=data["name"],
            url=data["url"],
            kinds=data.get("events", kinds()),
        )
        return issued(made, 201)


class WebhookView(ApiView):
    """One of them."""

    scopes: ClassVar = ALL_EVENTS

    @extend_schema(
        operation_id="webhooks_retrieve",
        tags=["events"],
        responses={200: WebhookOut},
        summary="An endpoint and how it has answered",
    )
    def get(self, request: Request, pk: str) -> Response:
        return Response(told(own(caller_of(request), pk)))

    @extend_schema(
        operation_id="webhooks_change",
        tags=["events"],
        request=WebhookChange,
        responses={200: WebhookOut},
        summary="Another name, address, choice of events; pause, or go on",
    )
    def patch(self, request: Request, pk: str) -> Response:
        by = caller_of(request)
        data = read(CHANGE, request.data)
        with transaction.atomic():
            return Response(told(_changed(own(by, pk), data, by)))

    @extend_schema(
        operation_id="webhooks_remove",
        tags=["events"],
        responses={204: None},
        summary="Be told no more; what waits is withdrawn",
    )
    def delete(self, request: Request, pk: str) -> Response:
        by = caller_of(request)
        keeping.remove(own(by, pk).pk, by=by, at=now())
        return Response(status=204)


def _changed(endpoint: Endpoint, data: dict[str, Any], by: Actor) -> Endpoint:
    at = now()
    if {"name", "url", "events"} & set(data):
        endpoint = keeping.change(
            endpoint.pk,
            by=by,
            at=at,
            name=data.get("name", endpoint.name),
            url=data.get("url", endpoint.url),
            kinds=data.get("events", endpoint.kinds),
        )
    wanted = data.get("state", endpoint.state)
    if wanted == endpoint.state:
        return endpoint
    if wanted == EndpointState.ACTIVE:
        return keeping.resume(endpoint.pk, by=by, at=at)
    return keeping.pause(endpoint.pk, by=by, at=at, reason=pgettext("webhooks", "by the system itself"))


class SecretView(ApiView):
    """A new secret."""

    scopes: ClassVar = ALL_EVENTS

    @extend_schema(
        operation_id="webhooks_rotate",
        tags=["events"],
        request=RotationIn,
        responses={200: WebhookIssued},
        summary="A new secret; the one before signs beside it for a while",
    )
    def post(self, request: Request, pk: str) -> Response:
        by = caller_of(request)
        hours = read(ROTATION, request.data).get("overlap_hours", 24)
        return issued(keeping.rotate(own(by, pk).pk, by=by, at=now(), overlap=timedelta(hours=hours)), 200)


class TestView(ApiView):
    """A test message."""

    scopes: ClassVar = ALL_EVENTS

    @extend_schema(
        operation_id="webhooks_test",
        tags=["events"],
        request=None,
        responses={202: TestOut},
        summary="Send a message that says only that it is a test; it is tried once",
    )
    def post(self, request: Request, pk: str) -> Response:
        by = caller_of(request)
        row = keeping.send_test(own(by, pk).pk, by=by, at=now())
        return Response(TEST.to_representation(row), status=202)
