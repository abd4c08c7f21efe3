"""The kernel of every state table: verbs, arrows, who, what is needed. It knows no business word.

One table gives the guard, the buttons, the API's choices, the diagram and the test matrix.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from governance.foundation.errors import IllegalTransition, Text


class Reach(StrEnum):
    """How far a role reaches.

    scope: everything inside the region of the appointment; tier: of that, what is held at the person's own
    tier or below; own: only what the person's unit holds; lead: what the person's unit answers for as a whole while
    others do a part of it; sent: what the person's unit has given away and may still take back; system: the platform
    itself.
    """

    SCOPE = "scope"
    TIER = "tier"
    OWN = "own"
    LEAD = "lead"
    SENT = "sent"
    SYSTEM = "system"


class NeedKind(StrEnum):
    """What a verb asks for; forms, serializers and the API document are generated from it."""

    TEXT = "text"
    CHOICE = "choice"
    UNIT = "unit"
    UNITS = "units"
    NOTES = "notes"
    CATEGORY = "category"
    PHOTOS = "photos"
    INTEGER = "integer"
    FLAG = "flag"
    INSTANT = "instant"
    DATE = "date"
    POSITION = "position"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"


Who = dict[str, Reach]


@dataclass(frozen=True, kw_only=True)
class Need:
    """One piece of data that a verb takes."""

    name: str
    kind: NeedKind
    label: Text
    required: bool = True
    choices: Sequence[tuple[str, Text]] = ()
    help: Text = ""


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One row of a state table. `sources` is empty for a verb that creates the object, `target` for one that leaves
    the state as it is. `aside` marks what may be done and is nobody's next step; `next_in` are the states whose natural
    next step it is: there its button stands out among many. `asks` and `answers` name the kind of request that a verb
    makes or decides: it is asked once, and there is nothing to decide before.
    """

    name: str
    label: Text
    sources: frozenset[str]
    target: str
    who: Who
    needs: tuple[Need, ...] = ()
    clock: Text = ""
    guard: Text = ""
    alternate: str = ""
    asks: str = ""
    answers: str = ""
    row: int = 0
    available: bool = True
    dangerous: bool = False
    aside: bool = False
    next_in: frozenset[str] = frozenset()

    @property
    def targets(self) -> tuple[str, ...]:
        """Every state that the verb may lead to."""
        if not self.target:
            return tuple(sorted(self.sources))
        return (self.target, self.alternate) if self.alternate else (self.target,)

    def leads_to(self, state: str) -> tuple[str, ...]:
        """The states that it may lead to from `state`."""
        return self.targets if self.target else (state,)

    def need(self, name: str) -> Need | None:
        """The need of that name, if the verb has one."""
        return next((need for need in self.needs if need.name == name), None)


@dataclass(frozen=True)
class StateTable:
    """All verbs of one machine. An unknown state permits nothing."""

    states: type[Any]
    verbs: Mapping[str, Verb]
    open_states: frozenset[str] = field(default_factory=frozenset)

    def __getitem__(self, name: str) -> Verb:
        return self.verbs[name]

    def __iter__(self) -> Iterator[Verb]:
        return iter(self.verbs.values())

    def check(self, name: str, state: str) -> Verb:
        """The verb, if `state` permits it now. Raises IllegalTransition otherwise."""
        verb = self.verbs.get(name)
        if verb is None or not verb.available or state not in verb.sources:
            raise IllegalTransition(verb=name, state=state, allowed=[v.name for v in self.leaving(state)])
        return verb

    def leaving(self, state: str) -> list[Verb]:
        """The available verbs that leave `state`, in table order."""
        return [verb for verb in self.verbs.values() if verb.available and state in verb.sources]

    def mermaid(self) -> str:
        """The diagram for the docs; verbs that are not available yet are left out."""
        lines = ["stateDiagram-v2"]
        for verb in self.verbs.values():
            if not verb.available:
                continue
            for source in sorted(verb.sources) or ["[*]"]:
                lines.extend(f"    {source} --> {target}: {verb.name}" for target in verb.leads_to(source))
        return "\n".join(lines)
