"""Addresses of mediation, below /mediation/."""

from django.urls import URLPattern

app_name = "mediation"

urlpatterns: list[URLPattern] = []
