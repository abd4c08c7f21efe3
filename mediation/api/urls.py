"""Addresses of mediation below /api/v1/."""

from django.urls import URLPattern, re_path

from mediation.api.views import CaseEventsView, CasesView, CaseView, TicketCasesView

NUMBER = r"(?P<number>[A-Z]{2}[0-9]{6,18})"

app_name = "mediation-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^mediation/cases\Z", CasesView.as_view(), name="cases"),
    re_path(r"^mediation/events\Z", CaseEventsView.as_view(), name="events"),
    re_path(rf"^tickets/{NUMBER}/mediation\Z", TicketCasesView.as_view(), name="of-ticket"),
    re_path(rf"^mediation/cases/{NUMBER}\Z", CaseView.as_view(), name="case"),
]
