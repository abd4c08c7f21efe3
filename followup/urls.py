"""Addresses of this app's pages."""

from django.urls import URLPattern

app_name = "followup"

urlpatterns: list[URLPattern] = []
