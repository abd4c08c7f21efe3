"""What goes out: tickets as rows and in full, masked citizens, clocks, files. One definition for answer and
document; the instances at the end serve every request (see `StrictSerializer`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.accounts.models import Tier
from governance.foundation.api.shapes import Shape
from governance.foundation.naming import label_of
from governance.foundation.state_machine import Verb
from grids.territory import current as territory
from incidents.models import Attachment, Deadline, Requester, Step, Supplement, Ticket
from incidents.sides import SideButton
from incidents.states import DemandType, RequestKind, State, Urgency

if TYPE_CHECKING:
    Plain = serializers.Field[Any, Any, Any, Any]
else:
    Plain = serializers.Field

LAMPS = [("green", "in time"), ("amber", "80 % used"), ("red", "over"), ("grey", "no clock runs")]


class Code(Shape):
    """A thing with its code and its name in the caller's language."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")


class UnitRef(Shape):
    """A unit."""

    code = serializers.CharField()
    name = serializers.CharField()


class PlaceRef(Shape):
    """A region or grid."""

    level = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


@extend_schema_field(UnitRef(allow_null=True))
class UnitById(Plain):
    """A unit id as code and name, from the process's territory; null for a unit that is gone."""

    def to_representation(self, value: int) -> dict[str, str] | None:
        unit = territory().units.get(value)
        return {"code": unit.code, "name": label_of(unit)} if unit else None


@extend_schema_field(PlaceRef(many=True))
class PlacesByPath(Plain):
    """The places from the city down."""

    def to_representation(self, value: str) -> list[dict[str, str]]:
        return [
            {"level": place.level, "code": place.code, "name": label_of(place)}
            for place in territory().chain(value)
        ]


class Position(Shape):
    """WGS-84 degrees."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()


@extend_schema_field(Position(allow_null=True))
class PositionOf(Plain):
    """The point of a ticket, null where it has none."""

    def to_representation(self, value: Ticket) -> dict[str, float] | None:
        return None if value.lon is None or value.lat is None else {"lon": value.lon, "lat": value.lat}


@dataclass(frozen=True)
class Row:
    """A ticket as one caller sees it now."""

    ticket: Ticket
    lamp: str


class TicketRow(Shape):
    """A ticket in a list."""

    number = serializers.CharField(source="ticket.number")
    url = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="ticket.version")
    state = serializers.ChoiceField(State.choices, source="ticket.state")
    source = Code(source="ticket.source")  # type: ignore[assignment]  # a declared field
    external_no = serializers.CharField(source="ticket.external_no", allow_null=True)
    demand_type = serializers.ChoiceField(DemandType.choices, source="ticket.demand_type")
    category = Code(source="ticket.category")
    urgency = serializers.ChoiceField(Urgency.choices, source="ticket.urgency")
    min_level = serializers.ChoiceField(Tier.choices, source="ticket.min_level")
    title = serializers.CharField(source="ticket.title")
    place = serializers.CharField(source="ticket.place")
    point = PositionOf(source="ticket")
    places = PlacesByPath(source="ticket.region_path")
    is_outside_grids = serializers.BooleanField(source="ticket.is_outside_grids")
    holder = UnitById(source="ticket.holder_id")
    lead_unit = UnitById(source="ticket.lead_unit_id", allow_null=True)
    registered_at = serializers.DateTimeField(source="ticket.registered_at")
    due_at = serializers.DateTimeField(source="ticket.due_at", allow_null=True)
    original_due_at = serializers.DateTimeField(source="ticket.original_due_at", allow_null=True)
    next_due_at = serializers.DateTimeField(source="ticket.next_due_at", allow_null=True)
    lamp = serializers.ChoiceField(LAMPS)
    is_overdue = serializers.BooleanField(source="ticket.is_overdue")
    closed_at = serializers.DateTimeField(source="ticket.closed_at", allow_null=True)

    def get_url(self, row: Row) -> str:
        return f"/api/v1/tickets/{row.ticket.number}"


def row_of(ticket: Ticket, at: datetime) -> Row:
    """The ticket with its lamp at `at`."""
    return Row(ticket, ticket.lamp(at))


class SupplementOut(Shape):
    """What a repeated post has changed: kept beside the ticket, which keeps its words."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField()


