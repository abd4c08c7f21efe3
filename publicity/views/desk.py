"""The desk's pages: what is to be read, what one publishes, one notice with its receipts, the form of an author."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from grids import scope as scopes
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.models import Attachment
from incidents.views.case import photo_of
from incidents.views.files import file_answer
from publicity import queries, writing
from publicity.forms import NoticeForm, first_days, initial_of, place_words, put_errors
from publicity.models import NoticeReceipt, PolicyNotice
from publicity.querysets import NoticeQuerySet, overseen_paths
from publicity.rules import home_unit, is_inside, may_write, permitted, role_for
from publicity.states import AUDIENCES, NOTICE_TABLE, WRITERS, NoticeState

SIZE = 30
TONES = {"draft": "work", "published": "done", "withdrawn": "stop"}
SHOWN_TARGETS = 12


def must_read(actor: Actor) -> None:
    """Raises Forbidden for somebody without an appointment in the field."""
    if not scopes.of(actor.user).reaches:
        raise Forbidden(pgettext("publicity", "These pages are for people who are appointed"))


def visible_notice(actor: Actor, number: str) -> PolicyNotice:
    """The notice, if this person may see it. Raises NotFound."""
    rows = PolicyNotice.objects.visible_to(actor).select_related("unit", "published_by", "attachment")
    found: PolicyNotice | None = rows.prefetch_related("targets").filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


def receipt_of(actor: Actor, row: PolicyNotice) -> NoticeReceipt | None:
    """The person's own receipt."""
    return NoticeReceipt.objects.filter(notice=row, user=actor.user_id or 0).first()


def unread(rows: NoticeQuerySet, actor: Actor) -> NoticeQuerySet:
    """What the person has not confirmed yet."""
    done = NoticeReceipt.objects.filter(notice=OuterRef("pk"), user=actor.user_id or 0, read_at__isnull=False)
    return rows.exclude(Exists(done))


def with_own(rows: NoticeQuerySet, actor: Actor) -> NoticeQuerySet:
    """Annotated with when the person confirmed."""
    own = NoticeReceipt.objects.filter(notice=OuterRef("pk"), user=actor.user_id or 0)
    return rows.annotate(own_read_at=Subquery(own.values("read_at")[:1]))


