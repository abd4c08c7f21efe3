"""The open services with their questions: which matters residents may report here, in which words.

An edition is data (`ServiceEdition`, else the shipped one). Names, classes and limits come from the matter catalogue.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language

from incidents.catalogue import Catalogue
from incidents.models import MatterCategory
from open311.models import ServiceEdition

SHIPPED: Final = Path(__file__).parent / "data" / "services.json"
SHIPPED_ON: Final = datetime(2026, 11, 1, tzinfo=UTC)
DATATYPES: Final = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
LISTS: Final = frozenset({"singlevaluelist", "multivaluelist"})
REALTIME, BATCH, BLACKBOX = "realtime", "batch", "blackbox"
TYPES: Final = (REALTIME, BATCH, BLACKBOX)


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    zh: str = ""
    en: str = ""

    def __str__(self) -> str:
        is_english = (get_language() or "").startswith("en")
        return self.en if is_english and self.en else self.zh


@dataclass(frozen=True, kw_only=True)
class Option:
    """One value of a list."""

    key: str
    name: Words


@dataclass(frozen=True, kw_only=True)
class Question:
    """An extra question of a service. One that is not `variable` only tells something."""

    code: str
    datatype: str
    order: int
    is_required: bool
    is_variable: bool
    description: Words
    hint: Words
    options: Sequence[Option] = ()

    @property
    def names(self) -> Mapping[str, Words]:
        """The options by their keys."""
        return {option.key: option.name for option in self.options}


@dataclass(frozen=True, kw_only=True)
class Service:
    """A matter that is open to residents."""

    code: str
    kind: str
    description: Words
    keywords: Mapping[str, Sequence[str]]
    notice: Words
    questions: Sequence[Question] = ()

    @property
    def words(self) -> str:
        """The keywords in the reader's language, as the list of services has them."""
        wanted = "en" if (get_language() or "").startswith("en") else "zh"
        return ", ".join(self.keywords.get(wanted) or self.keywords.get("zh") or ())


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What is open now. `valid_from` is when it was changed last."""

    valid_from: datetime
    contact: Words
    key_service: Words
    anonymous_per_minute: int
    by_code: Mapping[str, Service] = field(default_factory=dict)

    def open_in(self, catalogue: Catalogue) -> Iterator[tuple[Service, MatterCategory]]:
        """The services with their matters, by code; a matter that has become sensitive is closed."""
        for code in sorted(self.by_code):
            category = catalogue.by_code.get(code)
            if category is not None and is_open(category):
                yield self.by_code[code], category


def is_open(category: MatterCategory) -> bool:
    """Whether residents can report it by themselves, whatever an edition says."""
    return category.is_selectable and not category.is_sensitive and not category.is_key_report


def current(at: datetime) -> Edition:
    """The edition in force: one statement."""
    rows = ServiceEdition.objects.filter(valid_from__lte=at).order_by("-valid_from", "-number")
    row = rows.only("valid_from", "content").first()
    return shipped() if row is None else edition_of(row.content, row.valid_from)


@cache
def shipped() -> Edition:
    """The edition that comes with the platform."""
    return edition_of(json.loads(SHIPPED.read_text(encoding="utf-8")), SHIPPED_ON)


def edition_of(content: Mapping[str, Any], valid_from: datetime) -> Edition:
    """The content of an edition that has no faults."""
    services = [_service(row) for row in content["services"]]
    return Edition(
        valid_from=valid_from,
        contact=_words(content["contact"]),
        key_service=_words(content["key_service"]),
        anonymous_per_minute=content["anonymous_per_minute"],
        by_code={service.code: service for service in services},
    )


def _service(row: Mapping[str, Any]) -> Service:
    questions = [_question(item) for item in row.get("questions", ())]
    return Service(
        code=row["code"],
        kind=row.get("type", REALTIME),
        description=_words(row["description"]),
        keywords=row.get("keywords", {}),
        notice=_words(row.get("notice", {})),
        questions=sorted(questions, key=lambda question: question.order),
    )


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        code=row["code"],
        datatype=row["datatype"],
        order=row["order"],
        is_required=row.get("required", False),
        is_variable=row.get("variable", True),
        description=_words(row["description"]),
        hint=_words(row.get("hint", {})),
        options=[Option(key=item["key"], name=_words(item)) for item in row.get("values", ())],
    )


def _words(row: Mapping[str, str]) -> Words:
    return Words(row.get("zh", ""), row.get("en", ""))
