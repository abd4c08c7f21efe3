"""Follow-up."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class FollowupConfig(AppConfig):
    name = "followup"
    verbose_name = pgettext_lazy("app", "Follow-up")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the tickets' pages."""
        from followup.panel import buttons, panel
        from incidents import sides

        sides.register(
            sides.Side(name="followup", template="followup/_panel.html", panel=panel, buttons=buttons)
        )
