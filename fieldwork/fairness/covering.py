"""The one question before a task goes to the base: does an item in force cover it? The rule is that of `mandates`.

A plan, a rule or a person that would give grid workers something that nothing covers is refused; there is no override
here. Where no list has been drawn up for a place everything is covered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import pgettext_lazy

from fieldwork.fairness.models import BlockedTask
from fieldwork.limits import value
from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.foundation.clock import local
from governance.foundation.errors import Unprocessable
from grids.territory import Unit
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.mandate import BASE_KINDS
from mandates.queries import Covering, covering

GRID = Tier.GRID.value


@dataclass(frozen=True, kw_only=True)
class Task:
    """What would be given to the base: kind and name of the task, its matter, the place, the unit if one is named."""

    kind: str
    label: str
    matter_code: str
    path: str
    unit_id: int | None = None

    @property
    def level(self) -> str:
        """Whom it reaches: the tier of the unit, else grid workers."""
        unit = territory().units.get(self.unit_id or 0)
        return unit.tier if unit is not None else GRID


class NotCovered(Unprocessable):
    """No item in force covers the task; `task` and `found` say what was asked."""

    code = "not_covered"

    def __init__(self, task: Task, found: Covering, field: str) -> None:
        words = pgettext_lazy(
            "fairness", "%(why)s. Apply for access first, or give it to a unit that is responsible"
        ) % {"why": found.why_not}
        super().__init__(fields={field: [words]}, code=type(self).code)
        self.task, self.found = task, found


def reaches_base(unit: Unit | None) -> bool:
    """Whether a unit belongs to the base that the lists protect: grid teams and workstations."""
    return unit is not None and unit.kind in BASE_KINDS


def must_be_covered(task: Task, *, at: datetime, field: str = "") -> Covering:
    """What covers the task on the day. Raises NotCovered, which names `field`."""
    found = covering(task.matter_code, task.level, task.path, local(at).date())
    if not found.is_covered:
        raise NotCovered(task, found, field or "matter_code")
    return found


def kept(found: Covering) -> dict[str, str]:
    """What a task keeps of what covered it."""
    names = ("kind", "label", "basis", "reference")
    return {name: str(getattr(found, name)) for name in names if getattr(found, name)}


def line_of(by: Actor, matter_code: str) -> str:
    """The department line from which a task comes: the sender's own; for a command unit that of the matter."""
    unit = territory().units.get(by.unit_id or 0)
    own = unit.line if unit is not None else ""
    if own and own != "CMD":
        return own
    category = catalogue().by_code.get(matter_code)
    return category.lead_line if category is not None else ""


def count_attempt(refusal: NotCovered, *, by: Actor, at: datetime) -> BlockedTask:
    """Count an attempt that was refused; called outside the transaction that was rolled back."""
    task = refusal.task
    return BlockedTask.objects.create(
        at=at,
        kind=task.kind,
        label=task.label[:160],
        matter_code=task.matter_code,
        gap=refusal.found.gap,
        unit_id=task.unit_id,
        by_id=by.user_id,
        line=line_of(by, task.matter_code),
        place_path=task.path,
    )


def matter_of(subject: str, kinds: Sequence[str]) -> str:
    """The matter under which patrols and visits of such objects are asked of the base: the first rule that fits all."""
    for row in value("fairness.matters"):
        if row["subject"] == subject and (not row["kinds"] or (kinds and set(kinds) <= set(row["kinds"]))):
            return str(row["matter"])
    return ""


def field_task(work: str, label: str, subject: str, kinds: Sequence[str], path: str) -> Task:
    """Patrols or visits that would be given to the grid workers of a place."""
    return Task(kind=work, label=label, matter_code=matter_of(subject, kinds), path=path)
