"""Bodies as the exchange log keeps them: enough to see what went wrong, nothing about a person or a matter.

Codes, numbers, times and flags stay; every other text is replaced by its length. Whoever reads the log (administrator,
auditor) sees no business data.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

LONGEST = 8_000
DEEPEST = 12
PLAIN = re.compile(r"[A-Za-z0-9_.:+/@?&=%~-]{1,120}\Z")
NUMBERLIKE = re.compile(r"[0-9+*#() ,/;-]{5,40}\Z")
DIGITS = re.compile(r"[0-9]{7,}")
# Texts under these names are codes and times that the platform or the caller's system gave.
KNOWN = frozenset(
    {
        "category",
        "code",
        "contacted_at",
        "external_due_at",
        "external_no",
        "id",
        "instance",
        "key",
        "next",
        "number",
        "occurred_at",
        "region_code",
        "source",
        "ticket",
        "version",
    }
)
PERSONAL = frozenset({"name", "phone", "identity", "id_number", "address", "contact"})
COORDINATES = frozenset({"lon", "lat"})
# What is kept of an answer that went well; a refusal is kept whole.
LEADING = ("number", "id", "state", "version", "created", "key", "count", "succeeded", "failed", "next")


def masked_json(body: bytes) -> str:
    """The masked form of a JSON body; what is not JSON is told by its size."""
    if not body:
        return ""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return f"[not JSON, {len(body)} bytes]"
    return short(json.dumps(masked(value), ensure_ascii=False, separators=(", ", ": ")))


def short(text: str) -> str:
    """At most `LONGEST` characters."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def masked(value: Any, name: str = "", depth: int = 0) -> Any:
    """One value, found under `name`."""
    if isinstance(value, Mapping):
        if depth >= DEEPEST:
            return "[deeper]"
        return {_word(str(key)): masked(item, str(key), depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item, name, depth + 1) for item in value] if depth < DEEPEST else "[deeper]"
    if isinstance(value, str):
        return _text(value, name)
    if isinstance(value, float) and name in COORDINATES:
        return round(value, 2)
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and len(str(abs(value))) > 6
        and name not in KNOWN
    ):
        return f"[number, {len(str(abs(value)))} digits]"
    return value


def _word(name: str) -> str:
    """A name of a field; one that is no name (a caller may send anything) is told by its length."""
    return name if PLAIN.match(name) and not DIGITS.search(name) else f"[{len(name)} characters]"


def _text(value: str, name: str) -> str:
    if name in KNOWN and len(value) <= 80 and PLAIN.match(value):
        return value
    is_code = PLAIN.match(value) and not NUMBERLIKE.match(value) and not DIGITS.search(value)
    if not value or (is_code and name not in PERSONAL):
        return value
    return f"[{len(value)} characters]"


def leading(answer: Any) -> str:
    """An answer that went well, by its leading facts."""
    if not isinstance(answer, Mapping):
        return f"[{len(answer)} rows]" if isinstance(answer, list) else ""
    facts = {name: answer[name] for name in LEADING if name in answer}
    return short(json.dumps(masked(facts), ensure_ascii=False, default=str)) if facts else ""


def problem(answer: Any) -> str:
    """A refusal: our own words whole; long numbers that a caller wrote are taken out of them."""
    if not isinstance(answer, Mapping):
        return ""
    facts = {name: value for name, value in answer.items() if name not in {"type", "instance"}}
    text = json.dumps(facts, ensure_ascii=False, default=str, separators=(", ", ": "))
    return short(DIGITS.sub(lambda match: "*" * len(match.group(0)), text))
