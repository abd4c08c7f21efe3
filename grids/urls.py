"""Addresses of the map data."""

from django.urls import path

from grids import views

app_name = "grids"

urlpatterns = [
    path("map/grids.geojson", views.grids_geojson, name="grids-geojson"),
    path("map/regions.geojson", views.regions_geojson, name="regions-geojson"),
]