@dataclass(frozen=True)
class Receipt(Row):
    """What became of a post."""

    created: bool
    supplement: Supplement | None

    @property
    def query_code(self) -> str:
        return self.ticket.query_code


class TicketReceipt(TicketRow):
    """The ticket that a report has become, or that it repeats."""

    created = serializers.BooleanField(help_text="False: an earlier post made this ticket.")
    supplement = SupplementOut(allow_null=True)
    query_code = serializers.CharField(help_text="For the citizen, together with the number.")


class TicketPage(Shape):
    """One page, newest first."""

    next = serializers.URLField(allow_null=True, help_text="Towards older tickets.")
    previous = serializers.URLField(allow_null=True, help_text="Towards newer tickets.")
    results = TicketRow(many=True)


class RequesterOut(Shape):
    """A citizen, masked."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="masked_name")
    phone = serializers.CharField(source="masked_phone")
    needs_reply = serializers.BooleanField()


class RequesterClear(Shape):
    """A citizen in the clear."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    phone = serializers.CharField()


class StepOut(Shape):
    """One deed, as it was."""

    id = serializers.IntegerField(source="pk")
    verb = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    at = serializers.DateTimeField()
    from_state = serializers.CharField(allow_blank=True)
    to_state = serializers.ChoiceField(State.choices)
    actor = serializers.CharField(source="actor_name", allow_blank=True, help_text="Empty for API clients.")
    role = serializers.CharField(allow_blank=True)
    unit = UnitById(source="unit_id", allow_null=True)
    holder = UnitById(source="holder_id", allow_null=True)
    client = serializers.CharField()
    opinion = serializers.CharField(allow_blank=True)
    data = serializers.DictField()  # type: ignore[assignment]  # a declared field


@dataclass(frozen=True)
class Running:
    """A clock with its lamp."""

    clock: Deadline
    lamp: str


def running(clock: Deadline, at: datetime) -> Running:
    """The clock with its lamp at `at`: grey once it has stopped and while it stands still."""
    if clock.stopped_at is not None or clock.paused_at is not None:
        return Running(clock, "grey")
    return Running(clock, "red" if at >= clock.due_at else "amber" if at >= clock.warn_at else "green")


class ClockOut(Shape):
    """One limit: since when, until when, and what came of it."""

    stage = serializers.ChoiceField(Deadline.Stage.choices, source="clock.stage")
    unit = UnitById(source="clock.unit_id")
    part = serializers.IntegerField(
        source="clock.assignment_id", allow_null=True, help_text="Of a co-handler's part, see `parts`."
    )
    amount = serializers.IntegerField(source="clock.amount")
    amount_unit = serializers.CharField(source="clock.amount_unit")
    counted_in = serializers.CharField(source="clock.clock", help_text="working or natural time")
    started_at = serializers.DateTimeField(source="clock.started_at")
    due_at = serializers.DateTimeField(source="clock.due_at")
    original_due_at = serializers.DateTimeField(source="clock.original_due_at")
    warn_at = serializers.DateTimeField(source="clock.warn_at")
    paused_at = serializers.DateTimeField(
        source="clock.paused_at", allow_null=True, help_text="Stands still since then."
    )
    stopped_at = serializers.DateTimeField(source="clock.stopped_at", allow_null=True)
    outcome = serializers.ChoiceField(["", "met", "late", "cancelled"], source="clock.outcome")
    lamp = serializers.ChoiceField(LAMPS)


