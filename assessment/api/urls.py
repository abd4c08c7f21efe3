"""Addresses of indicators below /api/v1/."""

from django.urls import URLPattern, re_path

from assessment.api.views import CatalogueView, FiguresView, ItemsView, TrendView
from assessment.presence.views import ActiveDaysView
from assessment.surveys.api import ResultsView, SurveysView, SurveyView

app_name = "indicators-api"
CODE = r"(?P<code>[A-Z][0-9]{1,3}(?:\.[a-z]{1,12})?)"
urlpatterns: list[URLPattern] = [
    re_path(r"^indicators\Z", CatalogueView.as_view(), name="catalogue"),
    re_path(r"^indicators/figures\Z", FiguresView.as_view(), name="figures"),
    re_path(rf"^indicators/{CODE}/trend\Z", TrendView.as_view(), name="trend"),
    re_path(rf"^indicators/{CODE}/items\Z", ItemsView.as_view(), name="items"),
    re_path(r"^active-users\Z", ActiveDaysView.as_view(), name="active-users"),
    re_path(r"^surveys\Z", SurveysView.as_view(), name="surveys"),
    re_path(r"^surveys/(?P<pk>[0-9]{1,9})\Z", SurveyView.as_view(), name="survey"),
    re_path(r"^surveys/(?P<pk>[0-9]{1,9})/results\Z", ResultsView.as_view(), name="survey-results"),
]
