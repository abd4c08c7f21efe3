"""The goal panel, its targets with their history, and the form of a new target."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from exports import tables
from exports.rules import exporting_role, may_export
from governance.accounts.actors import Actor
from governance.command.goals.figures import Figure, month_words, panel, place_of, reading_paths
from governance.command.goals.forms import TargetForm
from governance.command.goals.lists import listing
from governance.command.goals.measures import BY_KEY, MEASURES, Goal, Measure
from governance.command.goals.targets import NewTarget, in_force, set_target, shipped
from governance.command.models import GoalTarget
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from grids.territory import current as territory
from staffing.queries import Rate
from supervision.rules import may_set_values, must_set_values
from supervision.views.dialogs import Dialog, serve

WIDTH, HEIGHT = 120, 32


@require_safe
@desk_page
def panel_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?place=` narrows to a district, town or community inside what one covers."""
    place = place_of(actor, request.GET.get("place", ""))
    found = panel(actor, place, at=now())
    above = territory().by_path.get(place.parent_path)
    first, last = month_words(found.month)
    context = {
        "found": found,
        "goals": [(goal, [(item, spark(item)) for item in figures]) for goal, figures in found.goals],
        "measures": MEASURES,
        "place": place,
        "above": above if above is not None and above.path.startswith(reading_paths(actor)) else None,
        "level_words": level_words(found.level),
        "first": first,
        "last": last,
        "may_export": may_export(actor),
    }
    return render(request, "command/goals.html", context)


