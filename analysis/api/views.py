"""Findings and warnings over REST: the same rows as on the pages, of the places that the caller reads."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.api.shapes import DayQuery, HotSpotsOut, SurgesOut, WarningQuery, WarningsOut
from analysis.models import AnalysisRun, EarlyWarning, HotSpot, Surge
from analysis.rules import must_cover
from analysis.views.asking import last_day
from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.exchange.scopes import ApiScope
from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from staffing.views.keysets import key_page

DAY, CURSOR = DayQuery(), WarningQuery()
ORDER: Sequence[str] = ("-raised_at", "-id")
MOST = 200


class AnalysisView(ApiView):
    """Of people who answer for places, and of systems whose key is good for figures."""

    scopes = {"GET": ApiScope.FIGURES}  # as the other views say it

    def reader(self, request: Request) -> Actor:
        """Whoever asks. Raises Unauthenticated, Forbidden."""
        by = actor_of(request, "api")
        must_cover(by)
        return by

    def day(self, request: Request) -> date:
        """The evening that is asked for; before the first one, a day on which nothing was found."""
        given = request.query_params.dict()
        read(DAY, given)
        return date.fromisoformat(given["day"]) if given.get("day") else last_day() or date.min


def found_out(row: Surge | HotSpot, days: int) -> dict[str, Any]:
    """A finding as it is given away."""
    return {
        "place": row.place,
        "place_name": row.place_name,
        "category": row.category,
        "since": row.day - timedelta(days=days - 1),
        "last": row.day,
        "observed": row.observed,
        "expected": row.expected,
        "p": row.p,
        "q": row.q,
    }


class SurgesView(AnalysisView):
    """Surges."""

    @extend_schema(
        operation_id="analysis_surges",
        tags=["analysis"],
        parameters=[DayQuery],
        responses={200: SurgesOut},
        summary="What was more than expected on the evening of a day, with its statistics",
    )
    def get(self, request: Request) -> Response:
        by, day = self.reader(request), self.day(request)
        rows = Surge.objects.visible_to(by).filter(day=day).order_by("p", "id")[:MOST]
        run = AnalysisRun.objects.filter(day=day).first()
        found = [found_out(row, row.window) for row in rows]
        return Response(
            SurgesOut({"day": day if run else None, "looks": run.tests if run else 0, "found": found}).data
        )


class HotSpotsView(AnalysisView):
    """Hot spots."""

    @extend_schema(
        operation_id="analysis_hot_spots",
        tags=["analysis"],
        parameters=[DayQuery],
        responses={200: HotSpotsOut},
        summary="Where more happens than chance would put there, and what a patrol could gain",
    )
    def get(self, request: Request) -> Response:
        by, day = self.reader(request), self.day(request)
        rows = HotSpot.objects.visible_to(by).filter(day=day).order_by("p", "id")[:MOST]
        run = AnalysisRun.objects.filter(day=day).first()
        found = [
            {
                **found_out(row, row.days),
                "grids": row.grids,
                "z": row.z,
                "first_hour": row.first_hour,
                "last_hour": row.last_hour,
                "expected_gain": row.gain,
            }
            for row in rows
        ]
        return Response(
            HotSpotsOut(
                {"day": day if run else None, "looks": run.spot_tests if run else 0, "found": found}
            ).data
        )


class WarningsView(AnalysisView):
    """Early warnings."""

    @extend_schema(
        operation_id="analysis_warnings",
        tags=["analysis"],
        parameters=[WarningQuery],
        responses={200: WarningsOut},
        summary="Early warnings, the newest first, page by page",
    )
    def get(self, request: Request) -> Response:
        by = self.reader(request)
        given = request.query_params.dict()
        read(CURSOR, given)
        rows = EarlyWarning.objects.visible_to(by).select_related("rule")
        page = key_page(rows, ORDER, given.get("cursor", ""))
        found = [
            {
                "number": row.number,
                "state": row.state,
                "severity": row.severity,
                "rule": row.rule.code,
                "place": row.place,
                "place_name": row.place_name,
                "category": row.category,
                "value": row.value,
                "threshold": row.rule.threshold,
                "since": row.since,
                "last": row.until,
                "raised_at": row.raised_at,
            }
            for row in page.rows
        ]
        return Response(WarningsOut({"warnings": found, "next": page.next}).data)
