"""Addresses of key reports and accountability below /api/v1/, the verbs among them made from the state tables."""

from django.urls import URLPattern, re_path

from key_reports.api.views import (
    ACCOUNT_VERBS,
    REPORT_VERBS,
    AccountsView,
    AccountView,
    KeyReportsView,
    KeyReportView,
    SuspicionsView,
)
from key_reports.api.zero import ZeroReportsView

NUMBER = r"(?P<number>[A-Z]{2}[0-9]{14})"
REPORTS, CASES = "key-reports", "accountability-cases"

app_name = "key-reports-api"
urlpatterns: list[URLPattern] = [
    re_path(r"^zero-reports\Z", ZeroReportsView.as_view(), name="zero-reports"),
    re_path(rf"^{REPORTS}\Z", KeyReportsView.as_view(), name="reports"),
    re_path(rf"^{REPORTS}/{NUMBER}\Z", KeyReportView.as_view(), name="report"),
    re_path(rf"^{REPORTS}/{NUMBER}/suspicions\Z", SuspicionsView.as_view(), name="suspicions"),
    *(re_path(rf"^{REPORTS}/{NUMBER}/{name}\Z", view, name=name) for name, view in REPORT_VERBS.items()),
    re_path(rf"^{CASES}\Z", AccountsView.as_view(), name="accounts"),
    re_path(rf"^{CASES}/{NUMBER}\Z", AccountView.as_view(), name="account"),
    *(
        re_path(rf"^{CASES}/{NUMBER}/{name}\Z", view, name=f"account-{name}")
        for name, view in ACCOUNT_VERBS.items()
    ),
]
