"""What a unit that handles asks for, and what is learned from returns that were decided."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.states import RequestKind


class TicketRequest(models.Model):
    """A request to return (退单), for more time (延期) or to let the matter stand still (挂账), and what became of it.

    `terms` are those of its kind. Of each kind at most one waits at a time; whoever asked never decides.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("To be decided")
        GRANTED = "granted", pgettext_lazy("request", "Granted")
        REFUSED = "refused", pgettext_lazy("request", "Refused")
        LAPSED = "lapsed", pgettext_lazy("request", "Lapsed")

    ticket = models.ForeignKey(
        "incidents.Ticket", on_delete=models.CASCADE, related_name="requests", db_index=False
    )
    kind = models.CharField(max_length=12, choices=RequestKind)
    unit = models.ForeignKey("accounts.OrgUnit", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    terms = models.JSONField(default=dict, blank=True)
    # The lead of the unit, where somebody else of it asked first.
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request of a unit")
        verbose_name_plural = _("requests of units")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=Q(outcome=""), name="request_waits_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["ticket", "id"], name="request_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.outcome}"

    @property
    def askers(self) -> set[int]:
        """The people who stand behind it: they do not decide it."""
        return {key for key in (self.asked_by_id, self.consented_by_id) if key}


class RoutingCandidate(models.Model):
    """What decided returns teach: matters of this category from this region went to one unit and belong to another.

    `granted` and `refused` count decisions on the suggestion, `dispatched` where such a ticket was sent afterwards.
    """

    category_code = models.CharField(_("category"), max_length=6)
    region = models.ForeignKey(
        "grids.Region", verbose_name=_("region"), on_delete=models.PROTECT, related_name="+"
    )
    from_unit = models.ForeignKey(
        "accounts.OrgUnit", verbose_name=_("from unit"), on_delete=models.PROTECT, related_name="+"
    )
    to_unit = models.ForeignKey(
        "accounts.OrgUnit", verbose_name=_("to unit"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    granted = models.PositiveIntegerField(_("returns granted"), default=0)
    refused = models.PositiveIntegerField(_("returns refused"), default=0)
    dispatched = models.PositiveIntegerField(_("dispatched there"), default=0)
    first_at = models.DateTimeField(_("first counted"))
    last_at = models.DateTimeField(_("last counted"))

    class Meta:
        verbose_name = _("routing candidate")
        verbose_name_plural = _("routing candidates")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["category_code", "region", "from_unit", "to_unit"],
                nulls_distinct=False,
                name="routing_candidate_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.category_code} {self.from_unit_id} -> {self.to_unit_id}"
