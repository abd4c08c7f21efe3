"""What comes in over REST: filters of the lists, and what an author writes. Shape only; rules live further in."""

from typing import Any

from rest_framework import serializers

from governance.foundation.api.strict import (
    ChoiceField,
    DayField,
    FlagField,
    PatternField,
    StrictSerializer,
    TextField,
    WholeField,
)
from incidents.api.listing import QueryFlag
from incidents.api.reading import MAX_VERSION, REGION_CODE
from publicity.models import PolicyNotice
from publicity.states import AUDIENCES, NoticeState
from publicity.writing import LONGEST_BODY, LONGEST_TITLE, MOST_TARGETS, NoticeDraft

DEFAULT_LIMIT, MAX_LIMIT = 50, 200


class PageQuery(StrictSerializer):
    """Which part of a list."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class NoticeQuery(PageQuery):
    """Filters; those left out do not restrict."""

    state = ChoiceField(NoticeState.choices, required=False)
    kind = ChoiceField(PolicyNotice.Kind.choices, required=False)
    mine = QueryFlag(required=False, help_text="Only what was sent to the caller.")
    unread = QueryFlag(required=False, help_text="Only what the caller has not confirmed.")


class PublicQuery(PageQuery):
    """Filters; those left out do not restrict."""

    place = PatternField(REGION_CODE, required=False, help_text="What goes to that region or grid.")


class DraftIn(StrictSerializer):
    """What an author writes."""

    kind = ChoiceField(PolicyNotice.Kind.choices)
    title = TextField(max_length=LONGEST_TITLE)
    body = TextField(max_length=LONGEST_BODY)
    targets = serializers.ListField(
        child=PatternField(REGION_CODE),
        min_length=1,
        max_length=MOST_TARGETS,
        help_text="Codes of regions and grids inside the author's area.",
    )
    audience = serializers.ListField(
        child=ChoiceField(AUDIENCES), required=False, help_text="Left out, everybody there gets it."
    )
    valid_from = DayField()
    valid_to = DayField()
    is_public = FlagField(required=False, help_text="Residents may read it, too; false when left out.")
    attachment = serializers.UUIDField(
        required=False, allow_null=True, help_text="Id of a file that this caller has uploaded."
    )


class EditIn(DraftIn):
    """What stands instead of a draft."""

    version = WholeField(
        required=False,
        min_value=1,
        max_value=MAX_VERSION,
        help_text="The version that you read; 409 if it moved.",
    )


class NothingIn(StrictSerializer):
    """An empty body."""


def draft_of(data: dict[str, Any]) -> NoticeDraft:
    """The draft that a checked body asks for."""
    wanted = {name: value for name, value in data.items() if name != "version"}
    return NoticeDraft(**wanted)
