"""What a step recorded besides words, as (name, value) pairs in the reader's language."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from governance.accounts.models import OrgUnit
from governance.foundation.clock import local
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.models import Step
from incidents.states import (
    PART_TABLE,
    TICKET_TABLE,
    Finding,
    FollowUpOutcome,
    RejectReason,
    ResultKind,
    Satisfaction,
    SuspensionCause,
    Urgency,
)
from incidents.views.faces import amount_words
from mandates.queries import GAPS

CHOICES: Mapping[str, Any] = {
    "outcome": FollowUpOutcome,
    "satisfaction": Satisfaction,
    "result_kind": ResultKind,
    "reason_code": RejectReason,
    "cause": SuspensionCause,
    "finding": Finding,
}


def facts_of(step: Step) -> Iterator[tuple[str, str]]:
    """What a step recorded besides words, as (name, value) pairs."""
    data = step.data
    verb = TICKET_TABLE.verbs.get(step.verb) or PART_TABLE.verbs.get(step.verb)
    needs = {**LABELS, **({need.name: str(need.label) for need in verb.needs} if verb else {})}
    for name, choices in CHOICES.items():
        if data.get(name):
            yield needs.get(name, name), str(choices(data[name]).label)
    if data.get("auto_signed"):
        yield _("Signed"), _("by the platform, because the limit had passed")
    yield from _units(data)
    yield from _helped(data)
    yield from _merged(data)
    yield from _returned(data)
    yield from _mandate(data)
    yield from _time(data)
    yield from _handed_over(data)
    yield from _duty(data)
    yield from ((needs[name], str(data[name])) for name in WORDS if data.get(name) and name in needs)
    yield from _reclassified(data)


LABELS: Mapping[str, Any] = {
    need.name: need.label for need in TICKET_TABLE["ask_suspension"].needs if need.name != "opinion"
}
WORDS = ("override_reason", "measures", "basis", "plan", "responsible", "review_on")


def _units(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if data.get("to"):
        yield _("To unit"), unit_by_code(data["to"])
    if data.get("co_handlers"):
        yield _("Co-handlers"), "、".join(unit_by_code(code) for code in data["co_handlers"])


def _helped(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Whose part a step is about, and why parts were left undone."""
    if data.get("co_handler"):
        yield _("Co-handler"), unit_by_code(data["co_handler"])
    for code, words in data.get("missing", {}).items():
        yield _("Not finished: %(unit)s") % {"unit": unit_by_code(code)}, words


def _merged(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The other ticket, main, child or merged, and how far from the place somebody stood who looked."""
    if data.get("main"):
        yield _("Main ticket"), str(data["main"])
    if data.get("child"):
        yield _("Child ticket"), str(data["child"])
    if data.get("merged"):
        yield _("Merged report"), str(data["merged"])
    if "metres" in data:
        yield _("Distance to the place"), _("%(n)d m") % {"n": data["metres"]}


def _returned(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """By whom, to whom it should go, and what follows from coming back again."""
    if data.get("from") and data.get("basis"):
        yield _("Returned by"), unit_by_code(data["from"])
    if data.get("suggested"):
        yield _("Suggested unit"), unit_by_code(data["suggested"])
    if data.get("consultation"):
        yield _("Returned again"), _("to be settled in consultation, the decision binds")
    if data.get("reference"):
        yield _("By consultation"), str(data["reference"])
    if data.get("final"):
        yield _("Binding"), _("assigned after consultation: it cannot be returned")


def _mandate(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What covered a task of the base, or that nothing did; the power that has lowered the level."""
    if found := data.get("covering"):
        words = found.get("label", "")
        if found["kind"] == "none":
            gap = str(GAPS.get(found.get("gap", ""), ""))
            words = f"{gap}（{words}）" if words else gap
        yield _("Duty list"), words
    if rule := data.get("rule"):
        words = f"{rule['name']} · {_('version %(n)d') % {'n': rule['version']}} → {unit_by_code(rule['to'])}"
        yield _("Dispatch directory"), words if rule["is_followed"] else f"{words}（{_('not followed')}）"
    if lowered := data.get("lowered_by"):
        yield _("Level lowered by"), str(lowered.get("label", ""))


def _time(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Time asked for or granted, and what became of the due time."""
    if data.get("amount"):
        yield _("More time"), amount_words(data["amount"], data["amount_unit"])
    if due := data.get("due"):
        moments = (datetime.fromisoformat(due[key]) for key in ("from", "to"))
        yield _("Due"), " → ".join(f"{local(at):%Y-%m-%d %H:%M}" for at in moments)
    if data.get("reviewed"):
        yield _("Resumed"), _("by the platform, on the day of review")


def _handed_over(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a revision of grids changed; the names are those of that day."""
    if data.get("revision"):
        yield _("Grid revision"), str(data["revision"])
    if grids := data.get("grids"):
        yield _("Grid"), " → ".join(f"{grid['name']}（{grid['code']}）" for grid in grids)
    if teams := data.get("teams"):
        yield _("Held by"), " → ".join(str(team["name"]) for team in teams)


def _duty(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Who was on duty when the alarm rose; a hole in the roster is said."""
    if "duty" in data:
        names = "、".join(str(person["name"]) for person in data["duty"])
        yield _("On duty"), names or _("Nobody in the roster: every duty officer was told")


def _reclassified(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if category := data.get("category"):
        yield _("Category"), f"{category_words(category['from'])} → {category_words(category['to'])}"
    if urgency := data.get("urgency"):
        yield _("Urgency"), f"{Urgency(urgency['from']).label} → {Urgency(urgency['to']).label}"


def unit_by_code(code: str) -> str:
    """The name of the unit with that code, also of one that is no longer active; else the code."""
    unit = territory().unit_by_code.get(code)
    if unit is not None:
        return label_of(unit)
    return OrgUnit.objects.filter(code=code).values_list("name", flat=True).first() or code


def category_words(code: str) -> str:
    """The name of the category with that code, else the code."""
    category = catalogue().by_code.get(code)
    return category.label if category else code
