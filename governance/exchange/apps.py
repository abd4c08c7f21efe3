"""Exchange."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "governance.exchange"
    label = "exchange"
    verbose_name = _("Exchange")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand around the writes of the API."""
        from governance.exchange.idempotency import once
        from governance.foundation.api.views import ApiView

        ApiView.around = once
