"""Addresses of exports, below /exports/."""

from django.urls import path

from exports.views import desk

app_name = "exports"

urlpatterns = [
    path("", desk.list_page, name="list"),
    path("new/", desk.new, name="new"),
    path("<slug:number>/", desk.detail, name="export"),
    path("<slug:number>/do/<slug:name>/", desk.decide, name="decide"),
    path("<slug:number>/file/", desk.download, name="download"),
]
