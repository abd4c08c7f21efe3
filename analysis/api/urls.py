"""Addresses of the analysis below /api/v1/."""

from django.urls import URLPattern, re_path

from analysis.api.views import HotSpotsView, SurgesView, WarningsView

app_name = "analysis-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^analysis/surges\Z", SurgesView.as_view(), name="surges"),
    re_path(r"^analysis/hot-spots\Z", HotSpotsView.as_view(), name="hot-spots"),
    re_path(r"^analysis/warnings\Z", WarningsView.as_view(), name="warnings"),
]
