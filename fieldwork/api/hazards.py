"""Hazards over REST: for people, as far as their pages show them; reporting one, and the verbs of the table."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fieldwork.api import shapes
from fieldwork.api.pages import Shown, code_of, inside, page_answer
from fieldwork.hazards import deeds
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.querysets import HazardQuerySet
from fieldwork.hazards.reporting import HazardDraft, report
from fieldwork.hazards.rules import must_read, permitted
from fieldwork.hazards.states import HAZARD_TABLE
from fieldwork.hazards.views.faces import visible_hazard
from governance.accounts.actors import Actor
from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.state_machine import Verb
from grids.api.callers import staff
from incidents.api.listing import plain
from incidents.api.reading import shape_of
from incidents.models import Ticket
from incidents.places import Spot

QUERY, FOUND = shapes.HazardQuery(), shapes.HazardIn()
ROW, WHOLE = shapes.HazardOut(), shapes.HazardDetail()


def narrowed(rows: HazardQuerySet, wanted: Mapping[str, Any], at: datetime) -> HazardQuerySet:
    """What the filters leave."""
    rows = rows.filter(inside(wanted.get("region", "")))
    if wanted.get("state"):
        rows = rows.filter(state__in=wanted["state"])
    if wanted.get("grade"):
        rows = rows.filter(grade=wanted["grade"])
    if wanted.get("open"):
        rows = rows.open()
    if wanted.get("listed"):
        rows = rows.listed()
    return rows.late(at) if wanted.get("overdue") else rows


def shown(rows: list[Hazard], by: Actor) -> list[Shown]:
    """Rows with codes in place of keys: one statement for the tickets that the caller sees."""
    ids = [row.ticket_id for row in rows if row.ticket_id is not None]
    seen = Ticket.objects.visible_to(by).filter(pk__in=ids).order_by().values_list("pk", "number")
    numbers = dict(seen) if ids else {}
    return [
        Shown(
            row,
            region_code=code_of(row.region_path),
            unit_code=row.unit.code if row.unit is not None else "",
            ticket_number=numbers.get(row.ticket_id or 0, ""),
        )
        for row in rows
    ]


def draft_of(data: Mapping[str, Any]) -> HazardDraft:
    """The hazard that a checked body describes."""
    point = data.get("point") or {}
    return HazardDraft(
        category=data["category"],
        content=data["content"],
        party=data.get("party") or "",
        occurred_at=data.get("occurred_at"),
        key=data.get("key"),
        photos=data["photos"],
        spot=Spot(
            lon=point.get("lon"),
            lat=point.get("lat"),
            coord_system=point.get("coord_system", "wgs84"),
            accuracy=point.get("accuracy"),
            region_code=data.get("region_code") or "",
            text=data.get("place") or "",
        ),
    )


class HazardsView(ApiView):
    """The hazards that the caller may see, and a new one."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="fieldwork_hazards_all",
        tags=["fieldwork"],
        parameters=[shapes.HazardQuery],
        responses={200: shapes.HazardPage},
        summary="List hazards, newest first",
    )
    def get(self, request: Request) -> Response:
        by = staff(request)
        must_read(by)
        wanted = read(QUERY, plain(request.query_params))
        rows = narrowed(Hazard.objects.visible_to(by), wanted, now()).select_related("unit")
        return page_answer(request, rows, "reported_at", wanted, ROW, lambda found: shown(found, by))

    @extend_schema(
        operation_id="fieldwork_hazards_report",
        tags=["fieldwork"],
        request=shapes.HazardIn,
        responses={201: shapes.HazardReceipt, 200: shapes.HazardReceipt},
        summary="Report a hazard; repeating `key` gives the same one",
    )
    def post(self, request: Request) -> Response:
        by = staff(request)
        done = report(draft_of(read(FOUND, request.data)), by=by, at=now())
        body = ROW.to_representation(shown([done.hazard], by)[0]) | {"created": done.created}
        return Response(body, status=201 if done.created else 200)


def whole(by: Actor, number: str) -> dict[str, Any]:
    """A hazard that the caller sees, with what may be done to it now. Raises NotFound."""
    found = shown([visible_hazard(by, number)], by)[0]
    found.more["verbs"] = [verb.name for verb in permitted(found.row, by)]
    return WHOLE.to_representation(found)


class HazardView(ApiView):
    """One hazard."""

    @extend_schema(
        operation_id="fieldwork_hazards_read",
        tags=["fieldwork"],
        responses={200: shapes.HazardDetail},
        summary="Read a hazard, its limits and what may be done to it",
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(whole(staff(request), number))


class HazardVerbView(ApiView):
    """One verb of the table; `verb` and `shape` are set by `verb_view`."""

    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]

    def post(self, request: Request, number: str) -> Response:
        by = staff(request)
        row, data = visible_hazard(by, number), read(self.shape, request.data)
        deeds.perform(self.verb.name, row.pk, by=by, at=now(), **data)
        return Response(whole(by, number))


def verb_view(verb: Verb) -> Callable[..., Any]:
    """The view of one verb, with its own body in the API's document."""
    made = shape_of(verb)
    key = serializers.UUIDField(required=False, help_text="Makes a second try the same deed.")
    fields = {"key": key, "__doc__": made.__doc__}
    shape = type(f"Hazard{made.__name__}", (made,), fields)
    attributes = {"verb": verb, "shape": shape(), "__doc__": made.__doc__}
    view = type(f"{shape.__name__}View", (HazardVerbView,), attributes)
    goal = f" → {verb.target}" if verb.target else ""
    post = extend_schema(
        operation_id=f"fieldwork_hazard_{verb.name}",
        tags=["fieldwork"],
        request=shape,
        responses={200: shapes.HazardDetail},
        summary=f"{verb.name}: {' or '.join(sorted(verb.sources))}{goal}",
        description=f"Who: {', '.join(verb.who)}. {verb.guard}",
    )
    described: type[HazardVerbView] = extend_schema_view(post=post)(view)
    return described.as_view()


VERB_VIEWS = {name: verb_view(HAZARD_TABLE[name]) for name in deeds.DEEDS}
