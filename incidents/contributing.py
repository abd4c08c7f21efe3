"""What the tickets say of a worker's year: reported, and settled on the spot. Only numbers; no ticket is named."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import pgettext_lazy

from incidents.models import Ticket
from incidents.states import State
from staffing.contributions import Counted, Source

NOTHING: Final = (State.VOIDED, State.MERGED, State.REJECTED)
"""What came to nothing is no contribution; handing up is one."""


def reported(user_ids: Sequence[int], since: datetime, until: datetime) -> Counted:
    """By reporter, of the tickets registered in that time: one statement."""
    rows = Ticket.objects.filter(
        reporter__in=user_ids, registered_at__gte=since, registered_at__lt=until
    ).exclude(state__in=NOTHING)
    settled = Count("pk", filter=Q(closure_kind="self_handled"))
    counted = rows.order_by().values("reporter").annotate(reported=Count("pk"), settled=settled)
    return {row["reporter"]: {"reported": row["reported"], "settled": row["settled"]} for row in counted}


SOURCE: Final = Source(
    name="incidents",
    labels={
        "reported": pgettext_lazy("contribution", "Matters reported"),
        "settled": pgettext_lazy("contribution", "Settled on the spot"),
    },
    count=reported,
)
