"""Text of the search box -> the query of the ticket list: a chip for each filter, a fault for what is unclear."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from governance.command.searching.language.keys import Key, known_keys
from governance.command.searching.language.values import READERS, Unclear
from incidents.views.links import MAX_WORDS

MAX_TEXT: Final = 400
QUOTED: Final = r'"[^"]*"|“[^”]*”'
TOKEN: Final = re.compile(
    rf"(?P<minus>-)?(?P<key>[^\W\d][\w-]*)[:：](?P<value>(?:{QUOTED}|[^\s\"“])*)|(?P<quoted>{QUOTED})|(?P<word>\S+)"
)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One part of the text: a filter where it has a key, else words."""

    text: str
    start: int
    key: str = ""
    value: str = ""
    value_at: int = 0
    is_not: bool = False

    @property
    def end(self) -> int:
        """Behind its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter in force; `without` is the text when it is taken away."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What cannot be read, where it stands in the text, and why."""

    start: int
    end: int
    words: str
    text: str = ""

    @property
    def place(self) -> int:
        """The character at which it begins, counted from one."""
        return self.start + 1

    @property
    def before(self) -> str:
        """The text in front of it."""
        return self.text[: self.start]

    @property
    def marked(self) -> str:
        """What cannot be read."""
        return self.text[self.start : self.end]

    @property
    def after(self) -> str:
        """The text behind it."""
        return self.text[self.end :]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a text asks for: the list's query, its plain words, a chip for each filter. With faults, nothing."""

    text: str
    query: QueryDict
    words: str
    chips: Sequence[Chip] = ()
    faults: Sequence[Fault] = ()

    @property
    def is_plain(self) -> bool:
        """Words alone: things and people may be called so as well."""
        return not self.chips and not self.faults


@dataclass
class _Filled:
    """What the pieces have filled so far."""

    query: QueryDict = field(default_factory=lambda: QueryDict(mutable=True))
    words: list[str] = field(default_factory=list)
    filters: list[tuple[Piece, Key]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def pieces(text: str) -> Iterator[Piece]:
    """The parts of a text in their order."""
    for match in TOKEN.finditer(text):
        if match["key"] is not None:
            yield Piece(
                text=match[0],
                start=match.start(),
                key=match["key"],
                value=unquoted(match["value"]),
                value_at=match.start("value"),
                is_not=bool(match["minus"]),
            )
        else:
            yield Piece(text=match[0], start=match.start(), value=unquoted(match[0]))


def unquoted(text: str) -> str:
    """Without the marks around it."""
    return re.sub(r"[\"“”]", "", text).strip()


def read(text: str, *, person: int | None, today: date) -> Reading:
    """What the text asks for; `person` is who says "me"."""
    text = text.replace("\x00", "")[:MAX_TEXT]
    filled = _Filled()
    for piece in pieces(text):
        if piece.key:
            _fill(filled, piece, person, today)
        elif piece.value:
            filled.words.append(piece.value)
    words = " ".join(filled.words)[:MAX_WORDS]
    if words:
        filled.query["q"] = words
    chips = [
        Chip(
            label=key.label,
            value=("≠ " if piece.is_not else "") + piece.value,
            without=" ".join(f"{text[: piece.start]} {text[piece.end :]}".split()),
        )
        for piece, key in filled.filters
    ]
    faults = tuple(replace(fault, text=text) for fault in filled.faults)
    return Reading(text=text.strip(), query=filled.query, words=words, chips=chips, faults=faults)


def _fill(filled: _Filled, piece: Piece, person: int | None, today: date) -> None:
    key = known_keys().get(piece.key.casefold())
    if key is None:
        filled.faults.append(_unknown(piece))
        return
    if not piece.value:
        filled.faults.append(_fault(piece, _("A value is missing after the colon")))
        return
    try:
        found = READERS[key.kind](key, piece.value, piece.is_not, person, today)
    except Unclear as problem:
        filled.faults.append(_fault(piece, str(problem)))
        return
    if any(name in filled.query for name in ({"region", "path"} if key.kind == "place" else {*dict(found)})):
        filled.faults.append(
            _fault(piece, _("“%(key)s” is asked for twice; keep one of them") % {"key": key.label})
        )
        return
    for name, value in found:
        filled.query.appendlist(name, value)
    filled.filters.append((piece, key))


def _fault(piece: Piece, words: str) -> Fault:
    start = piece.value_at if piece.value else piece.start
    return Fault(start=start, end=piece.end, words=words)


def _unknown(piece: Piece) -> Fault:
    near = difflib.get_close_matches(piece.key.casefold(), known_keys(), n=1, cutoff=0.5)
    words = _("There is no filter “%(key)s”; words with a colon stand in quotation marks") % {
        "key": piece.key
    }
    if near:
        words = _("There is no filter “%(key)s”; did you mean “%(near)s”?") % {
            "key": piece.key,
            "near": known_keys()[near[0]].label,
        }
    return Fault(start=piece.start, end=piece.start + len(piece.key) + piece.is_not, words=words)
