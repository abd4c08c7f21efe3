"""Addresses of fieldwork, below /fieldwork/."""

from django.urls import URLPattern, URLResolver, include, path

from fieldwork.validity import panel
from fieldwork.views import sealed

app_name = "fieldwork"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("fieldwork.desk.urls")),
    path("guests/", include("fieldwork.guests.urls")),
    path("oversight/", include("fieldwork.oversight.urls")),
    path("flights/", include("fieldwork.flights.urls")),
    path("hazards/", include("fieldwork.hazards.urls")),
    path("reports/<str:number>/review/", panel.dialog, name="report-review"),
    path("sealed/", sealed.list_page, name="sealed"),
    path("sealed/<int:person_id>/", sealed.settle, name="settle"),
    path("sealed/phones/<uuid:device_id>/", sealed.call_back, name="call-back"),
]
