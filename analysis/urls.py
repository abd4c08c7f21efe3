"""Addresses of the analysis, below /analysis/."""

from django.urls import URLPattern, path

from analysis.views import answers, cases, files, findings, verbs

app_name = "analysis"
urlpatterns: list[URLPattern] = [
    path("", answers.home, name="home"),
    path("surges/", findings.surges, name="surges"),
    path("hot-spots/", findings.hot_spots, name="hot-spots"),
    path("hot-spots/<int:pk>/patrol/", findings.plan_patrol, name="plan-patrol"),
    path("hot-spots/<int:pk>/tickets/", cases.hot_spot, name="hot-spot"),
    path("frequency/", findings.frequency_page, name="frequency"),
    path("recurrence/", findings.recurrence_page, name="recurrence"),
    path("recurrence/tickets/", cases.again, name="again"),
    path("files/<slug:name>/", files.file_page, name="file"),
    path("warnings/", answers.warnings, name="warnings"),
    path("warnings/rules/", answers.rules, name="rules"),
    path("warnings/<slug:number>/", answers.warning, name="warning"),
    path("warnings/<slug:number>/do/<slug:name>/", verbs.warning_verb, name="warning-verb"),
    path("projects/", answers.project_list, name="projects"),
    path("projects/new/", answers.project_new, name="project-new"),
    path("projects/<slug:number>/", answers.project, name="project"),
    path("projects/<slug:number>/edit/", answers.project_edit, name="project-edit"),
    path("projects/<slug:number>/do/<slug:name>/", verbs.project_verb, name="project-verb"),
]
