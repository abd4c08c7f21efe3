"""The answers to the extra questions of a service: read from a form, judged by datatype, kept with their words."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import FieldErrors, Text
from open311.editions import LISTS, Question, Service

NAME = re.compile(r"attribute\[([^\[\]]{1,80})\](?:\[[0-9]{0,4}\])?\Z")
LONGEST = {"string": 255, "text": 4000}


class Wrong(Exception):
    """The value does not fit; the words say what would."""

    def __init__(self, words: Text) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer: for a list, the keys that were chosen; for anything else one text."""

    question: Question
    values: Sequence[str]

    @property
    def line(self) -> str:
        """Question and answer for those who handle the matter."""
        names = self.question.names
        shown = "、".join(names[value].zh if value in names else value for value in self.values)
        return f"{self.question.description.zh} {shown}"

    def kept(self) -> dict[str, Any]:
        """As the row keeps it: good without the edition that asked."""
        names = self.question.names
        return {
            "code": self.question.code,
            "datatype": self.question.datatype,
            "zh": self.question.description.zh,
            "en": self.question.description.en,
            "values": [
                {"key": value, "zh": names[value].zh, "en": names[value].en}
                if value in names
                else {"key": value}
                for value in self.values
            ],
        }


def given_in(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """What was sent as `attribute[code]` or `attribute[code][]`, by code; empty values count as not sent."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        match = NAME.match(name)
        if match is not None and value.strip():
            found.setdefault(match.group(1), []).append(value.strip())
    return found


def read(service: Service, given: Mapping[str, Sequence[str]]) -> tuple[list[Answer], FieldErrors]:
    """The answers in the order of the questions, and what is wrong with them by field."""
    errors: dict[str, list[Text]] = {}
    asked = {question.code: question for question in service.questions if question.is_variable}
    for code in given:
        if code not in asked:
            errors[f"attribute[{code}]"] = [_("This service does not ask that")]
    found = []
    for code, question in asked.items():
        values = given.get(code, ())
        if not values:
            if question.is_required:
                errors[f"attribute[{code}]"] = [_("This answer is needed")]
            continue
        try:
            found.append(Answer(question=question, values=_checked(question, values)))
        except Wrong as wrong:
            errors[f"attribute[{code}]"] = [wrong.words]
    return found, errors


def _checked(question: Question, values: Sequence[str]) -> Sequence[str]:
    """The values as they are kept. Raises Wrong."""
    if len(values) > 1 and question.datatype != "multivaluelist":
        raise Wrong(_("Only one answer can be given here"))
    if question.datatype in LISTS:
        names = question.names
        unknown = [value for value in values if value not in names]
        if unknown:
            raise Wrong(_("Choose one of: %(words)s") % {"words": ", ".join(names)})
        return list(dict.fromkeys(values))
    return [CHECKS[question.datatype](values[0])]


def _string(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise Wrong(_("Write this in one line"))
    return _text(value, LONGEST["string"])


def _text(value: str, most: int = LONGEST["text"]) -> str:
    if len(value) > most:
        raise Wrong(_("Write at most %(most)d characters") % {"most": most})
    return value


def _number(value: str) -> str:
    try:
        number = float(value) if len(value) <= 40 and value.isascii() and "_" not in value else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Wrong(_("Write a number"))
    return value


def _datetime(value: str) -> str:
    try:
        moment = parse_datetime(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Wrong(_("Write a time like 2026-11-20T19:30:00+08:00"))
    return moment.isoformat()


CHECKS: Mapping[str, Callable[[str], str]] = {
    "string": _string,
    "text": _text,
    "number": _number,
    "datetime": _datetime,
}
