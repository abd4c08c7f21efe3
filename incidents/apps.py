"""Tickets."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Tickets")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell what tickets say of a worker's year."""
        from incidents.contributing import SOURCE
        from staffing import contributions

        contributions.register(SOURCE)
