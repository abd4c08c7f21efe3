"""The query of the ticket list -> text in the reader's language; `read` gives the same query again."""

from collections.abc import Iterator
from datetime import date

from django.http import QueryDict

from governance.command.searching.language.keys import KEYS, NO, YES, Key, key_of_field
from governance.command.searching.language.reading import read
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents.catalogue import current as catalogue


def written(query: QueryDict, *, today: date) -> str:
    """The text; keys of the query that are no filter are left out."""
    parts = list(_parts(query, today))
    return " ".join(parts)


def _parts(query: QueryDict, today: date) -> Iterator[str]:
    if words := query.get("q", "").strip():
        yield " ".join(
            f'"{word}"' if ":" in word or "：" in word or word[0] == "-" else word for word in words.split()
        )
    done: set[str] = set()
    for name in query:
        key = key_of_field("region" if name == "path" else name)
        if key is None or key.label in done:
            continue
        done.add(key.label)
        if text := _value(key, query, today):
            yield text


def _value(key: Key, query: QueryDict, today: date) -> str:
    if key.kind == "span":
        first, last = (query.get(name, "") for name in key.fields)
        return (
            _pair(key, f"{first}..{last}" if first and last else f">={first}" if first else f"<={last}")
            if (first or last)
            else ""
        )
    values = [value for value in query.getlist(key.fields[0]) if value]
    if key.kind == "place":
        return _place(query)
    if not values:
        return ""
    if key.kind in {"flag", "only"}:
        return _pair(key, str(YES if values[0] == "1" else NO))
    if key.kind in {"choice", "choices"}:
        labels = {value: str(label) for value, label in key.options()}
        return _pair(key, ",".join(labels.get(value, value).replace(",", "") for value in values))
    return _named(key, values[0], today)


def _place(query: QueryDict) -> str:
    """By its level and name where that is clear, else by its code."""
    code, general = query.get("region", ""), key_of_field("region")
    assert general is not None
    if not code:
        return _pair(general, query.get("path", "")) if query.get("path") else ""
    place = territory().by_code.get(code)
    if place is None:
        return _pair(general, code)
    key = next((item for item in KEYS if item.level == place.level), general)
    return _clear(key, label_of(place), code, "region", date.min)


def _named(key: Key, value: str, today: date) -> str:
    if key.kind == "unit":
        unit = territory().units.get(int(value)) if value.isdigit() else None
        return _clear(key, label_of(unit), unit.code, key.fields[0], today) if unit else ""
    if key.kind == "category":
        row = catalogue().by_code.get(value)
        return _clear(key, row.label, value, "category", today) if row else _pair(key, value)
    return _pair(key, value)


def _clear(key: Key, name: str, code: str, field: str, today: date) -> str:
    """With the name, if reading it gives what the code gives."""
    by_name, by_code = (read(_pair(key, value), person=None, today=today) for value in (name, code))
    found = by_code.query.get(field)
    return _pair(key, name if found is not None and by_name.query.get(field) == found else code)


def _pair(key: Key, value: str) -> str:
    return f'{key.label}:"{value}"' if " " in value else f"{key.label}:{value}"
