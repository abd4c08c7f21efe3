"""Command centre."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommandConfig(AppConfig):
    name = "governance.command"
    label = "command"
    verbose_name = _("Command centre")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer what this site has for others to use."""
        from governance.command import channels

        channels.offer()
