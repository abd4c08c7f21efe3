"""Addresses of key reports, below /key-reports/."""

from django.urls import path

from key_reports.views import accounts, listing, report, verbs, zero

app_name = "key_reports"

urlpatterns = [
    path("", listing.list_page, name="list"),
    path("new/", listing.new, name="new"),
    path("accountability/", accounts.list_page, name="accounts"),
    path("accountability/<slug:number>/", accounts.detail, name="account"),
    path("accountability/<slug:number>/do/<slug:name>/", accounts.verb, name="account-verb"),
    path("zero/", zero.board_page, name="zero"),
    path("zero/new/", zero.new, name="zero-new"),
    path("zero/<int:pk>/<int:unit>/", zero.report, name="zero-report"),
    path("<slug:number>/suspect/", accounts.suspect, name="suspect"),
    path("<slug:number>/", report.detail, name="report"),
    path("<slug:number>/do/<slug:name>/", verbs.verb, name="verb"),
    path("<slug:number>/texts/<int:pk>/reveal/", report.reveal, name="reveal"),
]
