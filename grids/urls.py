"""Addresses of the map data."""

from django.urls import path

from grids.views import outlines

app_name = "grids"

urlpatterns = [
    path("map/grids.geojson", outlines.grids_geojson, name="grids-geojson"),
    path("map/regions.geojson", outlines.regions_geojson, name="regions-geojson"),
]
