"""Addresses of the adapters below /api/v1/."""

from django.urls import URLPattern, re_path

from adapters.api.messages import MessagesView
from adapters.api.tickets import AdapterTicketsView

app_name = "adapters-api"

CODE = r"(?P<code>[A-Za-z0-9_-]{1,40})"
urlpatterns: list[URLPattern] = [
    re_path(rf"^adapters/{CODE}/tickets\Z", AdapterTicketsView.as_view(), name="tickets"),
    re_path(rf"^adapters/{CODE}/messages\Z", MessagesView.as_view(), name="messages"),
]
