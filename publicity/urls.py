"""Addresses of policy notices on the desk, below /policies/."""

from django.urls import path

from publicity.views import desk, pickers, readers, verbs

app_name = "publicity"

urlpatterns = [
    path("", desk.to_read, name="to-read"),
    path("published/", desk.published, name="published"),
    path("new/", desk.new, name="new"),
    path("pick/places/", pickers.places, name="pick-places"),
    path("<slug:number>/", desk.detail, name="notice"),
    path("<slug:number>/confirm/", desk.confirm, name="confirm"),
    path("<slug:number>/file/", desk.attachment, name="file"),
    path("<slug:number>/edit/", desk.edit, name="edit"),
    path("<slug:number>/readers/", readers.page, name="readers"),
    path("<slug:number>/readers/export.csv", readers.export, name="readers-export"),
    path("<slug:number>/do/<slug:name>/", verbs.verb, name="verb"),
]
