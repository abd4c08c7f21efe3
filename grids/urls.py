"""Addresses of the map data and of the pages about grids."""

from django.urls import path

from grids.views import (
    coverage,
    drafting,
    editor,
    files,
    history,
    notices,
    outlines,
    overlays,
    revisions,
    statistics,
    tiles,
    verbs,
)

app_name = "grids"

urlpatterns = [
    path("map/grids.geojson", outlines.grids_geojson, name="grids-geojson"),
    path("map/regions.geojson", outlines.regions_geojson, name="regions-geojson"),
    path("map/tiles/<int:version>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("grids/", statistics.page, name="statistics"),
    path("grids/statistics.csv", statistics.export, name="statistics-export"),
    path("grids/coverage/", coverage.page, name="coverage"),
    path("grids/coverage/<slug:code>/", coverage.community, name="coverage-community"),
    path("grids/revisions/", revisions.list_page, name="revisions"),
    path("grids/revisions/new/", revisions.new, name="revision-new"),
    path("grids/revisions/<slug:number>/", revisions.detail, name="revision"),
    path("grids/revisions/<slug:number>/do/<slug:name>/", verbs.verb, name="revision-verb"),
    path("grids/files/", files.page, name="files"),
    path("grids/files/check/", files.check, name="files-check"),
    path("grids/files/take/", files.take, name="files-take"),
    path("grids/files/regions.csv", files.regions, name="files-regions"),
    path("grids/files/grids/<slug:form>/", files.grids, name="files-grids"),
    path("grids/overlays/", overlays.page, name="overlays"),
    path("grids/overlays/list/", overlays.list_page, name="overlay-list"),
    path("grids/overlays/confirm/", overlays.bulk, name="overlay-bulk"),
    path("grids/overlays/<int:pk>/", overlays.detail, name="overlay"),
    path("grids/overlays/<int:pk>/decide/", overlays.decide, name="overlay-decide"),
    path("grids/notices/<slug:code>.pdf", notices.community_notices, name="community-notices"),
    path("grids/<slug:code>/notice.pdf", notices.grid_notice, name="grid-notice"),
    path("grids/<slug:code>/history/", history.page, name="grid-history"),
    path("grids/revisions/<slug:number>/draft.json", drafting.draft, name="revision-draft"),
    path("grids/revisions/<slug:number>/split.json", drafting.split, name="revision-split"),
    path("grids/revisions/<slug:number>/merge.json", drafting.merge, name="revision-merge"),
    path("grids/revisions/<slug:number>/check.json", drafting.check, name="revision-check"),
    path("grids/revisions/<slug:number>/carve.json", editor.carve_out, name="revision-carve"),
    path("grids/revisions/<slug:number>/edit/", editor.editor_page, name="revision-editor"),
]
