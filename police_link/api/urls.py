"""Addresses of the police link below /api/v1/, the verbs among them made from the state table."""

from django.urls import URLPattern, re_path

from police_link.api.views import (
    VERB_VIEWS,
    DayView,
    IncidentsView,
    IncidentView,
    PoliceEventsView,
    StatementsView,
)

NUMBER = r"(?P<number>[A-Z]{2}[0-9]{6,18})"

app_name = "police-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^police/incidents\Z", IncidentsView.as_view(), name="incidents"),
    re_path(r"^police/events\Z", PoliceEventsView.as_view(), name="events"),
    re_path(r"^police/statements\Z", StatementsView.as_view(), name="statements"),
    re_path(r"^police/statements/(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\Z", DayView.as_view(), name="statement"),
    re_path(rf"^police/incidents/{NUMBER}\Z", IncidentView.as_view(), name="incident"),
    *(re_path(rf"^police/incidents/{NUMBER}/{name}\Z", view, name=name) for name, view in VERB_VIEWS.items()),
]
