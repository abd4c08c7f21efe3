"""Patrols, visits and hazards, and the worker's phone that also works without a line."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class FieldworkConfig(AppConfig):
    name = "fieldwork"
    verbose_name = pgettext_lazy("app", "Fieldwork")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the page of tickets that are about a hazard."""
        from fieldwork.hazards.panel import SIDE
        from incidents import sides

        sides.register(SIDE)
