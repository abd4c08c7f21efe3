"""Every address of the platform, composed at the roof."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from governance import health
from governance.command.developers import views as developers
from governance.command.home import home
from governance.foundation.api.views import NoSuchAddress

# One after the other below one address: a page is not compared with each of them.
REST = [
    path("", include("incidents.api.urls")),
    path("", include("grids.api.urls")),
    path("", include("staffing.api.urls")),
    path("", include("consultation.api.urls")),
    path("", include("followup.api.urls")),
    path("", include("supervision.api.urls")),
    path("", include("police_link.api.urls")),
    path("", include("mediation.api.urls")),
    path("", include("key_reports.api.urls")),
    path("", include("fieldwork.api.urls")),
    path("", include("webhooks.api.urls")),
    path("", include("publicity.api.urls")),
    path("", include("opinions.api.urls")),
    path("", include("knowledge.api.urls")),
    path("", include("governance.command.goals.api.urls")),
    path("", include("governance.command.api.urls")),
    path("", include("adapters.api.urls")),
    path("", include("assessment.api.urls")),
    path("", include("analysis.api.urls")),
    path("", include("exports.api.urls")),
]

urlpatterns = [
    path("", home, name="home"),
    path("healthz/", health.live, name="healthz"),
    path("readyz/", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("api/v1/", include(REST)),
    re_path("^api/v1/", NoSuchAddress.as_view()),
    path("", include("governance.accounts.urls")),
    path("", include("grids.urls")),
    path("staffing/", include("staffing.urls")),
    path("registers/", include("registers.urls")),
    path("mandates/", include("mandates.urls")),
    path("m/", include("incidents.phone_urls")),
    path("m/", include("fieldwork.rounds.urls")),
    path("m/", include("fieldwork.phone_urls")),
    path("m/hazards/", include("fieldwork.hazards.phone_urls")),
    path("consultation/", include("consultation.urls")),
    path("supervision/", include("supervision.urls")),
    path("followup/", include("followup.urls")),
    path("opinions/", include("opinions.urls")),
    path("knowledge/", include("knowledge.urls")),
    path("police/", include("police_link.urls")),
    path("fieldwork/", include("fieldwork.urls")),
    path("mediation/", include("mediation.urls")),
    path("key-reports/", include("key_reports.urls")),
    path("assessment/", include("assessment.urls")),
    path("analysis/", include("analysis.urls")),
    path("bulletins/", include("bulletins.urls")),
    path("exports/", include("exports.urls")),
    path("imports/", include("exports.import_urls")),
    path("open-data/", include("exports.open_urls")),
    path("policies/", include("publicity.urls")),
    path("m/policies/", include("publicity.phone_urls")),
    path("open311/", include("open311.urls")),
    path("open311-requests/", include("open311.page_urls")),
    path("c/notices/", include("publicity.public_urls")),
    path("c/figures/", include("governance.command.public_board.public_urls")),
    path("c/ask/", include("knowledge.public_urls")),
    path("c/g/", include("fieldwork.guests.public_urls")),
    path("c/", include("followup.citizen_urls")),
    path("connections/webhooks/", include("webhooks.urls")),
    path("connections/", include("adapters.urls")),
    path("developers/", developers.page, name="developers"),
    path("developers/examples/<str:name>", developers.example, name="developers-example"),
    path("developers/<slug:name>/", developers.page, name="developers-page"),
    path("", include("incidents.urls")),
    path("", include("governance.command.urls")),
]

handler500 = "governance.faults.server_error"
