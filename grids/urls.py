"""Addresses of the map data."""

from django.urls import path

from grids.views import drafting, outlines, tiles

app_name = "grids"

urlpatterns = [
    path("map/grids.geojson", outlines.grids_geojson, name="grids-geojson"),
    path("map/regions.geojson", outlines.regions_geojson, name="regions-geojson"),
    path("map/tiles/<int:version>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("grids/revisions/<slug:number>/draft.json", drafting.draft, name="revision-draft"),
    path("grids/revisions/<slug:number>/split.json", drafting.split, name="revision-split"),
    path("grids/revisions/<slug:number>/merge.json", drafting.merge, name="revision-merge"),
    path("grids/revisions/<slug:number>/check.json", drafting.check, name="revision-check"),
]
