"""Mediation over REST: refer a dispute, ask how far it is and what came of it, follow events."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exchange.edges import actor_of
from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from incidents.opening import visible_key, visible_ticket
from incidents.places import Spot
from mediation import feed, intake
from mediation.api import shapes
from mediation.drafts import CaseDraft, PartyDraft, RepresentativeDraft
from mediation.models import JudicialConfirmation, MediationCase, Obligation
from mediation.opening import visible_case
from mediation.states import CaseOrigin

CASE, EVENTS, OF_TICKET = shapes.CaseIn(), shapes.CaseEventsQuery(), shapes.TicketCaseIn()
ROW, EVENT = shapes.CaseOut(), shapes.CaseEventOut()


def draft_of(data: Mapping[str, Any]) -> CaseDraft:
    """The dispute that a checked body describes."""
    point = data.get("point") or {}
    return CaseDraft(
        facts=data["facts"],
        category=data["category"],
        origin=data["source"],
        external_no=data["external_no"],
        title=data.get("title") or "",
        claims=data.get("claims") or "",
        amount=Decimal(data["amount"]) if data.get("amount") else None,
        people=data.get("people") or 0,
        occurred_on=data.get("occurred_on"),
        spot=Spot(
            lon=point.get("lon"),
            lat=point.get("lat"),
            coord_system=point.get("coord_system", "wgs84"),
            accuracy=point.get("accuracy"),
            region_code=data.get("region_code") or "",
            text=data.get("place") or "",
        ),
        is_closed=bool(data.get("closed")),
        parties=[party_of(item) for item in data["parties"]],
    )


def party_of(data: Mapping[str, Any]) -> PartyDraft:
    """One party of a checked body."""
    people = [RepresentativeDraft(**_given(item)) for item in data.get("representatives") or ()]
    plain = {name: value for name, value in _given(data).items() if name != "representatives"}
    return PartyDraft(representatives=people, **plain)


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def result_of(row: MediationCase) -> dict[str, Any]:
    """What came of a case: of the agreement its form and whether it is kept, never its words."""
    agreement = row.agreements.filter(replaced_at=None, effective_at__isnull=False).first()
    confirmation = JudicialConfirmation.objects.filter(agreement=agreement).first() if agreement else None
    owed = Obligation.objects.filter(term__agreement=agreement) if agreement else Obligation.objects.none()
    told = row.steps.exclude(data__way=None).order_by("-pk").values_list("data__way", flat=True).first()
    return {
        "agreement": agreement.form if agreement else None,
        "is_partial": bool(agreement and agreement.is_partial),
        "effective_at": agreement.effective_at if agreement else None,
        "confirmation": confirmation.result if confirmation else None,
        "ruling_no": (confirmation.ruling_no or None) if confirmation else None,
        "performed": owed.filter(state="done").count(),
        "obligations": owed.count(),
        "way": told,
    }


class CasesView(ApiView):
    """Cases that the caller refers."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="mediation_cases_refer",
        tags=["mediation"],
        request=shapes.CaseIn,
        responses={201: shapes.CaseReceipt, 200: shapes.CaseReceipt},
        summary="Refer a dispute; repeating `external_no` gives the same case",
    )
    def post(self, request: Request) -> Response:
        by = actor_of(request, "api")
        done = intake.register(draft_of(read(CASE, request.data)), by=by, at=now())
        body = ROW.to_representation(done.row)
        body |= {"created": done.created, "supplemented": done.is_supplemented}
        return Response(body, status=201 if done.created else 200)


class TicketCasesView(ApiView):
    """The cases of a ticket."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="ticket_mediation_list",
        tags=["mediation"],
        responses={200: shapes.CaseOut(many=True)},
        summary="Mediation cases of a ticket that the caller may read, newest first",
    )
    def get(self, request: Request, number: str) -> Response:
        actor = actor_of(request, "api")
        rows = MediationCase.objects.visible_to(actor).filter(ticket=visible_key(actor, number))
        return Response([ROW.to_representation(row) for row in rows.order_by("-pk")])

    @extend_schema(
        operation_id="ticket_mediate",
        tags=["mediation"],
        request=shapes.TicketCaseIn,
        responses={201: shapes.CaseOut},
        summary="Open the case of a ticket that is a dispute. 409 while it has one that is open",
    )
    def post(self, request: Request, number: str) -> Response:
        by = actor_of(request, "api")
        ticket = visible_ticket(by, number)
        data = read(OF_TICKET, request.data)
        data["category"] = data.get("category") or intake.category_of(ticket)
        data["title"], data["facts"] = data.get("title") or ticket.title, data.get("facts") or ticket.content
        draft = draft_of(data | {"source": CaseOrigin.TICKET.value, "external_no": ""})
        return Response(
            ROW.to_representation(intake.from_ticket(ticket.pk, draft, by=by, at=now())), status=201
        )


class CaseView(ApiView):
    """One case."""

    @extend_schema(
        operation_id="mediation_cases_read",
        tags=["mediation"],
        responses={200: shapes.CaseDetail},
        summary="Read how far a case is and what came of it",
    )
    def get(self, request: Request, number: str) -> Response:
        row = visible_case(actor_of(request, "api"), number)
        return Response(ROW.to_representation(row) | {"result": result_of(row)})


class CaseEventsView(ApiView):
    """What has happened, in one order."""

    scopes: ClassVar = {"GET": "events"}

    @extend_schema(
        operation_id="mediation_events",
        tags=["mediation"],
        parameters=[shapes.CaseEventsQuery],
        responses={200: shapes.CaseEventPageOut},
        summary="Events of cases after a cursor, without gaps",
    )
    def get(self, request: Request) -> Response:
        wanted = read(EVENTS, request.query_params.dict())
        page = feed.page(
            actor_of(request, "api"), after=wanted.get("after", 0), limit=wanted.get("limit", 200)
        )
        events = [EVENT.to_representation(event) for event in page.events]
        return Response({"events": events, "after": page.after, "has_more": page.has_more})
