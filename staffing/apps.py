"""Staffing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffingConfig(AppConfig):
    name = "staffing"
    verbose_name = _("Staffing")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The figures of a worker's year begin with the trainings."""
        from staffing import contributions

        contributions.register(contributions.TRAINING)
