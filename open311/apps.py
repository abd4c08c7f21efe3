"""Open311 GeoReport v2: the open standard by which cities take service requests."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class Open311Config(AppConfig):
    name = "open311"
    verbose_name = pgettext_lazy("app", "Open311")
    default_auto_field = "django.db.models.BigAutoField"
