"""Whether a text tells of a dispute that could be mediated, by rules kept as data: words speak for it or against it.

Each rule counts once, however often its words occur. What a text scores, of which kind of dispute it tells and by which
rules is a proposal with its reasons: a person opens the case, or does not.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from incidents.catalogue import current as catalogue

SHIPPED: Final = Path(__file__).parent / "data" / "screening.json"
KEY: Final = "mediation.screening"
LONGEST: Final = 6000
"""Characters that are read: what a dispute is about is said before."""


@dataclass(frozen=True)
class Rule:
    """Words, what they weigh, and of which kind of dispute they tell (empty: of none)."""

    code: str
    weight: int
    category: str
    words: re.Pattern[str]


@dataclass(frozen=True)
class Finding:
    """What was found in a text; `reasons` are the words that spoke, by rule."""

    score: int
    is_dispute: bool
    category: str
    reasons: tuple[tuple[str, str], ...]


@cache
def _shipped() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


@lru_cache(4)
def _compiled(text: str) -> tuple[int, tuple[Rule, ...]]:
    data = json.loads(text)
    return data["threshold"], tuple(
        Rule(row["code"], row["weight"], row.get("category", ""), re.compile("|".join(row["words"])))
        for row in data["rules"]
    )


def rules() -> tuple[int, tuple[Rule, ...]]:
    """The threshold and the rules in force."""
    return _compiled(json.dumps(catalogue().policies.get(KEY, _shipped()), ensure_ascii=False))


def sift(text: str) -> Finding:
    """What the text tells of; the category is that of the heaviest rule that spoke, the first among equals."""
    plain = re.sub(r"\s+", "", text)[:LONGEST]
    threshold, known = rules()
    spoke = [(rule, found.group()) for rule in known if (found := rule.words.search(plain))]
    score = sum(rule.weight for rule, _words in spoke)
    kinds = sorted((rule for rule, _words in spoke if rule.category), key=lambda rule: -rule.weight)
    return Finding(
        score=score,
        is_dispute=score >= threshold,
        category=kinds[0].category if kinds else "",
        reasons=tuple((rule.code, words[:30]) for rule, words in spoke),
    )
