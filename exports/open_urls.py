"""Addresses of open data, below /open-data/: for everybody."""

from django.urls import path

from exports.views import opened

app_name = "open-data"

urlpatterns = [
    path("", opened.page, name="page"),
    path("tickets-<slug:month>.csv", opened.as_csv, name="csv"),
    path("tickets-<slug:month>.json", opened.as_json, name="json"),
]
