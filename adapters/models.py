"""Mappings of clients in versions, samples that a version has to stand, and what came in by which version."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from adapters.contract import Keys
from adapters.states import OPEN, VersionState
from governance.foundation.sealed import SealedField


class Mapping(models.Model):
    """How one client's documents become reports. Its code is part of the address that the client calls."""

    code = models.SlugField(pgettext_lazy("mapping", "code"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("mapping", "name"), max_length=120)
    client = models.ForeignKey("exchange.ApiClient", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("model", "field mapping")
        verbose_name_plural = pgettext_lazy("model", "field mappings")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("adapters:mapping", args=[self.code])


class MappingVersion(models.Model):
    """One state of the rules. A released one is never written again (a trigger sees to it)."""

    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    document = models.JSONField()
    note = models.CharField(pgettext_lazy("mapping", "what is new"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "version of a mapping")
        verbose_name_plural = pgettext_lazy("model", "versions of mappings")
        ordering: ClassVar = ["-number"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mapping", "number"], name="adapters_version_number"),
            models.UniqueConstraint(
                fields=["mapping"], condition=Q(state__in=sorted(OPEN)), name="adapters_one_open_version"
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.RELEASED, valid_from__gte=F("released_at"))
                | (~Q(state=VersionState.RELEASED) & Q(valid_from=None, released_at=None)),
                name="adapters_released_from",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["mapping", "-valid_from", "-number"],
                condition=Q(state=VersionState.RELEASED),
                name="adapters_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mapping_id} {self.number}"


class MappingSample(models.Model):
    """A document of theirs and what became of it when it was kept. Persons in it are taken out first."""

    mapping = models.ForeignKey(Mapping, on_delete=models.CASCADE, related_name="samples", db_index=False)
    name = models.CharField(pgettext_lazy("mapping", "name of the sample"), max_length=80)
    document = models.JSONField()
    outcome = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("model", "sample of a mapping")
        verbose_name_plural = pgettext_lazy("model", "samples of mappings")
        ordering: ClassVar = ["name"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mapping", "name"], name="adapters_sample_name")
        ]

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """A way by which messages of one kind come in: which translator reads them, for which client, with which secret."""

    code = models.SlugField(pgettext_lazy("channel", "code"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("channel", "name"), max_length=120)
    translator = models.CharField(pgettext_lazy("channel", "kind of messages"), max_length=20)
    client = models.ForeignKey("exchange.ApiClient", on_delete=models.PROTECT, related_name="+")
    mapping = models.ForeignKey(Mapping, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(pgettext_lazy("channel", "source"), max_length=24)
    category = models.CharField(pgettext_lazy("channel", "category"), max_length=6)
    region_code = models.CharField(pgettext_lazy("channel", "region without a point"), max_length=15)
    secret = SealedField(blank=True, default="", editable=False)
    app_id = models.CharField(pgettext_lazy("channel", "AppID"), max_length=40, blank=True, default="")
    sealing_key = SealedField(blank=True, default="", editable=False)
    is_active = models.BooleanField(pgettext_lazy("channel", "open"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("model", "message channel")
        verbose_name_plural = pgettext_lazy("model", "message channels")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def keys(self) -> Keys:
        """What it shares with its sender."""
        return Keys(secret=self.secret, app_id=self.app_id, sealing_key=self.sealing_key)


class MappedTicket(models.Model):
    """By which version (or channel) a ticket was made, and the sender's category where it had to fall to another."""

    ticket = models.OneToOneField("incidents.Ticket", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(MappingVersion, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    external_category = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("model", "mapped ticket")
        verbose_name_plural = pgettext_lazy("model", "mapped tickets")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.version_id or ''}"