class AttachmentOut(Shape):
    """One file."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    phase = serializers.ChoiceField(Attachment.Phase.choices)
    kind = serializers.ChoiceField(Attachment.Kind.choices)
    origin = serializers.ChoiceField(Attachment.Origin.choices)
    received_at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    version = serializers.IntegerField()
    is_masked = serializers.BooleanField()
    scan = serializers.ChoiceField(Attachment.Scan.choices)
    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    def get_url(self, row: Attachment) -> str:
        return reverse("api:attachment", args=[row.pk])

    def get_thumbnail_url(self, row: Attachment) -> str | None:
        return f"{self.get_url(row)}?size=thumbnail" if row.thumbnail else None


@dataclass(frozen=True)
class Permitted:
    """A verb that this caller may do now."""

    verb: Verb
    number: str

    @property
    def url(self) -> str:
        return f"/api/v1/tickets/{self.number}/{self.verb.name}"


class VerbOut(Shape):
    """A verb that this caller may do now."""

    name = serializers.CharField(source="verb.name")
    label = serializers.CharField(source="verb.label")  # type: ignore[assignment]  # a declared field
    url = serializers.CharField()


class ActionOut(Shape):
    """What this caller may begin beside the ticket's own way."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field
    url = serializers.CharField(source="api")


@dataclass(frozen=True)
class Whole(Row):
    """A ticket in full, as one caller sees it now."""

    requesters: Sequence[Requester]
    timeline: Sequence[Step]
    clocks: Sequence[Running]
    attachments: Sequence[Attachment]
    verbs: Sequence[Permitted]
    actions: Sequence[SideButton]


class TicketDetail(TicketRow):
    """A ticket in full."""

    content = serializers.CharField(source="ticket.content")
    is_confidential = serializers.BooleanField(source="ticket.is_confidential")
    is_sensitive = serializers.BooleanField(source="ticket.is_sensitive")
    needs_reply = serializers.BooleanField(source="ticket.needs_reply")
    is_auto_signed = serializers.BooleanField(source="ticket.is_auto_signed")
    rework_count = serializers.IntegerField(source="ticket.rework_count")
    reopen_count = serializers.IntegerField(source="ticket.reopen_count")
    merged_into = serializers.SerializerMethodField(help_text="Number of the ticket that it was merged into.")
    merged_count = serializers.IntegerField(source="ticket.merged_count", help_text="Reports merged into it.")
    parent = serializers.SerializerMethodField(  # type: ignore[assignment]  # a declared field
        help_text="Number of the ticket that it was split off from."
    )
    child_count = serializers.IntegerField(
        source="ticket.child_count", help_text="Split off, see `children`."
    )
    urge_count = serializers.IntegerField(source="ticket.urge_count")
    urged_at = serializers.DateTimeField(source="ticket.urged_at", allow_null=True)
    return_count = serializers.IntegerField(source="ticket.return_count")
    is_final_assignment = serializers.BooleanField(
        source="ticket.is_final_assignment", help_text="Decided with binding force: cannot be returned."
    )
    asked = serializers.ListField(
        child=serializers.ChoiceField(RequestKind.choices),
        source="ticket.asked",
        help_text="Requests of the unit that wait for a decision.",
    )
    result_kind = serializers.CharField(source="ticket.result_kind", allow_blank=True)
    closure_kind = serializers.CharField(source="ticket.closure_kind", allow_blank=True)
    occurred_at = serializers.DateTimeField(source="ticket.occurred_at", allow_null=True)
    external_due_at = serializers.DateTimeField(source="ticket.external_due_at", allow_null=True)
    accepted_at = serializers.DateTimeField(source="ticket.accepted_at", allow_null=True)
    first_dispatched_at = serializers.DateTimeField(source="ticket.first_dispatched_at", allow_null=True)
    feedback_at = serializers.DateTimeField(source="ticket.feedback_at", allow_null=True)
    checked_at = serializers.DateTimeField(source="ticket.checked_at", allow_null=True)
    requesters = RequesterOut(many=True)
    timeline = StepOut(many=True)
    clocks = ClockOut(many=True)
    attachments = AttachmentOut(many=True)
    verbs = VerbOut(many=True, help_text="What this caller may do now.")
    actions = ActionOut(many=True, help_text="What this caller may begin beside it: supervision, an appeal.")

    def get_merged_into(self, row: Whole) -> str | None:
        main = row.ticket.merged_into
        return main.number if main is not None else None

    def get_parent(self, row: Whole) -> str | None:
        parent = row.ticket.parent
        return parent.number if parent is not None else None


ROW, RECEIPT, DETAIL = TicketRow(), TicketReceipt(), TicketDetail()
FILE, CLEAR = AttachmentOut(), RequesterClear()
