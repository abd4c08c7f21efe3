"""Publicity: policies and notices carried to the last grid, and who has read them."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class PublicityConfig(AppConfig):
    name = "publicity"
    verbose_name = pgettext_lazy("app", "Policy notices")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow when grids change: a notice for a grid that is split goes to every part of it."""
        from incidents.handover import above
        from publicity import handover

        above.register(self.name, handover.follow)
