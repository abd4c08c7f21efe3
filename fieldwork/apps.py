"""Patrols, visits and hazards, and the worker's phone that also works without a line."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class FieldworkConfig(AppConfig):
    name = "fieldwork"
    verbose_name = pgettext_lazy("app", "Fieldwork")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the pages of tickets; say what phones may do and keep without a line."""
        from fieldwork import contributing, phone_work
        from fieldwork.flights.panel import SIDE as FLIGHTS
        from fieldwork.hazards.panel import SIDE
        from fieldwork.hazards.phone import KINDS, kept
        from fieldwork.planning import changes
        from fieldwork.push import keys
        from fieldwork.rounds import sending
        from fieldwork.sync import kinds, packing
        from fieldwork.validity.panel import VALIDITY
        from incidents import channels, sides
        from registers import following
        from staffing import contributions

        sides.register(SIDE)
        sides.register(FLIGHTS)
        sides.register(VALIDITY)
        contributions.register(contributing.SOURCE)
        phone_work.register()
        sending.register()
        kinds.register(*KINDS)
        following.register("fieldwork", changes.follow)
        packing.register("hazards", kept)
        if keys.is_configured():
            from fieldwork.push.sending import CHANNEL

            channels.register(CHANNEL)
