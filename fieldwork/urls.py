"""Addresses of fieldwork, below /fieldwork/."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "fieldwork"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("fieldwork.desk.urls")),
    path("guests/", include("fieldwork.guests.urls")),
    path("oversight/", include("fieldwork.oversight.urls")),
    path("hazards/", include("fieldwork.hazards.urls")),
]
