"""What a revision of regions must be like: one setting and one draft in, findings out. Pure; words come when read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import shapely
from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Text
from grids.models import Region
from grids.regions.coding import begins_right
from grids.regions.drafting import Draft, DraftRegion
from grids.regions.planning import Setting, together
from grids.states import RevisionState


class Kind(StrEnum):
    """What can be wrong with a plan of regions."""

    NAME_MISSING = "name_missing"
    NAME_TWICE = "name_twice"
    CODE_FORM = "code_form"
    CODE_SPENT = "code_spent"
    CODES_OUT = "codes_out"
    PARENT_CLOSED = "parent_closed"
    PARENT_LEVEL = "parent_level"
    HEIR_TWICE = "heir_twice"
    PIECE_NOWHERE = "piece_nowhere"
    PIECE_UNKNOWN = "piece_unknown"
    NOTHING_THERE = "nothing_there"
    NO_CHANGE = "no_change"
    GRIDS_BUSY = "grids_busy"
    RIVAL = "rival"
    APART = "apart"
    NO_PEOPLE = "no_people"


TITLES: Mapping[str, Text] = {
    Kind.NAME_MISSING: _("Name missing"),
    Kind.NAME_TWICE: _("Name used twice"),
    Kind.CODE_FORM: _("Wrong code"),
    Kind.CODE_SPENT: _("Code is taken"),
    Kind.CODES_OUT: _("No code left"),
    Kind.PARENT_CLOSED: _("Region above is not in force"),
    Kind.PARENT_LEVEL: _("Wrong region above"),
    Kind.HEIR_TWICE: _("Taken over twice"),
    Kind.PIECE_NOWHERE: _("Left without a region"),
    Kind.PIECE_UNKNOWN: _("Not there any more"),
    Kind.NOTHING_THERE: _("Empty region"),
    Kind.NO_CHANGE: _("Nothing changes"),
    Kind.GRIDS_BUSY: _("Grids are being revised"),
    Kind.RIVAL: _("In another revision"),
    Kind.APART: _("Not in one piece"),
    Kind.NO_PEOPLE: _("Nobody appointed"),
}
SENTENCES: Mapping[str, Text] = {
    Kind.NAME_MISSING: _("%(code)s has no name yet."),
    Kind.NAME_TWICE: _("%(name)s: in %(parent)s there would be two regions of this name (%(other)s)."),
    Kind.CODE_FORM: _(
        "%(name)s: %(code)s does not begin as %(parent)s does, with three digits more for itself."
    ),
    Kind.CODE_SPENT: _(
        "%(name)s: the code %(code)s belongs or belonged to another region and is never given again."
    ),
    Kind.CODES_OUT: _("%(name)s: there is no code left for %(piece)s."),
    Kind.PARENT_CLOSED: _("%(name)s: no region in force has the code %(parent)s."),
    Kind.PARENT_LEVEL: _("%(name)s cannot lie in %(parent)s, which is on a level that does not hold it."),
    Kind.HEIR_TWICE: _("%(names)s take over from the same region %(code)s."),
    Kind.PIECE_NOWHERE: _("%(piece)s of %(source)s goes to none of the regions."),
    Kind.PIECE_UNKNOWN: _("%(piece)s is not in force any more, or lies elsewhere now: save the draft again."),
    Kind.NOTHING_THERE: _("Nothing would lie in %(name)s."),
    Kind.NO_CHANGE: _("Every region would stay as it is."),
    Kind.GRIDS_BUSY: _(
        "The revision of grids %(number)s (%(state)s) concerns grids here: wait for it, or withdraw it."
    ),
    Kind.RIVAL: _(
        "The revision of regions %(number)s (%(state)s) concerns the same regions, above or below."
    ),
    Kind.APART: _("The ground of %(name)s would fall into %(pieces)s pieces."),
    Kind.NO_PEOPLE: _(
        "Nobody would be appointed over %(name)s, and it begins with a new command unit: appoint people."
    ),
}
WARNINGS = frozenset({Kind.APART, Kind.NO_PEOPLE})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found. `codes` are the regions it is about; the first one's place is shown."""

    kind: Kind
    codes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether it forbids the plan."""
        return self.kind not in WARNINGS

    def stored(self) -> dict[str, Any]:
        """As it is kept: without words."""
        severity = "error" if self.is_error else "warning"
        return {
            "kind": self.kind.value,
            "severity": severity,
            "codes": list(self.codes),
            "facts": dict(self.facts),
        }


def check(setting: Setting, draft: Draft) -> list[Finding]:
    """Every finding about the plan, what forbids it first."""
    found = [*_rows(setting, draft), *_pieces(setting, draft), *_whole(setting, draft)]
    kinds = list(Kind)
    return sorted(found, key=lambda item: (not item.is_error, kinds.index(item.kind), item.codes))


def stored(findings: Sequence[Finding], *, at: datetime) -> dict[str, Any]:
    """As a report is kept in a JSON column."""
    errors = sum(finding.is_error for finding in findings)
    return {
        "findings": [finding.stored() for finding in findings],
        "counts": {"error": errors, "warning": len(findings) - errors},
        "checked_at": at.isoformat(),
    }


def in_words(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A kept finding with `title` and `message` in the reader's language."""
    facts = dict(finding["facts"])
    if facts.get("state") in RevisionState.values:
        facts["state"] = str(RevisionState(facts["state"]).label)
    message = str(SENTENCES[finding["kind"]]) % facts
    return {**finding, "title": str(TITLES[finding["kind"]]), "message": message}


