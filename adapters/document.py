"""A mapping as a document: read with every fault by its place, and turned into rules that can be applied. Pure.

```
{"fields": {"category": {"path": "/type", "codes": {"A01": "0201"}, "unknown": "refuse"},
            "content": {"path": ["/title", "/detail"], "separator": "。"},
            "external_due_at": {"path": "limit.time", "format": "%Y-%m-%d %H:%M", "zone": "Asia/Shanghai"},
            "source": {"constant": "hotline"}},
 "rows": "/data/rows",
 "answer": {"names": {"number": "orderNo"}, "states": {"registered": "10"}, "constants": {"code": 0}}}
```
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from adapters.fields import ANSWERED, FIELDS, REQUIRED, Kind
from adapters.paths import Tokens, pointer_of, tokens_of
from governance.foundation.errors import Text, Unprocessable
from incidents.states import State

MOST_PATHS, MOST_CODES, LONGEST_WORD, LONGEST_FORMAT = 6, 2_000, 120, 40
ZONE: Final = "Asia/Shanghai"
FORMATS: Final = ("iso", "epoch", "epoch_ms")
SAMPLE_MOMENT: Final = datetime(2026, 11, 25, 18, 30, tzinfo=UTC)
KEYS: Final = frozenset({"path", "separator", "constant", "default", "format", "zone", "codes", "unknown"})
WORD = (str, int, float, bool)
NO_PATH: Final = _("This is no path: write /order/no or order.no")
NO_WORD: Final = _("A constant is a text of at most 120 characters, a number, or true or false")


class Unknown(StrEnum):
    """What becomes of a code that the table does not have."""

    REFUSE = "refuse"
    DEFAULT = "default"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How one field of a report is filled."""

    name: str
    paths: tuple[Tokens, ...] = ()
    separator: str = " "
    constant: Any = None
    default: Any = None
    format: str = "iso"
    zone: str = ZONE
    codes: Mapping[str, str] = field(default_factory=dict)
    unknown: Unknown = Unknown.REFUSE

    @property
    def kind(self) -> Kind:
        """How the value is read."""
        return FIELDS[self.name].kind

    @property
    def pointer(self) -> str:
        """The place that a fault of this field is told by; empty for a constant."""
        return pointer_of(self.paths[0]) if self.paths else ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Their names for what an answer tells."""

    names: Mapping[str, Tokens] = field(default_factory=dict)
    states: Mapping[str, Any] = field(default_factory=dict)
    constants: Mapping[Tokens, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A mapping that can be applied. `rows`: where a list of reports stands in their document."""

    rules: tuple[Rule, ...]
    rows: Tokens | None = None
    answer: Answer = field(default_factory=Answer)

    @cached_property
    def by_name(self) -> Mapping[str, Rule]:
        """The rules by the field that they fill."""
        return {rule.name: rule for rule in self.rules}

    def pointer(self, name: str) -> str:
        """Where a field comes from in their document, else the field's own name."""
        rule = self.by_name.get(name) or next(
            (rule for rule in self.rules if rule.name.startswith(f"{name}.") and rule.paths), None
        )
        return (rule.pointer if rule else "") or name


def read_document(data: Any) -> Plan:
    """The plan of a mapping. Raises Unprocessable with every fault by field."""
    if not isinstance(data, Mapping) or not isinstance(data.get("fields"), Mapping):
        raise Unprocessable(fields={"fields": [_("A JSON object is expected here")]}, code="bad_mapping")
    faults: dict[str, list[Text]] = {}
    for place, told in _all_faults(data):
        faults.setdefault(place[:80], []).append(told)
    if faults:
        raise Unprocessable(_("The mapping has errors"), fields=faults, code="bad_mapping")
    return Plan(
        rules=tuple(_rule(name, data["fields"][name]) for name in FIELDS if name in data["fields"]),
        rows=tokens_of(data["rows"]) if data.get("rows") else None,
        answer=_answer(data.get("answer") or {}),
    )


