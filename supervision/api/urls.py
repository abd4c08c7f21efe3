"""Addresses of supervision below /api/v1/, the verbs among them made from the state tables."""

from collections.abc import Iterator

from django.urls import URLPattern, re_path

from supervision.api.beside import TicketAppealsView, TicketInstructionsView, TicketTasksView
from supervision.api.listing import TasksView
from supervision.api.showing import FACES
from supervision.api.verbs import detail_view, verb_view

TICKET = r"tickets/(?P<number>[A-Z]{2}[0-9]{6,18})"
NUMBER = r"(?P<number>[A-Z]{2}[0-9]{14})"


def machines() -> Iterator[URLPattern]:
    """One row of each machine, and its verbs."""
    for face in FACES:
        owner = face.machine.room.owner
        yield re_path(rf"^{face.address}/{NUMBER}\Z", detail_view(face), name=owner)
        for name in face.machine.deeds:
            view = verb_view(face, face.machine.verb(name))
            yield re_path(rf"^{face.address}/{NUMBER}/{name}\Z", view, name=f"{owner}-{name}")


app_name = "supervision-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^supervision-tasks\Z", TasksView.as_view(), name="tasks"),
    re_path(rf"^{TICKET}/supervision-tasks\Z", TicketTasksView.as_view(), name="ticket-tasks"),
    re_path(rf"^{TICKET}/instructions\Z", TicketInstructionsView.as_view(), name="ticket-instructions"),
    re_path(rf"^{TICKET}/appeals\Z", TicketAppealsView.as_view(), name="ticket-appeals"),
    *machines(),
]
