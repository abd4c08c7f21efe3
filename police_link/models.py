"""What passes between 110 and the centre: the matter, its deeds, the statement of a day, who may read which field."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.exchange.models import ApiClient
from governance.foundation.sealed import SealedField
from grids.models import Region
from incidents.models import Ticket, TicketSource
from incidents.states import Urgency
from police_link.querysets import IncidentQuerySet
from police_link.states import OPEN, WAITING, Direction, FirstReceiver, IncidentKind, IncidentState


class PoliceIncident(models.Model):
    """One matter that one side offers to the other. `frame` and `offering` are the only writers of `state`."""

    number = models.CharField(pgettext_lazy("police", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("police", "state"), max_length=10, choices=IncidentState, default=IncidentState.OFFERED
    )
    direction = models.CharField(
        pgettext_lazy("police", "direction"), max_length=4, choices=Direction, default=Direction.IN
    )
    first_receiver = models.CharField(
        pgettext_lazy("police", "first receiver"),
        max_length=8,
        choices=FirstReceiver,
        default=FirstReceiver.POLICE,
    )
    source = models.ForeignKey(
        TicketSource,
        verbose_name=pgettext_lazy("police", "source"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    external_no = models.CharField(pgettext_lazy("police", "Number at 110"), max_length=80, null=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        pgettext_lazy("police", "kind"), max_length=10, choices=IncidentKind, default=IncidentKind.OTHER
    )
    category_code = models.CharField(pgettext_lazy("police", "category"), max_length=6, blank=True)
    urgency = models.CharField(
        pgettext_lazy("police", "urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL
    )
    title = models.CharField(pgettext_lazy("police", "title"), max_length=120)
    content = models.TextField(pgettext_lazy("police", "What was reported"))
    place = models.CharField(pgettext_lazy("police", "place"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    region = models.ForeignKey(
        Region, verbose_name=pgettext_lazy("police", "region"), on_delete=models.PROTECT, related_name="+"
    )
    region_path = models.CharField(max_length=80, editable=False)
    caller_name = SealedField(pgettext_lazy("police", "caller"), blank=True, default="")
    caller_phone = SealedField(pgettext_lazy("police", "telephone"), blank=True, default="")
    officer = SealedField(pgettext_lazy("police", "officer"), blank=True, default="")
    police_unit = models.CharField(pgettext_lazy("police", "police unit"), max_length=80, blank=True)
    dealt = models.TextField(pgettext_lazy("police", "What the police did first"), blank=True)
    police_note = SealedField(pgettext_lazy("police", "note of the police"), blank=True, default="")
    received_at = models.DateTimeField(pgettext_lazy("police", "Call received"))
    sent_at = models.DateTimeField(pgettext_lazy("police", "Handed over"))
    day = models.DateField(pgettext_lazy("police", "day"))
    external_due_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.PROTECT, related_name="police_incidents", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_for = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True)
    is_binding = models.BooleanField(default=False)
    result = models.TextField(blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("police", "matter of the police link")
        verbose_name_plural = pgettext_lazy("police", "matters of the police link")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=IncidentState.values), name="police_incident_state_known"
            ),
            models.UniqueConstraint(
                fields=["source", "external_no"], condition=Q(direction="in"), name="police_incident_once"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="handing"), name="police_incident_handed_over_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "joint", "handing"]) | Q(ticket__isnull=False),
                name="police_incident_with_us_has_a_ticket",
            ),
            models.CheckConstraint(
                condition=~Q(direction="in") | Q(external_no__isnull=False),
                name="police_incident_has_its_number",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-sent_at", "-id"], name="police_incident_newest"),
            models.Index(fields=["day"], name="police_incident_day"),
            models.Index(
                fields=["region_path"], name="police_incident_place", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["ticket"], name="police_incident_ticket", condition=Q(ticket__isnull=False)),
            models.Index(fields=["due_at"], name="police_incident_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def lamp(self, at: datetime) -> str:
        """Of the limit that runs; empty where nobody has to decide."""
        if self.due_at is None or self.state not in WAITING:
            return ""
        if self.due_at <= at:
            return "red"
        return "amber" if self.warn_at is not None and self.warn_at <= at else "green"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """It needs its place while it is open."""
        return Q(state__in=OPEN)


class PoliceStep(models.Model):
    """One deed; never changed. Its key is the cursor of the feed for the police."""

    incident = models.ForeignKey(PoliceIncident, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    words = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("police", "step of the police link")
        verbose_name_plural = pgettext_lazy("police", "steps of the police link")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.incident_id} {self.verb}"


class PoliceStatement(models.Model):
    """What 110 says that it sent on a day; a later statement of the day takes the place of the earlier one."""

    source = models.ForeignKey(TicketSource, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(pgettext_lazy("police", "day"))
    count = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=80)

    class Meta:
        verbose_name = pgettext_lazy("police", "daily statement of 110")
        verbose_name_plural = pgettext_lazy("police", "daily statements of 110")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "day"], name="police_statement_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.count}"


class StatementLine(models.Model):
    """One number of a statement."""

    statement = models.ForeignKey(PoliceStatement, on_delete=models.CASCADE, related_name="lines")
    external_no = models.CharField(max_length=80)

    class Meta:
        verbose_name = pgettext_lazy("police", "line of a statement")
        verbose_name_plural = pgettext_lazy("police", "lines of statements")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "external_no"], name="police_statement_line_once")
        ]

    def __str__(self) -> str:
        return self.external_no


class FieldGrant(models.Model):
    """How one side may read a field of the other side's matter, from a day on."""

    class Reader(models.TextChoices):
        POLICE = "police", pgettext_lazy("grant", "The police read a ticket")
        CENTRE = "centre", pgettext_lazy("grant", "The centre reads a matter of 110")

    class Level(models.TextChoices):
        CLEAR = "clear", pgettext_lazy("grant", "In the clear")
        MASKED = "masked", pgettext_lazy("grant", "Masked; shown with a reason")
        HIDDEN = "hidden", pgettext_lazy("grant", "Not shown")

    reader = models.CharField(pgettext_lazy("grant", "reader"), max_length=8, choices=Reader)
    field = models.CharField(pgettext_lazy("grant", "field"), max_length=20)
    level = models.CharField(pgettext_lazy("grant", "level"), max_length=8, choices=Level)
    valid_from = models.DateField(pgettext_lazy("grant", "valid from"))

    class Meta:
        verbose_name = pgettext_lazy("grant", "right to read a field")
        verbose_name_plural = pgettext_lazy("grant", "rights to read fields")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reader", "field", "valid_from"], name="police_grant_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.reader} {self.field}: {self.level}"
