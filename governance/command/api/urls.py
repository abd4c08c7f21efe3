"""Addresses of the command centre below /api/v1/."""

from django.urls import URLPattern, re_path

from governance.command.api.burden import BurdenItemsView, BurdenView
from governance.command.api.map import MapCellsView, MapTicketsView
from governance.command.api.searching import SearchView

app_name = "command-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^search\Z", SearchView.as_view(), name="search"),
    re_path(r"^map/cells\Z", MapCellsView.as_view(), name="map-cells"),
    re_path(r"^map/tickets\Z", MapTicketsView.as_view(), name="map-tickets"),
    re_path(r"^burden\Z", BurdenView.as_view(), name="burden"),
    re_path(r"^burden/items\Z", BurdenItemsView.as_view(), name="burden-items"),
]
