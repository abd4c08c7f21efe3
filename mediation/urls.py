"""Addresses of mediation, below /mediation/."""

from django.urls import URLPattern, URLResolver, path

from mediation.views import case, desks, entering, lists, screenings, verbs

app_name = "mediation"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desks.desk, name="desk"),
    path("window/", desks.window, name="window"),
    path("red/", desks.red, name="red"),
    path("query/", entering.public, name="query"),
    path("limits/", lists.limits, name="limits"),
    path("cases/", lists.list_page, name="cases"),
    path("cases/export.csv", lists.export, name="export"),
    path("new/", entering.new, name="new"),
    path("from-ticket/<slug:number>/", entering.from_ticket, name="from-ticket"),
    path("asked/<int:pk>/", entering.asked, name="asked"),
    path("screenings/", screenings.list_page, name="screenings"),
    path("screenings/new/", screenings.new, name="screening-new"),
    path("screenings/<int:pk>/", screenings.detail, name="screening"),
    path("screenings/<int:pk>/<int:return_id>/", screenings.report, name="screening-report"),
    path("case/<slug:number>/", case.detail, name="case"),
    path("case/<slug:number>/do/<slug:name>/", verbs.verb, name="verb"),
    path("case/<slug:number>/party/<int:party>/reveal/<slug:field>/", case.reveal, name="reveal"),
    path("case/<slug:number>/files/<int:pk>/", entering.case_file, name="file"),
]
