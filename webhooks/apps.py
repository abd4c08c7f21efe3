"""What happens to tickets, told to the systems that asked to be told: signed, in order, at least once."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = pgettext_lazy("app", "Webhooks")
    default_auto_field = "django.db.models.BigAutoField"
