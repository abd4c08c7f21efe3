"""Who has read a notice and who has not: people by unit, phones masked; the same as a file without phones."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from governance.foundation.masking import mask_phone
from governance.foundation.spreadsheets import csv_lines
from grids.territory import current as territory
from publicity import queries
from publicity.models import NoticeReceipt, NoticeStanding, PolicyNotice
from publicity.views.desk import TONES, counting_of, doors_of, visible_notice
from staffing.views.keysets import key_page

SIZE, EXPORT_CAP = 50, 20_000
ORDER: Sequence[str] = ("unit_name", "id")
HEADS = (
    pgettext_lazy("publicity", "Unit"),
    pgettext_lazy("publicity", "Name"),
    pgettext_lazy("publicity", "Stands in"),
    pgettext_lazy("publicity", "Confirmed"),
)


def all_of(request: HttpRequest, actor: Actor, row: PolicyNotice) -> QuerySet[NoticeReceipt]:
    """Everybody of `?place=`. Raises NotFound for those who do not oversee it."""
    counting = counting_of(actor, row, request.GET.get("place", ""))
    if not counting.is_open or row.published_at is None:
        raise NotFound()
    return queries.receipts(row.pk, counting.paths)


def narrowed(rows: QuerySet[NoticeReceipt], request: HttpRequest) -> QuerySet[NoticeReceipt]:
    """By `?read=0|1` and `?unit=`."""
    if request.GET.get("read") in {"0", "1"}:
        rows = rows.filter(read_at__isnull=request.GET["read"] == "0")
    unit = request.GET.get("unit", "")
    if unit.isdigit() and len(unit) < 18:
        rows = rows.filter(user__unit=int(unit))
    return rows


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """People who get the notice, by unit; beside them the units with the most unread."""
    row = visible_notice(actor, number)
    everybody = all_of(request, actor, row)
    rows = narrowed(everybody, request)
    found = key_page(queries.listed(rows), ORDER, request.GET.get("cursor", ""), size=SIZE)
    where = standings_of([receipt.pk for receipt in found.rows])
    place = territory().by_code.get(request.GET.get("place", ""))
    context = {
        "row": row,
        "tone": TONES[row.state],
        "people": [
            (receipt, mask_phone(receipt.user.phone or ""), where.get(receipt.pk, []))
            for receipt in found.rows
        ],
        "page": found,
        "total": rows.count(),
        "units": queries.by_unit(everybody),
        "place": place,
        "read": request.GET.get("read", ""),
        **doors_of(actor),
    }
    return render(request, "publicity/readers.html", context)


def standings_of(ids: list[int]) -> dict[int, list[str]]:
    """By receipt, the names of the places where the person stands."""
    land, found = territory(), dict[int, list[str]]()
    rows = NoticeStanding.objects.filter(receipt__in=ids).order_by("place_path")
    for receipt_id, path in rows.values_list("receipt_id", "place_path"):
        place = land.by_path.get(path)
        found.setdefault(receipt_id, []).append(place.name if place is not None else path)
    return found


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor, number: str) -> StreamingHttpResponse:
    """The same list as CSV, without phones; the export stands in the journal."""
    row, at = visible_notice(actor, number), now()
    receipts = list(
        queries.listed(narrowed(all_of(request, actor, row), request)).order_by(*ORDER)[:EXPORT_CAP]
    )
    details = {"rows": len(receipts), "filter": request.GET.urlencode()[:400]}
    journal.record("policy.export", by=actor, obj=row, at=at, details=details)
    lines = csv_lines(HEADS, cells(receipts))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.number}-{local(at):%Y%m%d-%H%M}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def cells(receipts: list[NoticeReceipt]) -> Iterator[list[Any]]:
    """One line for each person."""
    where = standings_of([receipt.pk for receipt in receipts])
    for receipt in receipts:
        read = receipt.read_at
        yield [
            receipt.user.unit.name if receipt.user.unit else "",
            receipt.user.name,
            "、".join(where.get(receipt.pk, [])),
            f"{local(read):%Y-%m-%d %H:%M}" if read else pgettext("publicity", "not yet"),
        ]
