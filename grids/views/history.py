"""One grid through time: its states, who came before and after it, and the map on both sides of a change."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from grids import scope as scopes
from grids.history import GridState, states_before, states_of, successions_of
from grids.models import Grid, GridRevision, GridSuccession
from grids.views import faces


@dataclass(frozen=True, kw_only=True)
class StateRow:
    """One state of the grid, with the revision that ended it."""

    state: GridState
    kind: str
    hectares: float | None
    ended_by: GridRevision | None
    is_now: bool


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """`?revision=` chooses the change whose two sides the map shows; the latest one without it."""
    grid = visible_grid(actor, code)
    states = states_of(grid)
    before, after = successions_of(grid)
    readable = readable_revisions(actor, grid)
    chosen = choose(readable, request.GET.get("revision", ""))
    context = {
        "grid": grid,
        "kind": faces.kind_words(grid.kind, grid.exclusive_type),
        "today": local(now()).date(),
        "rows": state_rows(states, readable),
        "predecessors": [(row, readable.get(row.revision_id)) for row in before],
        "successors": [(row, readable.get(row.revision_id)) for row in after],
        "revisions": list(readable.values()),
        "chosen": chosen,
        **maps(chosen, states),
    }
    return render(request, "grids/history.html", context)


def visible_grid(actor: Actor, code: str) -> Grid:
    """The grid of that code inside the reader's area, the newest one. Raises NotFound."""
    rows = Grid.objects.filter(scopes.of(actor.user).within("path"), code=code).select_related("community")
    grid = rows.defer("community__boundary").order_by("-valid_from").first()
    if grid is None:
        raise NotFound()
    return grid


def readable_revisions(actor: Actor, grid: Grid) -> dict[int, GridRevision]:
    """The revisions in effect that touched the grid and that this person may see, the newest first."""
    touched = GridSuccession.objects.filter(old=grid) | GridSuccession.objects.filter(new=grid)
    rows = GridRevision.objects.visible_to(actor).filter(pk__in=touched.values("revision"))
    return {row.pk: row for row in rows.defer("report").order_by("-effective_on", "-pk")}


def choose(readable: dict[int, GridRevision], number: str) -> GridRevision | None:
    """The revision asked for, else the latest."""
    for row in readable.values():
        if row.number == number or not number:
            return row
    return None


def state_rows(states: list[GridState], readable: dict[int, GridRevision]) -> list[StateRow]:
    """The states for the table."""
    return [
        StateRow(
            state=state,
            kind=faces.kind_words(state.kind, state.exclusive_type),
            hectares=faces.hectares(state.polygon),
            ended_by=readable.get(state.revision_id) if state.revision_id else None,
            is_now=state.valid_to is None,
        )
        for state in states
    ]


def maps(chosen: GridRevision | None, states: list[GridState]) -> dict[str, Any]:
    """Both sides of a change; only the grid itself where nothing ever changed."""
    if chosen is None:
        return {"before_map": None, "after_map": faces.areas(states[:1])}
    return {
        "before_map": faces.areas(states_before(chosen)),
        "after_map": faces.areas(chosen.results.order_by("code")),
    }
