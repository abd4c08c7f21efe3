"""Online opinions over REST: the list, registering, one opinion, and every verb of its table."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.foundation.api.paging import Cursor, page_links, window
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import (
    ChoiceField,
    MomentField,
    PatternField,
    StrictSerializer,
    TextField,
    WholeField,
    read,
)
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.state_machine import Verb
from grids.api.callers import staff
from incidents.api.listing import QueryFlag
from incidents.api.reading import REGION_CODE, shape_of
from opinions import conduct, finding
from opinions.api import showing
from opinions.api.showing import OpinionDetail, OpinionOut
from opinions.finding import MOST, Finding
from opinions.querysets import OpinionQuerySet, answering_units
from opinions.rules import must_read
from opinions.states import OPEN, OPINION_TABLE, Level, OpinionState, Platform, Sentiment
from opinions.views.desk import seen_by, visible_opinion

View = Callable[..., Any]
DEFAULT_LIMIT, MAX_LIMIT = 50, 200
COUNT: dict[str, Any] = {"required": False, "min_value": 0, "max_value": MOST}


class OpinionQuery(StrictSerializer):
    """Filters; those left out do not restrict."""

    state = ChoiceField(OpinionState.choices, required=False)
    platform = ChoiceField(Platform.choices, required=False)
    level = ChoiceField(Level.choices, required=False)
    sentiment = ChoiceField(Sentiment.choices, required=False)
    mine = QueryFlag(required=False, help_text="Only what the caller's own units have to answer.")
    open = QueryFlag(required=False)
    overdue = QueryFlag(required=False, help_text="Past the limit of the stage that runs.")
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"{DEFAULT_LIMIT} when left out."
    )
    cursor = TextField(max_length=100, required=False, help_text="Only as given in next and previous.")


class OpinionPage(Base):
    """One page, newest first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = OpinionOut(many=True)


class FindingIn(StrictSerializer):
    """What was found on the net."""

    platform = ChoiceField(Platform.choices)
    title = TextField(max_length=120)
    text = TextField(max_length=20_000)
    place = PatternField(REGION_CODE, help_text="The code of the region or grid that it is about.")
    found_at = MomentField()
    link = TextField(max_length=500, required=False, allow_blank=True)
    poster = TextField(max_length=60, required=False, allow_blank=True)
    sentiment = ChoiceField(Sentiment.choices, required=False)
    views = WholeField(**COUNT)
    comments = WholeField(**COUNT)
    shares = WholeField(**COUNT)
    ticket = TextField(
        max_length=20, required=False, help_text="A ticket of category 1703 that it is opened from."
    )


QUERY, FINDING = OpinionQuery(), FindingIn()


class OpinionsView(ApiView):
    """The opinions that the caller may see."""

    @extend_schema(
        operation_id="opinions_list",
        tags=["opinions"],
        parameters=[OpinionQuery],
        responses={200: OpinionPage},
        summary="List online opinions, last found first",
    )
    def get(self, request: Request) -> Response:
        by, at = staff(request), now()
        must_read(by, at)
        wanted = read(QUERY, request.query_params.dict())
        cursor = Cursor.read(wanted.get("cursor", ""))
        named = ("state", "platform", "level", "sentiment")
        rows = seen_by(by, at).filter(**{name: wanted[name] for name in named if name in wanted})
        if wanted.get("mine"):
            rows = rows.filter(unit__in=answering_units(by))
        if wanted.get("open"):
            rows = rows.filter(state__in=OPEN)
        if wanted.get("overdue"):
            rows = rows.filter(OpinionQuerySet.lateness(at))
        rows = rows.select_related("region", "unit")
        found, next_key, previous_key = window(rows, "found_at", cursor, wanted.get("limit", DEFAULT_LIMIT))
        results = [showing.opinion(row, at) for row in found]
        return Response({**page_links(request, next_key, previous_key), "results": results})

    @extend_schema(
        operation_id="opinions_register",
        tags=["opinions"],
        request=FindingIn,
        responses={201: OpinionDetail},
        summary="Register an online opinion",
    )
    def post(self, request: Request) -> Response:
        by, at = staff(request), now()
        must_read(by, at)
        data = read(FINDING, request.data)
        ticket = data.pop("ticket", "")
        row = finding.register(Finding(**data), by=by, at=at, ticket_number=ticket)
        return Response(showing.detail(visible_opinion(by, row.number, at), by, at), status=201)


class OpinionView(ApiView):
    """One opinion."""

    @extend_schema(
        operation_id="opinions_read",
        tags=["opinions"],
        responses={200: OpinionDetail},
        summary="Read one online opinion, and what the caller may do to it now",
    )
    def get(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        return Response(showing.detail(visible_opinion(by, number, at), by, at))


class VerbView(ApiView):
    """One verb of the table; the rest is set by `verb_view`."""

    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]

    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        row = visible_opinion(by, number, at)
        data = read(self.shape, request.data)
        version = data.pop("version", None)
        conduct.perform(self.verb.name, row.pk, by=by, at=at, version=version, **data)
        return Response(showing.detail(visible_opinion(by, number, at), by, at))


def verb_view(name: str) -> View:
    """The view of one verb, with its own body in the API's document."""
    verb, plain = OPINION_TABLE[name], shape_of(OPINION_TABLE[name])
    shape = type(f"Opinion{plain.__name__}", (plain,), {"__doc__": f"Data of `{name}` of one opinion."})
    attributes = {"verb": verb, "shape": shape(), "__doc__": f"`{name}` of one opinion."}
    view = type(f"{shape.__name__}View", (VerbView,), attributes)
    post = extend_schema(
        operation_id=f"opinions_{name}",
        tags=["opinions"],
        request=shape,
        responses={200: OpinionDetail},
        summary=f"online opinion {name}: {' or '.join(sorted(verb.sources))}",
        description=f"Who: {', '.join(f'{role} ({reach})' for role, reach in verb.who.items())}. {verb.guard}",
    )
    described: type[VerbView] = extend_schema_view(post=post)(view)
    return described.as_view()
