"""The duty roster: units with their gaps, the week of a unit, filling, swapping, removing."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound
from grids.territory import Unit
from grids.territory import current as territory
from staffing import roster, rostering
from staffing.forms import FillForm, Searching, ShiftForm, SwapForm
from staffing.models import DutyShift
from staffing.querysets import roster_unit_ids, shifts_visible_to
from staffing.roster import Gap, instant
from staffing.rostering import Pattern, Shift
from staffing.rules import keeps, unit_path
from staffing.views.parts import Ask, Button, Cell, Table, page, run_form

WEEK = timedelta(days=7)
KINDS = DutyShift.Kind


@dataclass
class Day:
    """One column of the calendar."""

    on: date
    words: str
    is_today: bool
    shifts: dict[str, list[DutyShift]] = field(default_factory=dict)
    gaps: dict[str, list[Gap]] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One row of the calendar: a kind of shift with its seven days."""

    label: str
    days: list[tuple[list[DutyShift], list[Gap]]]


def read_units(actor: Actor) -> list[int]:
    """The units whose roster this person reads. Raises Forbidden when there is none."""
    found = roster_unit_ids(actor)
    if not found:
        raise Forbidden(_("The roster belongs to those who keep posts and to the command centres"))
    return found


@require_safe
@desk_page
def roster_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every unit that has to keep a roster: who is on duty now, and the holes of the next seven days."""
    at = now()
    units = roster.rostered_units(read_units(actor), local(at).date())
    gaps = roster.gaps(units, at, at + roster.LOOK_AHEAD)
    on_duty: dict[int, list[DutyShift]] = {}
    for shift in (
        DutyShift.objects.filter(unit__in=[u.id for u in units], starts_at__lte=at, ends_at__gt=at)
        .select_related("user")
        .order_by("-kind", "pk")
    ):
        on_duty.setdefault(shift.unit_id, []).append(shift)
    context = {
        "title": _("Duty roster"),
        "gaps": gaps[:20],
        "gap_count": len(gaps),
        "table": Table(
            name="units",
            heads=(
                (gettext_lazy("Unit"), ""),
                (gettext_lazy("On duty now"), ""),
                (gettext_lazy("Holes in the next 7 days"), "num"),
                (gettext_lazy("First hole"), ""),
            ),
            rows=[_unit_row(unit, on_duty.get(unit.id, []), gaps) for unit in units],
            empty=_(
                "Units that must keep a roster appear here; the times are set in the administration pages."
            ),
        ),
    }
    return page(request, actor, "roster", "roster", context)


def _unit_row(unit: Unit, shifts: list[DutyShift], gaps: list[Gap]) -> list[Cell]:
    own = [gap for gap in gaps if gap.unit_id == unit.id]
    return [
        Cell(text=unit.label, url=reverse("staffing:roster-week", args=[unit.code])),
        Cell(
            text="、".join(f"{shift.user.name}({shift.get_kind_display()})" for shift in shifts)
            or _("nobody"),
            lamp="green" if shifts else "grey",
            word=_("on duty") if shifts else _("nobody"),
        ),
        Cell(
            text=len(own),
            lamp="red" if own else "green",
            word=_("has holes") if own else _("complete"),
            css="num",
        ),
        Cell(text=gap_words(own[0]) if own else "—", css="tnum"),
    ]


def gap_words(gap: Gap) -> str:
    """A hole in words."""
    since, until = local(gap.starts_at), local(gap.ends_at)
    return f"{since:%m-%d %H:%M} – {until:%m-%d %H:%M} {KINDS(gap.kind).label}"


def visible_unit(actor: Actor, code: str) -> Unit:
    """The unit of that code, if this person reads its roster. Raises NotFound."""
    unit = territory().unit_by_code.get(code)
    if unit is None or unit.id not in read_units(actor):
        raise NotFound()
    return unit


def monday_of(text: str, today: date) -> date:
    """The Monday of the week that the query names, else of this week. Raises Http404 for no date."""
    try:
        wanted = date.fromisoformat(text) if text else today
        return wanted - timedelta(days=wanted.weekday())
    except (ValueError, OverflowError) as error:
        raise Http404 from error


@require_safe
@desk_page
def week(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """`?week=` any day of the week that is shown."""
    at = now()
    unit, today = visible_unit(actor, code), local(at).date()
    first = monday_of(request.GET.get("week", ""), today)
    days = [
        Day(on, date_format(on, "D"), on == today) for on in (first + timedelta(days=n) for n in range(7))
    ]
    since, until = instant(first, time.min), instant(first + WEEK, time.min)
    for shift in roster.week_of(unit.id, first):
        begins_on = max(local(shift.starts_at).date(), first)
        days[(begins_on - first).days].shifts.setdefault(shift.kind, []).append(shift)
    gaps = roster.gaps([unit], since, until) if roster.rostered_units([unit.id], first) else []
    for gap in gaps:
        for item in days:
            if _touches(gap.starts_at, gap.ends_at, item.on):
                item.gaps.setdefault(gap.kind, []).append(_within(gap, item.on))
    may_keep_here = keeps(actor, unit_path(unit.id))
    context = {
        "title": unit.label,
        "unit": unit,
        "days": days,
        "lines": [
            Line(
                str(kind.label),
                [(item.shifts.get(kind.value, []), item.gaps.get(kind.value, [])) for item in days],
            )
            for kind in KINDS
        ],
        "week_words": f"{first:%Y-%m-%d} – {first + timedelta(days=6):%m-%d}",
        "gap_count": len(gaps),
        "previous_week": (first - WEEK).isoformat(),
        "next_week": (first + WEEK).isoformat(),
        "may_keep_here": may_keep_here,
        "buttons": _week_buttons(unit) if may_keep_here else [],
    }
    return page(request, actor, "week", "roster", context)


def _week_buttons(unit: Unit) -> list[Button]:
    return [
        Button(
            label=_("Fill from a pattern"),
            url=reverse("staffing:roster-fill", args=[unit.code]),
            icon="repeat",
            is_primary=True,
        ),
        Button(label=_("Add a shift"), url=reverse("staffing:shift-new", args=[unit.code]), icon="plus"),
    ]


def _touches(starts_at: datetime, ends_at: datetime, on: date) -> bool:
    """Whether a span shares time with a day."""
    return starts_at < instant(on + timedelta(days=1), time.min) and ends_at > instant(on, time.min)


def _within(gap: Gap, on: date) -> Gap:
    """What of a hole lies on that day."""
    since, until = instant(on, time.min), instant(on + timedelta(days=1), time.min)
    return replace(gap, starts_at=max(gap.starts_at, since), ends_at=min(gap.ends_at, until))


def kept_unit(actor: Actor, code: str) -> Unit:
    """The same, for somebody who keeps it. Raises Forbidden."""
    unit = visible_unit(actor, code)
    if not keeps(actor, unit_path(unit.id)):
        raise Forbidden(_("Posts and people of this place are kept by others"))
    return unit


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def shift_new(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One shift."""
    unit, at = kept_unit(actor, code), now()
    day = request.GET.get("day", "")
    initial = {"starts_at": f"{day}T08:30", "ends_at": f"{day}T20:30"} if day else {}
    form = ShiftForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Add a shift: %(unit)s") % {"unit": unit.label},
        verb=_("Add"),
        active="roster",
        back=reverse("staffing:roster-week", args=[unit.code]),
        done=_("The shift is on the roster."),
    )

    def deed() -> None:
        data = form.cleaned_data
        rostering.add(
            Shift(
                unit_id=unit.id,
                user_id=data["person"].pk,
                starts_at=data["starts_at"],
                ends_at=data["ends_at"],
                kind=data["kind"],
                phone=data["phone"],
            ),
            by=actor,
            at=at,
        )

    return run_form(request, actor, form, ask, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def fill(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A repeating pattern over the people of the unit."""
    unit, at = kept_unit(actor, code), now()
    today = local(at).date()
    people = {
        user.pk: user.name
        for user in User.objects.filter(unit=unit.id, is_active=True).order_by("name", "pk")[:60]
    }
    initial = {"first": today, "last": today + timedelta(days=13), "times": "08:30 20:30"}
    form = FillForm(request.POST or None, initial=initial, by=actor, people=people)
    ask = Ask(
        title=_("Fill from a pattern: %(unit)s") % {"unit": unit.label},
        verb=_("Fill the roster"),
        active="roster",
        back=reverse("staffing:roster-week", args=[unit.code]),
        done=_("The roster is filled."),
        note=_("Shifts that are on the roster already stay; only free times are filled."),
    )

    def deed() -> None:
        data = form.cleaned_data
        pattern = Pattern(
            unit_id=unit.id,
            first=data["first"],
            last=data["last"],
            times=data["times"],
            closes=data["closes"],
            people=tuple(int(pk) for pk in data["people"]),
            backups=tuple(int(pk) for pk in data["backups"]),
        )
        rostering.fill(pattern, by=actor, at=at)

    return run_form(request, actor, form, ask, deed)


def kept_shift(actor: Actor, shift_id: int) -> DutyShift:
    """A shift that this person sees and keeps. Raises NotFound, Forbidden."""
    row = shifts_visible_to(actor).select_related("unit", "user").filter(pk=shift_id).first()
    if row is None:
        raise NotFound()
    if not keeps(actor, unit_path(row.unit_id)):
        raise Forbidden(_("Posts and people of this place are kept by others"))
    return row


def shift_words(row: DutyShift) -> str:
    """A shift in words."""
    since, until = local(row.starts_at), local(row.ends_at)
    return f"{since:%m-%d %H:%M} – {until:%m-%d %H:%M} {row.get_kind_display()} {row.user.name}"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def swap(request: HttpRequest, actor: Actor, shift_id: int) -> HttpResponse:
    """Two people change places."""
    row, at = kept_shift(actor, shift_id), now()
    others = {
        other.pk: shift_words(other)
        for other in DutyShift.objects.filter(unit=row.unit_id, ends_at__gt=at)
        .exclude(user=row.user_id)
        .select_related("user")
        .order_by("starts_at", "pk")[:100]
    }
    form = SwapForm(request.POST or None, by=actor, others=others)
    ask = Ask(
        title=_("Swap: %(shift)s") % {"shift": shift_words(row)},
        verb=_("Swap"),
        active="roster",
        back=reverse("staffing:roster-week", args=[row.unit.code]),
        done=_("The two shifts are swapped."),
        extra={
            "other_url": reverse("staffing:shift-remove", args=[row.pk]),
            "other_label": _("Remove this shift"),
        },
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: rostering.swap(row.pk, int(form.cleaned_data["other"]), by=actor, at=at),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def shift_remove(request: HttpRequest, actor: Actor, shift_id: int) -> HttpResponse:
    """Take a shift from the roster."""
    row, at = kept_shift(actor, shift_id), now()
    form = Searching(request.POST if request.method == "POST" else None, by=actor)
    ask = Ask(
        title=_("Remove: %(shift)s") % {"shift": shift_words(row)},
        verb=_("Remove"),
        active="roster",
        back=reverse("staffing:roster-week", args=[row.unit.code]),
        done=_("The shift is no longer on the roster."),
        note=_("Where nobody else is on duty a hole appears, which everybody sees."),
        is_grave=True,
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: rostering.remove(row.pk, by=actor, at=at, version=row.version),
    )
