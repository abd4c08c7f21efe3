"""Consultation."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ConsultationConfig(AppConfig):
    name = "consultation"
    verbose_name = pgettext_lazy("app", "Consultation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the ticket's page, and follow when places and units change."""
        from consultation import handover
        from consultation.standing import SIDE_OF_TICKET
        from incidents import sides
        from incidents.handover import above

        sides.register(SIDE_OF_TICKET)
        above.register(self.name, handover.follow)
