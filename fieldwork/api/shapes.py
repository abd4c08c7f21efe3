"""Shapes of fieldwork over REST: shape only. What goes out names no resident and no key person."""

from typing import Any

from rest_framework import serializers

from fieldwork.flights.recording import HIGHEST_M
from fieldwork.hazards.states import Grade, HazardState
from fieldwork.states import TaskState
from fieldwork.terms import Mode, ObjectState, PatrolKind, Subject, Work
from governance.foundation.api.shapes import Base, Shape
from governance.foundation.api.strict import (
    ChoiceField,
    DayField,
    IdListField,
    MomentField,
    PatternField,
    StrictSerializer,
    TextField,
    WholeField,
)
from incidents.api.listing import DEFAULT_LIMIT, MAX_LIMIT, QueryFlag
from incidents.api.reading import BLANK, OPTIONAL, REGION_CODE, PointIn


class PageQuery(StrictSerializer):
    """What every list takes."""

    region = PatternField(REGION_CODE, required=False, help_text="Everything inside that region or grid.")
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class TaskQuery(PageQuery):
    """Filters; those left out do not restrict."""

    work = ChoiceField(Work.choices, required=False)
    patrol_kind = ChoiceField(PatrolKind.choices, required=False)
    state = serializers.ListField(child=ChoiceField(TaskState.choices), required=False)
    mine = QueryFlag(required=False, help_text="Only the caller's own.")
    since = DayField(required=False, help_text="Their last day lies on that day or later.")
    until = DayField(required=False, help_text="Their last day lies on that day or earlier.")


class HazardQuery(PageQuery):
    """Filters; those left out do not restrict."""

    state = serializers.ListField(child=ChoiceField(HazardState.choices), required=False)
    grade = ChoiceField(Grade.choices, required=False)
    open = QueryFlag(required=False)
    listed = QueryFlag(required=False, help_text="Major, and on the list for supervision now.")
    overdue = QueryFlag(required=False, help_text="Open beyond the limit that runs.")


class FlightQuery(PageQuery):
    """Filters; those left out do not restrict."""

    since = DayField(required=False, help_text="Took off on that day or later.")
    until = DayField(required=False, help_text="Took off on that day or earlier.")


class FieldTaskOut(Shape):
    """A patrol or a round of visits."""

    number = serializers.CharField()
    work = serializers.ChoiceField(choices=Work.choices)
    patrol_kind = serializers.CharField(help_text="Of a patrol; empty for visits.")
    mode = serializers.ChoiceField(choices=Mode.choices)
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=TaskState.choices)
    region = serializers.CharField(source="region_code", help_text="Code of the grid or community.")
    worker = serializers.CharField(source="worker_name", help_text="Empty while nobody has it.")
    team = serializers.CharField(
        source="team_name", help_text="Of a joint patrol; empty for everything else."
    )
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    due_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    minutes = serializers.IntegerField(help_text="On the way, of a patrol.")
    objects = serializers.IntegerField(source="object_count")
    done = serializers.IntegerField(source="done_count")
    is_excused = serializers.BooleanField(help_text="Missed on leave without a substitute: does not count.")


class FieldObjectOut(Shape):
    """Something that the task leads to; residents and key people have no name here."""

    position = serializers.IntegerField()
    subject = serializers.ChoiceField(choices=Subject.choices)
    name = serializers.CharField(source="open_name", help_text="Of a key place or a point only.")
    state = serializers.ChoiceField(choices=ObjectState.choices)
    done_at = serializers.DateTimeField(allow_null=True)


class FieldTaskDetail(FieldTaskOut):
    """With what it leads to."""

    leads_to = FieldObjectOut(many=True)


