"""Open tickets on the map over REST: cells of a window, and the tickets behind them one by one."""

from datetime import datetime

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.command.map.live import LAMPS, Wanted, cells, rows_for
from governance.command.map.windows import window_of, zoom_of
from governance.command.searching.language.reading import MAX_TEXT
from governance.foundation.api.paging import Cursor, page_links
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import ChoiceField, StrictSerializer, TextField, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid
from grids.api.callers import staff
from incidents.api import showing
from incidents.areas import LONGEST, Area, Window, area_of
from incidents.queries import newest_page
from incidents.querysets import TicketQuerySet

SIZE = 50


class MapQuery(StrictSerializer):
    """Which tickets: of a window or an area, of a lamp, of a text in the search language; else the open ones."""

    box = TextField(max_length=120, required=False, help_text="west,south,east,north in degrees (WGS 84).")
    area = TextField(
        max_length=LONGEST,
        required=False,
        help_text="lon,lat;lon,lat;… three to 60 corners. Instead of box.",
    )
    lamp = ChoiceField([(name, name) for name in LAMPS], required=False)
    q = TextField(max_length=MAX_TEXT, required=False, help_text="In the language of the search box.")


class MapCellsQuery(MapQuery):
    """How close one looks."""

    zoom = TextField(max_length=20, help_text="A zoom level: from 15 on cells are small.")


class MapTicketsQuery(MapQuery):
    """Page by page."""

    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class MapCellOut(Base):
    """Tickets close to each other: the middle, how many, the worst lamp in it, and their extent."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    count = serializers.IntegerField()
    lamp = serializers.ChoiceField(LAMPS)
    box = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)


class MapSumsOut(Base):
    """How many in all, and of each lamp."""

    total = serializers.IntegerField()
    red = serializers.IntegerField()
    amber = serializers.IntegerField()
    green = serializers.IntegerField()
    grey = serializers.IntegerField()


class MapCellsOut(Base):
    """The window put together."""

    sums = MapSumsOut()
    cells = MapCellOut(many=True)


CELLS, TICKETS = MapCellsQuery(), MapTicketsQuery()


def asked(request: Request, given: dict[str, str], at: datetime) -> tuple[TicketQuerySet, Window]:
    """The rows that the caller may see, and the window that holds them. Raises Forbidden, Invalid."""
    by = staff(request)
    area: Area | None = area_of(given.get("area", ""))
    if area is None and not given.get("box"):
        raise Invalid(fields={"box": window_of_nothing()})
    window = area.window if area is not None else window_of(given["box"])
    wanted = Wanted(lamp=given.get("lamp", ""), text=given.get("q", ""), area=area)
    return rows_for(by, wanted, at, local(at).date()).filter(window.holds), window


def window_of_nothing() -> list[str]:
    """What is said where neither a window nor an area is given."""
    try:
        window_of("")
    except Invalid as problem:
        return [str(words) for words in problem.fields["box"]]
    raise AssertionError("no window was read")


class MapCellsView(ApiView):
    """Cells."""

    @extend_schema(
        operation_id="map_cells",
        tags=["map"],
        parameters=[MapCellsQuery],
        responses={200: MapCellsOut},
        summary="Tickets of a window of the map, put together into cells with the worst lamp of each",
    )
    def get(self, request: Request) -> Response:
        at = now()
        staff(request)
        given = read(CELLS, request.query_params.dict())
        zoom = zoom_of(given["zoom"])
        rows, window = asked(request, given, at)
        found = cells(rows, window, zoom, at)
        shown = [
            {"lon": lon, "lat": lat, "count": count, "lamp": lamp, "box": box}
            for (lon, lat, count, lamp), box in zip(found["points"], found["boxes"], strict=True)
        ]
        return Response({"sums": found["sums"], "cells": shown})


class MapTicketsView(ApiView):
    """The list beside the map."""

    @extend_schema(
        operation_id="map_tickets",
        tags=["map"],
        parameters=[MapTicketsQuery],
        responses={200: showing.TicketPage},
        summary="Tickets of a window or of an area that was drawn, newest first",
    )
    def get(self, request: Request) -> Response:
        at = now()
        staff(request)
        given = read(TICKETS, request.query_params.dict())
        cursor = Cursor.read(given.get("cursor", ""))
        rows, _window = asked(request, given, at)
        rows = rows.select_related("source", "category").defer("search", "content")
        page = newest_page(rows, size=SIZE, after=cursor.after, before=cursor.before)
        results = [showing.ROW.to_representation(showing.row_of(row, at)) for row in page.rows]
        return Response({**page_links(request, page.next_key, page.previous_key), "results": results})
