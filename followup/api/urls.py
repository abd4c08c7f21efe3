"""Addresses of the follow-up below /api/v1/."""

from django.urls import URLPattern, path

from followup.api.followups import FollowUpsView
from incidents.api.urls import NumberConverter

assert NumberConverter.regex  # importing it has registered the converter that is used below

app_name = "followup-api"

urlpatterns: list[URLPattern] = [
    path("tickets/<number:number>/followups", FollowUpsView.as_view(), name="followups"),
]
