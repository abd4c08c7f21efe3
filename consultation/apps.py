"""Consultation."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ConsultationConfig(AppConfig):
    name = "consultation"
    verbose_name = pgettext_lazy("app", "Consultation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the ticket's page."""
        from consultation.standing import SIDE_OF_TICKET
        from incidents import sides

        sides.register(SIDE_OF_TICKET)
