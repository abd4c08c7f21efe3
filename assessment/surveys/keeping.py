"""Surveys and their results written down: one row of a community in each survey, corrected in place with a step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import pgettext, pgettext_lazy

from assessment.surveys.models import Survey, SurveyResult, SurveyStep
from assessment.surveys.rules import communities, must_write
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound, StaleVersion, Text, Unprocessable
from grids.territory import Place

MOST_SAMPLE: Final = 20_000
"""Questionnaires of one community: each valid one is an occasion that the engine counts."""
MOST_ROWS: Final = 5_000
EARLIEST: Final = date(2000, 1, 1)
NUMBERS: Final = ("sample_size", "valid", "satisfied", "basically", "dissatisfied")


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a community answered. `place` is its code, or its name where that is the only one."""

    place: str
    surveyed_on: date
    sample_size: int
    valid: int
    satisfied: int
    basically: int
    dissatisfied: int


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in a row; `field` names the number, `line` the row of the file."""

    line: int
    field: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What became of the rows."""

    new: int = 0
    changed: int = 0
    same: int = 0


@transaction.atomic
def begin(kind: str, title: str, organiser: str, target: Decimal, *, by: Actor, at: datetime) -> Survey:
    """Write a survey down. Raises Forbidden, Unprocessable."""
    must_write(by)
    fields: dict[str, Sequence[Text]] = {}
    if kind not in Survey.Kind.values:
        fields["kind"] = [pgettext_lazy("survey", "Choose what was asked about")]
    for name, words, most in (("title", title, 80), ("organiser", organiser, 80)):
        if not words.strip() or len(words.strip()) > most:
            fields[name] = [pgettext_lazy("survey", "Between 1 and 80 characters")]
    if not 0 <= target < 100:
        fields["target"] = [pgettext_lazy("survey", "A target lies between 0 and 100 percent")]
    if fields:
        raise Unprocessable(fields=fields)
    assert by.user is not None, "people enter, not the platform"
    try:
        with transaction.atomic():
            row = Survey.objects.create(
                kind=kind,
                title=title.strip(),
                organiser=organiser.strip(),
                target=target,
                created_by=by.user,
                created_at=at,
            )
    except IntegrityError:
        raise Unprocessable(
            fields={"title": [pgettext_lazy("survey", "There is such a survey with this name already")]}
        ) from None
    journal.record("survey.begin", by=by, obj=row, at=at, after=_facts(row))
    return row


def faults_of(answers: Answers, today: date) -> list[tuple[str, Text]]:
    """What is wrong with the numbers, by field."""
    found: list[tuple[str, Text]] = []
    if not EARLIEST <= answers.surveyed_on <= today:
        found.append(("surveyed_on", pgettext_lazy("survey", "The day lies in the future or too far back")))
    if answers.sample_size > MOST_SAMPLE:
        words = pgettext("survey", "At most %(most)s questionnaires in one community") % {"most": MOST_SAMPLE}
        found.append(("sample_size", words))
    if min(getattr(answers, name) for name in NUMBERS) < 0:
        found.append(("valid", pgettext_lazy("survey", "Numbers are not below zero")))
    if answers.satisfied + answers.basically + answers.dissatisfied != answers.valid:
        words = pgettext(
            "survey", "Satisfied, basically satisfied and dissatisfied are not the valid questionnaires"
        )
        found.append(("valid", words))
    if answers.valid > answers.sample_size:
        words = pgettext("survey", "There cannot be more valid questionnaires than the sample has")
        found.append(("sample_size", words))
    return found


def store(
    survey_id: int, rows: Iterable[tuple[int, Answers]], *, by: Actor, at: datetime
) -> tuple[Stored, list[Fault]]:
    """Enter or correct rows (line, answers), all of them or, with a fault anywhere, none.

    Raises NotFound, Forbidden. Again with the same rows changes nothing.
    """
    must_write(by)
    found, faults = _placed(list(rows), by, local(at).date())
    if faults:
        return Stored(), faults
    with transaction.atomic():
        survey = _locked(survey_id)
        codes = [place.code for place, _answers in found]
        known = {row.code: row for row in SurveyResult.objects.filter(survey=survey, code__in=codes)}
        told = [
            _enter(survey, known.get(place.code), place, answers, by=by, at=at) for place, answers in found
        ]
    counted = Stored(new=told.count("enter"), changed=told.count("change"), same=told.count(""))
    return counted, []


