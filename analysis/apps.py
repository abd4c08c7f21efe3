"""Analysis: what is out of the ordinary, who has to know of it, and what is done about the causes."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class AnalysisConfig(AppConfig):
    name = "analysis"
    verbose_name = pgettext_lazy("app", "Analysis and warning")
    default_auto_field = "django.db.models.BigAutoField"
