"""Patrols, visits and hazards, and the worker's phone that also works without a line."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class FieldworkConfig(AppConfig):
    name = "fieldwork"
    verbose_name = pgettext_lazy("app", "Fieldwork")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the pages of tickets; say what phones may do and keep without a line."""
        from fieldwork import phone_work
        from fieldwork.hazards.panel import SIDE
        from fieldwork.hazards.phone import KINDS, kept
        from fieldwork.rounds import sending
        from fieldwork.sync import kinds, packing
        from incidents import sides

        sides.register(SIDE)
        phone_work.register()
        sending.register()
        kinds.register(*KINDS)
        packing.register("hazards", kept)
