"""Endpoints that are told, and messages: one row for each event and endpoint."""

import secrets
from base64 import b64encode
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.exchange.models import ApiClient
from governance.foundation.sealed import SealedField
from webhooks.querysets import DeliveryQuerySet, EndpointQuerySet
from webhooks.states import LIVING, UNFINISHED, EndpointState, MessageState, Stream
from webhooks.values import value

TEST = "webhook.test"
SECRET_BYTES = 32
MOST_TRIES_KEPT = 30


def new_secret() -> str:
    """A fresh secret in the form of the Standard Webhooks convention, to be shown once."""
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def new_name() -> str:
    """The id of a message: the same however often it is sent."""
    return f"msg_{uuid4().hex}"


class Endpoint(models.Model):
    """An address of a client that is told of chosen events. `keeping` and `sending` are the only writers.

    `cursor` is the last event of the feed of tickets that has been looked at, `other_cursor` that of other matters.
    `failures` counts attempts in a row that failed; with `rest_until` it is the circuit: closed, open (left alone), or
    half open (one message at a time tries).
    """

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="endpoints")
    name = models.CharField(pgettext_lazy("webhook endpoint", "name"), max_length=80)
    url = models.CharField(pgettext_lazy("webhook endpoint", "address"), max_length=500)
    kinds = ArrayField(
        models.CharField(max_length=40), verbose_name=pgettext_lazy("webhook endpoint", "events")
    )
    state = models.CharField(
        pgettext_lazy("webhook endpoint", "state"),
        max_length=8,
        choices=EndpointState,
        default=EndpointState.ACTIVE,
    )
    version = models.PositiveIntegerField(default=1)
    cursor = models.BigIntegerField(default=0)
    other_cursor = models.BigIntegerField(default=0)
    secret = SealedField(editable=False)
    secret_hint = models.CharField(max_length=6, editable=False)
    secret_at = models.DateTimeField(editable=False)
    previous_secret = SealedField(blank=True, default="", editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=24, blank=True)
    off_reason = models.CharField(max_length=24, blank=True)
    created_at = models.DateTimeField()

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "webhook endpoint")
        verbose_name_plural = pgettext_lazy("model", "webhook endpoints")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "url"],
                condition=Q(state__in=sorted(LIVING)),
                name="webhooks_endpoint_url_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EndpointState.values), name="webhooks_endpoint_state"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def secrets_at(self, at: datetime) -> list[str]:
        """The secrets that sign at that time, the present one first."""
        has_previous = self.previous_until is not None and at < self.previous_until
        return [self.secret, self.previous_secret] if has_previous else [self.secret]

    @property
    def is_failing(self) -> bool:
        """Whether its circuit is not closed."""
        return self.failures >= value("circuit_failures")

    def is_resting(self, at: datetime) -> bool:
        """Whether it is left alone for now: its circuit is open, or it has asked for it."""
        return self.rest_until is not None and at < self.rest_until


class Delivery(models.Model):
    """One message to one endpoint. What it says is read from the step when it is sent: a step never changes. `ticket`
    is the number of the ticket, or of another matter, whose messages keep their order.

    A claim moves `next_at` to the moment from which the message is anybody's again, so a killed sender holds nothing
    for ever, and the result of a claim is taken only while that moment still stands.
    """

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    name = models.CharField(max_length=36, unique=True, default=new_name)
    kind = models.CharField(max_length=40)
    stream = models.CharField(max_length=8, choices=Stream, default=Stream.TICKETS)
    event_id = models.BigIntegerField(null=True)
    ticket = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=9, choices=MessageState)
    event_at = models.DateTimeField()
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    replays = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=24, blank=True)
    excerpt = models.CharField(max_length=500, blank=True)
    tries = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "webhook message")
        verbose_name_plural = pgettext_lazy("model", "webhook messages")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "stream", "event_id"], name="webhooks_event_once"),
            models.UniqueConstraint(
                fields=["endpoint", "ticket"],
                condition=Q(state=MessageState.WAITING) & ~Q(ticket=""),
                name="webhooks_one_of_a_ticket",
            ),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="webhooks_message_state"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "next_at", "id"],
                condition=Q(state=MessageState.WAITING),
                name="webhooks_due",
            ),
            models.Index(
                fields=["endpoint", "ticket", "event_id"],
                condition=Q(state__in=sorted(UNFINISHED)),
                name="webhooks_unfinished",
            ),
            models.Index(fields=["-made_at", "-id"], name="webhooks_newest"),
            models.Index(fields=["endpoint", "-made_at", "-id"], name="webhooks_of_endpoint"),
            models.Index(
                fields=["-made_at", "-id"], condition=Q(state=MessageState.DEAD), name="webhooks_dead"
            ),
            models.Index(fields=["ticket"], condition=~Q(ticket=""), name="webhooks_of_ticket"),
            models.Index(fields=["done_at"], condition=Q(done_at__isnull=False), name="webhooks_done"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_test(self) -> bool:
        """Whether somebody asked for it to see if the endpoint works."""
        return self.kind == TEST
