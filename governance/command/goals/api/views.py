"""The goal panel over REST: the figures of a place with the lists behind them, and the targets."""

from decimal import Decimal
from typing import Any, Final

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.command.goals.figures import Figure, Link, Panel, month_words, panel, place_of, reading_paths
from governance.command.goals.measures import BY_KEY, MEASURES, Goal
from governance.command.goals.targets import LONGEST_REASON, NewTarget, in_force, set_target, shipped
from governance.command.models import GoalTarget
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import (
    ChoiceField,
    DayField,
    NumberField,
    PatternField,
    StrictSerializer,
    TextField,
    WholeField,
    read,
)
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from grids.api.callers import staff

MEASURE_CHOICES = [(measure.key, measure.label) for measure in MEASURES]
LAMPS = ("green", "amber", "red", "")
CENT: Final = Decimal("0.01")


class GoalQuery(StrictSerializer):
    """Of which place."""

    place = PatternField(
        "[0-9]{12}", required=False, help_text="A city, district, town or community; left out, one's own."
    )


class GoalNumberOut(Base):
    """A number and the page that lists as many; empty where a page shows the number."""

    count = serializers.IntegerField()
    url = serializers.CharField(allow_blank=True)


class GoalRateOut(Base):
    """Numerator and denominator; no rate where the denominator is zero."""

    part = serializers.IntegerField()
    whole = serializers.IntegerField()
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    lamp = serializers.ChoiceField(LAMPS)


class GoalMonthOut(Base):
    """One month of a trend; null where nothing is known."""

    month = serializers.DateField()
    part = serializers.IntegerField(allow_null=True)
    whole = serializers.IntegerField(allow_null=True)


class GoalFigureOut(Base):
    """One measure."""

    key = serializers.ChoiceField(MEASURE_CHOICES)
    goal = serializers.ChoiceField(Goal.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    formula = serializers.CharField()
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    target = serializers.DecimalField(max_digits=5, decimal_places=2)
    lamp = serializers.ChoiceField(LAMPS)
    part = GoalNumberOut()
    whole = GoalNumberOut()
    missing = GoalNumberOut()
    trend = GoalMonthOut(many=True)


class GoalLineOut(Base):
    """One place below; what lies at none of them has no code."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    rates = serializers.DictField(child=GoalRateOut(), help_text="By the key of the measure.")


class GoalPanelOut(Base):
    """The panel of one place, this month so far."""

    place = serializers.CharField()
    name = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField(help_text="The last day that is counted.")
    figures = GoalFigureOut(many=True)
    lines = GoalLineOut(many=True)


class GoalTargetOut(Base):
    """The target of a measure that is in force today."""

    measure = serializers.ChoiceField(MEASURE_CHOICES)
    value = serializers.DecimalField(max_digits=5, decimal_places=2)
    valid_from = serializers.DateField(allow_null=True, help_text="Null for what came with the platform.")
    last_id = serializers.IntegerField(help_text="To be sent along with a new target; 0 where there is none.")


class GoalTargetIn(StrictSerializer):
    """A target for the whole city, from a day on."""

    measure = ChoiceField(MEASURE_CHOICES)
    value = NumberField(min_value=0, max_value=100, help_text="Percent, two decimals.")
    starts_on = DayField()
    reason = TextField(max_length=LONGEST_REASON)
    last_id = WholeField(
        required=False,
        min_value=0,
        help_text="As read; 409 when somebody has entered one since. Left out: not compared.",
    )


QUERY, TARGET = GoalQuery(), GoalTargetIn()


def _figure(item: Figure) -> dict[str, Any]:
    def link(one: Link) -> dict[str, Any]:
        return {"count": one.count, "url": one.url}

    measure = item.measure
    return {
        "key": measure.key,
        "goal": measure.goal,
        "label": measure.label,
        "formula": measure.formula,
        "percent": item.rate.percent,
        "target": item.target,
        "lamp": item.lamp,
        "part": link(item.part),
        "whole": link(item.whole),
        "missing": link(item.missing),
        "trend": [
            {
                "month": point.month,
                "part": point.rate.part if point.rate is not None else None,
                "whole": point.rate.whole if point.rate is not None else None,
            }
            for point in item.trend
        ],
    }


def _panel(found: Panel) -> dict[str, Any]:
    first, last = month_words(found.month)
    keys = [measure.key for measure in MEASURES]
    lines = [
        {
            "code": line.code,
            "name": line.name,
            "rates": {
                key: {"part": rate.part, "whole": rate.whole, "percent": rate.percent, "lamp": lamp}
                for key, (rate, lamp) in zip(keys, line.rates, strict=True)
            },
        }
        for line in found.lines
    ]
    shown: dict[str, Any] = GoalPanelOut(
        {
            "place": found.place.code,
            "name": found.place.name,
            "since": first,
            "until": last,
            "figures": [_figure(item) for _goal, figures in found.goals for item in figures],
            "lines": lines,
        }
    ).data
    return shown


def _targets() -> list[dict[str, Any]]:
    """Every measure with its target of today: one statement."""
    today = local(now()).date()
    rows: dict[str, list[GoalTarget]] = {key: [] for key in BY_KEY}
    for row in GoalTarget.objects.filter(measure__in=BY_KEY):
        rows[row.measure].append(row)
    found = []
    for key, some in rows.items():
        present = in_force(some, today)
        found.append(
            {
                "measure": key,
                "value": present.value if present is not None else shipped()[key],
                "valid_from": present.valid_from if present is not None else None,
                "last_id": max((row.pk for row in some), default=0),
            }
        )
    return list(GoalTargetOut(found, many=True).data)


class GoalsView(ApiView):
    """The panel."""

    @extend_schema(
        operation_id="goals_read",
        tags=["goals"],
        parameters=[GoalQuery],
        responses={200: GoalPanelOut},
        summary="Coverage, function, effect and satisfaction of a place, for the command centre and towns",
    )
    def get(self, request: Request) -> Response:
        by = staff(request)
        wanted = read(QUERY, request.query_params.dict())
        return Response(_panel(panel(by, place_of(by, wanted.get("place", "")), at=now())))


class TargetsView(ApiView):
    """The targets."""

    @extend_schema(
        operation_id="goals_targets_list",
        tags=["goals"],
        responses={200: GoalTargetOut(many=True)},
        summary="The target of every measure that is in force today",
    )
    def get(self, request: Request) -> Response:
        reading_paths(staff(request))
        return Response(_targets())

    @extend_schema(
        operation_id="goals_targets_set",
        tags=["goals"],
        request=GoalTargetIn,
        responses={201: GoalTargetOut(many=True)},
        summary="Enter a target for the whole city from a day on, with a reason",
    )
    def post(self, request: Request) -> Response:
        by, at = staff(request), now()
        reading_paths(by)
        data = read(TARGET, request.data)
        value = data.pop("value")
        set_target(NewTarget(value=Decimal(str(value)).quantize(CENT), **data), by=by, at=at)
        return Response(_targets(), status=201)
