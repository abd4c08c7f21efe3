"""Addresses of files in and out below /api/v1/."""

from django.urls import URLPattern, re_path

from exports.api.exports import ExportFileView, ExportsView, ExportView, WithdrawView
from exports.api.imports import CancelView, ErrorsView, ImportsView, ImportView, StartView

NUMBER = r"(?P<number>[A-Z]{2}[0-9]{6,18})"

app_name = "exports-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^imports\Z", ImportsView.as_view(), name="imports"),
    re_path(rf"^imports/{NUMBER}\Z", ImportView.as_view(), name="import"),
    re_path(rf"^imports/{NUMBER}/errors\Z", ErrorsView.as_view(), name="errors"),
    re_path(rf"^imports/{NUMBER}/start\Z", StartView.as_view(), name="start"),
    re_path(rf"^imports/{NUMBER}/cancel\Z", CancelView.as_view(), name="cancel"),
    re_path(r"^exports\Z", ExportsView.as_view(), name="exports"),
    re_path(rf"^exports/{NUMBER}\Z", ExportView.as_view(), name="export"),
    re_path(rf"^exports/{NUMBER}/file\Z", ExportFileView.as_view(), name="file"),
    re_path(rf"^exports/{NUMBER}/withdraw\Z", WithdrawView.as_view(), name="withdraw"),
]
