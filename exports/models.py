"""Files out and in: exports with their deeds, imports with their mapping and faults, published tables of open data."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from exports.querysets import ExportQuerySet, ImportQuerySet
from exports.states import ExportFormat, ExportState
from governance.accounts.models import OrgUnit
from governance.exchange.models import ApiClient
from governance.foundation.sealed import SealedField

ONE_ASKER = Q(asked_by__isnull=False, client=None) | Q(asked_by=None, client__isnull=False)
"""A person on the pages, or a system by its key."""


class TicketExport(models.Model):
    """One export: what was asked for, who decided, what was written. `asking` and `running` write the state."""

    number = models.CharField(pgettext_lazy("export", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("export", "state"), max_length=10, choices=ExportState, default=ExportState.QUEUED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="ticket_exports"
    )
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=24)
    reach_path = models.CharField(max_length=80, blank=True)
    asked_at = models.DateTimeField()
    filters = models.TextField(blank=True)
    columns = ArrayField(models.CharField(max_length=24))
    format = models.CharField(pgettext_lazy("export", "format"), max_length=8, choices=ExportFormat)
    is_clear = models.BooleanField(default=False)
    reason = models.CharField(pgettext_lazy("export", "reason"), max_length=400, blank=True)
    expected = models.PositiveIntegerField(default=0)
    limit = models.PositiveIntegerField(default=0)
    needs_approval = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=400, blank=True)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempt = models.PositiveSmallIntegerField(default=0, editable=False)
    written = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=120, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("export", "export of tickets")
        verbose_name_plural = pgettext_lazy("export", "exports of tickets")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(condition=ONE_ASKER, name="export_of_one_asker"),
            models.CheckConstraint(
                condition=~Q(decided_by=models.F("asked_by")), name="export_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "ready"])
                | Q(needs_approval=False)
                | Q(decided_by__isnull=False),
                name="export_sensitive_is_approved",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-asked_at", "-id"], name="export_mine"),
            models.Index(fields=["id"], name="export_queue", condition=Q(state="queued")),
            models.Index(fields=["expires_at"], name="export_ending", condition=Q(state="ready")),
            models.Index(fields=["-asked_at"], name="export_asked", condition=Q(needs_approval=True)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def asker(self) -> str:
        """Who asked, by name."""
        if self.asked_by is not None:
            return self.asked_by.name or self.asked_by.username
        return self.client.name if self.client is not None else ""

    def is_open_at(self, at: datetime) -> bool:
        """Whether the file can be downloaded now."""
        return self.state == ExportState.READY and self.expires_at is not None and at < self.expires_at


class TicketImport(models.Model):
    """A file of tickets on its way in. Its rows wait sealed until they have been taken or refused."""

    class State(models.TextChoices):
        MAPPING = "mapping", pgettext_lazy("import state", "Columns to be matched")
        CHECKED = "checked", pgettext_lazy("import state", "Checked")
        RUNNING = "running", pgettext_lazy("import state", "Running")
        DONE = "done", pgettext_lazy("import state", "Finished")
        CANCELLED = "cancelled", pgettext_lazy("import state", "Given up")

    number = models.CharField(pgettext_lazy("import", "number"), max_length=20, unique=True)
    state = models.CharField(
        pgettext_lazy("import", "state"), max_length=10, choices=State, default=State.MAPPING
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="ticket_imports"
    )
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    file_name = models.CharField(pgettext_lazy("import", "file"), max_length=120)
    encoding = models.CharField(max_length=16, blank=True)
    sha256 = models.CharField(max_length=64)
    head = models.JSONField(default=list)
    row_count = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=24, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    taken = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("import", "import of tickets")
        verbose_name_plural = pgettext_lazy("import", "imports of tickets")
        constraints: ClassVar = [models.CheckConstraint(condition=ONE_ASKER, name="import_of_one_asker")]
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-asked_at", "-id"], name="import_mine"),
            models.Index(fields=["id"], name="import_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.file_name}"

    @property
    def done(self) -> int:
        """Rows that have an outcome."""
        return self.row_count - self.left

    @property
    def left(self) -> int:
        """Rows that nobody has looked at yet."""
        return self.row_count - self.taken - self.repeated - self.refused


class ImportRow(models.Model):
    """One row of a file: its cells, sealed, and what became of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("import row", "Not yet")
        TAKEN = "taken", pgettext_lazy("import row", "Registered")
        REPEATED = "repeated", pgettext_lazy("import row", "There already")
        REFUSED = "refused", pgettext_lazy("import row", "Refused")

    run = models.ForeignKey(TicketImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    cells = SealedField(pgettext_lazy("import", "cells"))
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    ticket_number = models.CharField(max_length=20, blank=True)
    faults = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("import", "row of an import")
        verbose_name_plural = pgettext_lazy("import", "rows of imports")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "line"], name="import_row_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "line"], name="import_waiting", condition=Q(outcome="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class SavedMapping(models.Model):
    """How a unit's files of one kind are read: found again by the names of their columns."""

    unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    head_digest = models.CharField(max_length=64)
    source = models.CharField(max_length=24)
    mapping = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("import", "saved mapping")
        verbose_name_plural = pgettext_lazy("import", "saved mappings")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "head_digest"], name="mapping_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.head_digest[:8]}"


class OpenTable(models.Model):
    """A month as it is open to everybody: frozen, so that two editions cannot be compared."""

    month = models.DateField(pgettext_lazy("open data", "month"), unique=True)
    made_at = models.DateTimeField()
    least = models.PositiveSmallIntegerField()
    rows = models.JSONField()

    class Meta:
        verbose_name = pgettext_lazy("open data", "open data of a month")
        verbose_name_plural = pgettext_lazy("open data", "open data of months")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
