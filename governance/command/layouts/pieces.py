"""What a page of the dashboard can be made of, and in which order a role gets it: data in `command/data/layouts.json`,
which a rule value `dashboard.<page>.<role>` replaces. Pure but for these.

A figure is one of the page's own or the code of an indicator; a pane has a width. An arrangement that names what is
not there any more keeps the rest.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.errors import Text, Unprocessable
from incidents.catalogue import current as catalogue

SHIPPED: Final = Path(__file__).parents[1] / "data" / "layouts.json"
VIEWS: Final = Path(__file__).parents[1] / "data" / "views.json"
VIEW_NAMES: Final[Mapping[str, Text]] = {
    "order": pgettext_lazy("layout", "Public order"),
    "disputes": pgettext_lazy("layout", "Disputes"),
    "risk": pgettext_lazy("layout", "Risks and hazards"),
}
"""The root functions of grid governance, each with a page of its own indicators."""
DAY, SPAN, ALL = "day", "span", "*"
WIDTHS: Final[Mapping[str, Text]] = {
    "wide": pgettext_lazy("layout", "Wide"),
    "narrow": pgettext_lazy("layout", "Narrow"),
    "full": pgettext_lazy("layout", "Full width"),
}
MOST_FIGURES: Final = 12
CODE: Final = re.compile(r"K\d{2}(\.[a-z0-9_]{1,20})?")
ORDER: Final = (
    Role.LEADER,
    Role.OVERSIGHT_OFFICER,
    Role.DISPATCHER,
    Role.DUTY_OFFICER,
    Role.TOWN_STAFF,
    Role.COMMUNITY_STAFF,
    Role.DEPT_LEAD,
)
"""Whose arrangement somebody with several roles gets: the first of them."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A figure or pane of a page. `roots`: how the keys of its cells begin, see `picture.cells`."""

    key: str
    label: Text
    formula: Text = ""
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The figures in their order, and the panes with their widths."""

    figures: tuple[str, ...]
    panes: tuple[tuple[str, str], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The indicators among the figures."""
        return tuple(key for key in self.figures if CODE.fullmatch(key))

    def as_data(self) -> dict[str, list[str]]:
        """As it is stored."""
        return {"figures": list(self.figures), "panes": [f"{key}:{width}" for key, width in self.panes]}


@dataclass(frozen=True, kw_only=True)
class Page:
    """What can stand on a page."""

    figures: Mapping[str, Piece]
    panes: Mapping[str, Piece]


def _pieces(*pieces: Piece) -> Mapping[str, Piece]:
    return {piece.key: piece for piece in pieces}


PAGES: Final[Mapping[str, Page]] = {
    DAY: Page(
        figures=_pieces(
            Piece(
                key="intake",
                label=pgettext_lazy("layout", "Registered"),
                formula=pgettext_lazy(
                    "dashboard", "All reports registered in the period, voided ones left out"
                ),
                roots=("intake", "before", "compared"),
            ),
            Piece(
                key="worker",
                label=_("Found by grid workers"),
                formula=pgettext_lazy(
                    "dashboard", "Reports of grid workers ÷ all reports registered in the period"
                ),
                roots=("worker",),
            ),
            Piece(
                key="on_time",
                label=_("On-time rate"),
                formula=pgettext_lazy(
                    "dashboard",
                    "Completed by the limit ÷ tickets whose limit has ended in the period so far (K05)",
                ),
                roots=("on_time",),
            ),
            Piece(
                key="late",
                label=_("Overdue now"),
                formula=pgettext_lazy(
                    "dashboard",
                    "Open tickets with a limit that has passed; the amber number has used up most of its limit",
                ),
                roots=("late", "soon"),
            ),
            Piece(
                key="open",
                label=_("Open now"),
                formula=pgettext_lazy("dashboard", "Tickets that are not closed, rejected, merged or voided"),
                roots=("open",),
            ),
            Piece(
                key="closed",
                label=pgettext_lazy("layout", "Closed"),
                formula=pgettext_lazy("dashboard", "Tickets closed in the period, whenever they came in"),
                roots=("closed",),
            ),
        ),
        panes=_pieces(
            Piece(key="rhythm", label=_("Reports by hour"), roots=("beat", "then")),
            Piece(key="sources", label=_("By source"), roots=("source",)),
            Piece(key="places", label=pgettext_lazy("dashboard", "Ranking of places"), roots=("place",)),
            Piece(key="stages", label=_("Where open tickets stand"), roots=("stage", "stage_late")),
            Piece(
                key="holders",
                label=pgettext_lazy("dashboard", "Who must act: overdue by unit"),
                roots=("holder",),
            ),
            Piece(key="heat", label=pgettext_lazy("dashboard", "Classes by hour"), roots=("heat",)),
        ),
    ),
    SPAN: Page(
        figures=_pieces(Piece(key="accepted", label=pgettext_lazy("dashboard", "Accepted"))),
        panes=_pieces(
            Piece(key="intake", label=pgettext_lazy("dashboard", "Accepted, by who found it")),
            Piece(key="ontime", label=_("On-time rate")),
            Piece(key="places", label=pgettext_lazy("dashboard", "Ranking of places")),
        ),
    ),
}


