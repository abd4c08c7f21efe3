"""Disputes from registration to a kept agreement."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = pgettext_lazy("app", "Mediation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the page of tickets that are disputes; name the events that systems are told of."""
        from incidents import announcing, sides
        from incidents.handover import above
        from mediation import handover
        from mediation.feed import LABELS
        from mediation.panel import SIDE

        sides.register(SIDE)
        announcing.register(LABELS)
        above.register("mediation", handover.follow)
