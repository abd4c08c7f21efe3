"""Where messages of channels come in: WeChat, apps, SMS gateways, call centres. The message proves whose it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from adapters.channels import answered, channel_of, opened, proven, take
from adapters.contract import Incoming, Reply
from governance.exchange.authentication import KeyHolder
from governance.exchange.calllog import begin
from governance.exchange.edges import actor_of, address_of
from governance.exchange.models import ApiClient
from governance.exchange.networks import is_inside
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, NotFound, UnsupportedMedia

KINDS = ("application/json", "application/xml", "text/xml", "application/x-www-form-urlencoded")


class ChannelAuthentication(BaseAuthentication):
    """The channel of the address, whose client the caller is once the message has proven it."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiClient]:
        at = now()
        code: str = request.parser_context["kwargs"]["code"]
        channel, translator = channel_of(code)
        client = channel.client
        if not is_inside(address_of(request), client.networks):
            raise Forbidden(_("This key may not be used from that address"), code="address_not_allowed")
        message = incoming(request)
        proof = proven(channel, translator, message, at=at)
        begin(request._request, client, hint=channel.code[:6], at=at)
        if not client.is_usable(at):
            raise NotFound()
        if request.method == "POST":
            message = opened(channel, translator, message)
        request._request.channel_message = (channel, translator, message, proof)  # type: ignore[attr-defined]  # the authentication puts it there
        return KeyHolder(client), client

    def authenticate_header(self, request: Request) -> str:
        return 'Signature realm="channel"'


def incoming(request: Request) -> Incoming:
    """The message as it arrived."""
    plain = request._request
    return Incoming(
        method=request.method or "",
        query={name: str(value) for name, value in plain.GET.items()},
        headers={name.lower(): value for name, value in plain.headers.items()},
        body=plain.body,
    )


class MessagesView(ApiView):
    """Messages of one channel."""

    authentication_classes = (ChannelAuthentication,)
    takes_keys = False
    scopes: ClassVar[Mapping[str, str]] = {"GET": "report", "POST": "report"}

    @extend_schema(
        operation_id="adapters_greet",
        tags=["adapters"],
        auth=[],
        responses={(200, "text/plain"): OpenApiTypes.STR},
        summary="Some senders try an address before they use it; WeChat gets its `echostr` back",
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        _channel, translator, message, _proof = _proved(request)
        reply = translator.greet(message)
        if reply is None:
            raise NotFound(_("There is no such address"))
        return _answer(reply)

    @extend_schema(
        operation_id="adapters_message",
        tags=["adapters"],
        auth=[],
        request=dict.fromkeys(KINDS, OpenApiTypes.STR),
        responses={200: OpenApiResponse(OpenApiTypes.STR, "In the words of the sender's own system.")},
        summary="A message of a channel in the form of its kind, signed as that kind is signed",
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        channel, translator, message, proof = _proved(request)
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        if kind not in translator.about.content_types:
            raise UnsupportedMedia()
        at: datetime = now()
        items = translator.parse(message)
        outcomes = take(channel, items, proof=proof, by=actor_of(request, "api"), at=at)
        reply = translator.acknowledge(message, outcomes)
        return _answer(answered(channel, translator, reply))


def _proved(request: Request) -> Any:
    return request._request.channel_message  # type: ignore[attr-defined]  # the authentication has put it there


def _answer(reply: Reply) -> HttpResponse:
    return HttpResponse(reply.content, status=reply.status, content_type=reply.content_type)
