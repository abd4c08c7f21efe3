"""Addresses of online opinion, below /opinions/."""

from django.urls import path

from opinions.views import desk, pickers

app_name = "opinions"

urlpatterns = [
    path("", desk.list_page, name="list"),
    path("export.csv", desk.export, name="export"),
    path("figures/", desk.figures_page, name="figures"),
    path("new/", desk.new, name="new"),
    path("pick/places/", pickers.places, name="pick-places"),
    path("<slug:number>/", desk.detail, name="opinion"),
    path("<slug:number>/do/<slug:name>/", desk.verb, name="verb"),
]
