"""Which category a report probably belongs to, and why: what alike reports were accepted under, words of its name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from incidents.catalogue import Catalogue
from incidents.catalogue import current as catalogue
from incidents.models import MatterCategory, Ticket
from incidents.similar import Likeness, distinct

ALIKE, ENOUGH, NAMED = 0.3, 0.6, 0.99
"""From which likeness of words on a report votes, how much is enough to speak, and what a whole name counts."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The category that fits best; `is_present` when the ticket is filed under it already."""

    category: MatterCategory
    reason: str
    is_present: bool


def suggest(ticket: Ticket, found: Iterable[Likeness]) -> Suggestion | None:
    """None where neither alike reports nor a name speak clearly enough. No statement."""
    book = catalogue()
    votes: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    for item in found:
        if item.is_judged and item.text >= ALIKE and item.category_id in book.by_id:
            votes[item.category_id] += item.text
            counts[item.category_id] += 1
    named = _named(book, distinct(ticket.title, ticket.content))
    for key, value in named.items():
        votes[key] += value
    votes = {key: value for key, value in votes.items() if book.by_id[key].is_selectable}
    if not votes:
        return None
    best = max(votes, key=lambda key: (votes[key], -key))
    if votes[best] < ENOUGH:
        return None
    total = sum(counts.values())
    if counts.get(best):
        reason = _("%(n)d of %(all)d alike reports were accepted under it") % {
            "n": counts[best],
            "all": total,
        }
    else:
        reason = _("the words of its name stand in the report")
    category = book.by_id[best]
    return Suggestion(category=category, reason=reason, is_present=category.code == ticket.category.code)


def named_in(text: str, most: int) -> list[MatterCategory]:
    """The selectable categories whose names stand in what somebody writes, the clearest first. No statement."""
    book = catalogue()
    found = _named(book, distinct(text))
    best = sorted(found, key=lambda key: (-found[key], book.by_id[key].code))
    return [book.by_id[key] for key in best[:most]]


def _named(book: Catalogue, words: Set[str]) -> Mapping[int, float]:
    """How much of a category's name stands in the report, where it is at least two thirds."""
    found = {}
    for key, name in _names(book.version_id):
        share = len(name & words) / len(name)
        if share >= 2 / 3:
            found[key] = NAMED * share
    return found


@lru_cache(maxsize=4)
def _names(version_id: int) -> tuple[tuple[int, frozenset[str]], ...]:
    """The pairs of each selectable category's name, of one edition of the catalogue."""
    rows = ((row.pk, distinct(row.name)) for row in catalogue().selectable())
    return tuple((key, words) for key, words in rows if len(words) > 1)
