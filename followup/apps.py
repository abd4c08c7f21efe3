"""Follow-up."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class FollowupConfig(AppConfig):
    name = "followup"
    verbose_name = pgettext_lazy("app", "Follow-up")
    default_auto_field = "django.db.models.BigAutoField"
