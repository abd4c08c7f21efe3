"""Addresses of online opinion below /api/v1/, the verbs among them made from the state table."""

from django.urls import URLPattern, re_path

from opinions.api.views import OpinionsView, OpinionView, verb_view
from opinions.conduct import DEEDS

NUMBER = r"(?P<number>[A-Z]{2}[0-9]{14})"

app_name = "opinions-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^opinions\Z", OpinionsView.as_view(), name="opinions"),
    re_path(rf"^opinions/{NUMBER}\Z", OpinionView.as_view(), name="opinion"),
    *(re_path(rf"^opinions/{NUMBER}/{name}\Z", verb_view(name), name=name) for name in DEEDS),
]
