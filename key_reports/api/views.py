"""Key reports and accountability over REST, for people: list, read, begin, and every verb of both tables."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from governance.accounts.actors import Actor
from governance.foundation.api.paging import Cursor, page_links, window
from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.state_machine import Verb
from grids.api.callers import staff
from grids.territory import current as territory
from incidents.api.reading import shape_of
from incidents.places import Spot
from key_reports import answering, deeds, drafting, masks
from key_reports.api import shapes
from key_reports.models import AccountabilityCase, KeyReport
from key_reports.rules import must_read, must_read_accounts, permitted
from key_reports.states import ACCOUNT_TABLE, REPORT_TABLE
from key_reports.views.doors import visible_account, visible_report

REPORT, QUERY, ACCOUNTS, SUSPICION = (
    shapes.ReportIn(),
    shapes.ReportsQuery(),
    shapes.AccountsQuery(),
    shapes.SuspicionIn(),
)
TAG, DEFAULT_LIMIT = "key reports", 50
REPORTS_AT, ACCOUNTS_AT = "/api/v1/key-reports", "/api/v1/accountability-cases"


def _code(unit_id: int) -> str:
    unit = territory().units.get(unit_id)
    return unit.code if unit is not None else ""


def report_row(row: KeyReport, at: datetime) -> dict[str, Any]:
    """A report in a list."""
    names = ("number", "version", "state", "origin", "title", "known_at", "oral_due_at", "written_due_at")
    more = ("first_at", "next_stage", "next_due_at")
    facts = {name: getattr(row, name) for name in (*names, *more)}
    return facts | {"category": row.category.code, "unit": _code(row.unit_id), "late": row.is_late(at)}


def report_detail(row: KeyReport, by: Actor, at: datetime) -> dict[str, Any]:
    """A report in full, with the verbs of the caller."""
    texts = [
        {"kind": text.kind, "number": text.number, "at": text.at, "items": masks.masked_items(text.items)}
        for text in row.texts.order_by("pk")
    ]
    recipients = [
        {
            "id": item.pk,
            "name": item.name,
            "relayed": item.is_relayed,
            "centre": item.is_centre,
            **{name: getattr(item, name) for name in ("sent_at", "opened_at", "received_at", "phoned_at")},
        }
        for item in row.recipients.select_related("unit", "user").order_by("pk")
    ]
    return report_row(row, at) | {
        "ticket": row.ticket.number if row.ticket is not None else None,
        "known": masks.masked_items(row.items),
        "texts": texts,
        "recipients": recipients,
        "verbs": _offers(permitted(row, by), f"{REPORTS_AT}/{row.number}"),
    }


def account_row(row: AccountabilityCase) -> dict[str, Any]:
    """A case in a list."""
    names = ("number", "version", "state", "kind", "opened_at", "due_at", "decision")
    report = row.report.number if row.report is not None else None
    return {name: getattr(row, name) for name in names} | {"unit": _code(row.unit_id), "report": report}


def account_detail(row: AccountabilityCase, by: Actor, at: datetime) -> dict[str, Any]:
    """A case in full, with the verbs of the caller."""
    persons = [
        {"name": item.user.name, "capacity": item.capacity, "post": item.post}
        for item in row.persons.select_related("user").order_by("pk")
    ]
    return account_row(row) | {
        "grounds": masks.masked(row.grounds),
        "persons": persons,
        "verbs": _offers(answering.permitted(row, by, at), f"{ACCOUNTS_AT}/{row.number}"),
    }


def _offers(verbs: list[Verb], place: str) -> list[dict[str, str]]:
    return [{"name": verb.name, "label": str(verb.label), "url": f"{place}/{verb.name}"} for verb in verbs]


def _draft(data: Mapping[str, Any]) -> drafting.Draft:
    point = data.get("point") or {}
    items = {name: data.get(name) or "" for name in shapes.PLAIN} | {"place": data.get("place") or ""}
    return drafting.Draft(
        key=UUID(data["key"]),
        category=data["category"],
        known_at=data["known_at"],
        occurred_at=data.get("occurred_at"),
        title=data.get("title") or "",
        spot=Spot(
            lon=point.get("lon"),
            lat=point.get("lat"),
            coord_system=point.get("coord_system", "wgs84"),
            region_code=data.get("region_code") or "",
            text=data.get("place") or "",
        ),
        items=items,
        is_confidential=bool(data.get("confidential")),
    )


class KeyReportsView(ApiView):
    """The reports that the caller may see."""

    @extend_schema(
        operation_id="key_reports_list",
        tags=[TAG],
        parameters=[shapes.ReportsQuery],
        responses={200: shapes.KeyReportPage},
        summary="List key reports, the latest known first",
    )
    def get(self, request: Request) -> Response:
        by, at = staff(request), now()
        must_read(by)
        wanted = read(QUERY, request.query_params.dict())
        size, cursor = wanted.pop("limit", DEFAULT_LIMIT), Cursor.read(wanted.pop("cursor", ""))
        if "ticket" in wanted:
            wanted["ticket__number"] = wanted.pop("ticket")
        rows = KeyReport.objects.visible_to(by).filter(**wanted).select_related("category").defer("notes")
        found, after, before = window(rows, "known_at", cursor, size)
        results = shapes.KeyReportRow([report_row(row, at) for row in found], many=True).data
        return Response({**page_links(request, after, before), "results": results})

    @extend_schema(
        operation_id="key_reports_begin",
        tags=[TAG],
        request=shapes.ReportIn,
        responses={201: shapes.KeyReportDetail, 200: shapes.KeyReportDetail},
        summary="Begin a key report; repeating `key` gives the same report",
    )
    def post(self, request: Request) -> Response:
        by, at = staff(request), now()
        done = drafting.prepare(_draft(read(REPORT, request.data)), by=by, at=at)
        row = visible_report(by, done.row.number)
        body = shapes.KeyReportDetail(report_detail(row, by, at)).data
        return Response(body, status=201 if done.created else 200)


class KeyReportView(ApiView):
    """One report."""

    @extend_schema(
        operation_id="key_reports_read",
        tags=[TAG],
        responses={200: shapes.KeyReportDetail},
        summary="Read a key report with its texts and receipts, and what the caller may do now",
    )
    def get(self, request: Request, number: str) -> Response:
        by = staff(request)
        return Response(shapes.KeyReportDetail(report_detail(visible_report(by, number), by, now())).data)


class SuspicionsView(ApiView):
    """Suspicions about a report."""

    @extend_schema(
        operation_id="key_reports_suspect",
        tags=[TAG],
        request=shapes.SuspicionIn,
        responses={201: shapes.AccountDetail},
        summary="Open a suspicion about a key report. 409 while there is an open one of the same kind",
    )
    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        row, data = visible_report(by, number), read(SUSPICION, request.data)
        made = answering.open_case(data["kind"], report=row, grounds=data["grounds"], by=by, at=at)
        body = account_detail(visible_account(by, made.number), by, at)
        return Response(shapes.AccountDetail(body).data, status=201)


class AccountsView(ApiView):
    """The accountability cases that the caller may see."""

    @extend_schema(
        operation_id="accountability_cases_list",
        tags=[TAG],
        parameters=[shapes.AccountsQuery],
        responses={200: shapes.AccountPage},
        summary="List accountability cases, newest first",
    )
    def get(self, request: Request) -> Response:
        by = staff(request)
        must_read_accounts(by)
        wanted = read(ACCOUNTS, request.query_params.dict())
        size, cursor = wanted.pop("limit", DEFAULT_LIMIT), Cursor.read(wanted.pop("cursor", ""))
        rows = AccountabilityCase.objects.visible_to(by).filter(**wanted).select_related("report")
        found, after, before = window(rows, "opened_at", cursor, size)
        results = shapes.AccountRow([account_row(row) for row in found], many=True).data
        return Response({**page_links(request, after, before), "results": results})


class AccountView(ApiView):
    """One accountability case."""

    @extend_schema(
        operation_id="accountability_cases_read",
        tags=[TAG],
        responses={200: shapes.AccountDetail},
        summary="Read an accountability case, and what the caller may do now",
    )
    def get(self, request: Request, number: str) -> Response:
        by = staff(request)
        return Response(shapes.AccountDetail(account_detail(visible_account(by, number), by, now())).data)


class VerbView(ApiView):
    """One verb; `verb`, `shape` and `is_report` are set by `verb_view`."""

    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]
    is_report: ClassVar[bool]

    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        find: Callable[[Actor, str], Any] = visible_report if self.is_report else visible_account
        row, data = find(by, number), dict(read(self.shape, request.data))
        version = data.pop("version", None)
        do: Callable[..., Any] = deeds.perform if self.is_report else answering.perform
        do(self.verb.name, row.pk, by=by, at=at, data=data, version=version)
        if self.is_report:
            return Response(shapes.KeyReportDetail(report_detail(visible_report(by, number), by, at)).data)
        return Response(shapes.AccountDetail(account_detail(visible_account(by, number), by, at)).data)


def verb_view(verb: Verb, *, is_report: bool) -> Callable[..., Any]:
    """The view of one verb, with its own body in the API's document."""
    kind, tail = ("KeyReport", "key_reports") if is_report else ("Account", "accountability_cases")
    made = shape_of(verb)
    shape = type(f"{kind}{made.__name__}", (made,), {"__doc__": made.__doc__})
    attributes = {"verb": verb, "shape": shape(), "is_report": is_report, "__doc__": made.__doc__}
    view = type(f"{shape.__name__}View", (VerbView,), attributes)
    post = extend_schema(
        operation_id=f"{tail}_{verb.name}",
        tags=[TAG],
        request=shape,
        responses={200: shapes.KeyReportDetail if is_report else shapes.AccountDetail},
        summary=f"{verb.name}: {' or '.join(sorted(verb.sources))} → {' or '.join(verb.targets)}",
        description=f"Who: {', '.join(verb.who)}. {verb.guard}",
    )
    described: type[VerbView] = extend_schema_view(post=post)(view)
    return described.as_view()


REPORT_VERBS = {
    verb.name: verb_view(verb, is_report=True) for verb in REPORT_TABLE if verb.name in deeds.DEEDS
}
ACCOUNT_VERBS = {
    verb.name: verb_view(verb, is_report=False) for verb in ACCOUNT_TABLE if verb.name in answering.DEEDS
}
