"""Addresses of imports, below /imports/."""

from django.urls import path

from exports.views import imports

app_name = "imports"

urlpatterns = [
    path("", imports.list_page, name="list"),
    path("<slug:number>/", imports.detail, name="import"),
    path("<slug:number>/errors.csv", imports.errors, name="errors"),
    path("<slug:number>/<slug:name>/", imports.move, name="move"),
]
