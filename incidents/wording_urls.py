"""Addresses of canned texts and handling standards."""

from django.urls import path

from incidents.views import standards, wording

urlpatterns = [
    path("texts/", wording.texts_page, name="texts"),
    path("texts/pick/", wording.pick, name="texts-pick"),
    path("texts/<int:text_id>/delete/", wording.delete, name="text-delete"),
    path("standards/", standards.list_page, name="standards"),
    path("standards/ticket/<str:number>/", standards.beside, name="standard-beside"),
    path("standards/<slug:code>/", standards.edit, name="standard"),
]
