"""Addresses of the pages of supervision."""

from django.urls import URLPattern, path, re_path

from supervision.views import (
    appeals,
    board,
    bulletins,
    checklists,
    inspections,
    instructions,
    listing,
    ordering,
    places,
    proofs,
    recurring,
    task,
    verbs,
)

app_name = "supervision"

urlpatterns: list[URLPattern] = [
    path("", board.board, name="board"),
    path("board/<slug:number>/order/", board.order_from_board, name="order-now"),
    path("tasks/", listing.list_page, name="tasks"),
    path("tasks.csv", listing.export, name="tasks-export"),
    path("tasks/new/", ordering.order_free, name="order-free"),
    path("tasks/<slug:number>/", task.detail, name="task"),
    path("tasks/<slug:number>/do/<slug:name>/", verbs.task_verb, name="task-verb"),
    path("tickets/<slug:number>/order/", ordering.order_ticket, name="order"),
    path("tickets/<slug:number>/instruct/", instructions.on_ticket, name="instruct"),
    path("tickets/<slug:number>/appeal/", appeals.lodge_page, name="lodge"),
    path("instructions/", instructions.list_page, name="instructions"),
    path("instructions/new/", instructions.free, name="instruct-free"),
    path("instructions/<slug:number>/", instructions.detail, name="instruction"),
    path("instructions/<slug:number>/do/<slug:name>/", verbs.instruction_verb, name="instruction-verb"),
    path("appeals/", appeals.list_page, name="appeals"),
    path("appeals/<slug:number>/", appeals.detail, name="appeal"),
    path("appeals/<slug:number>/do/<slug:name>/", verbs.appeal_verb, name="appeal-verb"),
    path("bulletins/", bulletins.list_page, name="bulletins"),
    path("bulletins/new/", bulletins.draft, name="bulletin-draft"),
    path("bulletins/<slug:number>/", bulletins.detail, name="bulletin"),
    path("bulletins/<slug:number>/read/", bulletins.read, name="bulletin-read"),
    path("bulletins/<slug:number>/lines/<int:pk>/", bulletins.leave_out, name="bulletin-leave-out"),
    path("bulletins/<slug:number>/do/<slug:name>/", verbs.bulletin_verb, name="bulletin-verb"),
    path("inspections/", inspections.list_page, name="inspections"),
    path("inspections/quota/", inspections.quota, name="quota"),
    re_path(r"^inspections/new/(?P<way>plan|propose)/\Z", inspections.new, name="inspection-new"),
    path("inspections/<slug:number>/", inspections.detail, name="inspection"),
    path("inspections/<slug:number>/do/<slug:name>/", verbs.inspection_verb, name="inspection-verb"),
    path("places/<int:pk>/", places.place, name="place"),
    path("checklists/", checklists.checklist_list, name="checklists"),
    path("checklists/new/", checklists.checklist_new, name="checklist-new"),
    path("regular/", recurring.list_page, name="recurring"),
    path("regular/new/", recurring.new, name="recurring-new"),
    path("regular/<int:pk>/switch/", recurring.switch, name="recurring-switch"),
    path("proofs/<uuid:attachment_id>/", proofs.download, name="proof"),
]
