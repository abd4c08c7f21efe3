"""Policy notices over REST: lists, one notice with the verbs of its table, confirming, and the public ones."""

from collections.abc import Callable
from typing import Any, ClassVar, Final

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.actors import Actor
from governance.foundation.api.paging import Cursor, page_links, window
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Unprocessable
from governance.foundation.state_machine import Verb
from grids.api.callers import reader, staff
from grids.territory import current as territory
from incidents.api.reading import shape_of
from publicity import writing
from publicity.api import showing
from publicity.api.reading import (
    DEFAULT_LIMIT,
    DraftIn,
    EditIn,
    NothingIn,
    NoticeQuery,
    PublicQuery,
    draft_of,
)
from publicity.api.showing import NoticeDetail, NoticeOut, PublicOut
from publicity.models import PolicyNotice
from publicity.rules import home_unit
from publicity.states import NOTICE_TABLE
from publicity.views.desk import shares_of, unread, visible_notice, with_own

View = Callable[..., Any]
DEEDS: Final[dict[str, Callable[..., PolicyNotice]]] = {
    "publish": writing.publish,
    "remind": writing.remind,
    "withdraw": writing.withdraw,
}
"""Verbs whose body is their needs; a draft is written by `POST /policies` and `edit`."""
QUERY, PUBLIC, DRAFT, EDIT, NOTHING = NoticeQuery(), PublicQuery(), DraftIn(), EditIn(), NothingIn()


class NoticePage(Base):
    """One page, newest first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = NoticeOut(many=True)


class PublicPage(Base):
    """One page, newest first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PublicOut(many=True)


def shown(by: Actor, number: str) -> dict[str, Any]:
    """One notice as this person sees it now. Raises NotFound."""
    visible_notice(by, number)
    rows = with_own(PolicyNotice.objects.filter(number=number), by).select_related("unit")
    row = rows.prefetch_related("targets").get()
    return showing.detail(row, shares_of([row], by).get(row.pk), by)


class NoticesView(ApiView):
    """The notices that the caller may see."""

    @extend_schema(
        operation_id="policies_list",
        tags=["policies"],
        parameters=[NoticeQuery],
        responses={200: NoticePage},
        summary="List policy notices: sent to the caller, going to places that one oversees, or of the own unit",
    )
    def get(self, request: Request) -> Response:
        by = staff(request)
        wanted = read(QUERY, request.query_params.dict())
        cursor = Cursor.read(wanted.get("cursor", ""))
        rows = PolicyNotice.objects.visible_to(by)
        if wanted.get("mine"):
            rows = PolicyNotice.objects.mine(by)
        if wanted.get("unread"):
            rows = unread(rows, by)
        rows = rows.filter(**{name: wanted[name] for name in ("state", "kind") if name in wanted})
        rows = with_own(rows, by).select_related("unit").prefetch_related("targets")
        limit = wanted.get("limit", DEFAULT_LIMIT)
        found, next_key, previous_key = window(rows, "prepared_at", cursor, limit)
        shares = shares_of(found, by)
        results = [showing.notice(row, shares.get(row.pk)) for row in found]
        return Response({**page_links(request, next_key, previous_key), "results": results})

    @extend_schema(
        operation_id="policies_prepare",
        tags=["policies"],
        request=DraftIn,
        responses={201: NoticeDetail},
        summary="Write a draft in the name of the caller's unit",
    )
    def post(self, request: Request) -> Response:
        by, at = staff(request), now()
        draft = draft_of(read(DRAFT, request.data))
        row = writing.prepare(draft, unit_id=home_unit(by), by=by, at=at)
        return Response(shown(by, row.number), status=201)


class NoticeView(ApiView):
    """One notice."""

    @extend_schema(
        operation_id="policies_read",
        tags=["policies"],
        responses={200: NoticeDetail},
        summary="Read one policy notice, and what the caller may do to it now",
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(shown(staff(request), number))


class EditView(ApiView):
    """Another text for a draft."""

    @extend_schema(
        operation_id="policies_edit",
        tags=["policies"],
        request=EditIn,
        responses={200: NoticeDetail},
        summary="Replace what a draft says and where it goes",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        row = visible_notice(by, number)
        data = read(EDIT, request.data)
        writing.edit(row.pk, draft_of(data), by=by, at=at, version=data.get("version"))
        return Response(shown(by, number))


class ConfirmView(ApiView):
    """The caller has read it."""

    @extend_schema(
        operation_id="policies_confirm",
        tags=["policies"],
        request=NothingIn,
        responses={200: NoticeDetail},
        summary="Confirm having read a notice that was sent to the caller; again is no harm",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        row = visible_notice(by, number)
        read(NOTHING, request.data)
        writing.confirm(row.pk, by=by, at=at)
        return Response(shown(by, number))


class VerbView(ApiView):
    """One verb of the table; the rest is set by `verb_view`."""

    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]

    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        row = visible_notice(by, number)
        data = read(self.shape, request.data)
        DEEDS[self.verb.name](row.pk, by=by, at=at, **data)
        return Response(shown(by, number))


def verb_view(name: str) -> View:
    """The view of one verb, with its own body in the API's document."""
    verb, plain = NOTICE_TABLE[name], shape_of(NOTICE_TABLE[name])
    shape = type(f"Policy{plain.__name__}", (plain,), {"__doc__": f"Data of `{name}` of one notice."})
    attributes = {"verb": verb, "shape": shape(), "__doc__": f"`{name}` of one notice."}
    view = type(f"{shape.__name__}View", (VerbView,), attributes)
    post = extend_schema(
        operation_id=f"policies_{name}",
        tags=["policies"],
        request=shape,
        responses={200: NoticeDetail},
        summary=f"policy notice {name}: {' or '.join(sorted(verb.sources))}",
        description=f"Who: {', '.join(f'{role} ({reach})' for role, reach in verb.who.items())}. {verb.guard}",
    )
    described: type[VerbView] = extend_schema_view(post=post)(view)
    return described.as_view()


class PublicNoticesView(ApiView):
    """What residents may read today."""

    @extend_schema(
        operation_id="public_policies_list",
        tags=["policies"],
        parameters=[PublicQuery],
        responses={200: PublicPage},
        summary="Public policy notices in force today, also for API clients",
    )
    def get(self, request: Request) -> Response:
        reader(request)
        wanted = read(PUBLIC, request.query_params.dict())
        cursor = Cursor.read(wanted.get("cursor", ""))
        rows = PolicyNotice.objects.public(local(now()).date())
        if code := wanted.get("place"):
            place = territory().by_code.get(code)
            if place is None:
                raise Unprocessable(fields={"place": [writing.UNKNOWN_PLACE % {"code": code}]})
            rows = rows.filter(PolicyNotice.objects.reaching([place.path]))
        rows = rows.select_related("unit").prefetch_related("targets")
        limit = wanted.get("limit", DEFAULT_LIMIT)
        found, next_key, previous_key = window(rows, "published_at", cursor, limit)
        results = [showing.public(row) for row in found]
        return Response({**page_links(request, next_key, previous_key), "results": results})


class PublicNoticeView(ApiView):
    """One notice that residents may read today."""

    @extend_schema(
        operation_id="public_policies_read",
        tags=["policies"],
        responses={200: PublicOut},
        summary="Read one public policy notice that is in force today",
    )
    def get(self, request: Request, number: str) -> Response:
        reader(request)
        rows = PolicyNotice.objects.public(local(now()).date()).select_related("unit")
        row = rows.prefetch_related("targets").filter(number=number).first()
        if row is None:
            raise NotFound()
        return Response(showing.public(row))