@require_safe
@desk_page
def to_read(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was sent to this person, newest first; `?unread=1`, `?kind=`, `?q=` narrow."""
    must_read(actor)
    rows = narrowed(PolicyNotice.objects.mine(actor).exclude(state=NoticeState.WITHDRAWN), request)
    if request.GET.get("unread") == "1":
        rows = unread(rows, actor)
    return list_answer(request, actor, with_own(rows, actor), "mine")


@require_safe
@desk_page
def published(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Notices that one writes, or that go to places one oversees, with the share that has read; `?state=` narrows."""
    must_read(actor)
    if not (may_write(actor) or overseen_paths(actor)):
        raise Forbidden(pgettext("publicity", "Only those who write or oversee notices find them here"))
    rows = narrowed(PolicyNotice.objects.visible_to(actor), request)
    if states := [value for value in request.GET.getlist("state") if value in NoticeState.values]:
        rows = rows.filter(state__in=states)
    return list_answer(request, actor, rows, "all")


def narrowed(rows: NoticeQuerySet, request: HttpRequest) -> NoticeQuerySet:
    """The filters of both lists."""
    kinds = [kind for kind in request.GET.getlist("kind") if kind in PolicyNotice.Kind.values]
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if words := request.GET.get("q", "").strip().replace("\x00", "")[:100]:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
    return rows


def list_answer(request: HttpRequest, actor: Actor, rows: NoticeQuerySet, tab: str) -> HttpResponse:
    """One page of a list; the shares of its rows are one more statement."""
    field = "published_at" if tab == "mine" else "prepared_at"
    page = page_of(rows.select_related("unit"), field, request.GET.get("cursor", ""), SIZE)
    context = {
        "tab": tab,
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "shares": shares_of(page.rows, actor) if tab == "all" else {},
        "kinds": PolicyNotice.Kind.choices,
        "states": NoticeState.choices,
        "is_filtered": any(key in request.GET for key in ("state", "q", "kind", "unread")),
        "today": local(now()).date(),
        **doors_of(actor),
    }
    return render(request, "publicity/list.html", context)


def doors_of(actor: Actor) -> dict[str, Any]:
    """Which pages the tabs lead to."""
    return {"may_write": may_write(actor), "oversees": may_write(actor) or bool(overseen_paths(actor))}


def shares_of(rows: list[PolicyNotice], actor: Actor) -> dict[int, queries.Share]:
    """By notice, how many of the people whom the reader oversees have read it; all of what is one's own."""
    if not rows:
        return {}
    mine = set(
        PolicyNotice.objects.filter(pk__in=[row.pk for row in rows])
        .filter(PolicyNotice.objects.managed(actor))
        .values_list("pk", flat=True)
    )
    own = NoticeReceipt.objects.filter(notice__in=mine, standings__isnull=False)
    inside = Q(pk__in=[])
    for path in overseen_paths(actor):
        inside |= Q(standings__place_path__startswith=path)
    others = NoticeReceipt.objects.filter(inside, notice__in=[row.pk for row in rows if row.pk not in mine])
    found: dict[int, queries.Share] = {}
    for some in (own, others):
        counted = some.values("notice").annotate(
            whole=Count("pk", distinct=True),
            read=Count("pk", distinct=True, filter=Q(read_at__isnull=False)),
        )
        for line in counted.order_by():
            found[line["notice"]] = queries.Share(read=line["read"], whole=line["whole"])
    return found


@dataclass(frozen=True)
class Counting:
    """Whose receipts the reader may look at, and the place that is looked at now."""

    paths: tuple[str, ...]
    path: str

    @property
    def is_open(self) -> bool:
        return bool(self.paths)


def counting_of(actor: Actor, row: PolicyNotice, code: str = "") -> Counting:
    """All receipts of what one's own unit or area writes, else those of the places that one oversees.

    `code` narrows to a place inside. Raises NotFound for a place outside.
    """
    is_own = PolicyNotice.objects.filter(pk=row.pk).filter(PolicyNotice.objects.managed(actor)).exists()
    land = territory()
    root = min(land.by_path, key=len, default="")
    paths = (root,) if is_own and root else overseen_paths(actor)
    if not code:
        start = row.region_path if is_own else (paths[0] if len(paths) == 1 else root)
        return Counting(paths, max(start, row.region_path, key=len) if start else row.region_path)
    place = land.by_code.get(code)
    if place is None or not place.path.startswith(paths or ("-",)):
        raise NotFound()
    return Counting((place.path,), place.path)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The text; whether one has confirmed; for those who oversee, the shares place by place (`?place=`)."""
    row = visible_notice(actor, number)
    receipt = receipt_of(actor, row)
    code = request.GET.get("place", "")
    counting = counting_of(actor, row, code) if row.published_at else Counting((), "")
    names = dict(AUDIENCES)
    verbs = permitted(row, actor)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "receipt": receipt,
        "targets": [place_words(target.code) for target in row.targets.all()[:SHOWN_TARGETS]],
        "more_targets": max(0, len(row.targets.all()) - SHOWN_TARGETS),
        "audience": [str(names[code]) for code in row.audience if code in names],
        "shows_text": row.state != NoticeState.WITHDRAWN or counting.is_open,
        "steps": steps_of(row) if counting.is_open or verbs else [],
        "buttons": [(verb, url_of(row, verb.name)) for verb in verbs],
        "file": photo_of(row.attachment) if row.attachment else None,
        **doors_of(actor),
        **(figures_of(row, counting, code) if counting.is_open else {}),
    }
    return render(request, "publicity/notice.html", context)


def steps_of(row: PolicyNotice) -> list[dict[str, Any]]:
    """The story, newest first."""
    return [
        {
            "title": NOTICE_TABLE[step.verb].label,
            "at": step.at,
            "who": step.actor_name,
            "role": Role(step.role).label if step.role in Role.values else "",
            "text": step.opinion,
        }
        for step in row.steps.order_by("-pk")
    ]


def figures_of(row: PolicyNotice, counting: Counting, code: str) -> dict[str, Any]:
    """Shares of a place and of the places below it, with the lists behind."""
    land = territory()
    here = land.by_path.get(counting.path)
    lines = queries.by_place(row.pk, counting.path)
    allowed = [line for line in lines if line.path.startswith(counting.paths)]
    return {
        "counts": True,
        "share": queries.share_of(row.pk, counting.paths),
        "lines": allowed,
        "place": here,
        "place_code": code,
        "above": above_of(counting, code),
    }


def above_of(counting: Counting, code: str) -> str | None:
    """The code of the place that one came down from; empty: the first page of all."""
    if not code:
        return None
    place = territory().by_code[code]
    above = territory().by_path.get(place.parent_path)
    return above.code if above is not None and above.level != "city" else ""


def url_of(row: PolicyNotice, verb: str) -> str:
    """Where a verb is done: the draft has a page of its own."""
    if verb == "edit":
        return reverse("publicity:edit", args=[row.number])
    return reverse("publicity:verb", args=[row.number, verb])


@require_POST
@desk_page
def confirm(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The person has read it."""
    row = visible_notice(actor, number)
    writing.confirm(row.pk, by=actor, at=now())
    messages.success(request, pgettext("publicity", "Your confirmation is stored"))
    return redirect("publicity:notice", number)


@require_safe
@desk_page
def attachment(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The attached file, or `?thumb=1` its small picture."""
    row = visible_notice(actor, number)
    if row.attachment is None:
        raise NotFound()
    is_small = request.GET.get("thumb") == "1" and bool(row.attachment.thumbnail)
    return file_answer(request, row.attachment, actor, is_thumbnail=is_small)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Begin a notice."""
    must_read(actor)
    if not may_write(actor):
        raise Forbidden(
            pgettext("publicity", "Notices are written by the command centre, towns and departments"),
            roles=sorted(WRITERS),
        )
    if request.method != "POST":
        form = NoticeForm(initial={"kind": "policy", **first_days(local(now()).date())})
        return form_answer(request, actor, form, None)
    return stored(request, actor, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Change a draft."""
    row = visible_notice(actor, number)
    role_for(NOTICE_TABLE.check("edit", row.state), row, actor)
    if request.method != "POST":
        return form_answer(request, actor, NoticeForm(initial=initial_of(row)), row)
    return stored(request, actor, row)


def stored(request: HttpRequest, actor: Actor, row: PolicyNotice | None) -> HttpResponseBase:
    """Store what was typed, or show what is wrong with it."""
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return form_answer(request, actor, form, row, status=422)
    try:
        if row is None:
            draft = form.draft()
            row = writing.prepare(draft, unit_id=unit_for(actor, draft.targets), by=actor, at=now())
        else:
            version = form.cleaned_data["version"]
            row = writing.edit(row.pk, form.draft(), by=actor, at=now(), version=version)
    except Invalid as problem:
        put_errors(form, problem)
        return form_answer(request, actor, form, row, status=422)
    except (Conflict, Forbidden) as problem:
        form.add_error(None, str(problem.detail))
        return form_answer(request, actor, form, row, status=problem.status)
    messages.success(request, pgettext("publicity", "Draft %(number)s is stored") % {"number": row.number})
    return redirect("publicity:notice", row.number)


def unit_for(actor: Actor, codes: Any) -> int | None:
    """In whose name: the department where it answers for every target, else the home unit."""
    land = territory()
    paths = [land.by_code[code].path for code in codes if code in land.by_code]
    unit_id = home_unit(actor)
    return unit_id if unit_id is not None and is_inside(unit_id, paths) else actor.unit_id


def form_answer(
    request: HttpRequest, actor: Actor, form: NoticeForm, row: PolicyNotice | None, *, status: int = 200
) -> HttpResponse:
    """The form as a page."""
    wanted = [item for item in (form["attachment"].value() or []) if item]
    files = Attachment.objects.filter(pk__in=_keys(wanted)).filter(
        Q(uploader=actor.user_id, ticket=None) | Q(pk=row.attachment_id if row else None)
    )
    context = {
        "form": form,
        "row": row,
        "have": [photo_of(item) for item in files],
        "back": reverse("publicity:notice", args=[row.number]) if row else reverse("publicity:published"),
        **doors_of(actor),
    }
    return render(request, "publicity/form.html", context, status=status)


def _keys(values: list[Any]) -> list[str]:
    return [str(value) for value in values if len(str(value)) == 36 and str(value).count("-") == 4]
