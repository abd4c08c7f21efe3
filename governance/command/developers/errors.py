"""The catalogue of refusals, read from the source: every problem type and every `code` that is given to one.

`scan` reads the modules themselves, once in a process, so that no page can say anything else than the code does.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from governance.foundation import errors
from governance.foundation.api import problems
from governance.foundation.errors import Problem

ROOT: Final = Path(__file__).resolve().parents[3]
ROOMS: Final = (
    "governance/foundation",
    "governance/exchange",
    "grids",
    "staffing",
    "incidents",
    "consultation",
    "supervision",
    "followup",
    "webhooks",
    "open311",
    "adapters",
    "police_link",
    "exports",
    "fieldwork",
    "mediation",
    "key_reports",
    "assessment",
)
APART: Final = frozenset({"migrations", "management", "views", "demo", "tiles", "tessellation", "importing"})
HELPERS: Final = {"refused": 401, "_refused": 401, "Unsigned": 401, "Refused": 422, "Fault": 422}
"""Words of the source that make a problem of the code which they are given first."""
GETTEXT: Final = frozenset({"_", "gettext", "gettext_lazy"})
MOST_WORDS: Final = 4


@dataclass(kw_only=True)
class Refusal:
    """One code with its statuses and the sentences that come with it, as messages of the catalogues."""

    code: str
    statuses: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def types() -> Mapping[str, type[Problem]]:
    """The problem types of the platform by name."""
    found: dict[str, type[Problem]] = {}
    for module in (errors, problems):
        for name, item in vars(module).items():
            if isinstance(item, type) and issubclass(item, Problem):
                found[name] = item
    return found


def scan(root: Path = ROOT) -> list[Refusal]:
    """Every code of the rooms that a caller of the API can meet, sorted."""
    known, found = types(), dict[str, Refusal]()
    for item in known.values():
        if item is not Problem:
            _add(found, item.code, item.status, [_message(item.title)])
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if APART.isdisjoint(path.relative_to(root).parts):
                for node in _calls(path):
                    _read(node, known, found)
    return [found[code] for code in sorted(found)]


def _calls(path: Path) -> Iterator[ast.Call]:
    text = path.read_text(encoding="utf-8")
    if "code=" in text or "efused(" in text:
        yield from (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def _read(node: ast.Call, known: Mapping[str, type[Problem]], found: dict[str, Refusal]) -> None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    kind = known.get(name)
    given = next((word.value for word in node.keywords if word.arg == "code"), None)
    if kind is not None and given is not None:
        for code in _texts(given):
            _add(found, code, kind.status, _words(node))
    elif name in HELPERS and (first := given or next(iter(node.args), None)) is not None:
        for code in _texts(first):
            _add(found, code, HELPERS[name], _words(node))


def _texts(node: ast.expr) -> Iterator[str]:
    """The codes in an expression; a sentence is none."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier():
            yield part.value


def _words(node: ast.Call) -> list[str]:
    """The sentences that stand in the call."""
    return [
        part.args[0].value
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        and getattr(part.func, "id", "") in GETTEXT
        and part.args
        and isinstance(part.args[0], ast.Constant)
        and isinstance(part.args[0].value, str)
    ]


def _add(found: dict[str, Refusal], code: str, status: int, words: list[str]) -> None:
    row = found.setdefault(code, Refusal(code=code))
    row.statuses = sorted({*row.statuses, status})
    row.words += [text for text in words if text not in row.words and len(row.words) < MOST_WORDS]


def _message(text: Any) -> str:
    """The message of a lazy text, as the source has it."""
    from django.utils.translation import override

    with override(None):
        return str(text)


@cache
def refusals() -> tuple[Refusal, ...]:
    """The catalogue of this process."""
    return tuple(scan())