def _rows(setting: Setting, draft: Draft) -> Iterator[Finding]:
    names: dict[tuple[str, str], str] = {}
    for result in draft.results:
        told = {"name": result.name or result.code, "code": result.code}
        if not result.name:
            yield Finding(kind=Kind.NAME_MISSING, codes=(result.code,), facts=told)
        yield from _above(setting, result, told)
        if result.code in setting.spent and result.code not in setting.sources:
            yield Finding(kind=Kind.CODE_SPENT, codes=(result.code,), facts=told)
        if result.name:
            key = (result.parent, result.name.strip())
            other = names.get(key) or setting.names.get(result.parent, {}).get(result.name.strip(), "")
            if other and other != result.code and (other not in setting.sources or key in names):
                facts = told | {
                    "other": other,
                    "parent": _named(setting, result.parent),
                }
                yield Finding(kind=Kind.NAME_TWICE, codes=(result.code,), facts=facts)
            names[key] = result.code
    yield from _heirs(setting, draft)


def _named(setting: Setting, parent: str) -> str:
    return setting.parents[parent].name if parent in setting.parents else parent


def _above(setting: Setting, result: DraftRegion, told: Mapping[str, str]) -> Iterator[Finding]:
    parent = setting.parents.get(result.parent)
    if parent is None or parent.code in setting.sources:
        yield Finding(
            kind=Kind.PARENT_CLOSED, codes=(result.code,), facts={**told, "parent": result.parent or "—"}
        )
        return
    facts = {**told, "parent": parent.name}
    if parent.level not in HOLDERS[setting.level]:
        yield Finding(kind=Kind.PARENT_LEVEL, codes=(result.code,), facts=facts)
    elif not begins_right(result.code, setting.level, parent.code) or _has_moved(setting, result):
        yield Finding(kind=Kind.CODE_FORM, codes=(result.code,), facts=facts)


HOLDERS: Mapping[str, frozenset[str]] = {
    Region.Level.COMMUNITY.value: frozenset({Region.Level.TOWN.value}),
    Region.Level.TOWN.value: frozenset({Region.Level.DISTRICT.value, Region.Level.CITY.value}),
}


def _has_moved(setting: Setting, result: DraftRegion) -> bool:
    """A region that keeps its code stays where it is: codes tell the region above."""
    source = setting.sources.get(result.code)
    return source is not None and source.parent is not None and source.parent.code != result.parent


def _heirs(setting: Setting, draft: Draft) -> Iterator[Finding]:
    takers: dict[str, list[DraftRegion]] = {}
    for result in draft.results:
        own = {result.code} if result.code in setting.sources else set()
        for code in own | ({result.heir_of} & setting.sources.keys()):
            takers.setdefault(code, []).append(result)
    for code, results in takers.items():
        if len(results) > 1:
            names = "、".join(result.name or result.code for result in results)
            yield Finding(kind=Kind.HEIR_TWICE, codes=(code,), facts={"names": names, "code": code})


def _pieces(setting: Setting, draft: Draft) -> Iterator[Finding]:
    results = {result.code: result for result in draft.results}
    new_codes = setting.codes(draft)
    for code, piece in setting.pieces.items():
        told = {"piece": f"{piece.name}({code})", "source": setting.sources[piece.source].name}
        target = results.get(draft.places.get(code, ""))
        if target is None:
            yield Finding(kind=Kind.PIECE_NOWHERE, codes=(piece.source,), facts=told)
        elif not new_codes.get(code):
            facts = told | {"name": target.name or target.code}
            yield Finding(kind=Kind.CODES_OUT, codes=(target.code,), facts=facts)
    for code in sorted(draft.places.keys() - setting.pieces.keys()):
        yield Finding(kind=Kind.PIECE_UNKNOWN, facts={"piece": code})
    filled = {draft.places.get(code) for code in setting.pieces}
    for result in draft.results:
        if setting.pieces and result.code not in filled:
            facts = {"name": result.name or result.code}
            yield Finding(kind=Kind.NOTHING_THERE, codes=(result.code,), facts=facts)


def _whole(setting: Setting, draft: Draft) -> Iterator[Finding]:
    if not _changes(setting, draft):
        yield Finding(kind=Kind.NO_CHANGE, codes=tuple(setting.sources))
    for grids in setting.busy:
        yield Finding(
            kind=Kind.GRIDS_BUSY,
            codes=tuple(setting.sources),
            facts={"number": grids.number, "state": grids.state},
        )
    for rival in setting.rivals:
        yield Finding(
            kind=Kind.RIVAL,
            codes=tuple(setting.sources),
            facts={"number": rival.number, "state": rival.state},
        )
    for result in draft.results:
        told = {"name": result.name or result.code}
        ground = together(
            piece.area for piece in setting.pieces.values() if draft.places.get(piece.code) == result.code
        )
        if ground is not None and (parts := _parts(ground)) > 1:
            yield Finding(kind=Kind.APART, codes=(result.code,), facts=told | {"pieces": str(parts)})
        before = result.heir_of or result.code
        if before not in setting.sources:
            yield Finding(kind=Kind.NO_PEOPLE, codes=(result.code,), facts=told)


def _parts(ground: Any) -> int:
    """Pieces that are more than slivers: of a hundredth of the whole at least."""
    parts = shapely.get_parts(ground)
    return int((shapely.area(parts) > ground.area / 100).sum())


def _changes(setting: Setting, draft: Draft) -> bool:
    if {result.code for result in draft.results} != set(setting.sources):
        return True
    if any(draft.places.get(piece.code) != piece.source for piece in setting.pieces.values()):
        return True
    return any(
        (result.name, result.name_en)
        != (setting.sources[result.code].name, setting.sources[result.code].name_en)
        for result in draft.results
    )
