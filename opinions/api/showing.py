"""What goes out over REST: online opinions with what the caller may do. Whoever posted is masked."""

from datetime import datetime
from typing import Any, Final

from rest_framework import serializers

from governance.accounts.actors import Actor
from governance.foundation.api.shapes import Base, OfferOut
from governance.foundation.masking import mask_name
from grids.territory import current as territory
from incidents.models import Ticket
from opinions.models import OnlineOpinion
from opinions.rules import permitted
from opinions.states import Level, OpinionState, Platform, Result, Sentiment


class OpinionOut(Base):
    """One online opinion."""

    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(OpinionState.choices)
    platform = serializers.ChoiceField(Platform.choices)
    title = serializers.CharField()
    link = serializers.CharField(allow_blank=True)
    poster = serializers.CharField(allow_blank=True, help_text="Masked.")
    sentiment = serializers.ChoiceField(Sentiment.choices)
    level = serializers.ChoiceField(Level.choices, allow_blank=True)
    views = serializers.IntegerField()
    comments = serializers.IntegerField()
    shares = serializers.IntegerField()
    place = serializers.CharField(help_text="The code of the region or grid that it is about.")
    unit = serializers.CharField(allow_blank=True, help_text="The code of the unit that has to respond.")
    found_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Of the stage that runs.")
    is_overdue = serializers.BooleanField()
    responded_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    result = serializers.ChoiceField(Result.choices, allow_blank=True)


class OpinionDetail(OpinionOut):
    """One online opinion in full, and what the caller may do to it."""

    text = serializers.CharField()
    analysis = serializers.CharField(allow_blank=True)
    response = serializers.CharField(allow_blank=True)
    response_link = serializers.CharField(allow_blank=True)
    tickets = serializers.ListField(
        child=serializers.CharField(), help_text="Numbers of its tickets that the caller may see."
    )
    verbs = OfferOut(many=True)


FACTS: Final = (
    "number",
    "version",
    "state",
    "platform",
    "title",
    "link",
    "sentiment",
    "level",
    "views",
    "comments",
    "shares",
    "found_at",
    "due_at",
    "responded_at",
    "closed_at",
    "result",
)
MORE_FACTS: Final = ("text", "analysis", "response", "response_link")


def _facts(row: OnlineOpinion, at: datetime) -> dict[str, Any]:
    place = territory().by_path.get(row.region_path)
    return {name: getattr(row, name) for name in FACTS} | {
        "poster": mask_name(row.poster),
        "place": place.code if place is not None else row.region.code,
        "unit": row.unit.code if row.unit is not None else "",
        "is_overdue": row.lamp(at) == "red",
    }


def opinion(row: OnlineOpinion, at: datetime) -> dict[str, Any]:
    """An opinion as it stands in a list."""
    shown: dict[str, Any] = OpinionOut(_facts(row, at)).data
    return shown


def detail(row: OnlineOpinion, by: Actor, at: datetime) -> dict[str, Any]:
    """An opinion with the verbs that this person may do to it now."""
    place = f"/api/v1/opinions/{row.number}"
    offered = [
        {"name": verb.name, "label": str(verb.label), "url": f"{place}/{verb.name}"}
        for verb in permitted(row, by, at)
    ]
    own = [item.ticket_id for item in row.tickets.all()]
    tickets = Ticket.objects.visible_to(by).filter(pk__in=own).order_by("pk").values_list("number", flat=True)
    more = {name: getattr(row, name) for name in MORE_FACTS}
    shown: dict[str, Any] = OpinionDetail(
        _facts(row, at) | more | {"tickets": list(tickets), "verbs": offered}
    ).data
    return shown
