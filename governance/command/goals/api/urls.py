"""Addresses of the goal panel below /api/v1/."""

from django.urls import URLPattern, re_path

from governance.command.goals.api.views import GoalsView, TargetsView

app_name = "goals-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^goals\Z", GoalsView.as_view(), name="goals"),
    re_path(r"^goals/targets\Z", TargetsView.as_view(), name="targets"),
]
