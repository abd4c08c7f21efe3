"""Addresses of fieldwork, below /fieldwork/."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "fieldwork"

urlpatterns: list[URLPattern | URLResolver] = [
    path("hazards/", include("fieldwork.hazards.urls")),
]
