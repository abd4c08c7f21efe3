"""Early-warning rules as data, the warnings that they have raised, and what was done with each."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from analysis.querysets import PlacedQuerySet
from analysis.states import WARNING_OPEN, WarningState
from governance.foundation.naming import Labelled


class Severity(models.TextChoices):
    """The four colours of warnings, the gravest first."""

    RED = "1red", pgettext_lazy("severity", "Red")
    ORANGE = "2orange", pgettext_lazy("severity", "Orange")
    YELLOW = "3yellow", pgettext_lazy("severity", "Yellow")
    BLUE = "4blue", pgettext_lazy("severity", "Blue")


class WarningRule(Labelled, models.Model):
    """When to warn: a measure over a window of days at places of one level, and the threshold that is met.

    `category` narrows to matters whose code begins so; `region_path` to places inside. Never edited once it has
    warned: it ends, and another begins.
    """

    class Measure(models.TextChoices):
        SURGE = "surge", pgettext_lazy("warning measure", "Surge: times the expected number")
        HOT_SPOT = "hot_spot", pgettext_lazy("warning measure", "Hot spot: times the expected number")
        COUNT = "count", pgettext_lazy("warning measure", "Tickets in the window")
        RATE = "rate", pgettext_lazy("warning measure", "Indicator in per cent, above the threshold")
        SHORTFALL = (
            "shortfall",
            pgettext_lazy("warning measure", "Indicator in per cent, below the threshold"),
        )
        RECURRENCE = (
            "recurrence",
            pgettext_lazy("warning measure", "Matters that have come again in the window"),
        )

    class Level(models.TextChoices):
        CITY = "city", pgettext_lazy("level of places", "City")
        DISTRICT = "district", pgettext_lazy("level of places", "Districts")
        TOWN = "town", pgettext_lazy("level of places", "Towns")
        COMMUNITY = "community", pgettext_lazy("level of places", "Communities")

    code = models.CharField(pgettext_lazy("warning rule", "code"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("warning rule", "name"), max_length=80)
    name_en = models.CharField(pgettext_lazy("warning rule", "English name"), max_length=120)
    measure = models.CharField(pgettext_lazy("warning rule", "measure"), max_length=12, choices=Measure)
    indicator = models.CharField(pgettext_lazy("warning rule", "indicator"), max_length=16, blank=True)
    level = models.CharField(pgettext_lazy("warning rule", "places"), max_length=10, choices=Level)
    region_path = models.CharField(pgettext_lazy("warning rule", "inside"), max_length=80, blank=True)
    category = models.CharField(pgettext_lazy("warning rule", "matters"), max_length=6, blank=True)
    window_days = models.PositiveSmallIntegerField(pgettext_lazy("warning rule", "days"))
    threshold = models.DecimalField(
        pgettext_lazy("warning rule", "threshold"), max_digits=8, decimal_places=2
    )
    least = models.PositiveIntegerField(pgettext_lazy("warning rule", "tickets at least"), default=1)
    severity = models.CharField(pgettext_lazy("warning rule", "severity"), max_length=8, choices=Severity)
    basis = models.CharField(pgettext_lazy("warning rule", "source"), max_length=200)
    valid_from = models.DateField(pgettext_lazy("warning rule", "valid from"))
    valid_to = models.DateField(pgettext_lazy("warning rule", "valid to"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("analysis", "early-warning rule")
        verbose_name_plural = pgettext_lazy("analysis", "early-warning rules")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="warning_rule_days"
            ),
            models.CheckConstraint(
                condition=Q(measure__in=["rate", "shortfall"]) & ~Q(indicator="")
                | ~Q(measure__in=["rate", "shortfall"]) & Q(indicator=""),
                name="warning_rule_indicator",
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=366), name="warning_rule_window"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class EarlyWarning(models.Model):
    """What a rule has found at a place; as long as it is open, later evenings renew its figures."""

    number = models.CharField(max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=WarningState, default=WarningState.OPEN)
    rule = models.ForeignKey(WarningRule, on_delete=models.PROTECT, related_name="warnings")
    severity = models.CharField(max_length=8, choices=Severity)
    place = models.CharField(max_length=15)
    place_name = models.CharField(max_length=80)
    region_path = models.CharField(max_length=80)
    category = models.CharField(max_length=6, blank=True)
    is_sensitive = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField()
    value = models.DecimalField(max_digits=10, decimal_places=2)
    facts = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    last_met_on = models.DateField()
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey("incidents.Ticket", null=True, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(
        "analysis.SpecialProject", null=True, on_delete=models.PROTECT, related_name="warnings"
    )

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("analysis", "early warning")
        verbose_name_plural = pgettext_lazy("analysis", "early warnings")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=WarningState.values), name="warning_state_known"),
            models.UniqueConstraint(
                fields=["rule", "place", "category", "is_sensitive"],
                condition=Q(state__in=sorted(WARNING_OPEN)),
                name="warning_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-raised_at", "-id"], name="warning_newest")]

    def __str__(self) -> str:
        return f"{self.number} {self.place_name}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A warning needs its place while it stands."""
        return Q(state__in=sorted(WARNING_OPEN))


class DeedStep(models.Model):
    """One deed; never changed."""

    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)

    class Meta:
        abstract = True


class WarningStep(DeedStep):
    """One deed on a warning."""

    row = models.ForeignKey(EarlyWarning, on_delete=models.PROTECT, related_name="steps")

    class Meta:
        verbose_name = pgettext_lazy("analysis", "step of a warning")
        verbose_name_plural = pgettext_lazy("analysis", "steps of warnings")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.row_id} {self.verb}"
