"""Addresses of hazards, below /fieldwork/hazards/."""

from django.urls import URLPattern, path

from fieldwork.hazards.views import case, listing, verbs

urlpatterns: list[URLPattern] = [
    path("", listing.list_page, name="hazards"),
    path("new/", case.new, name="hazard-new"),
    path("of/<str:number>/", case.of_ticket, name="hazard-of-ticket"),
    path("rate/", listing.rate, name="hazard-rate"),
    path("export/", listing.export, name="hazard-export"),
    path("photos/<uuid:attachment_id>/", case.photo, name="hazard-photo"),
    path("<str:number>/", case.detail, name="hazard"),
    path("<str:number>/do/<slug:name>/", verbs.verb, name="hazard-verb"),
]
