"""Addresses of the registers. No address ever holds a number or a name of a person."""

from django.urls import path

from registers.views import buildings, files, home, households, links, looking, moves, places, residents

app_name = "registers"

urlpatterns = [
    path("", home.home, name="home"),
    path("households/", households.list_page, name="households"),
    path("households/export.csv", households.export_page, name="households-export"),
    path("households/new/", households.new, name="household-new"),
    path("households/<int:pk>/", households.card, name="household"),
    path("households/<int:pk>/edit/", households.edit, name="household-edit"),
    path("households/<int:pk>/confirm/", households.confirm, name="household-confirm"),
    path("households/<int:pk>/close/", households.close, name="household-close"),
    path("households/<int:pk>/links/", links.begin, name="link-begin"),
    path("links/<int:link_id>/end/", links.end, name="link-end"),
    path("links/<int:link_id>/contacts/", links.contact, name="link-contact"),
    path("households/<int:household_id>/residents/new/", residents.new, name="resident-new"),
    path("residents/", residents.list_page, name="residents"),
    path("residents/export.csv", residents.export_page, name="residents-export"),
    path("residents/<int:pk>/", residents.detail, name="resident"),
    path("residents/<int:pk>/edit/", residents.edit, name="resident-edit"),
    path("residents/<int:pk>/move/", moves.move, name="resident-move"),
    path("residents/<int:pk>/leave/", residents.leave, name="resident-leave"),
    path("residents/<int:pk>/hold/", residents.hold, name="resident-hold"),
    path("residents/<int:pk>/corrections/", residents.correction, name="resident-correction"),
    path(
        "residents/<int:pk>/corrections/<int:request_id>/",
        residents.answer,
        name="resident-correction-answer",
    ),
    path("residents/<int:resident_id>/files/new/", files.new, name="file-new"),
    path("people/", files.list_page, name="files"),
    path("people/<int:pk>/", files.file_page, name="file"),
    path("people/<int:pk>/change/", files.change, name="file-change"),
    path("people/<int:pk>/notes/", files.note, name="file-note"),
    path("people/<int:pk>/close/", files.close, name="file-close"),
    path("people/<int:pk>/readers/", files.name_reader, name="file-reader"),
    path("people/<int:pk>/readers/<int:user_id>/drop/", files.drop_reader, name="file-reader-drop"),
    path("places/", places.list_page, name="places"),
    path("places/export.csv", places.export_page, name="places-export"),
    path("places/new/", places.new, name="place-new"),
    path("places/<int:pk>/", places.card, name="place"),
    path("places/<int:pk>/edit/", places.edit, name="place-edit"),
    path("places/<int:pk>/confirm/", places.confirm, name="place-confirm"),
    path("buildings/", buildings.list_page, name="buildings"),
    path("buildings/pick/", buildings.pick, name="pick-buildings"),
    path("buildings/new/", buildings.new, name="building-new"),
    path("buildings/<int:pk>/", buildings.edit, name="building"),
    path("search/", looking.search, name="search"),
    path("report/", looking.report_page, name="report"),
    path("reveal/<slug:kind>/<int:pk>/<slug:field>/", looking.reveal, name="reveal"),
]
