"""Addresses of the figures for everybody, below /c/figures/."""

from django.urls import path

from governance.command.public_board import views

app_name = "public-figures"

urlpatterns = [
    path("", views.page, name="page"),
    path("figures.json", views.as_json, name="json"),
]
