"""The forms of papers and the drafts of agreements, as data: what is shipped, unless a rule value in force replaces it.

A place in braces takes a fact; a fact that is not known leaves a line to be filled in by hand.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from incidents.catalogue import current as catalogue

DATA: Final = Path(__file__).resolve().parents[1] / "data"
BLANK: Final = "＿＿＿＿＿＿"
PLACE: Final = re.compile(r"\{(\w+)\}")


@cache
def _shipped(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _in_force(name: str) -> Any:
    policies = catalogue().policies
    return policies.get(f"mediation.{name}", _shipped(name))


def _papers() -> Mapping[str, Mapping[str, Any]]:
    """Each kind by itself: a rule value that was written before a kind was added leaves the shipped form of it."""
    return {**_shipped("papers"), **_in_force("papers")}


def form(kind: str) -> Mapping[str, Any]:
    """The title and the blocks of a kind of paper. KeyError for an unknown one."""
    return _papers()[kind]


def title(kind: str) -> str:
    """What the paper is called."""
    return str(form(kind)["title"])


def kinds() -> list[str]:
    """Every kind of paper there is a form for."""
    return list(_papers())


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its places taken by the facts."""
    return PLACE.sub(lambda found: facts.get(found.group(1)) or BLANK, text)


@dataclass(frozen=True, kw_only=True)
class DraftForm:
    """A draft for agreements of some categories, and of facts that hold one of `words`; without them it fits all."""

    code: str
    name: str
    categories: tuple[str, ...]
    words: tuple[str, ...]
    facts: str
    dispute: str
    responsibility: str
    terms: tuple[Mapping[str, Any], ...]


def drafts(category: str, *, on: date) -> list[DraftForm]:
    """The drafts in force on a day that fit the category, the narrowest first."""
    rows: Sequence[Mapping[str, Any]] = _in_force("drafts")
    found = [
        DraftForm(
            code=row["code"],
            name=row["name"],
            categories=tuple(row["categories"]),
            words=tuple(row.get("words", ())),
            facts=row["facts"],
            dispute=row["dispute"],
            responsibility=row["responsibility"],
            terms=tuple(row["terms"]),
        )
        for row in rows
        if row["valid_from"] <= on.isoformat() <= row.get("valid_to", "9999-12-31")
        and (not row["categories"] or category in row["categories"])
    ]
    return sorted(found, key=lambda item: (not item.categories, len(item.categories)))
