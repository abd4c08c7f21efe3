"""Shapes of the police link over REST: shape only, what may be read is decided in `fields`."""

from typing import Any

from rest_framework import serializers

from governance.foundation.api.shapes import Shape
from governance.foundation.api.strict import (
    ChoiceField,
    DayField,
    MomentField,
    PatternField,
    StrictSerializer,
    TextField,
)
from incidents.api.reading import BLANK, OPTIONAL, PHONE, REGION_CODE, PointIn, StrictListField
from incidents.states import Urgency
from police_link.states import Direction, FirstReceiver, IncidentKind, IncidentState


class CallerIn(StrictSerializer):
    """Who called 110."""

    name = TextField(max_length=60, **BLANK)
    phone = PatternField(PHONE, max_length=30, **BLANK)


class IncidentIn(StrictSerializer):
    """A matter that 110 hands over. A point, a region code or the words of the place must be there."""

    source = TextField(  # type: ignore[assignment]  # a declared field
        max_length=24, required=False, help_text="`police` when left out; one of the caller's own sources."
    )
    external_no = TextField(max_length=80, help_text="The number at 110: makes the post repeatable.")
    received_at = MomentField(help_text="When 110 received the call.")
    sent_at = MomentField(help_text="When it was handed over; now when left out. Its day counts.", **OPTIONAL)
    kind = ChoiceField(IncidentKind.choices, **OPTIONAL)
    category = TextField(max_length=6, help_text="See /categories; else by kind.", **BLANK)
    urgency = ChoiceField(Urgency.choices, **OPTIONAL)
    title = TextField(max_length=120, **BLANK)
    content = TextField(max_length=10_000)
    place = TextField(max_length=200, **BLANK)
    point = PointIn(**OPTIONAL)
    region_code = PatternField(REGION_CODE, help_text="12 digits of a region or 15 of a grid.", **BLANK)
    caller = CallerIn(**OPTIONAL)
    police_unit = TextField(max_length=80, **BLANK)
    officer = TextField(max_length=60, **BLANK)
    dealt = TextField(max_length=2_000, help_text="What the police did first.", **BLANK)
    police_note = TextField(max_length=2_000, help_text="Kept sealed; never shown to the centre.", **BLANK)
    first_receiver = ChoiceField(
        FirstReceiver.choices,
        help_text="Who received it first and keeps it while nothing is decided; `police` when left out.",
        **OPTIONAL,
    )
    external_due_at = MomentField(**OPTIONAL)


class WritingOut(serializers.Serializer[Any]):
    """What the police have written, as the caller's side may read it; hidden fields are left out."""

    title = serializers.CharField(required=False)
    content = serializers.CharField(required=False)
    place = serializers.CharField(required=False)
    dealt = serializers.CharField(required=False)
    police_unit = serializers.CharField(required=False)
    caller_name = serializers.CharField(required=False)
    caller_phone = serializers.CharField(required=False)
    officer = serializers.CharField(required=False)
    police_note = serializers.CharField(required=False)


class PoliceTicketOut(serializers.Serializer[Any]):
    """The ticket, as the caller's side may read it; hidden fields are left out."""

    number = serializers.CharField(required=False)
    state = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    category = serializers.CharField(required=False)
    urgency = serializers.CharField(required=False)
    place = serializers.CharField(required=False)
    registered_at = serializers.DateTimeField(required=False, allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    closed_at = serializers.DateTimeField(required=False, allow_null=True)
    lead_unit = serializers.CharField(required=False)
    result = serializers.CharField(required=False)
    content = serializers.CharField(required=False)
    citizen_name = serializers.CharField(required=False)
    citizen_phone = serializers.CharField(required=False)
    handler = serializers.CharField(required=False)


class IncidentRow(Shape):
    """A matter in a list."""

    number = serializers.CharField()
    external_no = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(IncidentState.choices)
    version = serializers.IntegerField()
    direction = serializers.ChoiceField(Direction.choices)
    first_receiver = serializers.ChoiceField(FirstReceiver.choices)
    kind = serializers.ChoiceField(IncidentKind.choices)
    urgency = serializers.ChoiceField(Urgency.choices)
    received_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Until when somebody has to decide.")
    decided_at = serializers.DateTimeField(allow_null=True)


class IncidentPage(serializers.Serializer[Any]):
    """A page of matters, newest first."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = IncidentRow(many=True)


class IncidentDetail(IncidentRow):
    """A matter in full, by the rights of the caller's side."""

    is_binding = serializers.BooleanField(help_text="110 has refused it once: it is not handed over again.")
    written = WritingOut(source="*")
    ticket = PoliceTicketOut(allow_null=True, source="*")
    result = serializers.CharField(allow_blank=True, help_text="What the police reported.")
    verbs = serializers.ListField(child=serializers.CharField(), source="*")


class IncidentReceipt(IncidentRow):
    """What became of a post."""

    created = serializers.BooleanField(source="*")
    supplemented = serializers.BooleanField(source="*", help_text="Changed words were kept beside it.")


class PoliceEventOut(Shape):
    """Something that happened to a matter."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    at = serializers.DateTimeField()
    incident = serializers.CharField()
    external_no = serializers.CharField(allow_null=True)
    from_state = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(IncidentState.choices)
    words = serializers.CharField(allow_blank=True)
    facts = serializers.DictField()


class PoliceEventPage(serializers.Serializer[Any]):
    """Events in order; go on from `after`."""

    events = PoliceEventOut(many=True)
    after = serializers.IntegerField()
    has_more = serializers.BooleanField()


class EventsQuery(StrictSerializer):
    """Where to go on from."""

    after = serializers.IntegerField(min_value=0, max_value=2**63 - 1, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=1000, required=False)


class IncidentsQuery(StrictSerializer):
    """Filters; those left out do not restrict."""

    state = ChoiceField(IncidentState.choices, required=False)
    direction = ChoiceField(Direction.choices, required=False)
    external_no = TextField(max_length=80, required=False)
    ticket = TextField(max_length=20, required=False)
    day = serializers.DateField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, required=False)
    cursor = TextField(max_length=100, required=False)


class StatementIn(StrictSerializer):
    """What 110 sent on a day; a later statement of the day takes the place of the earlier one."""

    source = TextField(max_length=24, required=False)  # type: ignore[assignment]  # a declared field
    day = DayField()
    numbers = StrictListField(
        child=TextField(max_length=80), max_length=20_000, help_text="The numbers at 110, each once."
    )


class DifferenceOut(Shape):
    """A row that differs."""

    kind = serializers.ChoiceField(["missing_here", "missing_there", "not_opened", "not_closed"])
    external_no = serializers.CharField()
    incident = serializers.CharField(source="row.number", allow_null=True)
    state = serializers.CharField(source="row.state", allow_null=True)
    ticket = serializers.CharField(source="row.ticket.number", allow_null=True)


class DayOut(serializers.Serializer[Any]):
    """A day reconciled: sent = received = opened = closed, or what differs."""

    day = serializers.DateField()
    sent = serializers.IntegerField(allow_null=True, help_text="null: there is no statement of the day.")
    received = serializers.IntegerField()
    opened = serializers.IntegerField()
    closed = serializers.IntegerField()
    even = serializers.BooleanField()
    statement_version = serializers.IntegerField(allow_null=True)
    differences = DifferenceOut(many=True)
