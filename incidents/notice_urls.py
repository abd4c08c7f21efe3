"""Addresses of the notice centre."""

from django.urls import path

from incidents.views import notice_choices, notices

urlpatterns = [
    path("notices/", notices.notices_page, name="notices"),
    path("notices/bell/", notices.bell, name="bell"),
    path("notices/read/", notices.mark_read, name="notices-read"),
    path("notices/fresh/", notices.fresh, name="notices-fresh"),
    path("notices/sent/", notices.sent_page, name="notices-sent"),
    path("notices/choices/", notice_choices.choices_page, name="notice-choices"),
    path("notices/seen/<str:number>/", notices.seen_ticket, name="notices-seen"),
    path("notices/<int:notice_id>/", notices.open_notice, name="notice"),
    path("notices/<int:notice_id>/receipt/", notices.receipt_page, name="notice-receipt"),
]
