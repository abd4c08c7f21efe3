"""The rules of one version as rows, and its code tables as spreadsheets; a released version is only read."""

import json
from collections.abc import Mapping as Pairs
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adapters import codetables, versions
from adapters.access import must_keep, must_read
from adapters.document import FORMATS
from adapters.fields import FIELDS
from adapters.forms import UNKNOWN_WORDS, TableForm, document_from, editor_rows
from adapters.models import MappingVersion
from adapters.states import OPEN
from adapters.views.dialogs import Dialog
from adapters.views.mappings import TONES, verbs_of, version_of
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def version_page(request: HttpRequest, actor: Actor, code: str, number: int) -> HttpResponse:
    """Read or write the rules."""
    may_write = must_read(actor)
    version = version_of(code, number)
    if request.method != "POST":
        return editor(request, version, may_write=may_write)
    must_keep(actor)
    typed = {name: str(value)[:2000] for name, value in request.POST.items()}
    try:
        version.document = document_from(typed, version.document)
        versions.edit(version.pk, version.document, note=typed.get("note", ""), by=actor, at=now())
    except Invalid as problem:
        version.note = typed.get("note", "")
        return editor(request, version, faults=problem.fields, may_write=True, typed=typed, status=422)
    messages.success(request, _("The rules were saved"))
    return redirect("adapters:version", code, number)


def editor(
    request: HttpRequest,
    version: MappingVersion,
    *,
    may_write: bool,
    faults: Pairs[str, Any] | None = None,
    typed: Pairs[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `faults` by field or sample."""
    answer = version.document.get("answer")
    context = {
        "mapping": version.mapping,
        "version": version,
        "tone": TONES[version.state],
        "verbs": verbs_of(version) if may_write else (),
        "is_open": version.state in OPEN and may_write,
        "rows": editor_rows(version.document, faults),
        "others": {name: texts for name, texts in (faults or {}).items() if name not in FIELDS},
        "unknown_words": UNKNOWN_WORDS.items(),
        "formats": FORMATS,
        "list_path": version.document.get("rows", ""),
        "answer": (typed or {}).get("answer")
        or (json.dumps(answer, ensure_ascii=False, indent=2) if answer else ""),
        "may_write": may_write,
    }
    return render(request, "adapters/version.html", context, status=status)


def _table(version: MappingVersion, name: str) -> dict[str, str]:
    """The codes of a field. Raises NotFound for a field that has none."""
    if name not in FIELDS or not FIELDS[name].is_coded:
        raise NotFound()
    return dict(((version.document.get("fields") or {}).get(name) or {}).get("codes") or {})


@require_safe
@desk_page
def table(request: HttpRequest, actor: Actor, code: str, number: int, name: str, kind: str) -> HttpResponse:
    """A code table as a file."""
    must_read(actor)
    codes = _table(version_of(code, number), name)
    if kind == "xlsx":
        answer = HttpResponse(codetables.xlsx_of(codes), content_type=XLSX)
    else:
        answer = HttpResponse(codetables.csv_of(codes), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}-{name}.{kind}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def table_upload(request: HttpRequest, actor: Actor, code: str, number: int, name: str) -> HttpResponse:
    """A code table from a file, in the place of the present one."""
    must_keep(actor)
    version = version_of(code, number)
    _table(version, name)

    def deed(data: Any) -> str:
        codes = codetables.read(data["file"].read(codetables.MOST_BYTES + 1), data["file"].name)
        document = version.document
        rule = document["fields"].get(name)
        if rule is None or not rule.get("path"):
            raise Invalid(fields={"file": [_("Say first where the field comes from, and save")]})
        changed = document | {"fields": document["fields"] | {name: rule | {"codes": codes}}}
        versions.edit(version.pk, changed, note=version.note, by=actor, at=now())
        return _("The code table was taken: %(n)d rows") % {"n": len(codes)}

    is_post = request.method == "POST"
    return Dialog(
        request=request,
        title=_("Code table of %(field)s") % {"field": FIELDS[name].label},
        verb=_("Take the file"),
        back=reverse("adapters:version", args=[code, number]),
        form=TableForm(request.POST, request.FILES) if is_post else TableForm(),
        deed=deed,
        note=_("The present table is replaced by what the file says."),
    ).serve()
