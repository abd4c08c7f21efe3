"""Which checklist fits an object, and whether its answers are complete."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q
from django.utils.translation import pgettext_lazy

from fieldwork.models import Checklist, ChecklistItem, TaskObject
from fieldwork.terms import AnswerKind, Subject
from governance.foundation.errors import FieldErrors, Unprocessable

YES, NO = "yes", "no"
LONGEST = 500


@dataclass(frozen=True)
class Given:
    """One checked answer."""

    item: ChecklistItem
    value: str
    is_amiss: bool


def in_force(*, on: date) -> list[Checklist]:
    """The lists of a day with their lines: two statements."""
    rows = Checklist.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    items = Prefetch("items", ChecklistItem.objects.order_by("position"))
    return list(rows.order_by("valid_from", "id").prefetch_related(items))


def kind_of(target: TaskObject) -> str:
    """The kind of the object in its register; empty where it has none."""
    if target.key_place is not None:
        return target.key_place.kind
    return target.key_person.kind if target.key_person is not None else ""


def fitting(lists: Iterable[Checklist], subject: str, kind: str) -> Checklist | None:
    """The list of the very kind, else the one of the subject; the newest of several."""
    found = [row for row in lists if row.subject == subject]
    return next((row for row in reversed(found) if kind in row.kinds), None) or next(
        (row for row in reversed(found) if not row.kinds), None
    )


def list_of(target: TaskObject, *, on: date) -> Checklist | None:
    """The checklist of an object: the campaign's own, where it fits the object, else that of the kind."""
    campaign = target.task.campaign
    if (
        campaign is not None
        and campaign.checklist is not None
        and campaign.checklist.subject == target.subject
    ):
        return campaign.checklist
    return fitting(in_force(on=on), target.subject, kind_of(target))


def checked(checklist: Checklist | None, answers: Mapping[int, str]) -> list[Given]:
    """The answers in the order of the list. Raises Unprocessable for what is missing or does not fit."""
    items: Sequence[ChecklistItem] = list(checklist.items.order_by("position")) if checklist else []
    faults: dict[str, list[object]] = {}
    given: list[Given] = []
    for item in items:
        value = str(answers.get(item.pk) or "").strip()
        if not value:
            if item.is_required:
                faults[f"item_{item.pk}"] = [pgettext_lazy("checklist", "Please answer this line")]
            continue
        if not _fits(item, value):
            faults[f"item_{item.pk}"] = [pgettext_lazy("checklist", "This answer does not fit the line")]
            continue
        given.append(Given(item, value, item.kind == AnswerKind.YES_NO and value == NO))
    unknown = set(answers) - {item.pk for item in items}
    if unknown:
        faults["answers"] = [
            pgettext_lazy("checklist", "The checklist has changed in the meantime; please fill it in again")
        ]
    if faults:
        errors: FieldErrors = faults  # type: ignore[assignment]  # lazy words are texts
        raise Unprocessable(fields=errors)
    return given


def _fits(item: ChecklistItem, value: str) -> bool:
    if item.kind == AnswerKind.YES_NO:
        return value in {YES, NO}
    if item.kind == AnswerKind.NUMBER:
        return value.lstrip("-").replace(".", "", 1).isdecimal() and len(value) <= 12
    return len(value) <= LONGEST


PURPOSES = {Subject.HOUSEHOLD: "routine", Subject.KEY_PERSON: "care"}
"""What a visit is noted for in the household's register unless the worker says otherwise."""
