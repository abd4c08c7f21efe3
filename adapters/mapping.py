"""Their JSON becomes a report of ours: field by field, with everything that is refused and where it stands. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from adapters.document import Plan, Rule, Unknown
from adapters.fields import FIELDS, REQUIRED, Kind
from adapters.paths import MISSING, look, put
from governance.foundation.errors import Unprocessable

YES: Final = frozenset({"true", "1", "y", "yes", "是"})
NO: Final = frozenset({"false", "0", "n", "no", "否"})
LONGEST_TOLD, MOST_LISTED, LONGEST_JOINED = 40, 20, 20_000


@dataclass(frozen=True, kw_only=True)
class Turned:
    """One field: what stood in their document, what it became, and by which part of the rule."""

    name: str
    pointer: str
    given: Any
    value: Any
    how: str


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One field that cannot be filled."""

    name: str
    pointer: str
    code: str
    text: str


@dataclass(kw_only=True)
class Mapped:
    """A report as `POST /tickets` takes it. `words`: their category where it had to fall to another."""

    body: dict[str, Any] = field(default_factory=dict)
    turned: list[Turned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    words: str = ""

    def must_be_whole(self) -> None:
        """Raises Unprocessable with the faults by their places."""
        if not self.faults:
            return
        told: dict[str, list[str]] = {}
        for fault in self.faults:
            told.setdefault(fault.pointer or fault.name, []).append(fault.text)
        codes = {fault.code for fault in self.faults}
        raise Unprocessable(
            _("The document cannot be mapped"),
            fields=told,
            code=codes.pop() if len(codes) == 1 else "unmappable",
        )


class Refused(Exception):
    """A value that cannot be read."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


def turn(plan: Plan, document: Any) -> Mapped:
    """Apply the rules to one report of theirs."""
    found = Mapped()
    if not isinstance(document, Mapping):
        text = _("A JSON object is expected here")
        found.faults.append(Fault(name="", pointer="/", code="not_an_object", text=text))
        return found
    for rule in plan.rules:
        try:
            turned = _turned(rule, document, found)
        except Refused as refused:
            found.faults.append(
                Fault(name=rule.name, pointer=rule.pointer, code=refused.code, text=refused.text)
            )
            continue
        found.turned.append(turned)
        if turned.value is not None:
            put(found.body, tuple(rule.name.split(".")), turned.value)
    filled = {item.name for item in found.turned if item.value is not None}
    faulty = {fault.name for fault in found.faults}
    for name in REQUIRED:
        if name not in filled | faulty:
            place = plan.pointer(name)
            text = _("This is missing here")
            found.faults.append(Fault(name=name, pointer=place, code="missing_value", text=text))
    return found


def _turned(rule: Rule, document: Mapping[str, Any], found: Mapped) -> Turned:
    if not rule.paths:
        return Turned(
            name=rule.name, pointer="", given=None, value=_read(rule, rule.constant), how="constant"
        )
    given = _given(rule, document)
    value, how = (None, "nothing") if given in (None, "", [], MISSING) else (_read(rule, given), "path")
    if how == "path" and rule.codes:
        value, how = _coded(rule, value, found)
    if value is None and rule.default is not None:
        value, how = _read(rule, rule.default), "default" if how != "kept" else how
    shown = None if given is MISSING else given
    return Turned(name=rule.name, pointer=rule.pointer, given=shown, value=value, how=how)


def _given(rule: Rule, document: Mapping[str, Any]) -> Any:
    if len(rule.paths) == 1:
        return look(document, rule.paths[0])
    parts = [look(document, path) for path in rule.paths]
    texts = [_text(part).strip() for part in parts if part not in (None, "", MISSING)]
    return rule.separator.join(text for text in texts if text)[:LONGEST_JOINED]


def _coded(rule: Rule, value: Any, found: Mapped) -> tuple[Any, str]:
    """Our code for theirs, or what the rule says about unknown ones. A flag's table gives true or false."""
    word = str(value).strip() if not isinstance(value, bool) else str(value).lower()
    if word in rule.codes:
        ours: Any = rule.codes[word]
        return (_flag(ours) if rule.kind == Kind.FLAG else ours), "code"
    if rule.unknown == Unknown.REFUSE:
        told = {"code": word[:LONGEST_TOLD]}
        raise Refused("unknown_code", _("Unknown code “%(code)s”") % told)
    if rule.unknown == Unknown.KEEP:
        found.words = word[:120]
        return None, "kept"
    return None, "default"


def _read(rule: Rule, value: Any) -> Any:
    if rule.kind == Kind.NUMBER:
        return _number(value)
    if rule.kind == Kind.MOMENT:
        return _moment(rule, value)
    if rule.kind == Kind.LIST:
        return _list(value)
    if rule.kind == Kind.FLAG:
        return value if rule.codes and not isinstance(value, (dict, list)) else _flag(value)
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Refused("wrong_type", _("A text is expected here"))
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return str(value)[:LONGEST_JOINED]


def _number(value: Any) -> float:
    try:
        found = float("" if isinstance(value, bool) or not isinstance(value, (str, int, float)) else value)
    except (ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise Refused("wrong_type", _("A number is expected here"))
    return found


def _flag(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise Refused("wrong_type", _("Yes or no is expected here"))
    return word in YES


def _list(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_LISTED or not all(isinstance(x, str) for x in value):
        raise Refused("wrong_type", _("A list of at most 20 texts is expected here"))
    return value


def _moment(rule: Rule, value: Any) -> str:
    """As ISO 8601 with an offset; what has none is read in the zone of the rule."""
    try:
        found = _parsed(rule.format, value)
    except (ValueError, OverflowError, OSError):
        raise Refused(
            "wrong_time", _("This is not a time as agreed (%(format)s)") % {"format": rule.format}
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(rule.zone))
    return found.isoformat()


def _parsed(wanted: str, value: Any) -> datetime:
    if wanted in {"epoch", "epoch_ms"}:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError(value)
        return datetime.fromtimestamp(float(value) / (1000 if wanted == "epoch_ms" else 1), UTC)
    if not isinstance(value, str):
        raise ValueError(value)  # told like any other wrong time
    if wanted == "iso":
        return datetime.fromisoformat(value.strip())
    return datetime.strptime(value.strip(), wanted)  # noqa: DTZ007  # the zone is the rule's own


def label_of(name: str) -> str:
    """The field in words."""
    return str(FIELDS[name].label) if name in FIELDS else name
