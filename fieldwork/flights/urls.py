"""Addresses of flights, below /fieldwork/flights/."""

from django.urls import URLPattern, path

from fieldwork.flights import views

urlpatterns: list[URLPattern] = [
    path("", views.list_page, name="flights"),
    path("new/", views.new, name="flight-new"),
    path("<str:number>/", views.detail, name="flight"),
    path("<str:number>/findings/", views.finding, name="flight-finding"),
    path("<str:number>/withdraw/", views.withdraw, name="flight-withdraw"),
]
