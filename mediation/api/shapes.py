"""Shapes of mediation over REST: shape only. What goes out never tells who quarrels about what."""

from typing import Any

from rest_framework import serializers

from governance.foundation.api.shapes import Shape
from governance.foundation.api.strict import (
    ChoiceField,
    DayField,
    FlagField,
    PatternField,
    StrictSerializer,
    TextField,
    WholeField,
)
from incidents.api.reading import BLANK, OPTIONAL, PHONE, REGION_CODE, PointIn, StrictListField
from mediation.models import PartyKind, PartySide, Representative
from mediation.states import CaseLevel, CaseState, RiskColor

AMOUNT = r"^[0-9]{1,12}([.][0-9]{1,2})?$"


class RepresentativeIn(StrictSerializer):
    """Who speaks for a party."""

    name = TextField(max_length=60)
    kind = ChoiceField(Representative.Kind.choices, **OPTIONAL)
    phone = PatternField(PHONE, max_length=30, **BLANK)
    authority = TextField(max_length=200, **BLANK)


class PartyIn(StrictSerializer):
    """A person, an organisation or many people."""

    side = ChoiceField(PartySide.choices)
    kind = ChoiceField(PartyKind.choices, **OPTIONAL)
    name = TextField(max_length=60)
    identity_number = TextField(max_length=20, help_text="Of an organisation its credit code.", **BLANK)
    phone = PatternField(PHONE, max_length=30, **BLANK)
    address = TextField(max_length=200, **BLANK)
    guardian = TextField(max_length=60, help_text="Required for a minor.", **BLANK)
    legal_person = TextField(max_length=60, **BLANK)
    members = WholeField(min_value=1, max_value=100_000, required=False)
    representatives = StrictListField(child=RepresentativeIn(), max_length=5, required=False)


class CaseIn(StrictSerializer):
    """A dispute that a court, the police, the hotline or the petition office refers."""

    source = TextField(  # type: ignore[assignment]  # a declared field
        max_length=24,
        help_text="`hotline`, `police`, `court` or `petition`: one of the caller's own sources.",
    )
    external_no = TextField(max_length=80, help_text="The sender's number: makes the post repeatable.")
    category = PatternField(r"^04[0-9]{2}$", help_text="Kind of dispute, see /categories.")
    title = TextField(max_length=120, **BLANK)
    facts = TextField(max_length=10_000)
    claims = TextField(max_length=2_000, **BLANK)
    amount = PatternField(AMOUNT, help_text="Yuan, as text: `6000.00`.", **BLANK)
    people = WholeField(min_value=2, max_value=100_000, required=False)
    occurred_on = DayField(**OPTIONAL)
    place = TextField(max_length=200, **BLANK)
    point = PointIn(**OPTIONAL)
    region_code = PatternField(REGION_CODE, help_text="12 digits of a region or 15 of a grid.", **BLANK)
    closed = FlagField(required=False, help_text="A party asks for closed sessions.")
    parties = StrictListField(child=PartyIn(), min_length=2, max_length=20)


class TicketCaseIn(StrictSerializer):
    """The dispute of a ticket: its place, words and sender go along."""

    category = PatternField(r"^04[0-9]{2}$", help_text="The ticket's own kind when left out.", **BLANK)
    title = TextField(max_length=120, help_text="The ticket's when left out.", **BLANK)
    facts = TextField(max_length=10_000, help_text="The ticket's words when left out.", **BLANK)
    claims = TextField(max_length=2_000, **BLANK)
    amount = PatternField(AMOUNT, help_text="Yuan, as text: `6000.00`.", **BLANK)
    people = WholeField(min_value=2, max_value=100_000, required=False)
    occurred_on = DayField(**OPTIONAL)
    closed = FlagField(required=False, help_text="A party asks for closed sessions.")
    parties = StrictListField(child=PartyIn(), min_length=2, max_length=20)


class CaseOut(Shape):
    """How far a case is, and what came of it."""

    number = serializers.CharField(help_text="The case code, from intake to the archive.")
    query_code = serializers.CharField(help_text="With the case code for the public query.")
    external_no = serializers.CharField()
    state = serializers.ChoiceField(choices=CaseState.choices)
    level = serializers.ChoiceField(choices=CaseLevel.choices)
    risk_color = serializers.ChoiceField(choices=RiskColor.choices)
    registered_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    suspended_at = serializers.DateTimeField(
        source="paused_at", allow_null=True, help_text="Since when mediation waits; its limits stand still."
    )
    sessions = serializers.IntegerField(source="session_count")
    next_due_at = serializers.DateTimeField(allow_null=True)


class CaseReceipt(CaseOut):
    """What became of a post."""

    created = serializers.BooleanField(source="*")
    supplemented = serializers.BooleanField(source="*", help_text="Changed words were kept beside it.")


class ResultOut(serializers.Serializer[Any]):
    """What came of it, once there is something."""

    agreement = serializers.ChoiceField(choices=[("written", "written"), ("oral", "oral")], allow_null=True)
    is_partial = serializers.BooleanField()
    effective_at = serializers.DateTimeField(allow_null=True)
    confirmation = serializers.CharField(allow_null=True)
    ruling_no = serializers.CharField(allow_null=True)
    performed = serializers.IntegerField(help_text="Obligations that have all their receipts.")
    obligations = serializers.IntegerField()
    way = serializers.CharField(
        allow_null=True, help_text="Which way the parties were told, where it failed."
    )


class CaseDetail(CaseOut):
    """With the result."""

    result = ResultOut(source="*")


class CaseEventOut(Shape):
    """Something that happened to a case."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    at = serializers.DateTimeField()
    case = serializers.CharField()
    external_no = serializers.CharField(allow_blank=True)
    from_state = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(CaseState.choices)
    facts = serializers.DictField()


class CaseEventPageOut(serializers.Serializer[Any]):
    """Events in order; go on from `after`."""

    events = CaseEventOut(many=True)
    after = serializers.IntegerField()
    has_more = serializers.BooleanField()


class CaseEventsQuery(StrictSerializer):
    """Where to go on from."""

    after = serializers.IntegerField(min_value=0, max_value=2**63 - 1, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=1000, required=False)
