"""Imports for systems: a file of reports, looked at and then taken in by a worker, row by row like their own calls."""

import json
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exports import importing
from exports.api import shapes
from exports.api.callers import must_be_system
from exports.models import ImportRow, TicketImport
from exports.targets import LABELS
from governance.accounts.actors import Actor
from governance.foundation.api.parsers import BoundedMultiPartParser
from governance.foundation.api.strict import read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound, Unprocessable

BROUGHT, PAGE, NOTHING = shapes.ImportIn(), shapes.PageQuery(), shapes.NoBody()
USUAL_PAGE = 100


def own(request: Request, number: str) -> tuple[Actor, TicketImport]:
    """The caller and its import. Raises NotFound, Forbidden."""
    by = must_be_system(request)
    run: TicketImport | None = TicketImport.objects.visible_to(by).filter(number=number).first()
    if run is None:
        raise NotFound()
    return by, run


class ImportsView(ApiView):
    """Bring a file, and which ones were brought."""

    scopes: ClassVar = {"POST": "report"}
    parser_classes = (BoundedMultiPartParser,)

    @extend_schema(
        operation_id="imports_list",
        tags=["files"],
        responses={200: shapes.ImportsOut},
        summary="The caller's newest imports",
    )
    def get(self, request: Request) -> Response:
        rows = TicketImport.objects.visible_to(must_be_system(request)).order_by("-id")
        return Response({"results": [shapes.import_facts(run) for run in rows[: shapes.MOST_LISTED]]})

    @extend_schema(
        operation_id="imports_bring",
        tags=["files"],
        request={"multipart/form-data": shapes.ImportIn},
        responses={201: shapes.ImportMade},
        summary="Bring a file of reports; it is taken in by a worker, or only looked at",
    )
    def post(self, request: Request) -> Response:
        by, at = must_be_system(request), now()
        data: dict[str, Any] = read(BROUGHT, _plain(request))
        file = data["file"]
        with transaction.atomic():  # a file that cannot be matched is not kept
            run = importing.bring(file.name, file.read(), by=by, at=at)
            places = run.mapping | _places(data.get("mapping", ""), run.head)
            run = importing.match(run.pk, places, data["source"], by=by, at=at)
            look = _look(run) if data.get("dry_run") == "true" else None
            if look is None:
                run = importing.start(run.pk, by=by, at=at)
        return Response(shapes.import_facts(run) | {"look": look}, status=201)


def _plain(request: Request) -> dict[str, Any]:
    """The form with each field once. Raises Invalid."""
    doubled = {
        name: [_("Send this once")]
        for part in (request.POST, request.FILES)
        for name in part
        if len(part.getlist(name)) > 1
    }
    if doubled:
        raise Invalid(fields=doubled)
    return {**request.POST.dict(), **request.FILES.dict()}


def _places(text: str, head: list[str]) -> dict[str, int]:
    """Where the columns are that the caller names. Raises Invalid, Unprocessable."""
    try:
        named = json.loads(text) if text else {}
    except (ValueError, RecursionError) as error:
        raise Invalid(fields={"mapping": [_("This is no JSON")]}) from error
    is_plain = isinstance(named, dict) and all(isinstance(heading, str) for heading in named.values())
    if not is_plain or not set(named) <= set(LABELS):
        words = pgettext_lazy("import", "An object from these words to headings: %(words)s")
        raise Invalid(fields={"mapping": [words % {"words": ", ".join(LABELS)}]})
    missing = [heading for heading in named.values() if heading not in head]
    if missing:
        called = pgettext_lazy("import", "No column of the file is called %(name)s")
        told = called % {"name": missing[0][:80]}
        raise Unprocessable(fields={"mapping": [told]}, code="unknown_column")
    return {name: head.index(heading) for name, heading in named.items()}


def _look(run: TicketImport) -> dict[str, Any]:
    found = importing.check(run)
    return {
        "fresh": found.fresh,
        "repeated": found.repeated,
        "refused": found.refused,
        "errors": [
            {
                "row": item.line,
                "faults": [{"column": fault.column, "words": str(fault.words)} for fault in item.faults],
                "cells": {},
            }
            for item in found.faulty
        ],
    }


class ImportView(ApiView):
    """One import."""

    @extend_schema(
        operation_id="imports_read",
        tags=["files"],
        responses={200: shapes.ImportOut},
        summary="How far an import has come",
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(shapes.import_facts(own(request, number)[1]))


class ErrorsView(ApiView):
    """What was refused."""

    @extend_schema(
        operation_id="imports_errors",
        tags=["files"],
        parameters=[shapes.PageQuery],
        responses={200: shapes.ErrorsOut},
        summary="The refused rows with their cells and what is wrong with them",
    )
    def get(self, request: Request, number: str) -> Response:
        _by, run = own(request, number)
        wanted = read(PAGE, request.query_params.dict())
        after, limit = wanted.get("after", 0), wanted.get("limit", USUAL_PAGE)
        rows = run.rows.filter(outcome=ImportRow.Outcome.REFUSED, line__gt=after).order_by("line")
        found = list(rows[: limit + 1])
        shown = [
            {
                "row": row.line,
                "faults": [{"column": column, "words": words} for column, words in row.faults],
                "cells": dict(zip(run.head, json.loads(row.cells), strict=True)),
            }
            for row in found[:limit]
        ]
        last = found[:limit][-1].line if found else after
        return Response({"errors": shown, "after": last, "has_more": len(found) > limit})


class StartView(ApiView):
    """Go on after the look."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="imports_start",
        tags=["files"],
        request=shapes.NoBody,
        responses={200: shapes.ImportOut},
        summary="Take in what was looked at",
    )
    def post(self, request: Request, number: str) -> Response:
        by, run = own(request, number)
        read(NOTHING, request.data)
        return Response(shapes.import_facts(importing.start(run.pk, by=by, at=now())))


class CancelView(ApiView):
    """Give up."""

    scopes: ClassVar = {"POST": "report"}

    @extend_schema(
        operation_id="imports_cancel",
        tags=["files"],
        request=shapes.NoBody,
        responses={200: shapes.ImportOut},
        summary="Give up what has not been taken in yet",
    )
    def post(self, request: Request, number: str) -> Response:
        by, run = own(request, number)
        read(NOTHING, request.data)
        return Response(shapes.import_facts(importing.cancel(run.pk, by=by, at=now())))
