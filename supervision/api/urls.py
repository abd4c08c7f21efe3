"""Addresses of supervision below /api/v1/."""

from django.urls import URLPattern, re_path

from supervision.api.listing import TasksView, TaskView

app_name = "supervision-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^supervision-tasks\Z", TasksView.as_view(), name="tasks"),
    re_path(r"^supervision-tasks/(?P<number>DB[0-9]{14})\Z", TaskView.as_view(), name="task"),
]
