"""The ticket: one word for event, work order and case file. What it was filed under is frozen on it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import Tier
from governance.foundation.naming import display
from incidents.models.marks import (
    indexes_of_due_times,
    indexes_of_marks,
    indexes_of_points,
    indexes_of_sight,
)
from incidents.querysets import TicketQuerySet
from incidents.states import FINAL, OPEN, DemandType, State, Urgency

if TYPE_CHECKING:
    from incidents.models.clock import Deadline

LATENESS = ("state", "is_overdue", "feedback_at")
PRESSING = ("next_due_at", "next_warn_at", "urgency", "is_key_report", "is_urged")
SOLVED = ("source", "min_level", "closure_kind", "rework_count")
HERE = ("town", "community", "grid")
ELSEWHERE = ("filed_grid", "filed_region", "now_grid")
"""What the indexes that statistics are counted along say of the place: where it is, and where else it counts."""


class Ticket(models.Model):
    """A report on its way. `transitions` and `intake` are the only writers of `state`."""

    class ClosureKind(models.TextChoices):
        SELF_HANDLED = "self_handled", _("Handled on the spot")
        HANDLED = "handled", _("Handled")

    number = models.CharField(_("number"), max_length=20)
    query_code = models.CharField(max_length=8, editable=False)
    version = models.PositiveIntegerField(default=1)

    # A foreign key has an index of its own only where a list is read along it: each costs every report its time.
    # Those without a constraint are kept from the other side: what a ticket names is never deleted (migration 0009).
    source = models.ForeignKey(
        "incidents.TicketSource",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        db_index=False,
        db_constraint=False,
    )
    external_no = models.CharField(_("external number"), max_length=80, null=True, blank=True)
    content_digest = models.CharField(max_length=64, blank=True, editable=False)
    client = models.ForeignKey(
        "exchange.ApiClient",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("registered by"),
        null=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="reported",
    )
    reporter_role = models.CharField(max_length=24, blank=True)

    demand_type = models.CharField(
        _("demand type"), max_length=20, choices=DemandType, default=DemandType.HELP
    )
    category = models.ForeignKey(
        "incidents.MatterCategory",
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        db_index=False,
        db_constraint=False,
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    min_level = models.CharField(_("lowest level"), max_length=12, choices=Tier)
    title = models.CharField(_("title"), max_length=120)
    content = models.TextField(_("description"))
    search = SearchVectorField(null=True, editable=False)
    # Kept by a trigger: codes of the places it lies in, negative ids of the units that take part or hold it.
    seen_from = ArrayField(models.BigIntegerField(), default=list, editable=False)

    region = models.ForeignKey(
        "grids.Region",
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    region_path = models.CharField(max_length=80)
    town = models.ForeignKey(
        "grids.Region",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    community = models.ForeignKey(
        "grids.Region",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    grid = models.ForeignKey(
        "grids.Grid",
        verbose_name=_("grid"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    # The places above are those that answer: they follow a revision of grids while the ticket is open. Both columns
    # below are empty where they would say the same: the grid it was filed under, and the present grid of its place.
    filed_grid = models.ForeignKey(
        "grids.Grid", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    now_grid = models.ForeignKey(
        "grids.Grid", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    # Of one that lies in no grid: the region it was filed under, where an open one followed a merger of regions.
    filed_region = models.ForeignKey(
        "grids.Region", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    datum = models.CharField(_("coordinates came in"), max_length=8, blank=True)
    accuracy = models.FloatField(_("accuracy in metres"), null=True, blank=True)
    is_outside_grids = models.BooleanField(_("outside every grid"), default=False)

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REGISTERED)
    holder = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("held by"),
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="held",
    )
    accepted_unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    dispatched_unit = models.ForeignKey(
        "accounts.OrgUnit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lead_unit = models.ForeignKey(
        "accounts.OrgUnit",
        verbose_name=_("lead unit"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    closure_kind = models.CharField(max_length=16, choices=ClosureKind, blank=True)
    result_kind = models.CharField(max_length=16, blank=True)

    occurred_at = models.DateTimeField(_("occurred"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered"))
    accepted_at = models.DateTimeField(null=True)
    first_dispatched_at = models.DateTimeField(null=True)
    feedback_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    external_due_at = models.DateTimeField(_("due by the sender"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    original_due_at = models.DateTimeField(_("originally due"), null=True)
    next_due_at = models.DateTimeField(null=True)
    next_warn_at = models.DateTimeField(null=True)

    is_overdue = models.BooleanField(_("overdue"), default=False)
    is_urged = models.BooleanField(_("urged"), default=False)
    is_sensitive = models.BooleanField(_("sensitive"), default=False)
    is_key_report = models.BooleanField(default=False)
    is_confidential = models.BooleanField(_("confidential reporter"), default=False)
    needs_reply = models.BooleanField(_("citizen waits for an answer"), default=False)
    is_auto_signed = models.BooleanField(_("signed automatically"), default=False)
    rework_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    return_count = models.PositiveSmallIntegerField(default=0)
    # The centre has decided that this unit handles it: it cannot be returned again.
    is_final_assignment = models.BooleanField(_("assigned with binding force"), default=False)
    # The kinds of request that wait for a decision inside or above the unit.
    asked = ArrayField(models.CharField(max_length=12), default=list, editable=False)
    # The apps beside the ticket that hold something for it: its page asks only those (`incidents.sides`).
    sides = ArrayField(models.CharField(max_length=16), default=list, editable=False)
    repeat_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="repeats", db_index=False
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        on_delete=models.PROTECT,
        related_name="merged",
        db_index=False,
        editable=False,
    )
    merged_count = models.PositiveIntegerField(_("reports merged into it"), default=0, editable=False)
    # A matter of several places or kinds is split: the children are handled each on its own, one level deep.
    parent = models.ForeignKey(
        "self",
        verbose_name=_("main ticket"),
        null=True,
        on_delete=models.PROTECT,
        related_name="children",
        db_index=False,
        editable=False,
    )
    child_count = models.PositiveIntegerField(_("child tickets"), default=0, editable=False)
    urge_count = models.PositiveIntegerField(_("times urged"), default=0, editable=False)
    urged_at = models.DateTimeField(_("urged last"), null=True, editable=False)
    # 急难愁盼: what presses residents most, marked by those who take in and oversee.
    is_pressing = models.BooleanField(
        _("urgent worry of residents"), default=False, db_default=False, editable=False
    )
    # Written by the apps above, beside the ticket's own verbs.
    is_supervised = models.BooleanField(_("supervised"), default=False, editable=False)
    has_instruction = models.BooleanField(_("leader's instruction"), default=False, editable=False)
    excluded_from_assessment = models.BooleanField(
        _("left out of the assessment"), default=False, editable=False
    )

    objects = TicketQuerySet.as_manager()

    if TYPE_CHECKING:
        deadlines: models.QuerySet[Deadline]

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        permissions: ClassVar = [("read_sensitive", "Can read sensitive tickets")]
        constraints: ClassVar = [
            # One index, for a whole number and for its beginning.
            models.UniqueConstraint(
                fields=["number"], name="ticket_number_once", opclasses=["varchar_pattern_ops"]
            ),
            models.UniqueConstraint(
                fields=["source", "external_no"],
                condition=Q(external_no__isnull=False),
                name="ticket_external_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="ticket_state_known"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="ticket_closed_has_time"
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | (~Q(parent=F("id")) & Q(child_count=0)),
                name="ticket_split_one_level",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("holder"),
                F("next_due_at").asc(nulls_last=True),
                F("id"),
                condition=Q(state__in=sorted(OPEN)),
                name="ticket_inbox",
            ),
            models.Index(
                fields=["holder", "state", "next_due_at", "id"],
                condition=Q(state__in=sorted(OPEN)),
                name="ticket_queue",
            ),
            models.Index(
                fields=["-registered_at", "-id"],
                include=["source", *HERE, "state", *ELSEWHERE, "category"],
                name="ticket_newest",
            ),
            # Few tickets are open: what the picture of the day counts of them is read here alone.
            models.Index(
                fields=["-registered_at", "-id"],
                include=["state", "town", "now_grid", "source", "holder", *PRESSING],
                condition=Q(state__in=sorted(OPEN)),
                name="ticket_open_newest",
            ),
            models.Index(fields=["town", "-registered_at", "-id"], name="ticket_town"),
            models.Index(
                fields=["community", "-registered_at", "-id"],
                include=["category", "grid", "lon", "lat"],
                name="ticket_near",
            ),
            models.Index(fields=["grid", "-registered_at", "-id"], name="ticket_grid"),
            *(
                models.Index(
                    fields=[name, "-registered_at", "-id"],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"ticket_{name}",
                )
                for name in (*ELSEWHERE, "lead_unit", "reporter")
            ),
            models.Index(fields=["category", "-registered_at", "-id"], name="ticket_category"),
            models.Index(fields=["source", "-registered_at", "-id"], name="ticket_source"),
            models.Index(
                fields=["region_path"],
                include=["state", *HERE, "next_due_at", *ELSEWHERE],
                condition=Q(state__in=sorted(OPEN)),
                name="ticket_open_place",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(fields=["state", "-registered_at", "-id"], name="ticket_state"),
            # Towns are few: who reads the whole city skips from one to the next, and needs no index of his own.
            models.Index(
                fields=["town", "due_at"],
                include=[*LATENESS, *HERE[1:], *ELSEWHERE, "excluded_from_assessment", "source"],
                condition=Q(due_at__isnull=False),
                name="ticket_town_due",
            ),
            models.Index(
                fields=["registered_at"], condition=Q(repeat_of__isnull=False), name="ticket_repeats"
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="ticket_merged_into"
            ),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="ticket_parent"),
            models.Index(fields=["closed_at"], condition=Q(state="closed"), name="ticket_closed"),
            *indexes_of_marks(),
            *indexes_of_due_times(),
            *indexes_of_points(),
            *indexes_of_sight(),
            models.Index(
                fields=["town", "closed_at"],
                include=["state", *HERE[1:], *ELSEWHERE, *SOLVED],
                condition=Q(closed_at__isnull=False),
                name="ticket_town_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    get_state_display = display(State, "state")
    get_demand_type_display = display(DemandType, "demand_type")
    get_min_level_display = display(Tier, "min_level")

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("incidents:ticket", args=[self.number])

    TELLS_OF_THE_PAST = ("filed_grid", "filed_region")
    """Columns that name a place as it was, on purpose."""

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """The condition under which a ticket still needs the regions that it names: it is open."""
        return Q(state__in=sorted(OPEN))

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    def lamp(self, at: datetime) -> str:
        """green, amber (80 % of the running limit), red (over), grey (no clock runs)."""
        if self.next_due_at is None:
            return "grey"
        if at >= self.next_due_at:
            return "red"
        return "amber" if self.next_warn_at is not None and at >= self.next_warn_at else "green"

    def facts(self) -> dict[str, Any]:
        """What a transition may change, for the journal's digests."""
        return {name: getattr(self, name) for name in FACTS}


FACTS = (
    "state", "version", "holder_id", "lead_unit_id", "category_id", "urgency", "min_level", "due_at",
    "original_due_at", "is_overdue", "accepted_at", "first_dispatched_at", "feedback_at", "checked_at",
    "closed_at", "rework_count", "reopen_count", "return_count", "is_final_assignment", "asked",
    "merged_into_id", "parent_id", "is_auto_signed", "closure_kind", "child_count", "urge_count",
)  # fmt: skip

MUTABLE = (
    *FACTS, "demand_type", "accepted_unit_id", "dispatched_unit_id", "result_kind", "next_due_at",
    "next_warn_at", "is_urged", "urged_at", "is_sensitive", "is_key_report", "is_pressing",
)  # fmt: skip

PLACED = ("region_id", "region_path", *(f"{name}_id" for name in (*HERE, *ELSEWHERE)))
"""Where it is answered for and what is kept beside it: only a revision of grids changes these."""
