"""Addresses of the pages below /connections/."""

from django.urls import path, re_path

from adapters.views import bench, channels, editing, mappings

app_name = "adapters"

VERSION = r"^mappings/(?P<code>[A-Za-z0-9_-]{1,40})/versions/(?P<number>[0-9]{1,6})/"
urlpatterns = [
    path("mappings/", mappings.list_page, name="mappings"),
    path("mappings/new/", mappings.new_page, name="mapping-new"),
    path("mappings/<slug:code>/", mappings.mapping_page, name="mapping"),
    path("mappings/<slug:code>/draft/", mappings.draft, name="draft"),
    path("mappings/<slug:code>/bench/", bench.bench_page, name="bench"),
    path("mappings/<slug:code>/samples/<int:pk>/drop/", mappings.drop_sample, name="drop-sample"),
    path("mappings/<slug:code>/versions/<int:number>/", editing.version_page, name="version"),
    path("mappings/<slug:code>/versions/<int:number>/check/", mappings.check, name="check"),
    path("mappings/<slug:code>/versions/<int:number>/release/", mappings.release, name="release"),
    path("mappings/<slug:code>/versions/<int:number>/discard/", mappings.discard, name="discard"),
    re_path(rf"{VERSION}codes/(?P<name>[a-z_.]+)\.(?P<kind>csv|xlsx)\Z", editing.table, name="table"),
    re_path(rf"{VERSION}codes/(?P<name>[a-z_.]+)/\Z", editing.table_upload, name="table-upload"),
    path("channels/", channels.list_page, name="channels"),
    path("channels/new/", channels.new_page, name="channel-new"),
    path("channels/<int:pk>/", channels.change_page, name="channel"),
    path("channels/<int:pk>/secret/", channels.secret_page, name="channel-secret"),
]
