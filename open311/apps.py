"""Open311 GeoReport v2: the open standard by which cities take service requests."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class Open311Config(AppConfig):
    name = "open311"
    verbose_name = pgettext_lazy("app", "Open311")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say refusals in the words of the standard, and stand on the tickets' pages."""
        from governance.foundation import bodies
        from incidents import sides
        from open311.doors import PREFIX, refuse_early
        from open311.panel import panel
        from open311.taking import SIDE

        bodies.speak(PREFIX, refuse_early)
        sides.register(sides.Side(name=SIDE, template="open311/_panel.html", panel=panel))
