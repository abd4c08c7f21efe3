"""Tables of the Open311 door: which services are open to residents, and what came in through it."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.exchange.models import ApiClient
from governance.foundation.sealed import SealedField
from incidents.models import Ticket
from open311.querysets import ReportQuerySet


class ServiceEdition(models.Model):
    """One edition of the open services with their questions; the newest in force counts, rows are only added.

    Without any row the edition that is shipped counts (`data/services.json`, whose form `content` has).
    """

    number = models.PositiveIntegerField(_("edition"), unique=True)
    valid_from = models.DateTimeField(_("valid from"))
    content = models.JSONField(pgettext_lazy("open services", "content"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("open services", "edition of open services")
        verbose_name_plural = pgettext_lazy("open services", "editions of open services")
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"

    def clean(self) -> None:
        """Raises ValidationError with every fault of the content."""
        from open311.checking import faults_of

        found = list(faults_of(self.content))
        if found:
            raise ValidationError({"content": found})


class OpenReport(models.Model):
    """What came in through this door beside its ticket. `words` is what anybody may read of it, see `publishing`."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="open_report")
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+", db_index=False)
    requested_at = models.DateTimeField()
    # False for a black box, whose requests nobody can look up.
    is_shown = models.BooleanField(default=True)
    # Given instead of the number where the service is a batch.
    token = models.CharField(max_length=32, unique=True, null=True)
    words = models.TextField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    answers = models.JSONField(default=list)
    media_url = models.CharField(max_length=2000, blank=True)
    expected_at = models.DateTimeField()
    email = SealedField(blank=True, default="")
    account_id = SealedField(blank=True, default="")
    device_id = SealedField(blank=True, default="")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("Open311", "request")
        verbose_name_plural = pgettext_lazy("Open311", "requests")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["-requested_at", "-id"], name="open_report_newest"),
            models.Index(fields=["client", "-requested_at", "-id"], name="open_report_client"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(token=""), name="open_report_token_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}"


class TrialReport(models.Model):
    """A request of the test endpoint: checked like a real one, acted upon by nobody, forgotten after some days.

    It keeps what would be shown and nothing about a person.
    """

    number = models.CharField(max_length=20, unique=True)
    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=32, unique=True, null=True)
    requested_at = models.DateTimeField()
    service_code = models.CharField(max_length=6)
    shown: "models.JSONField[dict[str, Any]]" = models.JSONField()

    class Meta:
        verbose_name = pgettext_lazy("Open311", "trial request")
        verbose_name_plural = pgettext_lazy("Open311", "trial requests")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["-requested_at", "-id"], name="trial_report_newest")]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def forget(cls, before: datetime) -> int:
        """Remove old ones; how many."""
        return cls.objects.filter(requested_at__lt=before).delete()[0]
