"""Addresses of the pages of webhooks, below those of external systems."""

from django.urls import URLPattern, path

from webhooks.views import endpoints, messages

app_name = "webhooks"

urlpatterns: list[URLPattern] = [
    path("", endpoints.list_page, name="endpoints"),
    path("new/", endpoints.new_page, name="new"),
    path("<int:pk>/", endpoints.endpoint_page, name="endpoint"),
    path("<int:pk>/change/", endpoints.change_page, name="change"),
    path("<int:pk>/secret/", endpoints.secret_page, name="secret"),
    path("<int:pk>/pause/", endpoints.pause_page, name="pause"),
    path("<int:pk>/resume/", endpoints.resume_page, name="resume"),
    path("<int:pk>/test/", endpoints.test_page, name="test"),
    path("<int:pk>/remove/", endpoints.remove_page, name="remove"),
    path("messages/", messages.list_page, name="messages"),
    path("messages/dead/", messages.dead_page, name="dead"),
    path("messages/dead/replay/", messages.replay_chosen, name="replay-chosen"),
    path("messages/dead/replay-all/", messages.replay_every, name="replay-all"),
    path("messages/<int:pk>/", messages.message_page, name="message"),
    path("messages/<int:pk>/replay/", messages.replay_one, name="replay"),
]
