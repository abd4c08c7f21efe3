"""Recurrence warnings (S2-04): a place where the same kind of matter comes again and again, a person who brings
matters again and again. They stand until somebody has dealt with them or nothing comes any more.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from supervision.names import RecurrenceKind, RecurrenceState
from supervision.querysets import RecurrenceQuerySet
from supervision.states import RECURRENCE_OPEN


class RecurrenceWarning(models.Model):
    """One place and category, or one person, with the rule by which it was raised.

    A person is kept as the keyed hash of a telephone number and as masked words: the number itself stands with the
    tickets only. `times` tickets in `days` days were the rule; `count` is how many there are by now.
    """

    number = models.CharField(pgettext_lazy("supervision", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("supervision", "state"),
        max_length=12,
        choices=RecurrenceState,
        default=RecurrenceState.OPEN,
    )
    kind = models.CharField(pgettext_lazy("supervision", "kind"), max_length=8, choices=RecurrenceKind)
    subject = models.CharField(pgettext_lazy("recurrence", "what recurs"), max_length=200)
    category_code = models.CharField(max_length=6, blank=True, editable=False)
    lon = models.FloatField(null=True, editable=False)
    lat = models.FloatField(null=True, editable=False)
    place = models.CharField(max_length=200, blank=True, editable=False)
    person_key = models.CharField(max_length=64, blank=True, editable=False)
    region_path = models.CharField(max_length=80)
    is_sensitive = models.BooleanField(default=False)
    times = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(pgettext_lazy("recurrence", "tickets"), default=0)
    raised_at = models.DateTimeField(pgettext_lazy("recurrence", "raised"))
    last_at = models.DateTimeField(pgettext_lazy("recurrence", "last time"))
    closed_at = models.DateTimeField(null=True)
    person = models.CharField(pgettext_lazy("supervision", "responsible person"), max_length=60, blank=True)
    measure = models.TextField(pgettext_lazy("recurrence", "measure"), blank=True)

    objects = RecurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("recurrence", "recurrence warning")
        verbose_name_plural = pgettext_lazy("recurrence", "recurrence warnings")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=RecurrenceState.values), name="recurrence_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="place", person_key="") | (Q(kind="person") & ~Q(person_key="")),
                name="recurrence_of_one",
            ),
            models.UniqueConstraint(
                fields=["person_key"],
                condition=Q(kind="person", state__in=["open", "acknowledged"]),
                name="recurrence_of_person_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["last_at", "id"], name="recurrence_newest"),
            models.Index(fields=["category_code", "lat"], condition=Q(kind="place"), name="recurrence_place"),
            models.Index(fields=["person_key"], condition=Q(kind="person"), name="recurrence_person"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """A warning needs its place while it stands."""
        return Q(state__in=sorted(RECURRENCE_OPEN))

    @property
    def is_open(self) -> bool:
        return self.state in RECURRENCE_OPEN


class RecurrenceTicket(models.Model):
    """A ticket that led to a warning, or came while it stood."""

    warning = models.ForeignKey(RecurrenceWarning, on_delete=models.PROTECT, related_name="links")
    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.PROTECT, related_name="recurrences")

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warning", "ticket"], name="recurrence_ticket_once")
        ]

    def __str__(self) -> str:
        return f"{self.warning_id} {self.ticket_id}"


class RecurrenceCursor(models.Model):
    """One row: the last ticket that was looked at. Whoever holds it looks further."""

    last_ticket = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.last_ticket)