@cache
def shipped() -> Mapping[str, Mapping[str, Any]]:
    """The arrangements that come with the platform, by page and role."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


@cache
def views() -> Mapping[str, Layout]:
    """The arrangements of longer stretches by function."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(VIEWS.read_text(encoding="utf-8"))
    return {name: known(SPAN, found[name]) for name in VIEW_NAMES}


def of_role(page: str, roles: Collection[str]) -> Layout:
    """What somebody with these roles sees until it is arranged otherwise."""
    policies = catalogue().policies
    for role in (*(role for role in ORDER if role in roles), ALL):
        found = policies.get(f"dashboard.{page}.{role}") or shipped()[page].get(role)
        if found is not None:
            return known(page, found)
    raise KeyError(page)


def known(page: str, raw: Mapping[str, Any]) -> Layout:
    """An arrangement as it was stored; pieces that are not there any more are left out, codes stay."""
    there = PAGES[page]
    figures = [key for key in raw.get("figures", ()) if key in there.figures or CODE.fullmatch(key)]
    panes = [tuple(str(item).partition(":")[::2]) for item in raw.get("panes", ())]
    return Layout(
        figures=tuple(dict.fromkeys(figures))[:MOST_FIGURES],
        panes=tuple(
            {key: (key, width) for key, width in panes if key in there.panes and width in WIDTHS}.values()
        ),
    )


def checked(page: str, figures: Sequence[str], panes: Sequence[str], codes: Collection[str]) -> Layout:
    """What somebody has sent. Raises Unprocessable for what is not there, or for more than fits."""
    there = PAGES[page]
    if any(key not in there.figures and key not in codes for key in figures):
        raise Unprocessable(
            fields={"figures": [pgettext_lazy("layout", "One of these figures is not there")]}
        )
    if len(set(figures)) > MOST_FIGURES:
        raise Unprocessable(
            fields={"figures": [pgettext_lazy("layout", "At most 12 figures fit above the panes")]}
        )
    found = known(page, {"figures": figures, "panes": panes})
    if {item.partition(":")[0] for item in panes} - {key for key, _width in found.panes}:
        raise Unprocessable(fields={"panes": [pgettext_lazy("layout", "One of these panes is not there")]})
    return found


def without(page: str, layout: Layout) -> list[str]:
    """How the keys begin that this arrangement has no place for: what a stream says of them is passed over."""
    there, panes = PAGES[page], {key for key, _width in layout.panes}
    shown = [there.figures[key] for key in layout.figures if key in there.figures]
    shown += [there.panes[key] for key in panes]
    every = {root for piece in (*there.figures.values(), *there.panes.values()) for root in piece.roots}
    return sorted(every - {root for piece in shown for root in piece.roots})


def rows(panes: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Panes as cells of the page, each with its width: narrow ones after one another stand in one column, beside as
    many wide ones at most. What has no neighbour of the other width takes the whole width.
    """
    runs: list[tuple[str, list[str]]] = []
    for key, width in panes:
        if runs and runs[-1][0] == width != "full":
            runs[-1][1].append(key)
        else:
            runs.append((width, [key]))
    found = list[tuple[str, list[str]]]()
    while runs:
        width, keys = runs.pop(0)
        if {width, *(runs[0][:1] if runs else ())} != {"wide", "narrow"}:
            found += [("full", [key]) for key in keys]
        elif width == "wide":
            _narrow, beside = runs.pop(0)
            alone = max(0, len(keys) - len(beside))
            found += [*(("full", [key]) for key in keys[:alone]), ("wide", keys[alone:]), ("narrow", beside)]
        else:
            _wide, beside = runs.pop(0)
            found += [("narrow", keys), ("wide", beside[: len(keys)])]
            if left := beside[len(keys) :]:
                runs.insert(0, ("wide", left))
    return found
