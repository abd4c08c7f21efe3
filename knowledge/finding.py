"""Which entries answer what somebody asks in his or her own words: alike in pairs of characters, rare ones weigh more.

Common ways of asking ("how do I", "please") weigh nothing. Latin letters alone are taken for pinyin or its initials.
Staff and residents are answered by the same order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Final

from incidents.search import any_of
from incidents.similar import distinct
from knowledge.models import KnowledgeEntry
from knowledge.querysets import EntryQuerySet
from knowledge.values import value

READ: Final = 400
"""So many entries with a word in common are weighed, at most."""
ENOUGH: Final = 0.24
"""From which likeness on an entry is shown as an answer."""
COVERED, PRECISE, IN_ANSWER = 0.7, 0.3, 0.2
LETTERS: Final = 2
BEST: Final = 5


@dataclass(frozen=True, kw_only=True)
class Found:
    """An entry, and how much of what was asked it speaks of, from 0 to 1."""

    entry: KnowledgeEntry
    score: float


def best(words: str, rows: EntryQuerySet, *, most: int = BEST) -> list[Found]:
    """The entries among `rows` that answer best. Two statements at most."""
    words = words.strip().replace("\x00", "")[:500]
    spelled = "".join(words.lower().split())
    if spelled.isascii() and spelled.isalpha() and len(spelled) >= LETTERS:
        found = rows.filter(pinyin__contains=spelled).select_related("unit").defer("search")
        return [Found(entry=row, score=1.0) for row in found.order_by("question", "pk")[:most]]
    asked = distinct(words) - _asking(tuple(value("knowledge.ways_of_asking")))
    query = any_of(sorted(asked))
    if query is None:
        return []
    texts = list(
        rows.filter(search=query)
        .order_by("-published_at", "-pk")
        .values_list("pk", "question", "phrases", "answer", "region_path")[:READ]
    )
    scores = _scores(asked, texts)
    chosen = sorted(scores, key=lambda key: (-scores[key], key))[:most]
    entries = rows.filter(pk__in=chosen).select_related("unit").defer("search").in_bulk()
    return [Found(entry=entries[key], score=scores[key]) for key in chosen if key in entries]


Text = tuple[int, str, Sequence[str], str, str]


def _scores(asked: frozenset[str], texts: Sequence[Text]) -> dict[int, float]:
    """What is alike enough, with how much; of two alike ones the nearer place wins by a hair."""
    known = [
        (pk, [distinct(way) for way in (question, *phrases)], distinct(answer), path.count("/"))
        for pk, question, phrases, answer, path in texts
    ]
    weights = _weights(asked, [frozenset().union(*ways, answer) for _pk, ways, answer, _depth in known])
    whole = sum(weights.values()) or 1.0
    asking = _asking(tuple(value("knowledge.ways_of_asking")))
    found = {}
    for pk, ways, answer, depth in known:
        likeness = max(_likeness(asked, way - asking, weights, whole) for way in ways)
        beside = IN_ANSWER * _sum(asked & answer, weights) / whole
        score = min(1.0, likeness + beside)
        if score >= ENOUGH:
            found[pk] = score + depth / 1000
    return found


def _likeness(
    asked: frozenset[str], way: frozenset[str], weights: Mapping[str, float], whole: float
) -> float:
    shared = asked & way
    if not shared:
        return 0.0
    return COVERED * _sum(shared, weights) / whole + PRECISE * len(shared) / len(way)


def _weights(asked: Iterable[str], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """A pair that few entries have says more than one that stands in each; one that none has says little."""
    count = len(texts)
    held = {pair: sum(pair in text for text in texts) for pair in asked}
    return {pair: log(1 + (count + 1) / found) if found else 0.5 for pair, found in held.items()}


def _sum(pairs: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights[pair] for pair in pairs)


@lru_cache(maxsize=4)
def _asking(ways: tuple[str, ...]) -> frozenset[str]:
    return frozenset(ways)