@require_safe
@desk_page
def file_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?place=`, `?format=csv|xlsx`: the panel as a file, each measure of the place and of the places below it."""
    place, at = place_of(actor, request.GET.get("place", "")), now()
    exporting_role(actor)
    tables.kind_of(request)
    found = panel(actor, place, at=at)
    names = [measure.label for measure in MEASURES]
    lines: list[Sequence[tables.Value]] = []
    for goal, figures in found.goals:
        lines += [
            [
                place.name,
                place.code,
                str(goal.label),
                str(figure.measure.label),
                *parts_of(figure.rate),
                f"{figure.target}",
            ]
            for figure in figures
        ]
    for line in found.lines:
        lines += [
            [line.name or "–", line.code, str(Goal(measure.goal).label), str(name), *parts_of(rate), ""]
            for measure, name, (rate, _lamp) in zip(MEASURES, names, line.rates, strict=True)
        ]
    heads = [
        _("Place"),
        pgettext("dashboard", "Code of the place"),
        pgettext("goal", "Goal"),
        pgettext("indicator column", "Indicator"),
        pgettext("indicator column", "Numerator"),
        pgettext("indicator column", "Denominator"),
        pgettext("indicator column", "Percent"),
        pgettext("goal", "Target"),
    ]
    file = tables.Table(
        name=f"goals-{place.code}-{local(at):%Y%m%d}",
        title=pgettext("navigation", "Goal panel"),
        heads=heads,
        lines=lines,
    )
    return tables.answer(request, file, by=actor, verb="goals.exported", at=at)


def parts_of(rate: Rate) -> tuple[int, int, str]:
    """Numerator, denominator and per cent."""
    return rate.part, rate.whole, "–" if rate.percent is None else f"{rate.percent}"


def level_words(level: str) -> str:
    """The heading of the table of places."""
    return {
        "town": pgettext("goal", "By town"),
        "community": pgettext("goal", "By community"),
        "grid": pgettext("goal", "By grid"),
    }[level]


@dataclass(frozen=True, kw_only=True)
class Spark:
    """A trend as points of a small drawing; months without a figure have none. `line` is the height of the target."""

    points: str
    dots: Sequence[tuple[float, float]]
    line: float
    months: Sequence[tuple[str, str, str]]


def height(value: float, low: float, span: float) -> float:
    """Where a value stands in the drawing: the highest on top."""
    return round(2 + (HEIGHT - 4) * (1 - (value - low) / span), 1)


def spark(figure: Figure) -> Spark:
    """The months of a figure, scaled between the lowest of them (or the target) and the highest."""
    known = [
        (index, float(point.rate.percent))
        for index, point in enumerate(figure.trend)
        if point.rate is not None and point.rate.percent is not None
    ]
    values = [value for _index, value in known] + [float(figure.target)]
    low, high = min(values), max(values)
    span, step = (high - low) or 1.0, WIDTH / max(len(figure.trend) - 1, 1)
    dots = [(round(index * step, 1), height(value, low, span)) for index, value in known]
    months = [
        (
            f"{point.month:%Y-%m}",
            point.rate.words if point.rate is not None else "–",
            f"{point.rate.part} / {point.rate.whole}" if point.rate is not None else "",
        )
        for point in figure.trend
    ]
    points = " ".join(f"{x},{y}" for x, y in dots)
    return Spark(points=points, dots=dots, line=height(float(figure.target), low, span), months=months)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One target in the history of a measure; without a row it is the one that came with the platform."""

    value: Any
    row: GoalTarget | None = None
    is_in_force: bool = False
    is_to_come: bool = False


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor, key: str, side: str) -> HttpResponse:
    """What one number of the panel counts, `?place=` as on the panel."""
    place = place_of(actor, request.GET.get("place", ""))
    found = listing(actor, place, key, side, at=now())
    return render(request, "command/goal_list.html", {"found": found, "side_words": side_words(side)})


def side_words(side: str) -> str:
    """Numerator, denominator or the difference."""
    return {
        "part": pgettext("goal", "counted in the numerator"),
        "whole": pgettext("goal", "all that are counted"),
        "missing": pgettext("goal", "short of it"),
    }[side]


@require_safe
@desk_page
def targets_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every measure with the target in force and the next one: one statement for all of them."""
    reading_paths(actor)
    today = local(now()).date()
    rows: dict[str, list[GoalTarget]] = {key: [] for key in BY_KEY}
    for row in GoalTarget.objects.filter(measure__in=BY_KEY).select_related("made_by"):
        rows[row.measure].append(row)
    lines = []
    for measure in MEASURES:
        entries = story(measure, rows[measure.key], today)
        coming = [entry for entry in entries if entry.is_to_come]
        present = next(entry for entry in entries if entry.is_in_force)
        lines.append((measure, Goal(measure.goal).label, present, coming[-1] if coming else None))
    context = {"lines": lines, "may_set": may_set_values(actor)}
    return render(request, "command/goal_targets.html", context)


@require_safe
@desk_page
def target_page(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Every target that one measure has had and will have, the newest first."""
    reading_paths(actor)
    measure = measure_of(key)
    rows = list(GoalTarget.objects.filter(measure=key).select_related("made_by"))
    context = {
        "measure": measure,
        "entries": story(measure, rows, local(now()).date()),
        "may_set": may_set_values(actor),
    }
    return render(request, "command/goal_target.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def target_new(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """A new target for one measure, from a day on, with a reason."""
    reading_paths(actor)
    measure = measure_of(key)
    must_set_values(actor)
    at = now()
    today = local(at).date()
    rows = list(GoalTarget.objects.filter(measure=key))
    present = in_force(rows, today)
    back = reverse("command:goal-target", args=[key])
    start = {
        "last_id": max((row.pk for row in rows), default=0),
        "value": present.value if present is not None else shipped()[key],
        "starts_on": today,
    }

    def do(data: dict[str, Any]) -> tuple[str, str]:
        set_target(NewTarget(measure=key, **data), by=actor, at=at)
        return back, pgettext("goal", "The target is stored")

    dialog = Dialog(
        title=f"{pgettext('goal', 'New target')} · {measure.label}",
        url=reverse("command:goal-target-new", args=[key]),
        back=back,
        verb=pgettext("goal", "Store"),
        make=lambda data: TargetForm(data, initial=start),
        deed=do,
        note=str(measure.formula),
        page="command/goal_dialog.html",
    )
    return serve(request, actor, dialog)


def measure_of(key: str) -> Measure:
    """The measure of that key. Raises NotFound."""
    if key not in BY_KEY:
        raise NotFound()
    return BY_KEY[key]


def story(measure: Measure, rows: list[GoalTarget], today: Any) -> list[Entry]:
    """The history of one measure, the newest first; it ends with the target that came with the platform."""
    present = in_force(rows, today)
    ordered = sorted(rows, key=lambda row: (row.valid_from, row.pk), reverse=True)
    found = [
        Entry(value=row.value, row=row, is_in_force=row is present, is_to_come=row.valid_from > today)
        for row in ordered
    ]
    return [*found, Entry(value=shipped()[measure.key], is_in_force=present is None)]
