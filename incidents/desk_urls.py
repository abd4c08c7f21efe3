"""Addresses of the desks. Part of `incidents.urls`: the same namespace."""

from django.urls import URLPattern, URLResolver, path

from incidents.views.desk import bulk, detail, page, picture, similar, views, workbench

urlpatterns: list[URLPattern | URLResolver] = [
    path("tickets/<str:number>/similar/", similar.part, name="similar"),
    path("desk/", page.page, name="desk"),
    path("desk/keys/", detail.keys, name="desk-keys"),
    path("desk/tickets/<str:number>/", detail.detail, name="desk-ticket"),
    path("desk/tickets/<str:number>/do/<slug:name>/", detail.verb, name="desk-verb"),
    path("workbench/", workbench.page, name="workbench"),
    path("picture/", picture.page, name="picture"),
    path("bulk/", bulk.runs, name="bulk"),
    path("bulk/new/", bulk.new, name="bulk-new"),
    path("bulk/sign/", bulk.sign_all, name="bulk-sign"),
    path("bulk/<int:pk>/", bulk.run_page, name="bulk-run"),
    path("bulk/<int:pk>/<slug:deed>/", bulk.change, name="bulk-change"),
    path("filters/", views.bar, name="views"),
    path("filters/save/", views.save, name="view-save"),
    path("filters/arrange/", views.arrange, name="view-arrange"),
    path("filters/<int:pk>/<slug:deed>/", views.change, name="view-change"),
]
