"""Addresses of the desks. Part of `incidents.urls`: the same namespace."""

from django.urls import URLPattern, URLResolver, path

from incidents.views.desk import detail, page, similar

urlpatterns: list[URLPattern | URLResolver] = [
    path("tickets/<str:number>/similar/", similar.part, name="similar"),
    path("desk/", page.page, name="desk"),
    path("desk/keys/", detail.keys, name="desk-keys"),
    path("desk/tickets/<str:number>/", detail.detail, name="desk-ticket"),
    path("desk/tickets/<str:number>/do/<slug:name>/", detail.verb, name="desk-verb"),
]
