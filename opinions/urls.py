"""Addresses of online opinion, below /opinions/."""

from django.urls import path

from opinions.views import desk, keeping, pickers

app_name = "opinions"

urlpatterns = [
    path("", desk.list_page, name="list"),
    path("export.csv", desk.export, name="export"),
    path("figures/", desk.figures_page, name="figures"),
    path("new/", desk.new, name="new"),
    path("pick/places/", pickers.places, name="pick-places"),
    path("rules/", keeping.page, name="rules"),
    path("rules/limits/<slug:stage>/<slug:level>/", keeping.limit_new, name="limit-new"),
    path("rules/posts/new/", keeping.post_new, name="post-new"),
    path("rules/posts/<int:pk>/end/", keeping.post_end, name="post-end"),
    path("<slug:number>/", desk.detail, name="opinion"),
    path("<slug:number>/do/<slug:name>/", desk.verb, name="verb"),
]
