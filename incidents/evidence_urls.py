"""Addresses of the page of one file of evidence."""

from django.urls import path

from incidents.views import evidence_page

urlpatterns = [
    path("attachments/<uuid:attachment_id>/page/", evidence_page.page, name="evidence"),
    path("attachments/<uuid:attachment_id>/boxes/", evidence_page.mask, name="evidence-mask"),
    path("attachments/<uuid:attachment_id>/original/", evidence_page.open_original, name="evidence-original"),
]
