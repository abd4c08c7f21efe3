"""Training with attendance, and the ledger of equipment."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound
from staffing import keeping, queries
from staffing.forms import AttendForm, EndForm, IssueForm, TrainingForm
from staffing.models import EquipmentIssue, Term, TrainingSession
from staffing.querysets import equipment_in, narrowed, people_in, trainings_in
from staffing.rules import KEEPERS, keeping_role, keeps, may_keep, reading_paths
from staffing.views.keysets import key_page
from staffing.views.parts import Ask, Button, Cell, Filter, Table, day, page, place_filter, run_form
from staffing.views.pickers import named

TRAINED_WITHIN = timedelta(days=365)


@require_safe
@desk_page
def training_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first, with how many came."""
    today, query = local(now()).date(), request.GET
    code = query.get("place", "")
    paths = narrowed(reading_paths(actor), code)
    rows = trainings_in(paths).select_related("topic", "region", "unit")
    if query.get("topic", "").isdigit() and len(query["topic"]) < 18:
        rows = rows.filter(topic=int(query["topic"]))
    rows = rows.annotate(
        asked=Count("attendances"), came=Count("attendances", filter=Q(attendances__has_attended=True))
    )
    found = key_page(rows, ("-held_on", "-pk"), query.get("cursor", ""))
    coverage = queries.training_coverage(paths, since=today - TRAINED_WITHIN, until=today).rate
    context = {
        "title": _("Training"),
        "note": _("Trained within a year: %(part)s of %(whole)s people in posts, %(rate)s")
        % {"part": coverage.part, "whole": coverage.whole, "rate": coverage.words},
        "table": training_table(list(found.rows)),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "filters": [
            place_filter(code),
            Filter(
                kind="select",
                name="topic",
                label=_("Topic"),
                options=[(term.pk, term.label) for term in Term.objects.filter(kind=Term.Kind.TRAINING)],
            ),
        ],
        "is_filtered": any(key != "cursor" for key in query),
        "clear_url": reverse("staffing:trainings"),
        "buttons": _new(actor, _("New training"), "staffing:training-new"),
    }
    return page(request, actor, "list", "trainings", context)


def _new(actor: Actor, label: str, name: str) -> list[Button]:
    if not may_keep(actor):
        return []
    return [Button(label=label, url=reverse(name), icon="plus", is_primary=True)]


def training_table(rows: list[Any]) -> Table:
    """The rows; `asked` and `came` are annotated."""
    return Table(
        name="trainings",
        heads=(
            (gettext_lazy("Held on"), ""),
            (gettext_lazy("Title"), ""),
            (gettext_lazy("Topic"), ""),
            (gettext_lazy("For workers of"), ""),
            (gettext_lazy("Organised by"), ""),
            (gettext_lazy("Hours"), "num"),
            (gettext_lazy("Invited"), "num"),
            (gettext_lazy("Attended"), "num"),
        ),
        rows=[
            [
                Cell(text=day(row.held_on), css="tnum"),
                Cell(text=row.title, url=reverse("staffing:training", args=[row.pk])),
                Cell(text=row.topic.label),
                Cell(text=row.region.label),
                Cell(text=row.unit),
                Cell(text=row.hours, css="num"),
                Cell(text=row.asked, css="num"),
                Cell(text=row.came, css="num"),
            ]
            for row in rows
        ],
        empty=_("Trainings appear here with who came and the results."),
    )


def visible_training(actor: Actor, session_id: int) -> TrainingSession:
    """The training, if this person may see it. Raises NotFound."""
    rows = trainings_in(reading_paths(actor)).select_related("topic", "region", "unit")
    row = rows.filter(pk=session_id).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def training_page(request: HttpRequest, actor: Actor, session_id: int) -> HttpResponse:
    """One training with the people whom this reader sees."""
    row = visible_training(actor, session_id)
    seen = people_in(reading_paths(actor)).values("pk")
    rows = row.attendances.filter(user__in=seen).select_related("user__unit").order_by("user__name", "pk")
    context = {
        "title": row.title,
        "facts": [
            (_("Held on"), day(row.held_on), ""),
            (_("Topic"), row.topic.label, ""),
            (_("For workers of"), row.region.label, ""),
            (_("Organised by"), row.unit, ""),
            (_("Hours"), row.hours, ""),
            (_("Venue"), row.place, ""),
            (_("Contents"), row.note, ""),
        ],
        "tables": [
            Table(
                name="attendances",
                title=_("People"),
                heads=((_("Person"), ""), (_("Home unit"), ""), (_("Attended"), ""), (_("Result"), "")),
                rows=[
                    [
                        Cell(text=item.user.name, url=reverse("staffing:person", args=[item.user_id])),
                        Cell(text=item.user.unit or ""),
                        Cell(
                            text=_("yes") if item.has_attended else _("no"),
                            lamp="green" if item.has_attended else "grey",
                            word=_("attended") if item.has_attended else _("absent"),
                        ),
                        Cell(text=item.get_result_display()),
                    ]
                    for item in rows[:500]
                ],
                empty=_("Nobody is on the list yet."),
            )
        ],
        "buttons": _training_buttons(actor, row),
    }
    return page(request, actor, "detail", "trainings", context)


