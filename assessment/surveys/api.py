"""Surveys over REST: the list, a survey summed up by place, its rows; entering many rows at once. For people."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessment.surveys import keeping
from assessment.surveys.figures import Total, total_of, totals_by_survey
from assessment.surveys.keeping import MOST_SAMPLE, NUMBERS, Answers
from assessment.surveys.models import Survey, SurveyResult
from assessment.surveys.rules import must_read
from assessment.surveys.views import place_of, rows_at, survey_of
from governance.foundation.api.paging import Cursor, page_links, window
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import (
    ChoiceField,
    DayField,
    PatternField,
    StrictSerializer,
    TextField,
    WholeField,
    read,
)
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Text, Unprocessable
from grids.api.callers import staff

SIZE = 50
MOST_AT_ONCE = 500


class SurveyQuery(StrictSerializer):
    """Which surveys."""

    kind = ChoiceField(Survey.Kind.choices, required=False)
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class SurveyPlaceQuery(StrictSerializer):
    """Of which place."""

    place = PatternField("[0-9]{12}", required=False, help_text="The caller's own place when left out.")


class SurveyIn(StrictSerializer):
    """A survey."""

    kind = ChoiceField(Survey.Kind.choices)
    title = TextField(max_length=80)
    organiser = TextField(max_length=80)
    target = serializers.DecimalField(max_digits=5, decimal_places=2, default=Decimal(99))


class SurveyAnswersIn(StrictSerializer):
    """What one community answered."""

    place = PatternField("[0-9]{12}", help_text="The code of the community.")
    surveyed_on = DayField()
    sample_size = WholeField(min_value=0, max_value=MOST_SAMPLE)
    valid = WholeField(min_value=0, max_value=MOST_SAMPLE)
    satisfied = WholeField(min_value=0, max_value=MOST_SAMPLE)
    basically = WholeField(min_value=0, max_value=MOST_SAMPLE)
    dissatisfied = WholeField(min_value=0, max_value=MOST_SAMPLE)


class SurveyResultsIn(StrictSerializer):
    """Rows of communities, all of them stored or none."""

    results = serializers.ListField(child=SurveyAnswersIn(), min_length=1, max_length=MOST_AT_ONCE)


class SurveyTotalOut(Base):
    """Numbers added up over the communities of a place."""

    communities = serializers.IntegerField()
    sample_size = serializers.IntegerField()
    valid = serializers.IntegerField()
    satisfied = serializers.IntegerField()
    basically = serializers.IntegerField()
    dissatisfied = serializers.IntegerField()
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, allow_null=True, help_text="Null without a valid questionnaire."
    )


class SurveyOut(Base):
    """A survey with the sums of the caller's places."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Survey.Kind.choices)
    title = serializers.CharField()
    organiser = serializers.CharField()
    target = serializers.DecimalField(max_digits=5, decimal_places=2)
    total = SurveyTotalOut()


class SurveyPage(Base):
    """One page, newest first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = SurveyOut(many=True)


class SurveyResultOut(Base):
    """A community's row."""

    place = serializers.CharField()
    surveyed_on = serializers.DateField()
    sample_size = serializers.IntegerField()
    valid = serializers.IntegerField()
    satisfied = serializers.IntegerField()
    basically = serializers.IntegerField()
    dissatisfied = serializers.IntegerField()


class SurveyDetail(SurveyOut):
    """A survey with the rows of a place."""

    place = serializers.CharField()
    rows = SurveyResultOut(many=True)


class SurveyStoredOut(Base):
    """What became of the rows."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()


QUERY, PLACE, SURVEY, RESULTS = SurveyQuery(), SurveyPlaceQuery(), SurveyIn(), SurveyResultsIn()


def _out(row: Survey, total: Total) -> dict[str, Any]:
    numbers = ("communities", "sample_size", "valid", "satisfied", "basically", "dissatisfied", "percent")
    return {
        "id": row.pk,
        "kind": row.kind,
        "title": row.title,
        "organiser": row.organiser,
        "target": row.target,
        "total": {name: getattr(total, name) for name in numbers},
    }


class SurveysView(ApiView):
    """All surveys."""

    @extend_schema(
        operation_id="surveys_list",
        tags=["indicators"],
        parameters=[SurveyQuery],
        responses={200: SurveyPage},
        summary="List surveys among residents with the sums of the caller's places",
    )
    def get(self, request: Request) -> Response:
        by = staff(request)
        must_read(by)
        wanted = read(QUERY, request.query_params.dict())
        rows = Survey.objects.filter(**{name: wanted[name] for name in ("kind",) if name in wanted})
        cursor = Cursor.read(wanted.get("cursor", ""))
        found, next_key, previous_key = window(rows, "created_at", cursor, SIZE)
        totals = totals_by_survey(SurveyResult.objects.visible_to(by), [row.pk for row in found])
        results = [_out(row, totals.get(row.pk, Total())) for row in found]
        return Response(
            {**page_links(request, next_key, previous_key), "results": SurveyOut(results, many=True).data}
        )

    @extend_schema(
        operation_id="surveys_begin",
        tags=["indicators"],
        request=SurveyIn,
        responses={201: SurveyOut},
        summary="Write a survey down",
    )
    def post(self, request: Request) -> Response:
        by = staff(request)
        row = keeping.begin(**read(SURVEY, request.data), by=by, at=now())
        return Response(SurveyOut(_out(row, Total())).data, status=201)


class SurveyView(ApiView):
    """One survey."""

    @extend_schema(
        operation_id="surveys_read",
        tags=["indicators"],
        parameters=[SurveyPlaceQuery],
        responses={200: SurveyDetail},
        summary="Read a survey: the sums of a place and the rows of its communities",
    )
    def get(self, request: Request, pk: str) -> Response:
        by = staff(request)
        must_read(by)
        wanted = read(PLACE, request.query_params.dict())
        row, place = survey_of(int(pk)), place_of(by, wanted.get("place", ""))
        rows = rows_at(by, row, place)
        lines = [
            {"place": item.code, **{name: getattr(item, name) for name in ("surveyed_on", *NUMBERS)}}
            for item in rows.order_by("code")
        ]
        found = _out(row, total_of(rows)) | {"place": place.code, "rows": lines}
        return Response(SurveyDetail(found).data)


class ResultsView(ApiView):
    """The rows of a survey."""

    @extend_schema(
        operation_id="surveys_enter",
        tags=["indicators"],
        request=SurveyResultsIn,
        responses={200: SurveyStoredOut},
        summary="Enter or correct what communities answered: all rows or none",
        description="Faults are named by the number of the row, from 1. Sending the same rows again changes nothing.",
    )
    def post(self, request: Request, pk: str) -> Response:
        by = staff(request)
        must_read(by)
        row = survey_of(int(pk))
        rows = [Answers(**item) for item in read(RESULTS, request.data)["results"]]
        stored, faults = keeping.store(row.pk, list(enumerate(rows, 1)), by=by, at=now())
        if faults:
            raise Unprocessable(fields=_by_row(faults))
        return Response(
            SurveyStoredOut({"new": stored.new, "changed": stored.changed, "same": stored.same}).data
        )


def _by_row(faults: Sequence[keeping.Fault]) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {}
    for fault in faults:
        found.setdefault(f"results.{fault.line}.{fault.field}", []).append(fault.text)
    return found
