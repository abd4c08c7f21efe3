"""What a desk page begins with: the call that this person may see; not there and not visible are the same."""

from followup.models import CallTask
from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound


def visible_call(actor: Actor, pk: int) -> CallTask:
    """The call, if this person may see its ticket. Raises NotFound."""
    rows = CallTask.objects.visible_to(actor).select_related("ticket__category", "ticket__source", "taken_by")
    task = rows.defer("ticket__search").filter(pk=pk).first()
    if task is None:
        raise NotFound()
    return task
