"""Addresses of the phone pages, under `/m/`."""

from django.urls import path

from incidents.views import evidence_page, phone, phone_notices, phone_presence, phone_report

app_name = "phone"

urlpatterns = [
    path("", phone.tasks_page, name="tasks"),
    path("report/", phone_report.report_page, name="report"),
    path("pick/categories", phone_report.categories, name="pick-categories"),
    path("tickets/<str:number>/", phone.ticket_page, name="ticket"),
    path("tickets/<str:number>/do/<slug:name>/", phone.verb_dialog, name="verb"),
    path("tickets/<str:number>/parts/<int:part_id>/<slug:name>/", phone.part_dialog, name="part"),
    path("attachments/<uuid:attachment_id>/page/", evidence_page.phone, name="evidence"),
    path("attachments/<uuid:attachment_id>/boxes/", evidence_page.phone_mask, name="evidence-mask"),
    path(
        "attachments/<uuid:attachment_id>/original/", evidence_page.phone_original, name="evidence-original"
    ),
    path("notices/", phone_notices.list_page, name="notices"),
    path("notices/bell/", phone_notices.bell, name="bell"),
    path("notices/read/", phone_notices.mark_read, name="notices-read"),
    path("notices/<int:notice_id>/", phone_notices.open_notice, name="notice"),
    path("me/", phone.me_page, name="me"),
    path("me/check-in/", phone_presence.check_in, name="check-in"),
]
