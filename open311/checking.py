"""What is wrong with the content of an edition, place by place, before anybody can put it into force."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from open311.editions import DATATYPES, LISTS, REALTIME, TYPES

CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}\Z")
MATTER: Final = re.compile(r"[0-9]{4}(?:[0-9]{2})?\Z")
MOST_PER_MINUTE: Final = 100_000


def faults_of(content: Any) -> Iterator[str]:
    """Every fault; nothing for a content that can be used."""
    if not isinstance(content, Mapping) or not _is_list_of_objects(content.get("services")):
        yield "services: a list of objects"
        return
    for name in ("contact", "key_service"):
        yield from _words(name, content.get(name))
    limit: Any = content.get("anonymous_per_minute")
    if not _is_whole(limit) or not 1 <= limit <= MOST_PER_MINUTE:
        yield f"anonymous_per_minute: 1 to {MOST_PER_MINUTE}"
    yield from _doubles("services", "code", content["services"])
    for number, row in enumerate(content["services"], 1):
        yield from _service(f"services[{number}]", row)


def _service(place: str, row: Mapping[str, Any]) -> Iterator[str]:
    if not _fits(MATTER, row.get("code")):
        yield f"{place}.code: a matter of the catalogue"
    if row.get("type", REALTIME) not in TYPES:
        yield f"{place}.type: one of {', '.join(TYPES)}"
    yield from _words(f"{place}.description", row.get("description"))
    yield from _keywords(place, row.get("keywords", {}))
    if "notice" in row:
        yield from _words(f"{place}.notice", row["notice"])
    questions = row.get("questions", [])
    if not _is_list_of_objects(questions):
        yield f"{place}.questions: a list of objects"
        return
    for name in ("code", "order"):
        yield from _doubles(f"{place}.questions", name, questions)
    for item in questions:
        yield from _question(f"{place}.{item.get('code')}", item)


def _keywords(place: str, keywords: Any) -> Iterator[str]:
    lists = list(keywords.values()) if isinstance(keywords, Mapping) else [None]
    for words in lists:
        if not isinstance(words, list) or not all(
            isinstance(word, str) and "," not in word for word in words
        ):
            yield f"{place}.keywords: lists of words without commas, by language"


def _question(place: str, row: Mapping[str, Any]) -> Iterator[str]:
    if not _fits(CODE, row.get("code")):
        yield f"{place}.code: letters and digits"
    if not _is_whole(row.get("order")) or row["order"] < 1:
        yield f"{place}.order: a positive whole number"
    if row.get("datatype") not in DATATYPES:
        yield f"{place}.datatype: one of {', '.join(DATATYPES)}"
    yield from _flags(place, row)
    yield from _words(f"{place}.description", row.get("description"))
    if "hint" in row:
        yield from _words(f"{place}.hint", row["hint"])
    yield from _options(place, row)


def _flags(place: str, row: Mapping[str, Any]) -> Iterator[str]:
    for name in ("required", "variable"):
        if not isinstance(row.get(name, True), bool):
            yield f"{place}.{name}: true or false"
    if row.get("required") is True and row.get("variable") is False:
        yield f"{place}: what only tells something cannot be required"


def _options(place: str, row: Mapping[str, Any]) -> Iterator[str]:
    values = row.get("values", [])
    if not _is_list_of_objects(values):
        yield f"{place}.values: a list of objects"
        return
    if bool(values) != (row.get("datatype") in LISTS):
        yield f"{place}.values: a list has values, nothing else has"
    yield from _doubles(f"{place}.values", "key", values)
    for item in values:
        if not _fits(CODE, item.get("key")):
            yield f"{place}.values: keys of letters and digits"
        yield from _words(f"{place}.values", item)


def _words(place: str, words: Any) -> Iterator[str]:
    if not isinstance(words, Mapping) or not isinstance(words.get("en", ""), str):
        yield f"{place}: a text in zh and en"
    elif not isinstance(words.get("zh"), str) or not words["zh"].strip():
        yield f"{place}: a text in zh"


def _doubles(place: str, name: str, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    if len({str(row.get(name)) for row in rows}) < len(rows):
        yield f"{place}: each has its own {name}"


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.match(value) is not None
