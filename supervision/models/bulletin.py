"""Bulletins of listed items (督办通报): frozen lines, and a receipt for each unit that is named."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from supervision.models.task import SupervisionTask
from supervision.names import BulletinState, Kind
from supervision.querysets import SupervisionBulletinQuerySet


class SupervisionBulletin(models.Model):
    """One issue: drafted from what is listed or long overdue, then published and never changed."""

    number = models.CharField(pgettext_lazy("supervision", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("supervision", "state"),
        max_length=10,
        choices=BulletinState,
        default=BulletinState.DRAFT,
    )
    title = models.CharField(pgettext_lazy("supervision", "title"), max_length=120)
    opening = models.TextField(pgettext_lazy("supervision", "opening"), blank=True)
    demands = models.TextField(pgettext_lazy("supervision", "demands"), blank=True)
    region_path = models.CharField(max_length=80)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateTimeField(pgettext_lazy("supervision", "as of"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    objects = SupervisionBulletinQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("supervision", "bulletin of listed items")
        verbose_name_plural = pgettext_lazy("supervision", "bulletins of listed items")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=BulletinState.values), name="supervision_bulletin_known"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["as_of", "id"], name="supervision_bulletin_new")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A draft is about places of today; what was published says what was."""
        return Q(state=BulletinState.DRAFT)


class BulletinItem(models.Model):
    """One line, frozen when it was drafted. `left_out` says why a line of the draft is not published."""

    bulletin = models.ForeignKey(SupervisionBulletin, on_delete=models.CASCADE, related_name="items")
    task = models.ForeignKey(SupervisionTask, null=True, on_delete=models.PROTECT, related_name="named_in")
    ticket = models.ForeignKey("incidents.Ticket", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind, blank=True)
    title = models.CharField(max_length=160)
    place = models.CharField(max_length=120, blank=True)
    due_at = models.DateTimeField()
    overdue_days = models.PositiveSmallIntegerField()
    left_out = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "line of a bulletin")
        verbose_name_plural = pgettext_lazy("supervision", "lines of bulletins")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bulletin", "ticket"], condition=Q(ticket__isnull=False), name="bulletin_ticket_once"
            ),
            models.UniqueConstraint(
                fields=["bulletin", "task"], condition=Q(task__isnull=False), name="bulletin_task_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BulletinReceipt(models.Model):
    """A unit that is named has to sign that it has read it."""

    bulletin = models.ForeignKey(SupervisionBulletin, on_delete=models.CASCADE, related_name="receipts")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("supervision", "receipt of a bulletin")
        verbose_name_plural = pgettext_lazy("supervision", "receipts of bulletins")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulletin", "unit"], name="supervision_receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.unit_id}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """Somebody of the unit still has to sign."""
        return Q(read_at=None)

    @classmethod
    def give_way(cls, rows: "models.QuerySet[BulletinReceipt]") -> int:
        """Of two units that have become one, one signs."""
        return rows.filter(read_at=None).delete()[0]
