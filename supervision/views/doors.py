"""What every page of supervision begins with: may this person read them; not there and not visible are the same."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.errors import Forbidden, NotFound
from incidents.models import Ticket
from supervision.models import (
    Appeal,
    Inspection,
    InspectionTarget,
    LeaderInstruction,
    SupervisionBulletin,
    SupervisionTask,
)
from supervision.querysets import OVERSEERS
from supervision.rules import covers_as, may_oversee, may_read

Found = TypeVar("Found", bound=Model)


def must_read(actor: Actor) -> None:
    """Raises Forbidden for somebody who neither oversees nor has to answer."""
    if not may_read(actor):
        raise Forbidden(
            pgettext_lazy("supervision", "These pages are for people who oversee or have to answer")
        )


def must_oversee(actor: Actor) -> None:
    """Raises Forbidden for anybody but oversight."""
    if not may_oversee(actor):
        raise Forbidden(
            pgettext_lazy("supervision", "This is for oversight officers"), roles=[Role.OVERSIGHT_OFFICER]
        )


def must_read_values(actor: Actor) -> None:
    """Raises Forbidden for anybody but leaders and oversight."""
    if not covers_as(actor, OVERSEERS):
        raise Forbidden(
            pgettext_lazy("supervision", "Rule values are read by leaders and oversight"),
            roles=sorted(OVERSEERS),
        )


def first(rows: "QuerySet[Found]", **wanted: Any) -> Found:
    """The row, or NotFound."""
    row = rows.filter(**wanted).first()
    if row is None:
        raise NotFound()
    return row


def visible_task(actor: Actor, number: str) -> SupervisionTask:
    """The task, if this person may see it. Raises NotFound."""
    rows = SupervisionTask.objects.visible_to(actor).with_labels()
    return first(rows.select_related("grid", "region", "created_by", "follows"), number=number)


def visible_appeal(actor: Actor, number: str) -> Appeal:
    """The appeal, if this person may see it. Raises NotFound."""
    rows = Appeal.objects.visible_to(actor).select_related("unit", "ticket", "lodged_by")
    return first(rows.defer("ticket__search", "ticket__content"), number=number)


def visible_instruction(actor: Actor, number: str) -> LeaderInstruction:
    """The instruction, if this person may see it. Raises NotFound."""
    rows = LeaderInstruction.objects.visible_to(actor).select_related("leader", "ticket", "task__unit")
    return first(rows.defer("ticket__search", "ticket__content"), number=number)


def visible_bulletin(actor: Actor, number: str) -> SupervisionBulletin:
    """The bulletin, if this person may see it. Raises NotFound."""
    rows = SupervisionBulletin.objects.visible_to(actor).select_related("unit", "drafted_by", "published_by")
    return first(rows, number=number)


def visible_inspection(actor: Actor, number: str) -> Inspection:
    """The inspection, if this person may see it. Raises NotFound."""
    rows = Inspection.objects.visible_to(actor).select_related("checklist", "region", "unit", "prepared_by")
    return first(rows, number=number)


def visible_target(actor: Actor, pk: int) -> InspectionTarget:
    """The place of an inspection, if this person may see it. Raises NotFound."""
    rows = InspectionTarget.objects.visible_to(actor)
    return first(rows.select_related("inspection__checklist", "inspector", "unit", "task"), pk=pk)


def supervised_ticket(actor: Actor, number: str) -> Ticket:
    """The ticket, if this person may see it. Raises NotFound."""
    return first(Ticket.objects.visible_to(actor).defer("search"), number=number)
