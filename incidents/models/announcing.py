"""What other apps tell other systems: one row for each event, in one order."""

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from incidents.models.catalogue import TicketSource
from incidents.querysets import AnnouncementQuerySet


class Announcement(models.Model):
    """An event of a matter that is no ticket, or not yet. `announcing.announce` writes it with the deed; it is never
    changed. Its key is the cursor of the feed."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=20)
    at = models.DateTimeField()
    source = models.ForeignKey(TicketSource, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_no = models.CharField(max_length=80, null=True)
    region_path = models.CharField(max_length=80)
    from_state = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=16)
    words = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "event for other systems")
        verbose_name_plural = pgettext_lazy("model", "events for other systems")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["source", "id"], name="announcement_of_source")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
