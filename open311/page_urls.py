"""Addresses for people who work on tickets; the door for programs has its own."""

from django.urls import URLPattern, path

from open311 import pages

app_name = "open311_pages"

urlpatterns: list[URLPattern] = [path("<str:number>/email/", pages.reveal, name="reveal")]
