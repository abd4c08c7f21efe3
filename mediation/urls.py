"""Addresses of mediation, below /mediation/."""

from django.urls import URLPattern, URLResolver, path, re_path

from mediation.views import case, desks, entering, figures, lists, papers, registers, screenings, ties, verbs

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
    path("calendar/", registers.agenda, name="calendar"),
    path("bodies/", registers.bodies, name="bodies"),
    path("mediators/", registers.mediators, name="mediators"),
    path("centres/", registers.centres, name="centres"),
    path("points/", registers.points, name="points"),
    path("ties/", ties.ties, name="ties"),
    path("ties/<int:pk>/withdraw/", ties.untie, name="untie"),
    path("figures/", figures.figures, name="figures"),
    path("again/", figures.again, name="again"),
    path("sifted/", figures.sifted, name="sifted"),
    path("case/<slug:number>/papers/", papers.papers, name="papers"),
    re_path(
        r"^case/(?P<number>[-\w]+)/papers/(?P<kind>[a-z]+)\.(?P<ending>pdf|docx)\Z",
        papers.paper,
        name="paper",
    ),
    path("case/<slug:number>/volume.pdf", papers.whole, name="volume"),
    path("case/<slug:number>/sealed.pdf", papers.sealed_file, name="sealed"),
    path("case/<slug:number>/sealed/check/", papers.check, name="check-sealed"),
    path("case/<slug:number>/versions/", papers.versions, name="versions"),
    path("case/<slug:number>/sign/<slug:who>/", papers.sign, name="sign"),
    path("case/<slug:number>/seal/", papers.seal, name="seal"),
    path("case/<slug:number>/do/<slug:name>/", verbs.verb, name="verb"),
    path("case/<slug:number>/party/<int:party>/reveal/<slug:field>/", case.reveal, name="reveal"),
    path("case/<slug:number>/files/<int:pk>/", entering.case_file, name="file"),
]
