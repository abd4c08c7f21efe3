"""The ground floor: clock, calendars, state-machine kernel, errors, numbers; no words of the field."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FoundationConfig(AppConfig):
    name = "governance.foundation"
    label = "foundation"
    verbose_name = _("Ground")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from governance.foundation import checks  # noqa: F401  # registers its checks
