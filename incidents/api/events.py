"""The feed of events, for systems that ask instead of being called."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.api.shapes import Base, Shape
from governance.foundation.api.strict import PatternField, StrictSerializer, read
from governance.foundation.api.views import ApiView
from incidents import feed
from incidents.api.showing import UnitById
from incidents.states import State

DEFAULT_LIMIT, MAX_LIMIT = 1_000, 5_000
LATEST = "latest"


class FeedQuery(StrictSerializer):
    """Where to go on."""

    after = PatternField(
        r"[0-9]{1,18}|latest",
        required=False,
        help_text="The cursor of the page before; left out: from the beginning; `latest`: only what comes.",
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )


class EventOut(Shape):
    """One thing that happened to a ticket."""

    id = serializers.IntegerField(help_text="Grows; the same event has the same id for everybody.")
    type = serializers.ChoiceField(list(feed.EVENT_TYPES.values()))
    at = serializers.DateTimeField()
    ticket = serializers.CharField(help_text="The number of the ticket.")
    source = serializers.CharField()  # type: ignore[assignment]  # a declared field
    external_no = serializers.CharField(allow_null=True, help_text="The sender's own number.")
    from_state = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(State.choices, help_text="After the event.")
    unit = UnitById(source="unit_id", allow_null=True, help_text="Who did it.")
    holder = UnitById(source="holder_id", allow_null=True, help_text="Whose move is next.")
    words = serializers.CharField(
        allow_blank=True, help_text="Of a refusal, result, extension, suspension or closure."
    )
    facts = serializers.DictField(help_text="Codes, times and counts, such as `reason_code` or `due`.")


class EventsOut(Base):
    """A page of the feed."""

    events = EventOut(many=True)
    after = serializers.CharField(help_text="Ask with this the next time.")
    has_more = serializers.BooleanField(help_text="Ask again at once; else wait a moment.")


QUERY, EVENT = FeedQuery(), EventOut()


class EventsView(ApiView):
    """What has happened."""

    scopes: ClassVar = {"GET": "events"}

    @extend_schema(
        operation_id="events_list",
        tags=["events"],
        parameters=[FeedQuery],
        responses={200: EventsOut},
        summary="What has happened to the caller's tickets, in order, without gaps",
    )
    def get(self, request: Request) -> Response:
        by = actor_of(request, "api")
        wanted: dict[str, Any] = read(QUERY, request.query_params.dict())
        after = wanted.get("after", "0")
        limit = wanted.get("limit", DEFAULT_LIMIT)
        page = feed.latest(by) if after == LATEST else feed.page(by, after=int(after), limit=limit)
        return Response(
            {
                "events": [EVENT.to_representation(event) for event in page.events],
                "after": str(page.after),
                "has_more": page.has_more,
            }
        )
