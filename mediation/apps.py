"""Disputes from registration to a kept agreement."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = pgettext_lazy("app", "Mediation")
    default_auto_field = "django.db.models.BigAutoField"
