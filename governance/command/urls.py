"""Addresses of the command centre."""

from django.urls import path

from governance.command import events, views

app_name = "command"

urlpatterns = [
    path("dashboard/", views.dashboard_page, name="dashboard"),
    path("events/", events.stream, name="events"),
]
