"""What every page begins with: may this person see it; not there and not visible are the same."""

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from key_reports.models import AccountabilityCase, KeyReport


def visible_report(actor: Actor, number: str) -> KeyReport:
    """The report, if this person may see it. Raises NotFound."""
    rows = KeyReport.objects.visible_to(actor).select_related(
        "category", "unit", "writer", "ticket", "case", "finding__task"
    )
    found = rows.defer("ticket__search", "ticket__content", "case__facts", "case__claims").filter(
        number=number
    )
    row = found.first()
    if row is None:
        raise NotFound()
    return row


def visible_account(actor: Actor, number: str) -> AccountabilityCase:
    """The accountability case, if this person may see it. Raises NotFound."""
    rows = AccountabilityCase.objects.visible_to(actor).select_related(
        "report__category", "ticket", "unit", "opened_by"
    )
    row = rows.defer("ticket__search", "ticket__content").filter(number=number).first()
    if row is None:
        raise NotFound()
    return row
