"""Templates and schedules of bulletins, bulletins with the figures that were frozen, who has read them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from bulletins.querysets import BulletinQuerySet
from bulletins.states import BULLETIN_TABLE, BulletinState
from governance.accounts.models import OrgUnit
from grids.models import Region


class BulletinTemplate(models.Model):
    """What a kind of bulletin holds. `sections`: `{"head", "figures": [codes], "ranking": code, "parts": [names]}`;
    parts are what the platform writes of its own findings: intake, warnings, surges, hot_spots, projects, repeated,
    opinions, minutes.
    """

    class Span(models.TextChoices):
        DAY = "day", pgettext_lazy("span of a bulletin", "Daily")
        WEEK = "week", pgettext_lazy("span of a bulletin", "Weekly")
        MONTH = "month", pgettext_lazy("span of a bulletin", "Monthly")
        HALF_YEAR = "half_year", pgettext_lazy("span of a bulletin", "Half-yearly")
        SPECIAL = "special", pgettext_lazy("span of a bulletin", "Special report")

    code = models.CharField(pgettext_lazy("period bulletin", "code"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("period bulletin", "name"), max_length=60)
    span = models.CharField(pgettext_lazy("period bulletin", "span"), max_length=12, choices=Span)
    sections = models.JSONField(pgettext_lazy("period bulletin", "sections"))
    is_offered = models.BooleanField(pgettext_lazy("period bulletin", "offered"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("period bulletin", "template of bulletins")
        verbose_name_plural = pgettext_lazy("period bulletin", "templates of bulletins")

    def __str__(self) -> str:
        return self.name


class BulletinSchedule(models.Model):
    """For which place the platform drafts a bulletin of each span that is over, from which hour on."""

    template = models.ForeignKey(
        BulletinTemplate, verbose_name=pgettext_lazy("period bulletin", "template"), on_delete=models.PROTECT
    )
    region = models.ForeignKey(
        Region, verbose_name=pgettext_lazy("period bulletin", "place"), on_delete=models.PROTECT
    )
    hour = models.PositiveSmallIntegerField(pgettext_lazy("period bulletin", "hour"), default=8)
    valid_from = models.DateField(pgettext_lazy("period bulletin", "valid from"))
    valid_to = models.DateField(pgettext_lazy("period bulletin", "valid to"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("period bulletin", "schedule of bulletins")
        verbose_name_plural = pgettext_lazy("period bulletin", "schedules of bulletins")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "region"], name="bulletin_schedule_once"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="bulletin_schedule_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.region}"


class Bulletin(models.Model):
    """One bulletin. `sections` holds heads, texts and the figures as they were when they were drawn."""

    number = models.CharField(max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=BulletinState, default=BulletinState.DRAFT)
    template = models.ForeignKey(BulletinTemplate, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80)
    place = models.CharField(max_length=12)
    place_name = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    since = models.DateField()
    last = models.DateField()
    sections = models.JSONField(default=list)
    drawn_at = models.DateTimeField()
    prepared_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    recall_reason = models.TextField(blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("period bulletin", "bulletin")
        verbose_name_plural = pgettext_lazy("period bulletin", "bulletins")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=BulletinState.values), name="period_bulletin_state_known"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("since")), name="period_bulletin_days"),
            models.UniqueConstraint(
                fields=["template", "place", "since", "last"],
                condition=~Q(state="recalled"),
                name="period_bulletin_once",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None, state__in=["draft", "submitted"])
                | Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    state__in=["published", "recalled"],
                ),
                name="period_bulletin_published_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-prepared_at", "-id"], name="period_bulletin_newest")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A bulletin needs its place until it is published."""
        return Q(state__in=sorted(BULLETIN_TABLE.open_states))


class UnitReceipt(models.Model):
    """A unit that has to read a bulletin, and who has read it for the unit."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="receipts")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulletin", "unit"], name="period_bulletin_receipt_once"),
            models.CheckConstraint(
                condition=Q(read_by=None, read_at=None) | Q(read_by__isnull=False, read_at__isnull=False),
                name="period_bulletin_read_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.unit_id}"


class BulletinStep(models.Model):
    """One deed on a bulletin, with the texts as they were after it; never changed."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)

    class Meta:
        verbose_name = pgettext_lazy("period bulletin", "step of a bulletin")
        verbose_name_plural = pgettext_lazy("period bulletin", "steps of bulletins")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.verb}"
