"""Tickets that may be the same matter: alike in words, near in place, close in time. Each with a score and its reason.

Candidates come from bounded sets: the most promising of the newest in the same community (an index knows their place
and matter, so that only those are read), rare words anywhere, the same caller. What they weigh and how far they reach
is data (`similar.*`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import cos, log, radians, sqrt
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.accounts.actors import Actor
from governance.foundation.errors import Text
from grids.coordinates import metres_between
from incidents.catalogue import current as catalogue
from incidents.models import Requester, Ticket
from incidents.search import any_of, pairs, shares
from incidents.states import State
from incidents.transitions.merging import why_not

NEAR, PROMISING, FAR, COMPARED, SHOWN = 1500, 160, 100, 120, 5
TELLING, RARE = 12, 6
RARELY = 1e-4
GONE = frozenset({State.VOIDED, State.MERGED})
FACTS = (
    "id",
    "category_id",
    "community_id",
    "grid_id",
    "lon",
    "lat",
    "registered_at",
    "state",
    "is_confidential",
)
PLACES = {"same grid": 0.8, "same community": 0.5}
DEGREE = 111_195.0
"""Metres of one degree of latitude."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """How alike another ticket is, part by part: each from 0 to 1. `metres` where both have a point."""

    ticket_id: int
    category_id: int
    is_judged: bool
    text: float = 0.0
    place: float = 0.0
    time: float = 0.0
    category: float = 0.0
    caller: float = 0.0
    metres: float | None = None
    days: int = 0
    score: int = 0


@dataclass(frozen=True, kw_only=True)
class Alike:
    """One similar ticket as it is shown; `obstacle` says why the two cannot be merged, empty when they can."""

    ticket: Ticket
    likeness: Likeness
    reasons: Sequence[Text]
    obstacle: Text


def alike(ticket: Ticket, actor: Actor, *, at: datetime) -> list[Alike]:
    """The best ones that this person may see, the most alike first."""
    return shown(ticket, likenesses(ticket, actor), actor, at=at)


def shown(ticket: Ticket, found: Iterable[Likeness], actor: Actor, *, at: datetime) -> list[Alike]:
    """Those that reach the least score, with words: one statement."""
    least = int(catalogue().policy("similar.least"))
    best = [item for item in found if item.score >= least][:SHOWN]
    rows = Ticket.objects.visible_to(actor).filter(pk__in=[item.ticket_id for item in best])
    tickets = {row.pk: row for row in rows.select_related("category").defer("search", "content")}
    return [
        Alike(
            ticket=other,
            likeness=item,
            reasons=list(reasons_of(item)),
            obstacle=why_not(ticket, other, at=at),
        )
        for item in best
        if (other := tickets.get(item.ticket_id)) is not None
    ]


def likenesses(ticket: Ticket, actor: Actor) -> list[Likeness]:
    """Every candidate with its score, the most alike first: five statements at most."""
    words = distinct(ticket.title, ticket.content, ticket.place)
    facts, callers = _candidates(ticket, words, actor)
    promise = _promise_of(ticket, callers)
    first = sorted(facts.values(), key=lambda row: (-promise(row), -row["id"]))[:COMPARED]
    texts = Ticket.objects.visible_to(actor).filter(pk__in=[row["id"] for row in first])
    weights = Weights(words)
    own = weights.length(words)
    alike_in_words: dict[int, float] = {}
    for key, *parts in texts.values_list("id", "title", "content", "place"):
        alike_in_words[key] = _cosine(words, own, distinct(*parts), weights)
    found = [
        _likeness(ticket, row, alike_in_words[row["id"]], row["id"] in callers)
        for row in first
        if row["id"] in alike_in_words
    ]
    return sorted(found, key=lambda item: (-item.score, -item.ticket_id))


def distinct(*texts: str) -> frozenset[str]:
    """The pairs of characters and the words of Latin letters that texts are compared by."""
    return frozenset(word for word in pairs("\n".join(texts)) if len(word) > 1)


def _candidates(
    ticket: Ticket, words: Collection[str], actor: Actor
) -> tuple[dict[int, dict[str, Any]], frozenset[int]]:
    """Facts of the candidates by id, and which of them the same person brought."""
    days = timedelta(days=int(catalogue().policy("similar.days")))
    span = (ticket.registered_at - days, ticket.registered_at + days)
    rows = Ticket.objects.visible_to(actor).real().filter(registered_at__range=span).exclude(pk=ticket.pk)
    known = shares()
    rarest = sorted(words, key=lambda word: (known.get(word, 0.0), word))
    telling = any_of(rarest[:TELLING])
    hit: Any = ExpressionWrapper(Q(search__holds=telling), output_field=BooleanField()) if telling else None
    near = rows.filter(pk__in=_promising(ticket, span))
    if hit is not None:
        near = near.annotate(hit=hit)
    found = list(near.values(*FACTS, *(["hit"] if hit is not None else [])))
    rare = any_of([word for word in rarest if word not in known][:RARE])
    if rare is not None:
        found += rows.filter(search=rare).order_by().values(*FACTS)[:FAR]
    callers = _brought_by_the_same(ticket)
    if callers:
        found += rows.filter(pk__in=callers).values(*FACTS)
    facts = {row["id"]: row for row in reversed(found) if row["state"] not in GONE}
    return facts, frozenset(key for key in callers if key in facts and not facts[key]["is_confidential"])


def _brought_by_the_same(ticket: Ticket) -> frozenset[int]:
    """Tickets of the same telephone; of nobody whose identity is kept confidential."""
    if ticket.is_confidential:
        return frozenset()
    phones = Requester.objects.filter(ticket=ticket).exclude(phone="").values("phone")
    rows = Requester.objects.filter(phone__in=phones).exclude(phone="").exclude(ticket=ticket)
    return frozenset(rows.order_by("-id").values_list("ticket_id", flat=True)[:FAR])


_PROMISING = """
SELECT id FROM (
    SELECT id, category_id, grid_id, lon, lat FROM incidents_ticket
     WHERE {place} registered_at BETWEEN %s AND %s ORDER BY registered_at DESC, id DESC LIMIT %s) near
 ORDER BY 2 * (lon BETWEEN %s AND %s AND lat BETWEEN %s AND %s IS TRUE)::int
          + 2 * (category_id = %s)::int + (grid_id IS NOT DISTINCT FROM %s)::int DESC, id DESC LIMIT %s
