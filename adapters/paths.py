"""Where a value stands in a JSON document: `/order/0/no` (JSON Pointer, RFC 6901) or `order.0.no`. Pure.

There are no wildcards and no expressions: a path names one place, or nothing.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

LONGEST, DEEPEST = 200, 12
INDEX: Final = re.compile(r"0|[1-9][0-9]{0,5}\Z")
BAD_ESCAPE: Final = re.compile(r"~(?![01])")
Tokens = tuple[str, ...]


class Missing:
    """The document has nothing there."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


def tokens_of(text: str) -> Tokens:
    """The steps of a path. Raises ValueError for what is no path."""
    if not text or len(text) > LONGEST or not text.isprintable():
        raise ValueError(text)
    if text.startswith("/"):
        if BAD_ESCAPE.search(text):
            raise ValueError(text)
        tokens = tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))
    else:
        tokens = tuple(text.split("."))
    if len(tokens) > DEEPEST or not all(tokens):
        raise ValueError(text)
    return tokens


def pointer_of(tokens: Tokens) -> str:
    """The path as a JSON Pointer: what a problem document names."""
    return "".join(f"/{token.replace('~', '~0').replace('/', '~1')}" for token in tokens)


def look(document: Any, tokens: Tokens) -> Any:
    """What stands there, or `MISSING`."""
    found = document
    for token in tokens:
        if isinstance(found, Mapping):
            if token not in found:
                return MISSING
            found = found[token]
        elif isinstance(found, list):
            if not INDEX.match(token) or int(token) >= len(found):
                return MISSING
            found = found[int(token)]
        else:
            return MISSING
    return found


def put(document: dict[str, Any], tokens: Tokens, value: Any) -> None:
    """Write a value into nested objects, which are made on the way."""
    for token in tokens[:-1]:
        inner = document.get(token)
        if not isinstance(inner, dict):
            inner = document[token] = {}
        document = inner
    document[tokens[-1]] = value
