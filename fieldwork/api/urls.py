"""Addresses of fieldwork below /api/v1/."""

from django.urls import URLPattern, re_path

from fieldwork.api.flights import FindingsView, FlightsView, FlightView
from fieldwork.api.hazards import VERB_VIEWS, HazardsView, HazardView
from fieldwork.api.rounds import TasksView, TaskView

app_name = "fieldwork-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^fieldwork/tasks\Z", TasksView.as_view(), name="tasks"),
    re_path(r"^fieldwork/tasks/(?P<number>(?:XC|ZF)[0-9]{15,20})\Z", TaskView.as_view(), name="task"),
    re_path(r"^fieldwork/hazards\Z", HazardsView.as_view(), name="hazards"),
    re_path(r"^fieldwork/hazards/(?P<number>YH[0-9]{6,18})\Z", HazardView.as_view(), name="hazard"),
    *(
        re_path(rf"^fieldwork/hazards/(?P<number>YH[0-9]{{6,18}})/{name}\Z", view, name=f"hazard_{name}")
        for name, view in VERB_VIEWS.items()
    ),
    re_path(r"^fieldwork/flights\Z", FlightsView.as_view(), name="flights"),
    re_path(r"^fieldwork/flights/(?P<number>FX[0-9]{6,18})\Z", FlightView.as_view(), name="flight"),
    re_path(
        r"^fieldwork/flights/(?P<number>FX[0-9]{6,18})/findings\Z", FindingsView.as_view(), name="findings"
    ),
]
