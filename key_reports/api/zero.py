"""Daily zero reports over REST, for people: what is owed for a day and what has come, and the own unit's report."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Prefetch
from django.utils.translation import pgettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.actors import Actor
from governance.foundation.api.paging import Cursor, page_links, window
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import DayField, StrictSerializer, TextField, WholeField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Unprocessable
from grids.api.callers import staff
from grids.territory import current as territory
from key_reports import zero
from key_reports.models import OwingUnit, SensitivePeriod, ZeroReport
from key_reports.rules import must_read

TAG: Final = "key reports"
SIZE: Final = 10
STANDING: Final = {"green": "in_time", "amber": "late", "red": "missing", "grey": "awaited"}
"""How a unit stands, by the lamp of the board."""


class ZeroQuery(StrictSerializer):
    """Of which day; today when left out."""

    day = DayField(required=False)
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class ZeroIn(StrictSerializer):
    """A unit's report of a day. Without words nothing has happened."""

    period = WholeField(min_value=1, max_value=2**63 - 1)
    unit = TextField(max_length=40, help_text="The code of the unit.")
    day = DayField(help_text="Today. Repeating the same report of a day gives the same report.")
    words = TextField(max_length=zero.LONGEST_WORDS, required=False, allow_blank=True, default="")


class ZeroUnitOut(Base):
    """A unit and its report of the day."""

    unit = serializers.CharField()
    name = serializers.CharField()
    mine = serializers.BooleanField(help_text="The caller reports for this unit.")
    standing = serializers.ChoiceField(choices=sorted(STANDING.values()))
    zero = serializers.BooleanField(allow_null=True, help_text="Nothing has happened; null without a report.")
    words = serializers.CharField(allow_blank=True, help_text="Masked; empty for whoever may not read it.")
    reported_at = serializers.DateTimeField(allow_null=True)


class ZeroPeriodOut(Base):
    """A sensitive period with what its units owe and gave for the day."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    region = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    due_at = serializers.DateTimeField()
    units = ZeroUnitOut(many=True)


class ZeroPage(Base):
    """The sensitive periods that hold the day, the last to end first."""

    day = serializers.DateField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ZeroPeriodOut(many=True)


QUERY, REPORT = ZeroQuery(), ZeroIn()


def unit_face(owing: OwingUnit, found: zero.Cell, mine: set[int]) -> dict[str, Any]:
    """A unit on that day."""
    report = found.report
    return {
        "unit": owing.unit.code,
        "name": owing.unit.label,
        "mine": owing.unit_id in mine,
        "standing": STANDING[found.lamp],
        "zero": report.is_zero if report is not None else None,
        "words": found.words,
        "reported_at": report.reported_at if report is not None else None,
    }


def period_face(row: SensitivePeriod, day: date, by: Actor, at: datetime) -> dict[str, Any]:
    """A period on that day, with `owing` and the reports of the day at hand."""
    reads, mine = zero.readable(by), set(zero.units_of(by))
    given: Mapping[int, ZeroReport] = {item.unit_id: item for item in row.reports.all() if item.day == day}
    names = ("id", "name", "starts_on", "ends_on")
    return {name: getattr(row, name) for name in names} | {
        "region": row.region.code,
        "due_at": row.due_at(day),
        "units": [
            unit_face(owing, zero.cell(row, day, given.get(owing.unit_id), at, reads), mine)
            for owing in row.owing.all()
        ],
    }


def _at_hand(by: Actor, day: date) -> Any:
    owing = OwingUnit.objects.select_related("unit").order_by("unit__code")
    reports = Prefetch("reports", ZeroReport.objects.filter(day=day))
    rows = SensitivePeriod.objects.visible_to(by).filter(starts_on__lte=day, ends_on__gte=day)
    return rows.select_related("region").prefetch_related(Prefetch("owing", owing), reports)


class ZeroReportsView(ApiView):
    """The daily reports of sensitive periods."""

    @extend_schema(
        operation_id="zero_reports_list",
        tags=[TAG],
        parameters=[ZeroQuery],
        responses={200: ZeroPage},
        summary="What the units owe and gave for a day, in the sensitive periods that the caller may see",
    )
    def get(self, request: Request) -> Response:
        by, at = staff(request), now()
        must_read(by)
        wanted = read(QUERY, request.query_params.dict())
        day = wanted.get("day") or local(at).date()
        found, after, before = window(
            _at_hand(by, day), "ends_on", Cursor.read(wanted.get("cursor", "")), SIZE
        )
        shown = ZeroPeriodOut([period_face(row, day, by, at) for row in found], many=True).data
        return Response({"day": day, **page_links(request, after, before), "results": shown})

    @extend_schema(
        operation_id="zero_reports_give",
        tags=[TAG],
        request=ZeroIn,
        responses={201: ZeroUnitOut, 200: ZeroUnitOut},
        summary="Report for a unit of the caller; the same report again gives the same. 409 where it says otherwise",
    )
    def post(self, request: Request) -> Response:
        by, at = staff(request), now()
        must_read(by)
        data = read(REPORT, request.data)
        period = SensitivePeriod.objects.visible_to(by).filter(pk=data["period"]).first()
        if period is None:
            raise NotFound()
        unit = _unit_of(data["unit"])
        given = zero.report(period.pk, unit, words=data["words"], by=by, at=at, day=data["day"])
        owing = period.owing.select_related("unit").get(unit=unit)
        shown = zero.cell(period, given.row.day, given.row, at, zero.readable(by))
        body = ZeroUnitOut(unit_face(owing, shown, {unit})).data
        return Response(body, status=201 if given.created else 200)


def _unit_of(code: str) -> int:
    unit = territory().unit_by_code.get(code)
    if unit is None:
        raise Unprocessable(fields={"unit": [pgettext("zero report", "There is no such unit in service")]})
    return unit.id
