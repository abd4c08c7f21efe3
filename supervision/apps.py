"""Supervision."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = pgettext_lazy("app", "Supervision")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from incidents import sides
        from incidents.handover import above
        from supervision import handover
        from supervision.panel import SIDE

        sides.register(SIDE)
        above.register(self.name, handover.follow)