class HazardOut(Shape):
    """A hazard and its limits."""

    number = serializers.CharField()
    state = serializers.ChoiceField(choices=HazardState.choices)
    grade = serializers.CharField(help_text="`general` or `major`; empty until it was judged.")
    category = serializers.CharField(source="category_code")
    title = serializers.CharField()
    content = serializers.CharField()
    place = serializers.CharField()
    region = serializers.CharField(source="region_code")
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(source="unit_code", help_text="That rectifies; empty until it was ordered.")
    reported_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    rounds = serializers.IntegerField(help_text="How often it was sent back.")
    ticket = serializers.CharField(
        source="ticket_number", help_text="Of which it came, if the caller sees it."
    )


class HazardDetail(HazardOut):
    """A hazard with what the caller may do to it now."""

    version = serializers.IntegerField()
    party = serializers.CharField(help_text="Who is liable.")
    measures = serializers.CharField(help_text="What has to be done.")
    control_due_at = serializers.DateTimeField(allow_null=True, help_text="Of a listed one.")
    controlled_at = serializers.DateTimeField(allow_null=True)
    look_due_at = serializers.DateTimeField(allow_null=True, help_text="The next supervision visit.")
    verbs = serializers.ListField(child=serializers.CharField(), help_text="What the caller may do now.")


class HazardIn(StrictSerializer):
    """What a person has found."""

    key = serializers.UUIDField(required=False, help_text="Makes a second try the same hazard.")
    category = PatternField(r"[0-9]{4,6}", help_text="A matter of which a hazard can be.")
    content = TextField(max_length=2000)
    party = TextField(max_length=80, help_text="Who is liable.", **BLANK)
    place = TextField(max_length=200, **BLANK)
    point = PointIn(**OPTIONAL)
    region_code = PatternField(REGION_CODE, help_text="12 digits of a region or 15 of a grid.", **BLANK)
    occurred_at = MomentField(**OPTIONAL)
    photos = IdListField(help_text="Ids of files that this caller has uploaded.")


class HazardReceipt(HazardOut):
    """What became of a post."""

    created = serializers.BooleanField(source="*")


class FlightIn(StrictSerializer):
    """A flight that is over."""

    external_no = TextField(max_length=80, help_text="The sender's number: makes the post repeatable.")
    purpose = TextField(max_length=120)
    aircraft = TextField(max_length=40)
    pilot = TextField(max_length=40)
    permit = TextField(max_length=60, **BLANK)
    region_code = PatternField(REGION_CODE, help_text="12 digits of a region or 15 of a grid.")
    area = TextField(max_length=200, **BLANK)
    took_off_at = MomentField()
    landed_at = MomentField()
    height_m = WholeField(min_value=1, max_value=HIGHEST_M, required=False)
    result = TextField(max_length=1000, **BLANK)


class FlightOut(Shape):
    """A flight."""

    number = serializers.CharField()
    external_no = serializers.CharField()
    purpose = serializers.CharField()
    aircraft = serializers.CharField()
    pilot = serializers.CharField()
    permit = serializers.CharField()
    region = serializers.CharField(source="region_code")
    area = serializers.CharField()
    took_off_at = serializers.DateTimeField()
    landed_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    height_m = serializers.IntegerField(allow_null=True)
    result = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class FlightReceipt(FlightOut):
    """What became of a post."""

    created = serializers.BooleanField(source="*")


class FlightDetail(FlightOut):
    """With the tickets that came of it, as far as the caller sees them."""

    tickets = serializers.ListField(child=serializers.CharField(), source="ticket_numbers")


class FlightFindingIn(StrictSerializer):
    """A ticket of the source `uav` that came of the flight."""

    ticket = PatternField(r"[A-Z]{2}[0-9]{6,18}")


def page_shape(name: str, row: type[Base]) -> type[serializers.Serializer[Any]]:
    """One page of such rows, newest first, as the document shows it."""
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
        "__doc__": "One page, newest first.",
    }
    return type(name, (serializers.Serializer,), fields)


FieldTaskPage = page_shape("FieldTaskPage", FieldTaskOut)
HazardPage = page_shape("HazardPage", HazardOut)
FlightPage = page_shape("FlightPage", FlightOut)
