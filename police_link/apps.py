"""Matters that the police hand over and hand back: offered, decided, followed, reconciled by day."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class PoliceLinkConfig(AppConfig):
    name = "police_link"
    verbose_name = pgettext_lazy("app", "Police link")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the page of tickets that came from 110 or go there; name the events that systems are told of."""
        from incidents import announcing, sides
        from police_link.feed import LABELS
        from police_link.panel import SIDE

        sides.register(SIDE)
        announcing.register(LABELS)
