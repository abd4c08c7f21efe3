"""The draft of a revision of regions as one form: names, codes, regions above, and where each piece goes.

It works without scripts: another row is added by the server, and nothing typed is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Invalid, Problem, Unprocessable
from grids import regions
from grids.models import RegionRevision
from grids.regions.coding import proposed
from grids.regions.drafting import MOST_RESULTS, Draft, DraftRegion
from grids.regions.planning import Setting, setting_around, setting_of
from grids.rules import role_for
from grids.states import REGION_TABLE
from grids.views.doors import visible_region_revision
from grids.views.regions import targets
from grids.views.revisions import problem_fields

COLUMNS = ("code", "name", "name_en", "parent", "heir_of", "urban_rural_class")
CLASSES = ("111", "112", "121", "122", "123", "210", "220")


@dataclass
class Sheet:
    """What the form shows: `rows` and `places` (piece code -> number of the row) as typed, right or wrong."""

    title: str
    reason: str
    effective_on: str
    version: int
    rows: list[DraftRegion] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def draft(self) -> Draft:
        """As a draft. Raises Unprocessable for a day that is none."""
        try:
            day = date.fromisoformat(self.effective_on) if self.effective_on else None
        except ValueError:
            raise Unprocessable(fields={"effective_on": [_("The day is written as 2026-12-31")]}) from None
        places = {
            piece: self.rows[number].code
            for piece, number in self.places.items()
            if 0 <= number < len(self.rows)
        }
        return Draft(title=self.title, reason=self.reason, effective_on=day, results=self.rows, places=places)


def stored_sheet(revision: RegionRevision) -> Sheet:
    """The draft as it is kept."""
    draft = regions.draft_of(revision)
    numbers = {result.code: number for number, result in enumerate(draft.results)}
    return Sheet(
        title=draft.title,
        reason=draft.reason,
        effective_on=draft.effective_on.isoformat() if draft.effective_on else "",
        version=revision.version,
        rows=list(draft.results),
        places={piece: numbers[code] for piece, code in draft.places.items()},
    )


def typed_sheet(data: QueryDict, pieces: Sequence[str]) -> Sheet:
    """What was sent; rows that were struck out are left away."""
    count = min(_number(data.get("rows", "")), MOST_RESULTS)
    rows: list[DraftRegion] = []
    numbers: dict[int, int] = {}
    for number in range(count):
        if data.get(f"drop-{number}"):
            continue
        texts = {name: data.get(f"{name}-{number}", "").strip()[:200] for name in COLUMNS}
        numbers[number] = len(rows)
        rows.append(DraftRegion(**texts))
    sent = {piece: _number(data.get(f"to-{piece}", ""), none=-1) for piece in pieces}
    return Sheet(
        title=data.get("title", "").strip(),
        reason=data.get("reason", "").strip()[:5000],
        effective_on=data.get("effective_on", "").strip(),
        version=_number(data.get("version", "")),
        rows=rows,
        places={piece: numbers.get(number, -1) for piece, number in sent.items()},
    )


def _number(text: str, *, none: int = 0) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else none


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def page(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """GET: the form. POST: store the draft and run the check, or add a row."""
    revision = visible_region_revision(actor, number)
    verb = REGION_TABLE["edit"]
    problem: Problem | None = None
    try:
        REGION_TABLE.check("edit", revision.state)
    except Conflict as refusal:
        return render(
            request,
            "grids/region_edit.html",
            {"revision": revision, "problem": refusal},
            status=refusal.status,
        )
    role_for(verb, revision, actor)
    setting = setting_of(revision)
    if request.method != "POST":
        return shown(request, actor, revision, setting, stored_sheet(revision))
    sheet = typed_sheet(request.POST, list(setting.pieces))
    if request.POST.get("do") == "add":
        sheet.rows.append(another(setting, revision, sheet))
        return shown(request, actor, revision, setting, sheet)
    try:
        findings = regions.edit(revision.pk, sheet.draft(), by=actor, at=now(), version=sheet.version)
    except (Invalid, Conflict) as refusal:
        problem = refusal
        return shown(request, actor, revision, setting, sheet, problem=problem, status=refusal.status)
    told(request, sum(finding.is_error for finding in findings))
    return redirect(reverse("grids:region-revision", args=[revision.number]))


def told(request: HttpRequest, errors: int) -> None:
    """Stored, and how much the check forbids."""
    if errors:
        words = ngettext(
            "Stored. The check names %(n)d thing to be mended first.",
            "Stored. The check names %(n)d things to be mended first.",
            errors,
        )
        messages.warning(request, words % {"n": errors})
    else:
        messages.success(request, _("Stored. The check found nothing that forbids it."))


def another(setting: Setting, revision: RegionRevision, sheet: Sheet) -> DraftRegion:
    """A further planned region below the first one's region above, with a code that is free."""
    like = sheet.rows[0] if sheet.rows else None
    source = next(iter(setting.sources.values()))
    parent = like.parent if like else source.parent.code if source.parent else ""
    around = setting
    if parent not in setting.parents:
        around = setting_around(revision.level, list(setting.sources.values()), [parent], but=revision.pk)
    spent = around.spent | {row.code for row in sheet.rows}
    return DraftRegion(
        code=proposed(revision.level, parent, like=source.code, spent=spent) if parent else "",
        name="",
        parent=parent,
    )


def shown(
    request: HttpRequest,
    actor: Actor,
    revision: RegionRevision,
    setting: Setting,
    sheet: Sheet,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form."""
    context: Mapping[str, Any] = {
        "revision": revision,
        "sheet": sheet,
        "rows": list(enumerate(sheet.rows)),
        "sources": list(setting.sources.values()),
        "parents": targets(actor, revision.level),
        "classes": CLASSES,
        "pieces": [
            (piece, setting.sources[piece.source].label, sheet.places.get(piece.code, -1))
            for piece in setting.pieces.values()
        ],
        "problem": problem,
        "errors": problem_fields(problem) if isinstance(problem, Invalid | Conflict) else {},
        "may_add": len(sheet.rows) < MOST_RESULTS,
    }
    return render(request, "grids/region_edit.html", dict(context), status=status)
