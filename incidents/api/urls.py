"""Addresses of the API below /api/v1/, the verbs among them generated from the state table."""

from django.urls import URLPattern, URLResolver, path, register_converter

from incidents.api.announcements import AnnouncementsView
from incidents.api.attachments import AttachmentsView, AttachmentView
from incidents.api.batch import BatchView
from incidents.api.events import EventsView
from incidents.api.parts import PART_VIEWS, ChildrenView, PartsView, UrgesView
from incidents.api.reference import CategoriesView, MeView, UnitsView
from incidents.api.returns import ReturnsView
from incidents.api.supplements import SupplementsView
from incidents.api.tickets import VERB_VIEWS, RevealView, SelfHandledView, TicketsView, TicketView


class NumberConverter:
    """A business number, such as WG20261122000042."""

    regex = "[A-Z]{2}[0-9]{6,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RowIdConverter(NumberConverter):
    """The id of a row: a positive number that fits the column."""

    regex = "[1-9][0-9]{0,17}"


register_converter(NumberConverter, "number")
register_converter(RowIdConverter, "row")

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("tickets", TicketsView.as_view(), name="tickets"),  # most calls of systems
    path("me", MeView.as_view(), name="me"),
    path("categories", CategoriesView.as_view(), name="categories"),
    path("units", UnitsView.as_view(), name="units"),
    path("attachments", AttachmentsView.as_view(), name="attachments"),
    path("attachments/<uuid:attachment_id>", AttachmentView.as_view(), name="attachment"),
    path("events", EventsView.as_view(), name="events"),
    path("announcements", AnnouncementsView.as_view(), name="announcements"),
    path("tickets/batch", BatchView.as_view(), name="batch"),
    path("tickets/self_handle", SelfHandledView.as_view(), name="self_handle"),
    path("tickets/<number:number>", TicketView.as_view(), name="ticket"),
    path("tickets/<number:number>/requesters/<row:requester_id>/reveal", RevealView.as_view(), name="reveal"),
    *(path(f"tickets/<number:number>/{name}", view, name=name) for name, view in VERB_VIEWS.items()),
    path("tickets/<number:number>/parts", PartsView.as_view(), name="parts"),
    path("tickets/<number:number>/children", ChildrenView.as_view(), name="children"),
    path("tickets/<number:number>/urges", UrgesView.as_view(), name="urges"),
    path("tickets/<number:number>/returns", ReturnsView.as_view(), name="returns"),
    path("tickets/<number:number>/supplements", SupplementsView.as_view(), name="supplements"),
    *(
        path(f"tickets/<number:number>/parts/<row:part_id>/{name}", view, name=name)
        for name, view in PART_VIEWS.items()
    ),
]