def _placed(
    rows: Sequence[tuple[int, Answers]], by: Actor, today: date
) -> tuple[list[tuple[Place, Answers]], list[Fault]]:
    known = _by_word(communities(by))
    found: list[tuple[Place, Answers]] = []
    faults, lines = list[Fault](), dict[str, int]()
    for line, answers in rows:
        faults += [Fault(line=line, field=name, text=text) for name, text in faults_of(answers, today)]
        place = known.get(answers.place)
        if place is None:
            text = pgettext("survey", "“%(place)s” is no community for which you enter results")
            faults.append(Fault(line=line, field="place", text=text % {"place": answers.place[:40]}))
            continue
        if place.code in lines:
            text = pgettext("survey", "This community stands in row %(line)s already")
            faults.append(Fault(line=line, field="place", text=text % {"line": lines[place.code]}))
            continue
        lines[place.code] = line
        found.append((place, answers))
    return found, faults


def _by_word(places: Sequence[Place]) -> Mapping[str, Place]:
    """By code, and by name where only one has it."""
    names = [place.name for place in places]
    single = {place.name: place for place in places if names.count(place.name) == 1}
    return single | {place.code: place for place in places}


def _locked(survey_id: int) -> Survey:
    survey = Survey.objects.select_for_update(no_key=True).filter(pk=survey_id).first()
    if survey is None:
        raise NotFound()
    return survey


def _enter(
    survey: Survey, row: SurveyResult | None, place: Place, answers: Answers, *, by: Actor, at: datetime
) -> str:
    """One row; the verb that was done, empty where nothing differs."""
    assert by.user is not None, "people enter, not the platform"
    values = {name: value for name, value in asdict(answers).items() if name != "place"}
    if row is None:
        row = SurveyResult(survey=survey, region_path=place.path, code=place.code)
        before, verb = None, "enter"
    else:
        if not row.is_removed and all(getattr(row, name) == value for name, value in values.items()):
            return ""
        before, verb = _facts(row), "enter" if row.is_removed else "change"
        row.version += 1
    for name, value in values.items():
        setattr(row, name, value)
    row.is_removed, row.entered_by, row.entered_at = False, by.user, at
    row.save()
    _step(row, verb, before, by=by, at=at)
    return verb


def _step(row: SurveyResult, verb: str, before: Any, *, by: Actor, at: datetime) -> None:
    assert by.user is not None
    data = {name: getattr(row, name) for name in NUMBERS}
    step = SurveyStep.objects.create(result=row, verb=verb, at=at, actor=by.user, data=data)
    details = {"survey": row.survey_id, "place": row.code, "step": step.pk}
    journal.record(f"survey.{verb}", by=by, obj=row, at=at, before=before, after=_facts(row), details=details)


@transaction.atomic
def remove(pk: int, *, version: int, by: Actor, at: datetime) -> SurveyResult:
    """Take a result out: it counts nowhere any more. Raises NotFound, Forbidden, StaleVersion."""
    inside = must_write(by)
    rows = SurveyResult.objects.select_for_update(no_key=True).visible_to(by)
    row: SurveyResult | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    if not row.region_path.startswith(inside):
        raise Forbidden(pgettext_lazy("survey", "Surveys are entered by oversight and the towns"))
    if row.version != version:
        raise StaleVersion(
            pgettext_lazy("survey", "Somebody else has changed this in the meantime; nothing was stored"),
            current_version=row.version,
        )
    before = _facts(row)
    row.is_removed = True
    row.version += 1
    row.save(update_fields=["is_removed", "version"])
    _step(row, "remove", before, by=by, at=at)
    return row


def _facts(row: Survey | SurveyResult) -> dict[str, str]:
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}