def _training_buttons(actor: Actor, row: TrainingSession) -> list[Button]:
    if not may_keep(actor):
        return []
    attend_url = reverse("staffing:attend", args=[row.pk])
    found = [Button(label=_("Record attendance"), url=attend_url, icon="user-check", is_primary=True)]
    if keeps(actor, row.region.path):
        found.append(
            Button(label=_("Edit"), url=reverse("staffing:training-edit", args=[row.pk]), icon="edit")
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def training_edit(request: HttpRequest, actor: Actor, session_id: int | None = None) -> HttpResponse:
    """A new training, or a change of one."""
    reading_paths(actor, KEEPERS)
    if actor.unit_id is None:
        raise Forbidden(_("You belong to no unit that could organise a training"))
    row, initial = TrainingSession(), dict[str, Any](held_on=local(now()).date(), hours=2)
    unit_id = actor.unit_id
    if session_id is not None:
        row = visible_training(actor, session_id)
        keeping_role(actor, row.region.path)
        initial = {name: getattr(row, name) for name in ("title", "held_on", "hours", "place", "note")}
        initial |= {"topic": row.topic_id, "place_code": row.region.code}
        unit_id = row.unit_id
    form = TrainingForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Training"),
        verb=_("Save"),
        active="trainings",
        back=reverse("staffing:training", args=[row.pk]) if row.pk else reverse("staffing:trainings"),
        done=_("Saved."),
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: keeping.keep_training(form.fill(row, unit_id), by=actor, at=now()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def attend(request: HttpRequest, actor: Actor, session_id: int) -> HttpResponse:
    """Somebody was there, or not, with which result."""
    row = visible_training(actor, session_id)
    reading_paths(actor, KEEPERS)
    form = AttendForm(request.POST or None, by=actor)
    ask = Ask(
        title=_("Record attendance: %(title)s") % {"title": row.title},
        verb=_("Save"),
        active="trainings",
        back=reverse("staffing:training", args=[row.pk]),
        done=_("Saved."),
    )

    def deed() -> None:
        data = form.cleaned_data
        keeping.attend(
            row,
            [data["person"]],
            has_attended=data["has_attended"],
            result=data["result"],
            by=actor,
            at=now(),
        )

    return run_form(request, actor, form, ask, deed)


@require_safe
@desk_page
def equipment_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What has been issued, newest first."""
    query = request.GET
    code = query.get("place", "")
    rows = equipment_in(narrowed(reading_paths(actor), code)).select_related(
        "user__unit", "item", "issued_by"
    )
    if query.get("item", "").isdigit() and len(query["item"]) < 18:
        rows = rows.filter(item=int(query["item"]))
    if query.get("out") == "1":
        rows = rows.filter(returned_on=None)
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        rows = rows.filter(named(words, prefix="user__") | Q(serial__iexact=words))
    found = key_page(rows, ("-issued_on", "-pk"), query.get("cursor", ""))
    context = {
        "title": _("Equipment"),
        "table": equipment_table(list(found.rows), actor),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "search": True,
        "filters": [
            place_filter(code),
            Filter(
                kind="select",
                name="item",
                label=_("Equipment"),
                options=[(term.pk, term.label) for term in Term.objects.filter(kind=Term.Kind.EQUIPMENT)],
            ),
            Filter(kind="select", name="out", label=_("State"), options=[("1", _("with the person"))]),
        ],
        "is_filtered": any(key != "cursor" for key in query),
        "clear_url": reverse("staffing:equipment"),
        "buttons": _new(actor, _("Issue equipment"), "staffing:equipment-new"),
    }
    return page(request, actor, "list", "equipment", context)


def equipment_table(rows: list[EquipmentIssue], actor: Actor) -> Table:
    """The rows."""
    may = may_keep(actor)
    return Table(
        name="equipment",
        heads=(
            (gettext_lazy("Person"), ""),
            (gettext_lazy("Home unit"), ""),
            (gettext_lazy("Equipment"), ""),
            (gettext_lazy("Quantity"), "num"),
            (gettext_lazy("Serial number"), ""),
            (gettext_lazy("Issued on"), ""),
            (gettext_lazy("Returned on"), ""),
            ("", "num"),
        ),
        rows=[
            [
                Cell(text=row.user.name, url=reverse("staffing:person", args=[row.user_id])),
                Cell(text=row.user.unit or ""),
                Cell(text=row.item.label),
                Cell(text=row.quantity, css="num"),
                Cell(text=row.serial, css="tnum"),
                Cell(text=day(row.issued_on), css="tnum"),
                Cell(text=day(row.returned_on) or "—", css="tnum"),
                Cell(text=_("Take back"), url=reverse("staffing:equipment-return", args=[row.pk]), css="num")
                if may and row.returned_on is None
                else Cell(),
            ]
            for row in rows
        ],
        empty=_("Uniforms, badges and devices handed to workers appear here."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def equipment_issue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand something to a worker."""
    reading_paths(actor, KEEPERS)
    form = IssueForm(request.POST or None, initial={"issued_on": local(now()).date()}, by=actor)
    ask = Ask(
        title=_("Issue equipment"),
        verb=_("Save"),
        active="equipment",
        back=reverse("staffing:equipment"),
        done=_("Saved."),
    )
    return run_form(request, actor, form, ask, lambda: keeping.issue(form.fill(), by=actor, at=now()))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def equipment_return(request: HttpRequest, actor: Actor, issue_id: int) -> HttpResponse:
    """Take something back."""
    rows = equipment_in(reading_paths(actor, KEEPERS)).select_related("user", "item")
    row = rows.filter(pk=issue_id).first()
    if row is None:
        raise NotFound()
    form = EndForm(request.POST or None, initial={"on": local(now()).date()}, by=actor)
    form.fields["on"].label = _("Returned on")
    ask = Ask(
        title=_("Take back: %(item)s from %(name)s") % {"item": row.item.label, "name": row.user.name},
        verb=_("Save"),
        active="equipment",
        back=reverse("staffing:equipment"),
        done=_("Saved."),
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: keeping.give_back(row.pk, on=form.cleaned_data["on"], by=actor, at=now()),
    )
