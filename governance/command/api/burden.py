"""The burden counter over REST: a year by lines, places and sources, and what was issued behind a number."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.command.burden.counting import YEARS, Row, table
from governance.command.burden.sources import sources
from governance.command.burden.views import MOST, behind, stretch_of
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import PatternField, StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from grids.api.callers import staff

KINDS = [("task", "task"), ("inspection", "inspection"), ("document", "document")]


class BurdenQuery(StrictSerializer):
    """Which year, of which source."""

    year = PatternField("[0-9]{4}", required=False, help_text=f"One of the last {YEARS}; left out, this one.")
    issued = TextField(
        max_length=40, required=False, help_text="The name of a source; left out, all of them."
    )


class BurdenItemsQuery(BurdenQuery):
    """Which number."""

    month = PatternField("[0-9]{1,2}", required=False, help_text="1 to 12; left out, the whole year.")
    upto = PatternField("[0-9]{1,2}", required=False, help_text="The months from January to this one.")
    line = TextField(max_length=40, required=False, help_text="A department line; - for the command centres.")
    place = TextField(max_length=80, required=False, help_text="The path of a town as in the rows.")


class BurdenRowOut(Base):
    """Twelve months, their sum, and the same stretch of the year before."""

    key = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    months = serializers.ListField(child=serializers.IntegerField(), min_length=12, max_length=12)
    total = serializers.IntegerField()
    same = serializers.IntegerField(help_text="In the months that are compared.")
    before = serializers.IntegerField(help_text="In the same months of the year before.")
    change = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True, help_text="Percent.")


class BurdenOut(Base):
    """A year as the caller may count it."""

    year = serializers.IntegerField()
    compared = serializers.IntegerField(help_text="The last month that is compared; 0 for none.")
    counted_at = serializers.DateTimeField(allow_null=True)
    whole = BurdenRowOut()
    lines = BurdenRowOut(many=True)
    places = BurdenRowOut(many=True)
    sources = BurdenRowOut(many=True)


class BurdenItemOut(Base):
    """One thing that was issued."""

    issued = serializers.CharField(help_text="A day, or an instant.")
    number = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    url = serializers.CharField()
    line = serializers.CharField()
    place = serializers.CharField(allow_blank=True)


class BurdenBlockOut(Base):
    """What one source issued: how many, how many of them are not open to the caller, the newest of the others."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    kind = serializers.ChoiceField(KINDS)
    count = serializers.IntegerField()
    hidden = serializers.IntegerField()
    items = BurdenItemOut(many=True, help_text=f"{MOST} at most.")


class BurdenItemsOut(Base):
    """Everything behind a number."""

    total = serializers.IntegerField()
    hidden = serializers.IntegerField()
    blocks = BurdenBlockOut(many=True)


QUERY, ITEMS = BurdenQuery(), BurdenItemsQuery()


def _row(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "label": str(row.label),
        "months": row.months,
        "total": row.total,
        "same": row.same,
        "before": row.before,
        "change": row.change,
    }


class BurdenView(ApiView):
    """The tables."""

    @extend_schema(
        operation_id="burden_read",
        tags=["burden"],
        parameters=[BurdenQuery],
        responses={200: BurdenOut},
        summary="What was issued to towns, communities and grids in a year, with the year before",
    )
    def get(self, request: Request) -> Response:
        by, at = staff(request), now()
        given = read(QUERY, request.query_params.dict())
        year = stretch_of(given, local(at).date().year).year
        found = table(by, year, source=source_of(given), at=at)
        shown = {
            "year": found.year,
            "compared": found.compared,
            "counted_at": found.counted_at,
            "whole": _row(found.whole),
            "lines": [_row(row) for row in found.lines],
            "places": [_row(row) for row in found.places],
            "sources": [_row(row) for row in found.sources],
        }
        return Response(BurdenOut(shown).data)


class BurdenItemsView(ApiView):
    """The list behind a number."""

    @extend_schema(
        operation_id="burden_items",
        tags=["burden"],
        parameters=[BurdenItemsQuery],
        responses={200: BurdenItemsOut},
        summary="What was issued, one by one, behind a number of the burden counter",
    )
    def get(self, request: Request) -> Response:
        by, at = staff(request), now()
        given = read(ITEMS, request.query_params.dict())
        source_of(given)
        asked = {**given, "source": given.get("issued", "")}
        blocks = behind(by, stretch_of(asked, local(at).date().year))
        shown = [
            {
                "name": block["source"].name,
                "label": str(block["source"].label),
                "kind": block["source"].kind,
                "count": block["count"],
                "hidden": block["hidden"],
                "items": [
                    {
                        "issued": row["issued"].isoformat(),
                        "number": row["item"].number,
                        "title": row["item"].title,
                        "url": row["item"].url,
                        "line": str(row["line"]),
                        "place": row["place"],
                    }
                    for row in block["rows"]
                ],
            }
            for block in blocks
        ]
        total, hidden = (sum(block[name] for block in blocks) for name in ("count", "hidden"))
        return Response({"total": total, "hidden": hidden, "blocks": shown})


def source_of(given: dict[str, str]) -> str:
    """The source that is asked for. Raises NotFound for one that there is not."""
    name = given.get("issued", "")
    if name and name not in {source.name for source in sources()}:
        raise NotFound()
    return name
