"""Addresses of the territory below /api/v1/."""

from django.urls import URLPattern, re_path

from grids.api.grids import GridsView, GridView
from grids.api.locating import LocateView
from grids.api.overlays import OverlaysView
from grids.api.regions import RegionsView, RegionView

app_name = "territory-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^regions\Z", RegionsView.as_view(), name="regions"),
    re_path(r"^regions/(?P<code>[0-9]{12})\Z", RegionView.as_view(), name="region"),
    re_path(r"^grids\Z", GridsView.as_view(), name="grids"),
    re_path(r"^grids/(?P<code>[0-9]{15})\Z", GridView.as_view(), name="grid"),
    re_path(r"^locate\Z", LocateView.as_view(), name="locate"),
    re_path(r"^overlays\Z", OverlaysView.as_view(), name="overlays"),
]
