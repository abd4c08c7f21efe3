"""Addresses for people without an account, below /c/: short, since they stand in messages."""

from django.urls import URLPattern, path

from followup.views import citizen

app_name = "citizen"

urlpatterns: list[URLPattern] = [
    path("", citizen.query, name="query"),
    path("go/", citizen.go_on, name="go"),
    path("e/<str:token>/", citizen.evaluate, name="evaluate"),
    path("s/<str:token>/", citizen.supplement, name="supplement"),
    path("o/<str:token>/", citizen.outside, name="outside"),
    path("thanks/<slug:what>/", citizen.thanks, name="thanks"),
]
