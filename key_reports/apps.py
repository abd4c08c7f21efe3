"""Key reports."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class KeyReportsConfig(AppConfig):
    name = "key_reports"
    verbose_name = pgettext_lazy("app", "Key reports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the page of tickets that were reported."""
        from incidents import sides
        from key_reports.panel import SIDE

        sides.register(SIDE)
