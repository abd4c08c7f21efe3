"""Bulletins (通报): period reports with figures of the counting engine, approved by two people, read by units."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class BulletinsConfig(AppConfig):
    name = "bulletins"
    verbose_name = pgettext_lazy("app", "Bulletins")
    default_auto_field = "django.db.models.BigAutoField"
