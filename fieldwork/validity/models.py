"""Reviews of grid workers' reports. Written once, never changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from incidents.models import Ticket


class ReportReview(models.Model):
    """One report of a grid worker, looked at once. `by` None: nobody did in time, or it repeats the worker's own."""

    class Ground(models.TextChoices):
        REPEATED = "repeated", pgettext_lazy("invalid report", "Reported before by the same worker")
        UNTRUE = "untrue", pgettext_lazy("invalid report", "Not so on the spot")
        VAGUE = "vague", pgettext_lazy("invalid report", "Place or matter cannot be made out")
        NO_MATTER = "no_matter", pgettext_lazy("invalid report", "Nothing that the platform handles")

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="report_review")
    is_valid = models.BooleanField()
    ground = models.CharField(
        pgettext_lazy("invalid report", "Why it is not valid"), max_length=10, choices=Ground, blank=True
    )
    words = models.CharField(pgettext_lazy("invalid report", "Remark"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("report review", "review of a report")
        verbose_name_plural = pgettext_lazy("report review", "reviews of reports")
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_valid=True, ground="") | (Q(is_valid=False) & ~Q(ground="")),
                name="report_review_has_ground",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.is_valid}"