"""


def _promising(ticket: Ticket, span: tuple[datetime, datetime]) -> RawSQL:
    """Keys of the newest ones around, first those near by and of the same matter. Index only where the ticket lies in
    a community (`ticket_near`). Nothing but keys: what the reader may not see drops out where their facts are read."""
    column = next((name for name in ("community_id", "town_id") if getattr(ticket, name)), "")
    place, values = (f"{column} = %s AND", [getattr(ticket, column)]) if column else ("", [])
    values += [*span, NEAR, *_box(ticket), ticket.category_id, ticket.grid_id, PROMISING]
    return RawSQL(_PROMISING.format(place=place), values)  # noqa: S611  # the column's name is ours


def _box(ticket: Ticket) -> Sequence[float | None]:
    """Degrees west, east, south and north of the ticket within which something counts as near."""
    if ticket.lon is None or ticket.lat is None:
        return (None, None, None, None)
    up = float(catalogue().policy("similar.metres")) / DEGREE
    along = up / max(0.01, cos(radians(ticket.lat)))
    return (ticket.lon - along, ticket.lon + along, ticket.lat - up, ticket.lat + up)


def _promise_of(ticket: Ticket, callers: Collection[int]) -> Callable[[Mapping[str, Any]], int]:
    """How worth while it is to compare the words: cheap facts only."""
    west, east, south, north = _box(ticket)

    def promise(row: Mapping[str, Any]) -> int:
        is_near = (
            west is not None
            and row["lon"] is not None
            and west <= row["lon"] <= east
            and south <= row["lat"] <= north
        )
        signs: tuple[tuple[int, object], ...] = (
            (3, row.get("hit", True)),
            (2, is_near),
            (2, row["category_id"] == ticket.category_id),
            (1, row["grid_id"] is not None and row["grid_id"] == ticket.grid_id),
            (3, row["id"] in callers),
        )
        return sum(weight for weight, holds in signs if holds)

    return promise


def _metres(ticket: Ticket, row: Mapping[str, Any]) -> float | None:
    if ticket.lon is None or ticket.lat is None or row["lon"] is None or row["lat"] is None:
        return None
    return metres_between(ticket.lon, ticket.lat, row["lon"], row["lat"])


def _likeness(ticket: Ticket, row: Mapping[str, Any], text: float, is_caller: bool) -> Likeness:
    policy = catalogue().policy
    metres, apart = _metres(ticket, row), abs(row["registered_at"] - ticket.registered_at)
    item = Likeness(
        ticket_id=row["id"],
        category_id=row["category_id"],
        is_judged=row["state"] not in {State.REGISTERED, State.REJECTED},
        text=text,
        place=_nearness(ticket, row, metres),
        time=max(0.0, 1 - apart / timedelta(days=int(policy("similar.days")))),
        category=_kinship(ticket.category_id, row["category_id"]),
        caller=float(is_caller),
        metres=metres,
        days=apart.days,
    )
    return replace(item, score=_score(item))


def _score(item: Likeness) -> int:
    """0 to 100. Place, time and caller count in full only where the words say that it may be the same matter."""
    weights: Mapping[str, float] = catalogue().policy("similar.weights")
    enough = float(catalogue().policy("similar.text"))
    rest: float = sum(weights[name] * getattr(item, name) for name in weights if name != "text")
    return min(100, round(weights["text"] * item.text + rest * min(1.0, item.text / enough)))


def _nearness(ticket: Ticket, row: Mapping[str, Any], metres: float | None) -> float:
    if metres is not None:
        return max(0.0, 1 - metres / float(catalogue().policy("similar.metres")))
    if ticket.grid_id is not None and row["grid_id"] == ticket.grid_id:
        return PLACES["same grid"]
    is_same = ticket.community_id is not None and row["community_id"] == ticket.community_id
    return PLACES["same community"] if is_same else 0.0


def _kinship(one: int, other: int) -> float:
    """1 for the same matter, a half for matters of the same class."""
    if one == other:
        return 1.0
    book = catalogue().by_id
    if one not in book or other not in book:
        return 0.0
    return 0.5 if book[one].code[:2] == book[other].code[:2] else 0.0


class Weights:
    """What each pair says, squared: a rare one more than a common one. Worked out once for each pair."""

    def __init__(self, words: Iterable[str]) -> None:
        self.known = shares()
        self.squares: dict[str, float] = {}
        self.length(words)

    def square(self, word: str) -> float:
        found = self.squares.get(word)
        if found is None:
            share = max(RARELY, min(0.99, self.known.get(word, RARELY)))
            found = self.squares[word] = log(share) ** 2
        return found

    def length(self, words: Iterable[str]) -> float:
        return sqrt(sum(map(self.square, words)))


def _cosine(words: frozenset[str], own: float, others: frozenset[str], weights: Weights) -> float:
    """1 for the same words, 0 for no word in common."""
    both = words & others
    if not both:
        return 0.0
    return sum(map(weights.square, both)) / (own * weights.length(others))


def reasons_of(item: Likeness) -> Iterable[str]:
    """The score in words, what weighs most first."""
    if item.text:
        yield _("words %(n)d %% alike") % {"n": round(100 * item.text)}
    if item.metres is not None and item.place:
        yield _("%(n)d m away") % {"n": round(item.metres)}
    elif item.place:
        is_grid = item.place == PLACES["same grid"]
        yield _("same grid") if is_grid else _("same community")
    if item.category == 1:
        yield _("same matter")
    if item.caller:
        yield _("same caller")
    if item.days:
        yield ngettext("%(n)d day apart", "%(n)d days apart", item.days) % {"n": item.days}
    else:
        yield _("less than a day apart")
