"""Tickets in from files and out to files: looked over first, masked by right, logged."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = pgettext_lazy("app", "Import and export")
    default_auto_field = "django.db.models.BigAutoField"
