"""Indicators as data, counted once for lists, dashboards, reports and the API."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = pgettext_lazy("app", "Assessment")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tickets are what is counted first; other rooms are registered here, one line each."""
        from assessment.disputes.reading import SOURCE as DISPUTES
        from assessment.fieldwork.reading import SOURCES as FIELDWORK
        from assessment.key_reports.counting import SOURCE as KEY_REPORTS
        from assessment.sources import register
        from assessment.surveys.counting import SOURCE as SURVEYS
        from assessment.tickets.reading import SOURCE

        register(SOURCE)
        register(DISPUTES)
        register(SURVEYS)
        register(KEY_REPORTS)
        for source in FIELDWORK:
            register(source)