def _all_faults(data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    for name in sorted(set(map(str, data)) - {"fields", "rows", "answer"}):
        yield name, _("Unknown field")
    for name, item in data["fields"].items():
        for told in _faults(name, item):
            yield name, told
    for name in REQUIRED:
        if name not in data["fields"]:
            yield name, _("A report needs this field")
    if data.get("rows") and not _is_path(data["rows"]):
        yield "rows", NO_PATH
    yield from _answer_faults(data.get("answer") or {})


def _faults(name: str, item: Any) -> Iterator[Text]:
    if name not in FIELDS:
        yield _("A report has no such field")
        return
    if not isinstance(item, Mapping):
        yield _("A JSON object is expected here")
        return
    for key in sorted(set(map(str, item)) - KEYS):
        yield _("Unknown field") if key.isascii() else _("The mapping has errors")
    yield from _source_faults(FIELDS[name].kind, item)
    yield from _code_faults(name, item)
    if FIELDS[name].kind == Kind.MOMENT:
        yield from _moment_faults(item)


def _source_faults(kind: Kind, item: Mapping[str, Any]) -> Iterator[Text]:
    paths = _paths(item)
    has_constant = item.get("constant") not in (None, "")
    if bool(paths) == has_constant:
        yield _("Give either a path or a constant")
    if len(paths) > (MOST_PATHS if kind == Kind.TEXT else 1):
        yield _("Only texts are joined from several places, six at most")
    for path in paths:
        if not _is_path(path):
            yield NO_PATH
    for key in ("constant", "default"):
        value = item.get(key)
        if value is not None and (not isinstance(value, WORD) or len(str(value)) > LONGEST_WORD):
            yield NO_WORD
    separator = item.get("separator", " ")
    if not isinstance(separator, str) or len(separator) > 8:
        yield _("What stands between joined texts has at most 8 characters")


def _code_faults(name: str, item: Mapping[str, Any]) -> Iterator[Text]:
    codes, unknown = item.get("codes", {}), item.get("unknown", Unknown.REFUSE)
    if codes and not FIELDS[name].is_coded:
        yield _("This field has no codes")
    if not isinstance(codes, Mapping) or len(codes) > MOST_CODES:
        yield _("A code table has at most 2,000 rows")
    elif not all(
        isinstance(word, str) and 0 < len(word) <= LONGEST_WORD for pair in codes.items() for word in pair
    ):
        yield _("A code is a text of 1 to 120 characters")
    if not isinstance(unknown, str) or unknown not in list(Unknown):
        yield _("Unknown codes are refused, fall to the default, or fall to it and are kept in words")
    elif unknown != Unknown.REFUSE and item.get("default") in (None, ""):
        yield _("Give the default that unknown codes fall to")
    elif unknown == Unknown.KEEP and name != "category":
        yield _("Only of a category the words are kept")


def _moment_faults(item: Mapping[str, Any]) -> Iterator[Text]:
    wanted, zone = item.get("format", "iso"), item.get("zone", ZONE)
    if not isinstance(wanted, str) or not _is_format(wanted):
        yield _("This is no format of a time: write iso, epoch, epoch_ms or such as %Y-%m-%d %H:%M")
    try:
        ZoneInfo(zone if isinstance(zone, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield _("Unknown time zone; write such as Asia/Shanghai")


def _is_format(wanted: str) -> bool:
    if wanted in FORMATS:
        return True
    if "%" not in wanted or len(wanted) > LONGEST_FORMAT:
        return False
    try:
        found = datetime.strptime(SAMPLE_MOMENT.strftime(wanted), wanted)  # noqa: DTZ007  # only its day is read
    except ValueError:
        return False
    return found.date() == SAMPLE_MOMENT.date()


def _answer_faults(answer: Any) -> Iterator[tuple[str, Text]]:
    if not isinstance(answer, Mapping) or set(answer) - {"names", "states", "constants"}:
        yield "answer", _("An answer has names, states and constants")
        return
    names, states, constants = (answer.get(part) or {} for part in ("names", "states", "constants"))
    if not all(isinstance(part, Mapping) and len(part) <= 40 for part in (names, states, constants)):
        yield "answer", _("A JSON object is expected here")
        return
    if set(names) - set(ANSWERED):
        yield "answer.names", _("An answer tells number, state, external_no and created")
    if not all(_is_path(path) for path in (*names.values(), *constants)):
        yield "answer.names", NO_PATH
    if set(states) - set(State.values):
        yield "answer.states", _("Unknown state")
    if not all(isinstance(value, WORD) for value in (*states.values(), *constants.values())):
        yield "answer.constants", NO_WORD


def _is_path(path: Any) -> bool:
    try:
        tokens_of(path if isinstance(path, str) else "")
    except ValueError:
        return False
    return True


def _paths(item: Mapping[str, Any]) -> list[Any]:
    paths = item.get("path")
    if paths in (None, "", []):
        return []
    return paths if isinstance(paths, list) else [paths]


def _rule(name: str, item: Mapping[str, Any]) -> Rule:
    return Rule(
        name=name,
        paths=tuple(tokens_of(path) for path in _paths(item)),
        separator=item.get("separator", " "),
        constant=item.get("constant"),
        default=None if item.get("default") == "" else item.get("default"),
        format=item.get("format") or "iso",
        zone=item.get("zone") or ZONE,
        codes=dict(item.get("codes") or {}),
        unknown=Unknown(item.get("unknown") or Unknown.REFUSE),
    )


def _answer(item: Mapping[str, Any]) -> Answer:
    return Answer(
        names={name: tokens_of(path) for name, path in (item.get("names") or {}).items()},
        states=dict(item.get("states") or {}),
        constants={tokens_of(path): value for path, value in (item.get("constants") or {}).items()},
    )
