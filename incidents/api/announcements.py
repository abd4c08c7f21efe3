"""The feed of what is told beside tickets, for systems that ask instead of being called."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.api.shapes import Base, Shape
from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from incidents import announcing
from incidents.api.events import DEFAULT_LIMIT, LATEST, FeedQuery


class AnnouncedOut(Shape):
    """One thing that happened to a matter that is no ticket, or not yet."""

    id = serializers.IntegerField(help_text="Grows; of its own count, beside that of the events of tickets.")
    type = serializers.CharField(help_text="Such as `incident.refused`; new ones may come.")
    at = serializers.DateTimeField()
    subject = serializers.CharField(help_text="The number of the matter.")
    source = serializers.CharField()  # type: ignore[assignment]  # a declared field
    external_no = serializers.CharField(allow_null=True, help_text="The sender's own number.")
    from_state = serializers.CharField(allow_blank=True)
    state = serializers.CharField(help_text="After the event.")
    words = serializers.CharField(allow_blank=True)
    facts = serializers.DictField(help_text="Codes and numbers, such as `reason_code` or `ticket`.")


class AnnouncementsOut(Base):
    """A page of the feed."""

    events = AnnouncedOut(many=True)
    after = serializers.CharField(help_text="Ask with this the next time.")
    has_more = serializers.BooleanField(help_text="Ask again at once; else wait a moment.")


QUERY, ANNOUNCED = FeedQuery(), AnnouncedOut()


class AnnouncementsView(ApiView):
    """What has happened beside tickets."""

    scopes: ClassVar = {"GET": "events"}

    @extend_schema(
        operation_id="announcements_list",
        tags=["events"],
        parameters=[FeedQuery],
        responses={200: AnnouncementsOut},
        summary="What has happened to the caller's matters beside tickets, in order, without gaps",
    )
    def get(self, request: Request) -> Response:
        by = actor_of(request, "api")
        wanted: dict[str, Any] = read(QUERY, request.query_params.dict())
        after, limit = wanted.get("after", "0"), wanted.get("limit", DEFAULT_LIMIT)
        page = (
            announcing.latest(by) if after == LATEST else announcing.page(by, after=int(after), limit=limit)
        )
        return Response(
            {
                "events": [ANNOUNCED.to_representation(event) for event in page.events],
                "after": str(page.after),
                "has_more": page.has_more,
            }
        )
