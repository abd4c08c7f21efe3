"""Addresses of supervisors' pages, below /fieldwork/oversight/."""

from django.urls import URLPattern, path

from fieldwork.oversight.views import overview, rows

urlpatterns: list[URLPattern] = [
    path("", overview.page, name="oversight"),
    path("presence/", rows.presence, name="oversight-presence"),
    path("rows/<slug:kind>/", rows.rows, name="oversight-rows"),
]
