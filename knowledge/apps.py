"""Knowledge: what residents and staff ask, answered at once by entries, else by a person within a day."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = pgettext_lazy("app", "Knowledge")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer answers on the pages of tickets that ask something."""
        from incidents import sides
        from knowledge import panel

        sides.register(sides.Side(name=self.name, template="", panel=panel.panel, buttons=panel.buttons))
