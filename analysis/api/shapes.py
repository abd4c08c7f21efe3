"""What the addresses of the analysis take and give."""

from rest_framework import serializers

from analysis.models.warnings import Severity
from analysis.states import WarningState
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import DayField, PatternField, StrictSerializer


class DayQuery(StrictSerializer):
    """Which evening."""

    day = DayField(required=False, help_text="The analysed day; the last one when left out.")


class WarningQuery(StrictSerializer):
    """Which page of the warnings."""

    cursor = PatternField("[A-Za-z0-9_-]{1,200}", required=False)


class FoundOut(Base):
    """Something out of the ordinary at a place."""

    place = serializers.CharField()
    place_name = serializers.CharField()
    category = serializers.CharField(allow_blank=True, help_text="The beginning of the code; empty for all.")
    since = serializers.DateField()
    last = serializers.DateField()
    observed = serializers.IntegerField()
    expected = serializers.FloatField()
    p = serializers.FloatField(help_text="Chance of as many or more.")
    q = serializers.FloatField(help_text="Share of false alarms among everything at least as rare.")


class SurgesOut(Base):
    """Surges of an evening. `looks`: how many series and windows were judged."""

    day = serializers.DateField(allow_null=True)
    looks = serializers.IntegerField()
    found = FoundOut(many=True)


class HotSpotOut(FoundOut):
    """Grids that together have more than their share."""

    grids = serializers.ListField(child=serializers.CharField())
    z = serializers.FloatField()
    first_hour = serializers.IntegerField()
    last_hour = serializers.IntegerField()
    expected_gain = serializers.FloatField(help_text="Tickets a week that a patrol would find first.")


class HotSpotsOut(Base):
    """Hot spots of an evening."""

    day = serializers.DateField(allow_null=True)
    looks = serializers.IntegerField()
    found = HotSpotOut(many=True)


class WarningOut(Base):
    """An early warning."""

    number = serializers.CharField()
    state = serializers.ChoiceField(WarningState.choices)
    severity = serializers.ChoiceField(Severity.choices)
    rule = serializers.CharField()
    place = serializers.CharField()
    place_name = serializers.CharField()
    category = serializers.CharField(allow_blank=True)
    value = serializers.DecimalField(max_digits=10, decimal_places=2)
    threshold = serializers.DecimalField(max_digits=8, decimal_places=2)
    since = serializers.DateField()
    last = serializers.DateField()
    raised_at = serializers.DateTimeField()


class WarningsOut(Base):
    """A page of warnings, the newest first."""

    warnings = WarningOut(many=True)
    next = serializers.CharField(allow_null=True)
