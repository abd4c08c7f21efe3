"""Indicators over REST: the catalogue, figures and trends for people and for systems that were given them, lists for
people. The same numbers as on the pages.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessment.api.shapes import (
    FiguresQuery,
    IndicatorFiguresOut,
    IndicatorItemsOut,
    IndicatorOut,
    IndicatorTrendOut,
    ItemsQuery,
    PeriodQuery,
    figure_out,
    line_out,
)
from assessment.definitions import Definition, definitions
from assessment.drilling import listing, read_key, write_key
from assessment.figures import figures, trend
from assessment.rules import must_read
from assessment.subjects import below
from assessment.views.asking import Question, versions_of
from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.exchange.scopes import ApiScope
from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from governance.foundation.percent import percent_of

PERIOD, FIGURES, ITEMS = PeriodQuery(), FiguresQuery(), ItemsQuery()


class IndicatorView(ApiView):
    """Of people who may read indicators, and of systems whose key is good for figures."""

    scopes = {"GET": ApiScope.FIGURES}  # as the other views say it

    def asked(self, request: Request, shape: StrictSerializer) -> tuple[Question, dict[str, str]]:
        """The question, and the fields as they were given. Raises Forbidden, NotFound, Unprocessable."""
        by = reader(request)
        given = request.query_params.dict()
        read(shape, given)
        return Question.of(by, given, local(now()).date()), given


def reader(request: Request) -> Actor:
    """Whoever asks and may read. Raises Unauthenticated, Forbidden."""
    by = actor_of(request, "api")
    must_read(by)
    return by


class CatalogueView(IndicatorView):
    """The definitions."""

    @extend_schema(
        operation_id="indicators_list",
        tags=["indicators"],
        responses={200: IndicatorOut(many=True)},
        summary="Every version of every indicator with its formula and source",
    )
    def get(self, request: Request) -> Response:
        reader(request)
        return Response(IndicatorOut([_definition(row) for row in definitions()], many=True).data)


def _definition(row: Definition) -> dict[str, Any]:
    return {
        "code": row.code,
        "version": row.version,
        "name": row.label,
        "formula": row.formula,
        "basis": row.basis,
        "shape": row.shape,
        "better": row.better,
        "counts_in_the_period": row.when,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "reason": row.fault or row.awaited,
    }


class FiguresView(IndicatorView):
    """Figures."""

    @extend_schema(
        operation_id="indicators_figures",
        tags=["indicators"],
        parameters=[FiguresQuery],
        responses={200: IndicatorFiguresOut},
        summary="Indicators of a place or unit over a period, numerator and denominator apart",
    )
    def get(self, request: Request) -> Response:
        question, given = self.asked(request, FIGURES)
        codes = set(filter(None, given.get("codes", "").split(",")))
        rows = [row for row in definitions() if not codes or row.code in codes]
        found = [figures(question.asked([question.subject], rows))]
        if given.get("below") and (places := below(question.subject)):
            found.append(figures(question.asked(places, rows)))
        shown = [figure_out(figure) for some in found for figure in some.values()]
        period = question.period
        return Response(
            IndicatorFiguresOut({"since": period.since, "last": period.last, "figures": shown}).data
        )


class TrendView(IndicatorView):
    """One indicator by day."""

    @extend_schema(
        operation_id="indicators_trend",
        tags=["indicators"],
        parameters=[PeriodQuery],
        responses={200: IndicatorTrendOut},
        summary="One indicator of a place or unit, day by day",
    )
    def get(self, request: Request, code: str) -> Response:
        question, _given = self.asked(request, PERIOD)
        rows = versions_of(code)
        is_rate = rows[-1].is_rate
        days = [
            {
                "day": day,
                "numerator": item.part if is_rate else None,
                "denominator": item.whole,
                "percent": percent_of(item.part, item.whole) if is_rate else None,
                "median_minutes": None if is_rate else item.quantile(0.5),
            }
            for day, item in sorted(trend(question.asked([question.subject], rows)).items())
        ]
        period = question.period
        return Response(IndicatorTrendOut({"since": period.since, "last": period.last, "days": days}).data)


class ItemsView(IndicatorView):
    """The list behind a number."""

    @extend_schema(
        operation_id="indicators_items",
        tags=["indicators"],
        parameters=[ItemsQuery],
        responses={200: IndicatorItemsOut},
        summary="Exactly the tickets that a number counts, page by page; for people",
    )
    def get(self, request: Request, code: str) -> Response:
        question, given = self.asked(request, ITEMS)
        if question.by.is_api_client:
            raise Forbidden(_("API clients do not read this"))
        side, rows = given.get("side", "whole"), versions_of(code)
        asked = question.asked([question.subject], rows)
        found = listing(question.by, asked, side, after=read_key(given.get("after", "")))
        figure = figures(asked)[code, question.subject.key]
        shown = {
            "count": {"whole": figure.whole, "part": figure.part, "missing": figure.missing}[side],
            "side": side,
            "items": [line_out(line, side) for line in found.lines],
            "after": write_key(found.after) if found.after else None,
        }
        return Response(IndicatorItemsOut(shown).data)
