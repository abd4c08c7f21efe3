"""Addresses of the analysis, below /analysis/."""

from django.urls import URLPattern

app_name = "analysis"
urlpatterns: list[URLPattern] = []
