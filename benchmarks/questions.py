"""What is asked of the large database: each page for each kind of reader, as an address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PAGE_BAR, DASHBOARD_BAR = 60.0, 100.0


@dataclass(frozen=True, kw_only=True)
class Question:
    """A page of one reader (a demo account).

    `path` may name a place of the reader's neighbourhood ({district}, {town}, {community}) and, with {number},
    one of the tickets that the reader sees. `bar`: milliseconds within which the server must have made 95 of
    100 answers.
    """

    name: str
    who: str
    path: str
    bar: float = PAGE_BAR


INBOXES = ("dispatcher", "duty", "oversight", "town", "community", "patroller", "handler", "deptlead")
SCOPED = ("town", "community", "patroller", "handler")
FILTERS: Mapping[str, str] = {
    "newest": "",
    "open": "?open=1",
    "late now": "?late=1",
    "a town's handled now": "?region={town}&state=handling",
    "a town's voided": "?region={town}&state=voided",
    "a district's drone finds": "?region={district}&source=uav",
    "a category": "?category=0104",
    "common words": "?q=占道经营",
    "rare words": "?q=高空抛物",
    "words in a town": "?q=占道经营 消防&region={town}",
    "unknown words": "?q=恐龙化石",
}
SCOPED_FILTERS = ("newest", "open", "common words", "rare words")


def questions() -> Iterator[Question]:
    """Every page that is measured."""
    for who in INBOXES:
        yield Question(name=f"inbox, {who}", who=who, path="/inbox/")
    for name, query in FILTERS.items():
        yield Question(name=f"list, {name}, leader", who="leader", path=f"/tickets/{query}")
    for who in SCOPED:
        for name in SCOPED_FILTERS:
            yield Question(name=f"list, {name}, {who}", who=who, path=f"/tickets/{FILTERS[name]}")
    for who in ("leader", "dispatcher", *SCOPED):
        yield Question(name=f"ticket, {who}", who=who, path="/tickets/{number}/")
    yield from panels()


def panels() -> Iterator[Question]:
    """The dashboard of the day and the goal panel; longer periods are sums, which `indicators` measures."""
    for who in ("leader", "town", "community", "deptlead"):
        yield Question(name=f"dashboard, today, {who}", who=who, path="/dashboard/", bar=DASHBOARD_BAR)
    for who in ("leader", "town"):
        yield Question(name=f"goal panel, month so far, {who}", who=who, path="/goals/", bar=DASHBOARD_BAR)
