"""What a page is asked for: whose figures, over which days, which indicators; and the addresses of its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from assessment import periods
from assessment.definitions import Definition, definitions
from assessment.figures import Asked, Figure
from assessment.periods import Period
from assessment.rules import covers_city, paths_of, sees_sensitive, subject_of, units_of
from assessment.subjects import Subject, of_unit
from governance.accounts.actors import Actor
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from grids.territory import current as territory

MOST_UNITS: Final = 300


@dataclass(frozen=True, kw_only=True)
class Question:
    """One reader's question."""

    by: Actor
    subject: Subject
    period: Period
    today: date

    @classmethod
    def of(cls, by: Actor, given: Mapping[str, str], today: date) -> "Question":
        """From the fields of an address. Raises Forbidden, NotFound, Unprocessable."""
        subject = subject_of(by, given.get("place", ""), given.get("unit", ""))
        return cls(by=by, subject=subject, period=periods.read(given, today), today=today)

    def asked(self, subjects: Sequence[Subject], rows: Sequence[Definition]) -> Asked:
        """The question about these subjects and definitions."""
        return Asked(
            definitions=rows, subjects=subjects, period=self.period, sensitive=sees_sensitive(self.by)
        )

    def query(self, subject: Subject | None = None, **more: str) -> str:
        """The fields of an address for the same days."""
        subject = subject or self.subject
        who = {"unit": subject.code} if subject.is_unit else {"place": subject.code}
        days = {"since": f"{self.period.since:%Y-%m-%d}", "last": f"{self.period.last:%Y-%m-%d}"}
        return urlencode(who | days | more)

    def list_url(self, code: str, subject: Subject, side: str) -> str:
        """The list behind a number; empty for what lies at no place below, which has no address of its own."""
        if not subject.code:
            return ""
        return f"{reverse('assessment:items', args=[code])}?{self.query(subject, side=side)}"

    def page_url(self, code: str, subject: Subject | None = None) -> str:
        """The page of one indicator."""
        return f"{reverse('assessment:indicator', args=[code])}?{self.query(subject)}"


def question_of(request: HttpRequest, by: Actor) -> Question:
    """What the page is asked for."""
    return Question.of(by, request.GET.dict(), local(now()).date())


def versions_of(code: str) -> list[Definition]:
    """All versions of one indicator. Raises NotFound."""
    found = [row for row in definitions() if row.code == code]
    if not found:
        raise NotFound()
    return found


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A figure on a page, with the lists behind its numbers; an empty address where there is no list."""

    figure: Figure
    part_url: str
    whole_url: str
    missing_url: str


def shown(question: Question, figure: Figure) -> Shown:
    """The figure with its addresses."""
    code, subject = figure.definition.code, figure.subject

    def url(side: str, is_there: bool) -> str:
        return question.list_url(code, subject, side) if is_there and not figure.reason else ""

    return Shown(
        figure=figure,
        part_url=url("part", figure.definition.is_rate),
        whole_url=url("whole", True),
        missing_url=url("missing", figure.has_missing),
    )


def subjects_offered(by: Actor) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The places (down to communities) and the units that the reader may choose, by code and name."""
    land, paths = territory(), paths_of(by)
    places = [
        (place.code, ("　" * (place.path.count("/") - 1)) + place.label)
        for path, place in sorted(land.by_path.items())
        if place.level != "grid" and path.startswith(paths or ("-",))
    ]
    if covers_city(by):
        units = sorted(land.units.values(), key=lambda unit: (unit.kind != "department", unit.code))[
            :MOST_UNITS
        ]
        return places, [(unit.code, unit.label) for unit in units]
    return places, [(subject.code, subject.name) for subject in map(of_unit, units_of(by))]
