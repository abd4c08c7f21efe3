"""Addresses of the map data."""

from django.urls import path

from grids.views import outlines, tiles

app_name = "grids"

urlpatterns = [
    path("map/grids.geojson", outlines.grids_geojson, name="grids-geojson"),
    path("map/regions.geojson", outlines.regions_geojson, name="regions-geojson"),
    path("map/tiles/<int:version>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
]
