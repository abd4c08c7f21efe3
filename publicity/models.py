"""Policy notices: the text, where it goes, who gets it where, who has read it. No side effects in save()."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from incidents.models import Attachment
from publicity.querysets import NoticeQuerySet
from publicity.states import NOTICE_TABLE, NoticeState


class PolicyNotice(models.Model):
    """One notice of a unit. `region_path` is the smallest place that holds every target; `round` counts how often
    readers were told: once, and again with each reminder.
    """

    class Kind(models.TextChoices):
        POLICY = "policy", pgettext_lazy("kind of notice", "Policy")
        WORK = "work", pgettext_lazy("kind of notice", "Work notice")
        SERVICE = "service", pgettext_lazy("kind of notice", "Service to residents")
        SAFETY = "safety", pgettext_lazy("kind of notice", "Safety advice")

    number = models.CharField(pgettext_lazy("publicity", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("publicity", "state"), max_length=12, choices=NoticeState, default=NoticeState.DRAFT
    )
    kind = models.CharField(pgettext_lazy("publicity", "kind"), max_length=12, choices=Kind)
    title = models.CharField(pgettext_lazy("publicity", "title"), max_length=120)
    body = models.TextField(pgettext_lazy("publicity", "text"))
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80, editable=False)
    audience = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    valid_from = models.DateField(pgettext_lazy("publicity", "valid from"))
    valid_to = models.DateField(pgettext_lazy("publicity", "valid to"))
    is_public = models.BooleanField(pgettext_lazy("publicity", "public"), default=False)
    attachment = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("publicity", "policy notice")
        verbose_name_plural = pgettext_lazy("publicity", "policy notices")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="policy_state_known"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="policy_dates"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_at__isnull=False, published_by__isnull=False, round__gte=1),
                name="policy_published_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-prepared_at", "-id"], name="policy_newest"),
            models.Index(fields=["valid_to"], condition=Q(state="published"), name="policy_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def is_in_force(self, on: date) -> bool:
        """Published, begun and not over on that day."""
        return self.state == NoticeState.PUBLISHED and self.valid_from <= on <= self.valid_to

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """The condition under which a notice still needs its places on a day."""
        return Q(state__in=NOTICE_TABLE.open_states, valid_to__gte=on)


class NoticeTarget(models.Model):
    """A region or grid that the notice goes to. `code` is the place as it was when the notice was written."""

    notice = models.ForeignKey(PolicyNotice, on_delete=models.CASCADE, related_name="targets")
    region_path = models.CharField(max_length=80)
    code = models.CharField(max_length=15)

    class Meta:
        verbose_name = pgettext_lazy("publicity", "target of a notice")
        verbose_name_plural = pgettext_lazy("publicity", "targets of notices")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "region_path"], name="policy_target_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["region_path"], name="policy_target", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.code}"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """As its notice."""
        return Q(notice__state__in=NOTICE_TABLE.open_states, notice__valid_to__gte=on)

    @classmethod
    def give_way(cls, rows: "QuerySet[NoticeTarget]") -> int:
        """Two targets that have become one place are one target."""
        return rows.delete()[0]


class NoticeReceipt(models.Model):
    """One person who gets the notice. `told` is the last round in which he or she was told."""

    notice = models.ForeignKey(
        PolicyNotice, on_delete=models.CASCADE, related_name="receipts", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    told = models.PositiveSmallIntegerField(default=0, db_default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("publicity", "receipt of a notice")
        verbose_name_plural = pgettext_lazy("publicity", "receipts of notices")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "user"], name="policy_receipt_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["notice", "told"], condition=Q(read_at=None), name="policy_receipt_unread")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.user_id}"


class NoticeStanding(models.Model):
    """Where somebody stands who gets the notice: one row for each place. Of people who leave without having read,
    none is left, so that they count nowhere.
    """

    receipt = models.ForeignKey(
        NoticeReceipt, on_delete=models.CASCADE, related_name="standings", db_index=False
    )
    place_path = models.CharField(max_length=80)

    class Meta:
        verbose_name = pgettext_lazy("publicity", "place of a reader")
        verbose_name_plural = pgettext_lazy("publicity", "places of readers")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["receipt", "place_path"], name="policy_standing_once")
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.place_path}"


class NoticeStep(models.Model):
    """One deed on a notice; never changed."""

    notice = models.ForeignKey(PolicyNotice, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)

    class Meta:
        verbose_name = pgettext_lazy("publicity", "step of a notice")
        verbose_name_plural = pgettext_lazy("publicity", "steps of notices")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.verb}"
