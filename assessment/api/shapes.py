"""What the addresses of indicators take and give."""

from typing import Any

from rest_framework import serializers

from assessment.drilling import SIDES, Line
from assessment.figures import Figure
from assessment.models import IndicatorDefinition
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import ChoiceField, DayField, PatternField, StrictSerializer

CODES = "[A-Z][0-9]{1,3}(\\.[a-z]{1,12})?"
MOST_CODES = 60


class PeriodQuery(StrictSerializer):
    """Whose figures, over which days. Nothing given: one's own place, this month so far."""

    place = PatternField(
        "[0-9]{12}([0-9]{3})?", required=False, help_text="A region (12 digits) or a grid (15 digits)."
    )
    unit = PatternField(
        "[A-Za-z0-9_-]{1,40}", required=False, help_text="The code of a unit, instead of a place."
    )
    month = PatternField(
        "[0-9]{4}-[0-9]{2}", required=False, help_text="A calendar month, instead of two days."
    )
    since = DayField(required=False, help_text="The first day.")
    last = DayField(required=False, help_text="The last day; it counts.")


class FiguresQuery(PeriodQuery):
    """Which figures."""

    codes = PatternField(
        f"{CODES}(,{CODES}){{0,{MOST_CODES}}}",
        required=False,
        help_text="Codes, separated by commas; all without.",
    )
    below = ChoiceField([("1", "1")], required=False, help_text="`1`: the places one level below as well.")


class ItemsQuery(PeriodQuery):
    """Which page of the list."""

    side = ChoiceField([(side, side) for side in SIDES], required=False, help_text="`whole` when left out.")
    after = PatternField("[0-9]{4}-[0-9]{2}-[0-9]{2}\\.[0-9]{1,18}\\.[0-9]{1,18}", required=False)


class IndicatorOut(Base):
    """One version of an indicator."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    formula = serializers.CharField()
    basis = serializers.CharField()
    shape = serializers.ChoiceField(IndicatorDefinition.Shape.choices)
    better = serializers.ChoiceField(IndicatorDefinition.Better.choices, allow_blank=True)
    counts_in_the_period = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(
        allow_null=True, help_text="The first day on which it is no longer in force."
    )
    reason = serializers.CharField(
        allow_blank=True, help_text="Why there is no figure; empty where there is one."
    )


class IndicatorFigureOut(Base):
    """A figure. A rate has no percent where its denominator is zero; times are minutes to two digits."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    subject = serializers.CharField(allow_blank=True, help_text="The code of the place or unit.")
    name = serializers.CharField()
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField()
    percent = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    median_minutes = serializers.IntegerField(allow_null=True)
    p90_minutes = serializers.IntegerField(allow_null=True)
    frozen_numerator = serializers.IntegerField(allow_null=True)
    frozen_denominator = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class IndicatorFiguresOut(Base):
    """Figures of one period."""

    since = serializers.DateField()
    last = serializers.DateField()
    figures = IndicatorFigureOut(many=True)


class IndicatorDayOut(Base):
    """What was counted on one day; days without anything are left out."""

    day = serializers.DateField()
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField()
    percent = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    median_minutes = serializers.IntegerField(allow_null=True)


class IndicatorTrendOut(Base):
    """The days of one period."""

    since = serializers.DateField()
    last = serializers.DateField()
    days = IndicatorDayOut(many=True)


class IndicatorItemOut(Base):
    """One item that was counted; without a number where it is not open to the caller at present."""

    number = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)
    counted_at = serializers.DateTimeField()
    in_numerator = serializers.BooleanField()
    minutes = serializers.IntegerField(allow_null=True)


class IndicatorItemsOut(Base):
    """A page of the list behind a number: as many in all as `count` says."""

    count = serializers.IntegerField()
    side = serializers.CharField()
    items = IndicatorItemOut(many=True)
    after = serializers.CharField(
        allow_null=True, help_text="Goes on from the end of this page; null at the end."
    )


def figure_out(figure: Figure) -> dict[str, Any]:
    """A figure as it is given."""
    row, is_there = figure.definition, not figure.reason
    return {
        "code": row.code,
        "version": row.version,
        "subject": figure.subject.code,
        "name": figure.subject.name,
        "numerator": figure.part if row.is_rate and is_there else None,
        "denominator": figure.whole,
        "percent": figure.percent,
        "median_minutes": figure.median,
        "p90_minutes": figure.p90,
        "frozen_numerator": figure.sum.frozen_part if figure.is_frozen and row.is_rate else None,
        "frozen_denominator": figure.sum.frozen_whole if figure.is_frozen else None,
        "reason": figure.reason,
    }


def line_out(line: Line, side: str) -> dict[str, Any]:
    """An item as it is given."""
    return {
        "number": line.item.number if line.item else None,
        "title": line.item.title if line.item else None,
        "counted_at": line.at,
        "in_numerator": line.is_part or side == "part",
        "minutes": line.minutes,
    }
