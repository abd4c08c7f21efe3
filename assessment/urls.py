"""Addresses of assessment, below /assessment/."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from assessment.pay import views as pay
from assessment.presence import views as presence
from assessment.surveys import views as surveys
from assessment.views import files, one, table

app_name = "assessment"

urlpatterns: list[URLPattern] = [
    path("", RedirectView.as_view(pattern_name="assessment:table"), name="home"),
    path("contributions/", pay.contributions_page, name="pay"),
    path("contributions/export/", pay.file_page, name="pay-file"),
    path("contributions/values/", pay.value_new, name="pay-value"),
    path("active-users/", presence.days_page, name="presence"),
    path("active-users/import/", presence.take_in, name="presence-import"),
    path("surveys/", surveys.list_page, name="surveys"),
    path("surveys/new/", surveys.new_page, name="survey-new"),
    path("surveys/<int:pk>/", surveys.survey_page, name="survey"),
    path("surveys/<int:pk>/answers/", surveys.answers_page, name="survey-answers"),
    path("surveys/<int:pk>/import/", surveys.take_in, name="survey-import"),
    path("surveys/<int:pk>/blank/", surveys.blank, name="survey-blank"),
    path("surveys/<int:pk>/export/", surveys.file_page, name="survey-file"),
    path("surveys/<int:pk>/results/<int:result>/remove/", surveys.remove, name="survey-remove"),
    path("indicators/", table.table_page, name="table"),
    path("indicators/catalogue/", table.catalogue_page, name="catalogue"),
    path("indicators/export/", files.file_page, name="file"),
    path("indicators/<str:code>/", one.indicator_page, name="indicator"),
    path("indicators/<str:code>/items/", one.items_page, name="items"),
    path("indicators/<str:code>/adjustments/", one.adjustments_page, name="adjustments"),
]
