"""Addresses of the desk pages and of their scripts' answers."""

from django.urls import URLPattern, URLResolver, include, path

from incidents.views import (
    arithmetic,
    candidates,
    compliance,
    directory,
    evidence,
    inbox,
    listing,
    parts,
    pickers,
    register,
    ticket,
    verbs,
)

app_name = "incidents"

urlpatterns: list[URLPattern | URLResolver] = [
    path("inbox/", inbox.inbox_page, name="inbox"),
    path("", include("incidents.desk_urls")),
    path("tickets/", listing.list_page, name="list"),
    path("tickets/count/", listing.count, name="count"),
    path("tickets/new/", register.register_page, name="register"),
    path("tickets/<str:number>/", ticket.ticket_page, name="ticket"),
    path("tickets/<str:number>/do/<slug:name>/", verbs.verb_dialog, name="verb"),
    path("tickets/<str:number>/clocks/<int:clock_id>/", arithmetic.account, name="arithmetic"),
    path("tickets/<str:number>/parts/new/", parts.add_dialog, name="part-add"),
    path("tickets/<str:number>/parts/<int:part_id>/<slug:name>/", parts.part_dialog, name="part-verb"),
    path("tickets/<str:number>/reveal/<int:requester_id>/", ticket.reveal, name="reveal"),
    path("mandates/compliance/", compliance.page, name="compliance"),
    path("mandates/compliance/tickets/", compliance.rows, name="compliance-rows"),
    path("mandates/rules/", directory.list_page, name="rules"),
    path("mandates/rules/learned/", candidates.page, name="rule-candidates"),
    path("mandates/rules/new/", directory.new, name="rule-new"),
    path("mandates/rules/<uuid:lineage>/", directory.edit, name="rule"),
    path("mandates/rules/<uuid:lineage>/<slug:deed>/", directory.change, name="rule-change"),
    path("", include("incidents.notice_urls")),
    path("", include("incidents.wording_urls")),
    path("pick/categories", pickers.categories, name="pick-categories"),
    path("pick/places", pickers.places, name="pick-places"),
    path("pick/units", pickers.units, name="pick-units"),
    path("pick/locate", pickers.point, name="pick-locate"),
    path("attachments/", evidence.upload, name="attachments"),
    path("attachments/<uuid:attachment_id>/", evidence.download, name="attachment"),
    path("", include("incidents.evidence_urls")),
]
