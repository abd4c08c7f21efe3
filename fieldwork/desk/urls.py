"""Addresses of the desk, below /fieldwork/."""

from django.urls import URLPattern, path

from fieldwork.desk import cases, planning, proofs

urlpatterns: list[URLPattern] = [
    path("tasks/", cases.list_page, name="tasks"),
    path("tasks/export/", cases.export, name="task-export"),
    path("tasks/new/", planning.hand, name="task-new"),
    path("tasks/<int:pk>/", cases.detail, name="task"),
    path("tasks/<int:pk>/photos/<uuid:attachment_id>/", proofs.photo, name="task-photo"),
    path("tasks/<int:pk>/track/", cases.track_page, name="task-track"),
    path("tasks/<int:pk>/do/<slug:name>/", cases.verb, name="task-verb"),
    path("review/", cases.review_page, name="review"),
    path("campaigns/", planning.campaign_list, name="campaigns"),
    path("campaigns/new/", planning.campaign_new, name="campaign-new"),
    path("campaigns/<int:pk>/", planning.campaign, name="campaign"),
    path("campaigns/<int:pk>/<slug:name>/", planning.campaign_do, name="campaign-do"),
    path("rules/", planning.rules, name="rules"),
]
