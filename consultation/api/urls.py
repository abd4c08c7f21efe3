"""Addresses of whistle calls and consultations below /api/v1/."""

from django.urls import URLPattern, re_path

from consultation.api.reading import TicketCallsView, TicketConsultationsView

NUMBER = r"(?P<number>[A-Z]{2}[0-9]{6,18})"

app_name = "consultation-api"
urlpatterns: list[URLPattern] = [
    re_path(rf"^tickets/{NUMBER}/whistles\Z", TicketCallsView.as_view(), name="whistles"),
    re_path(rf"^tickets/{NUMBER}/consultations\Z", TicketConsultationsView.as_view(), name="consultations"),
]
