"""What may follow at a place of the text: keys, or values of the key that stands there."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from governance.command.searching.language.keys import KEYS, NO, YES, Key, both, known_keys
from governance.command.searching.language.reading import MAX_TEXT, Piece, pieces
from governance.command.searching.language.values import (
    COMMAS,
    ME,
    THIS_MONTH,
    THIS_YEAR,
    TODAY,
    WEEK,
    YESTERDAY,
)
from governance.foundation.errors import Text
from governance.foundation.naming import label_of
from incidents import finding
from incidents.states import State, Urgency

MOST: Final = 10


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Text that may take the place of what stands from `start` to `end`."""

    text: str
    label: str
    hint: str
    start: int
    end: int


def suggestions(text: str, at: int) -> list[Suggestion]:
    """At most `MOST`, for the cursor behind the character `at`."""
    text = text[:MAX_TEXT]
    at = max(0, min(at, len(text)))
    piece = next((item for item in pieces(text) if item.start < at <= item.end), None)
    if piece is None:
        return (
            list(islice(_keys("", at, at), MOST)) if not text[:at].strip() or text[at - 1].isspace() else []
        )
    if not piece.key:
        return list(islice(_keys(text[piece.start : at], piece.start, piece.end), MOST))
    key = known_keys().get(piece.key.casefold())
    if key is None:
        return list(islice(_keys(piece.key, piece.start, piece.end), MOST))
    return list(islice(_values(key, piece), MOST)) if at >= piece.value_at else []


def _keys(begun: str, start: int, end: int) -> Iterator[Suggestion]:
    plain = begun.lstrip("-").casefold()
    minus = "-" if begun.startswith("-") else ""
    for key in KEYS:
        if any(word.startswith(plain) for text in key.words for word in both(text)):
            yield Suggestion(
                text=f"{minus}{key.label}:", label=f"{key.label}:", hint=_hint(key), start=start, end=end
            )


def _hint(key: Key) -> str:
    """What its values look like."""
    match key.kind:
        case "flag" | "only":
            return f"{YES} / {NO}" if key.kind == "flag" else str(YES)
        case "span":
            return f">=2026-01-01, 2026-01, 7d, {TODAY}"
        case "choice" | "choices":
            return "、".join(str(label) for _value, label in key.options()[:3]) + "…"
        case "person":
            return str(ME)
        case _:
            return _("name, code or initials")


def _values(key: Key, piece: Piece) -> Iterator[Suggestion]:
    """Values that begin as what is typed behind the colon; of several, the last one."""
    before, begun, start = "", piece.value, piece.value_at
    if key.kind == "choices" and (parts := COMMAS.split(piece.value))[1:]:
        begun = parts[-1]
        before = piece.value[: len(piece.value) - len(begun)]
    for label, hint in _options(key, begun):
        plain = label.replace(",", "")
        value = f'"{plain}"' if " " in plain else plain
        yield Suggestion(text=f"{before}{value}", label=label, hint=hint, start=start, end=piece.end)


def _options(key: Key, begun: str) -> Iterator[tuple[str, str]]:
    """Values of the key with a hint."""
    plain = begun.casefold().strip()
    if key.kind in {"place", "unit", "category"}:
        yield from _found(key, plain)
        return
    fixed = {
        "flag": (YES, NO),
        "only": (YES,),
        "span": (TODAY, YESTERDAY, WEEK, THIS_MONTH, THIS_YEAR),
        "person": (ME,),
    }
    options = [("", word) for word in fixed.get(key.kind, ())] or key.options()
    for value, label in options:
        if any(plain in name for name in {*both(label), value.casefold()}):
            yield str(label), ""


def _found(key: Key, plain: str) -> Iterator[tuple[str, str]]:
    """What is called so; of places the first ones before anything is typed."""
    if key.kind == "place":
        rows = [entry for entry in finding.places() if not key.level or entry.item.level == key.level]
        places = finding.search(rows, plain, limit=MOST) if plain else [row.item for row in rows[:MOST]]
        yield from ((label_of(item), item.code) for item in places)
    elif key.kind == "unit":
        yield from (
            (label_of(unit), unit.code) for unit in finding.search(finding.units(), plain, limit=MOST)
        )
    else:
        yield from ((row.label, row.code) for row in finding.search(finding.categories(), plain, limit=MOST))


def examples() -> list[str]:
    """Some texts in the reader's language, for those who see the box for the first time."""
    names = {key.fields: key.label for key in KEYS if not key.level}

    def said(value: Text, *fields: str) -> str:
        text = str(value)
        return f'{names[fields]}:"{text}"' if " " in text else f"{names[fields]}:{text}"

    created = ("since", "until")
    return [
        f"{said(State.HANDLING.label, 'state')} {said(YES, 'late')}",
        f"{said('7d', *created)} {said(Urgency.URGENT.label, 'urgency')}",
        f"{said(TODAY, 'due_since', 'due_until')} {said(YES, 'open')}",
        f"{said(YES, 'returned')} {said(THIS_MONTH, *created)}",
    ]
