"""Online opinions (网络舆情): the item, how it spreads, its deeds, its tickets; who holds the post; limits by level."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.foundation.calendars import Clock, Unit
from grids.models import Region
from incidents.models import Ticket
from opinions.querysets import OpinionQuerySet
from opinions.states import OPEN, Level, OpinionState, Platform, Result, Sentiment


class OnlineOpinion(models.Model):
    """One thing said on the net. `conduct` and `finding` are the only writers of `state`."""

    number = models.CharField(pgettext_lazy("opinions", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("opinions", "state"),
        max_length=12,
        choices=OpinionState,
        default=OpinionState.REGISTERED,
    )
    platform = models.CharField(pgettext_lazy("opinions", "platform"), max_length=16, choices=Platform)
    link = models.URLField(pgettext_lazy("opinions", "link"), max_length=500, blank=True)
    poster = models.CharField(pgettext_lazy("opinions", "account that posted it"), max_length=60, blank=True)
    title = models.CharField(pgettext_lazy("opinions", "title"), max_length=120)
    text = models.TextField(pgettext_lazy("opinions", "text"))
    found_at = models.DateTimeField(pgettext_lazy("opinions", "found"))
    sentiment = models.CharField(
        pgettext_lazy("opinions", "sentiment"), max_length=10, choices=Sentiment, default=Sentiment.NEUTRAL
    )
    views = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    region = models.ForeignKey(
        Region, verbose_name=pgettext_lazy("opinions", "region"), on_delete=models.PROTECT, related_name="+"
    )
    region_path = models.CharField(max_length=80, editable=False)
    level = models.CharField(pgettext_lazy("opinions", "level"), max_length=10, choices=Level, blank=True)
    analysis = models.TextField(blank=True)
    assess_due_at = models.DateTimeField()
    assessed_at = models.DateTimeField(null=True)
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=pgettext_lazy("opinions", "responsible unit"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    assigned_at = models.DateTimeField(null=True)
    respond_due_at = models.DateTimeField(null=True)
    response = models.TextField(blank=True)
    response_link = models.URLField(max_length=500, blank=True)
    responded_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, choices=Result, blank=True)
    closed_at = models.DateTimeField(null=True)
    alarmed_for = models.DateTimeField(null=True, editable=False)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("opinions", "online opinion")
        verbose_name_plural = pgettext_lazy("opinions", "online opinions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=OpinionState.values), name="opinion_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["registered", "watching", "closed", "dismissed"])
                | Q(unit__isnull=False, respond_due_at__isnull=False, level__gt=""),
                name="opinion_assigned_to_a_unit",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-found_at", "-id"], name="opinion_newest"),
            models.Index(fields=["unit", "-found_at"], name="opinion_unit"),
            models.Index(fields=["region_path"], name="opinion_place", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["assess_due_at"], condition=Q(state="registered"), name="opinion_to_assess"),
            models.Index(fields=["respond_due_at"], condition=Q(state="assigned"), name="opinion_to_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def due_at(self) -> datetime | None:
        """The limit that runs now."""
        if self.state == OpinionState.REGISTERED:
            return self.assess_due_at
        return self.respond_due_at if self.state == OpinionState.ASSIGNED else None

    def lamp(self, at: datetime) -> str:
        """Red past the limit that runs; empty where none runs."""
        due = self.due_at
        return "" if due is None else "red" if due <= at else "green"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """It needs its place and unit while it is open."""
        return Q(state__in=OPEN)


class OpinionReading(models.Model):
    """How far it had spread at a moment."""

    opinion = models.ForeignKey(OnlineOpinion, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField()
    views = models.PositiveIntegerField()
    comments = models.PositiveIntegerField()
    shares = models.PositiveIntegerField()

    class Meta:
        verbose_name = pgettext_lazy("opinions", "reading of the spread")
        verbose_name_plural = pgettext_lazy("opinions", "readings of the spread")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.at:%Y-%m-%d %H:%M}"


class OpinionTicket(models.Model):
    """A ticket that an opinion came from or that it raised."""

    class Origin(models.TextChoices):
        OPENED_FROM = "opened_from", pgettext_lazy("opinions", "opened from the ticket")
        RAISED = "raised", pgettext_lazy("opinions", "raised by the opinion")

    opinion = models.ForeignKey(OnlineOpinion, on_delete=models.CASCADE, related_name="tickets")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=12, choices=Origin)

    class Meta:
        verbose_name = pgettext_lazy("opinions", "ticket of an opinion")
        verbose_name_plural = pgettext_lazy("opinions", "tickets of opinions")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opinion", "ticket"], name="opinion_ticket_once"),
            models.UniqueConstraint(
                fields=["opinion"], condition=Q(origin="raised"), name="opinion_raises_one_ticket"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.ticket_id}"


class OpinionStep(models.Model):
    """One deed on an opinion; never changed."""

    opinion = models.ForeignKey(OnlineOpinion, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion_text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("opinions", "step of an opinion")
        verbose_name_plural = pgettext_lazy("opinions", "steps of opinions")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.verb}"


class OpinionPost(models.Model):
    """Somebody holds the post of online opinion (舆情处置岗) for a region, from a day to a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("opinions", "person"),
        on_delete=models.CASCADE,
        related_name="opinion_posts",
    )
    region = models.ForeignKey(
        Region, verbose_name=pgettext_lazy("opinions", "region"), on_delete=models.PROTECT, related_name="+"
    )
    region_path = models.CharField(max_length=80, editable=False)
    starts_on = models.DateField(pgettext_lazy("opinions", "from"))
    ends_on = models.DateField(pgettext_lazy("opinions", "to"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("opinions", "post of online opinion")
        verbose_name_plural = pgettext_lazy("opinions", "posts of online opinion")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="opinion_post_dates"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.region}"

    def save(self, *args: object, **kwargs: object) -> None:
        """The path of the region is kept beside it."""
        self.region_path = self.region.path
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # handed on


class OpinionLimit(models.Model):
    """How long a stage may take at a level, from a day on; what has begun keeps the limit it began with."""

    class Stage(models.TextChoices):
        ASSESS = "assess", pgettext_lazy("opinions", "To assess")
        RESPOND = "respond", pgettext_lazy("opinions", "To respond")

    stage = models.CharField(pgettext_lazy("opinions", "stage"), max_length=8, choices=Stage)
    level = models.CharField(
        pgettext_lazy("opinions", "level"),
        max_length=10,
        choices=Level,
        blank=True,
        help_text=pgettext_lazy("opinions", "Empty for the limit to assess: the level is not known before"),
    )
    amount = models.PositiveSmallIntegerField(pgettext_lazy("opinions", "amount"))
    unit = models.CharField(
        pgettext_lazy("opinions", "unit of time"),
        max_length=10,
        choices=[(unit.value, unit.value) for unit in Unit],
    )
    clock = models.CharField(
        pgettext_lazy("opinions", "clock"),
        max_length=10,
        choices=[(clock.value, clock.value) for clock in Clock],
    )
    valid_from = models.DateField(pgettext_lazy("opinions", "valid from"))

    class Meta:
        verbose_name = pgettext_lazy("opinions", "limit of online opinion")
        verbose_name_plural = pgettext_lazy("opinions", "limits of online opinion")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stage", "level", "valid_from"], name="opinion_limit_once"),
            models.CheckConstraint(
                condition=Q(stage="assess", level="") | (Q(stage="respond") & ~Q(level="")),
                name="opinion_limit_level",
                violation_error_message=pgettext_lazy(
                    "opinions", "The limit to respond has a level, the limit to assess has none"
                ),
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="opinion_limit_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.level} {self.valid_from}"
