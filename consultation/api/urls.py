"""Addresses of whistle calls and consultations below /api/v1/, the verbs among them made from the state tables."""

from collections.abc import Iterator

from django.urls import URLPattern, re_path

from consultation.api.beside import TicketCallsView, TicketConsultationsView
from consultation.api.verbs import CALL, CONSULTATION, LINE, detail_view, verb_views

TICKET = r"tickets/(?P<number>[A-Z]{2}[0-9]{6,18})"
NUMBER = r"(?P<number>[A-Z]{2}[0-9]{14})"


def rows() -> Iterator[URLPattern]:
    """One row of each kind, and its verbs."""
    for face, place in ((CALL, f"whistles/{NUMBER}"), (CONSULTATION, f"consultations/{NUMBER}")):
        yield re_path(rf"^{place}\Z", detail_view(face), name=face.name)
    for face, place in (
        (CALL, f"whistles/{NUMBER}"),
        (LINE, rf"whistles/{NUMBER}/departments/(?P<unit>[0-9A-Za-z_.-]{{1,40}})"),
        (CONSULTATION, f"consultations/{NUMBER}"),
    ):
        for name, view in verb_views(face).items():
            yield re_path(rf"^{place}/{name}\Z", view, name=f"{face.name}-{name}")


app_name = "consultation-api"
urlpatterns: list[URLPattern] = [
    re_path(rf"^{TICKET}/whistles\Z", TicketCallsView.as_view(), name="whistles"),
    re_path(rf"^{TICKET}/consultations\Z", TicketConsultationsView.as_view(), name="consultations"),
    *rows(),
]
