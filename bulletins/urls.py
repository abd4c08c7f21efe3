"""Addresses of bulletins, below /bulletins/."""

from django.urls import URLPattern, path

from bulletins.views import desk, verbs

app_name = "bulletins"
urlpatterns: list[URLPattern] = [
    path("", desk.bulletin_list, name="list"),
    path("new/", desk.new, name="new"),
    path("<slug:number>/", desk.bulletin, name="bulletin"),
    path("<slug:number>/edit/", desk.edit, name="edit"),
    path("<slug:number>/confirm/", desk.confirm, name="confirm"),
    path("<slug:number>/file.<slug:kind>", desk.file, name="file"),
    path("<slug:number>/chart-<int:place>.<slug:kind>", desk.chart, name="chart"),
    path("<slug:number>/do/<slug:name>/", verbs.verb, name="verb"),
]
