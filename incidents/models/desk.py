"""What the desks keep for people: filters by name, which one opens first, and changes of many tickets at once."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from incidents.states import TICKET_TABLE


class SavedFilter(models.Model):
    """A filter of the list or the inbox under a name. Shared: with a unit, with a role, or with a role within a unit.

    It holds the query string only: whoever opens it sees what he or she may see.
    """

    class Page(models.TextChoices):
        LIST = "list", pgettext_lazy("saved filter", "Tickets")
        INBOX = "inbox", pgettext_lazy("saved filter", "My work")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters", db_index=False
    )
    page = models.CharField(max_length=8, choices=Page)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    shared_unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    shared_role = models.CharField(max_length=24, blank=True, choices=Role)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_filter_name_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["shared_unit"], condition=Q(shared_unit__isnull=False), name="saved_filter_unit"
            ),
            models.Index(fields=["shared_role"], condition=~Q(shared_role=""), name="saved_filter_role"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """It is shared until it is deleted."""
        return Q(pk__isnull=False)

    @property
    def is_shared(self) -> bool:
        return self.shared_unit_id is not None or bool(self.shared_role)

    @property
    def as_query(self) -> QueryDict:
        """The query as a page reads it."""
        return QueryDict(self.query)


class DefaultView(models.Model):
    """Which saved filter a person's page begins with."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="default_views", db_index=False
    )
    page = models.CharField(max_length=8, choices=SavedFilter.Page)
    saved = models.ForeignKey(SavedFilter, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "page"], name="default_view_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.page}"


class BulkRun(models.Model):
    """One verb for many tickets, worked off in batches. `undoes`: the run that this one takes back."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("bulk", "Waiting")
        RUNNING = "running", pgettext_lazy("bulk", "Running")
        DONE = "done", pgettext_lazy("bulk", "Done")
        STOPPED = "stopped", pgettext_lazy("bulk", "Stopped")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit_id_of_owner = models.BigIntegerField(null=True)
    # The form that asked for it: sent twice, it runs once.
    key = models.UUIDField(unique=True)
    verb = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField()
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="bulk_owner"),
            models.Index(
                fields=["id"], condition=Q(state__in=["waiting", "running"]), name="bulk_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.total}"

    @property
    def label(self) -> str:
        """The verb in the reader's language."""
        return str(TICKET_TABLE[self.verb].label)

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.STOPPED}


class BulkItem(models.Model):
    """One ticket of a run and what became of it. The outcome is written in the transaction of the deed itself."""

    class Outcome(models.TextChoices):
        WAITING = "", pgettext_lazy("bulk", "Not yet")
        DONE = "done", pgettext_lazy("bulk", "Done")
        REFUSED = "refused", pgettext_lazy("bulk", "Refused")

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    ticket = models.ForeignKey("incidents.Ticket", on_delete=models.PROTECT, related_name="+", db_index=False)
    # As the person saw it: a ticket that somebody else changed since is refused.
    version = models.PositiveIntegerField()
    # What only this ticket gets beside the run's data: the unit proposed for it, the values to go back to.
    data = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.WAITING)
    reason = models.CharField(max_length=400, blank=True)
    version_after = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("ticket of a bulk change")
        verbose_name_plural = _("tickets of a bulk change")
        default_permissions = ("view",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "ticket"], name="bulk_ticket_once")]
        indexes: ClassVar = [
            models.Index(fields=["run", "id"], condition=Q(outcome=""), name="bulk_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.ticket_id} {self.outcome}"

    @property
    def outcome_label(self) -> str:
        return str(self.Outcome(self.outcome).label)

    def arguments(self, run: BulkRun) -> dict[str, Any]:
        """What the verb gets for this ticket."""
        return {**run.data, **self.data}
