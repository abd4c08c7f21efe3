"""Addresses of indicators below /api/v1/."""

from django.urls import URLPattern, re_path

from assessment.api.views import CatalogueView, FiguresView, ItemsView, TrendView

app_name = "indicators-api"
CODE = r"(?P<code>[A-Z][0-9]{1,3}(?:\.[a-z]{1,12})?)"
urlpatterns: list[URLPattern] = [
    re_path(r"^indicators\Z", CatalogueView.as_view(), name="catalogue"),
    re_path(r"^indicators/figures\Z", FiguresView.as_view(), name="figures"),
    re_path(rf"^indicators/{CODE}/trend\Z", TrendView.as_view(), name="trend"),
    re_path(rf"^indicators/{CODE}/items\Z", ItemsView.as_view(), name="items"),
]
