"""Addresses of endpoints below /api/v1/."""

from django.urls import URLPattern, re_path

from webhooks.api.endpoints import SecretView, TestView, WebhooksView, WebhookView

ONE = r"^webhooks/(?P<pk>[1-9][0-9]{0,17})"

app_name = "webhooks-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^webhooks\Z", WebhooksView.as_view(), name="list"),
    re_path(rf"{ONE}\Z", WebhookView.as_view(), name="one"),
    re_path(rf"{ONE}/secret\Z", SecretView.as_view(), name="secret"),
    re_path(rf"{ONE}/test\Z", TestView.as_view(), name="test"),
]
