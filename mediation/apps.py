"""Disputes from registration to a kept agreement."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = pgettext_lazy("app", "Mediation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the page of tickets that are disputes."""
        from incidents import sides
        from mediation.panel import SIDE

        sides.register(SIDE)
