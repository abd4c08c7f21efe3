"""Tickets over REST: report, list, read, act. Everything starts from what the caller may see."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.actors import Actor
from governance.exchange.edges import actor_of
from governance.foundation.api.paging import page_links
from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.state_machine import Verb
from incidents import intake, queries, sides, transitions
from incidents.api import showing
from incidents.api.listing import DEFAULT_LIMIT, ListQuery, cursor_of, filter_of, plain
from incidents.api.reading import RevealIn, SelfHandledIn, TicketIn, draft_of, shape_of
from incidents.disclosure import reveal
from incidents.models import Step, Ticket
from incidents.opening import visible_key, visible_ticket
from incidents.querysets import TicketQuerySet
from incidents.rules import permitted, timely
from incidents.states import MOVES
from incidents.states.hands import hands_of

LIST_QUERY, REPORT, SELF_HANDLED, REVEAL = ListQuery(), TicketIn(), SelfHandledIn(), RevealIn()


class TicketsView(ApiView):
    """The tickets that the caller may see."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="tickets_list",
        tags=["tickets"],
        parameters=[ListQuery],
        responses={200: showing.TicketPage},
        summary="List tickets, newest first",
    )
    def get(self, request: Request) -> Response:
        at = now()
        wanted = read(LIST_QUERY, plain(request.query_params))
        cursor = cursor_of(wanted)
        rows = visible(actor_of(request, "api")).select_related("source", "category")
        page = queries.newest_page(
            queries.filtered(rows.defer("search", "content"), filter_of(wanted, at), in_order=True),
            size=wanted.get("limit", DEFAULT_LIMIT),
            after=cursor.after,
            before=cursor.before,
        )
        results = [showing.ROW.to_representation(showing.row_of(ticket, at)) for ticket in page.rows]
        return Response({**page_links(request, page.next_key, page.previous_key), "results": results})

    @extend_schema(
        operation_id="tickets_report",
        tags=["tickets"],
        request=TicketIn,
        responses={201: showing.TicketReceipt, 200: showing.TicketReceipt},
        summary="Report a matter; repeating `source` and `external_no` gives the same ticket",
    )
    def post(self, request: Request) -> Response:
        draft = draft_of(read(REPORT, request.data))
        at = now()
        return receipt(intake.register(draft, by=actor_of(request, "api"), at=at), at)


class SelfHandledView(ApiView):
    """Matters that a worker has solved on the spot."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="tickets_self_handle",
        tags=["tickets"],
        request=SelfHandledIn,
        responses={201: showing.TicketReceipt, 200: showing.TicketReceipt},
        summary="Report a matter that was handled on the spot",
    )
    def post(self, request: Request) -> Response:
        data = read(SELF_HANDLED, request.data)
        at = now()
        made = intake.self_handle(
            draft_of(data),
            by=actor_of(request, "api"),
            at=at,
            before=data["before"],
            after=data["after"],
            opinion=data["opinion"],
        )
        return receipt(made, at)


def receipt(made: intake.Intake, at: datetime) -> Response:
    """201 for a new ticket, 200 for one that was there."""
    row = showing.Receipt(made.ticket, made.ticket.lamp(at), made.created, made.supplement)
    return Response(showing.RECEIPT.to_representation(row), status=201 if made.created else 200)


def visible(by: Actor) -> TicketQuerySet:
    """The door of every list and every detail."""
    return Ticket.objects.visible_to(by)


class TicketView(ApiView):
    """One ticket in full."""

    @extend_schema(
        operation_id="tickets_read",
        tags=["tickets"],
        responses={200: showing.TicketDetail},
        summary="Read a ticket: timeline, clocks, masked citizens, what may be done now",
    )
    def get(self, request: Request, number: str) -> Response:
        by, at = actor_of(request, "api"), now()
        return Response(showing.DETAIL.to_representation(whole(visible_ticket(by, number), by, at)))


def whole(ticket: Ticket, by: Actor, at: datetime) -> showing.Whole:
    """Everything about the ticket that `by` may read. A client learns roles and units, not staff names."""
    steps = list(ticket.steps.order_by("id"))
    hands = hands_of(steps)
    for step in steps:
        if step.is_nameless:
            step.role, step.unit_id = "", None
    if by.is_api_client:
        _without_names(steps)
    return showing.Whole(
        ticket=ticket,
        lamp=ticket.lamp(at),
        requesters=list(ticket.requesters.order_by("id")),
        timeline=steps,
        clocks=[showing.running(clock, at) for clock in ticket.deadlines.order_by("id")],
        attachments=list(ticket.attachments.order_by("received_at", "id")),
        verbs=[
            showing.Permitted(verb, ticket.number)
            for verb in timely(permitted(ticket, by, hands=hands, at=at), ticket, steps)
        ],
        actions=[] if by.is_api_client else [item for item in sides.buttons_of(ticket, by, at) if item.api],
    )


def _without_names(steps: list[Step]) -> None:
    for step in steps:
        step.actor_name = ""


class RevealView(ApiView):
    """A citizen in the clear."""

    @extend_schema(
        operation_id="tickets_reveal_requester",
        tags=["tickets"],
        request=RevealIn,
        responses={200: showing.RequesterClear},
        summary="Show a citizen's name and phone; the reason goes into the journal",
    )
    def post(self, request: Request, number: str, requester_id: int) -> Response:
        by = actor_of(request, "api")
        ticket = visible_ticket(by, number)
        reason = read(REVEAL, request.data)["reason"]
        found = reveal(ticket, requester_id, by=by, at=now(), reason=reason)
        return Response(showing.CLEAR.to_representation(found))


class VerbView(ApiView):
    """One verb of the state table; `verb` and `shape` are set by `verb_view`."""

    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]

    def post(self, request: Request, number: str) -> Response:
        by = actor_of(request, "api")
        ticket_id = visible_key(by, number)
        data = read(self.shape, request.data)
        version = data.pop("version", None)
        at = now()
        moved = transitions.perform(self.verb.name, ticket_id, by=by, at=at, data=data, version=version)
        return Response(showing.ROW.to_representation(showing.row_of(moved, at)))


def verb_view(verb: Verb) -> Callable[..., Any]:
    """The view of one verb, with its own body in the API's document."""
    shape = shape_of(verb)
    name = f"{shape.__name__}View"
    view = type(name, (VerbView,), {"verb": verb, "shape": shape(), "__doc__": f"The verb `{verb.name}`."})
    post = extend_schema(
        operation_id=f"tickets_{verb.name}",
        tags=["verbs"],
        request=shape,
        responses={200: showing.TicketRow},
        summary=f"{verb.name}: {' or '.join(sorted(verb.sources))} → {' or '.join(verb.targets)}",
        description=_describe(verb),
    )
    described: type[VerbView] = extend_schema_view(post=post)(view)
    return described.as_view()


def _describe(verb: Verb) -> str:
    who = ", ".join(f"{role} ({reach})" for role, reach in verb.who.items())
    parts = [f"Who: {who}."]
    if verb.guard:
        parts.append(f"Guard: {verb.guard}.")
    if verb.clock:
        parts.append(f"Clocks: {verb.clock}.")
    return " ".join(parts)


VERB_VIEWS = {verb.name: verb_view(verb) for verb in MOVES}
