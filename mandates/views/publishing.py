"""Taking a list in: the file is checked and compared first, stored only by a second press."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid
from mandates.editions import Changes, ListFacts, compare, publish
from mandates.forms import ListForm, put_errors, region_of
from mandates.models import DutyList
from mandates.rules import may_keep
from mandates.sheets import MOST_BYTES, Fault, Row, read, rows_of
from mandates.states import KEEPERS
from mandates.views.doors import must_read, visible_list

SALT = "mandates.rows"


@dataclass(kw_only=True)
class Checked:
    """What the check of a file has found."""

    rows: list[Row]
    faults: list[Fault]
    changes: Changes | None = None
    before: DutyList | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def import_page(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """GET: the form, `?of=` begins the next edition of a list. POST: check the file, or store what was checked."""
    must_read(actor)
    if not may_keep(actor):
        raise Forbidden(
            _("Lists are kept by oversight and town staff and leaders, inside their own area"),
            roles=sorted(KEEPERS),
        )
    if request.method != "POST":
        return answer(request, ListForm(initial=initial_of(request, actor)))
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return answer(request, form, status=422)
    try:
        checked = looked_at(form.cleaned_data)
        if form.cleaned_data["file"] or checked.faults:
            return answer(request, carried(request, form, checked), checked=checked)
        made = publish(facts_of(form.cleaned_data), checked.rows, by=actor, at=now())
    except Invalid as problem:
        put_errors(form, problem)
        return answer(request, form, status=problem.status)
    messages.success(
        request, _("Edition %(n)d of “%(title)s” is stored") % {"n": made.edition, "title": made.title}
    )
    return redirect("mandates:edition", made.pk)


def initial_of(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Blank, or the head of a list whose next edition begins."""
    today = local(now()).date()
    number = request.GET.get("of", "")
    if not number.isdigit() or len(number) > 18:
        return {"valid_from": today.isoformat()}
    found = visible_list(actor, int(number))
    kept = {name: getattr(found, name) for name in ("code", "title", "kind", "level")}
    return kept | {"region": found.region.code, "valid_from": today.isoformat()}


def looked_at(data: dict[str, Any]) -> Checked:
    """The rows of the file, or those that were checked before. Raises Invalid."""
    file = data["file"]
    if file is None:
        return Checked(rows=unsealed(data["rows"]), faults=[])
    if file.size > MOST_BYTES:
        raise Invalid(fields={"file": [_("The file is larger than 5 MB")]})
    reading = read(file.read(), file.name or "")
    before = DutyList.objects.filter(code=data["code"]).order_by("-edition").first()
    changes = None
    if before is not None and not reading.faults:
        changes = compare(rows_of(before.items.order_by("number")), reading.rows)
    return Checked(rows=reading.rows, faults=reading.faults, changes=changes, before=before)


def carried(request: HttpRequest, form: ListForm, checked: Checked) -> ListForm:
    """The form again, with the checked rows in it: the second press needs no file."""
    if checked.faults:
        return form
    kept = request.POST.copy()
    kept["rows"] = signing.dumps([row.plain() for row in checked.rows], salt=SALT, compress=True)
    return ListForm(kept)


def unsealed(text: str) -> list[Row]:
    """The checked rows. Raises Invalid where they have been tampered with."""
    try:
        rows = signing.loads(text, salt=SALT, max_age=86_400)
    except signing.BadSignature as error:
        raise Invalid(fields={"file": [_("Choose the file again")]}) from error
    return [Row(**row | {"support_lines": tuple(row["support_lines"])}) for row in rows]


def facts_of(data: dict[str, Any]) -> ListFacts:
    """The head of the edition."""
    names = ("code", "title", "kind", "level", "valid_from", "valid_to", "note")
    return ListFacts(region=region_of(data["region"]), **{name: data[name] for name in names})


def answer(
    request: HttpRequest, form: ListForm, *, checked: Checked | None = None, status: int = 200
) -> HttpResponse:
    """The form, with what the check found."""
    context = {"form": form, "checked": checked, "is_ready": bool(checked and not checked.faults)}
    return render(request, "mandates/import.html", context, status=status)
