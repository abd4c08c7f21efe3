"""Main tickets of the demo city, each with a few children that a dispatcher has linked to it by the real verb."""

from collections import defaultdict
from typing import Final

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from incidents import transitions
from incidents.models import Ticket
from incidents.states.aside import WITH_CHILDREN

PART: Final = "linking"
MAINS: Final = 3
CHILDREN: Final = 2
WORDS: Final = ("同一片区、同类问题，挂接主工单统筹处置。", "与主工单相邻，由牵头单位一并组织整治。")


@transaction.atomic
def build_links() -> int:
    """Do it once; returns how many children there are then, 0 when it was done already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    user = User.objects.select_related("unit").get(username="dispatcher")
    by = Actor(user=user, unit_id=user.unit_id)
    count = 0
    for main, *children in _families(by):
        for ticket, words in zip(children, WORDS, strict=True):
            transitions.link(ticket.pk, by=by, at=at, target=main.number, opinion=words)
            count += 1
    mark_done(JOB, PART, at=at, links=count)
    return count


def _families(by: Actor) -> list[list[Ticket]]:
    """The newest open tickets of some communities, each with others from there: the oldest of them is the main one."""
    rows = Ticket.objects.visible_to(by).filter(
        state__in=sorted(WITH_CHILDREN), parent=None, child_count=0, is_sensitive=False
    )
    found: dict[int | None, list[Ticket]] = defaultdict(list)
    for row in rows.exclude(community=None).only("number", "community_id").order_by("-registered_at", "-id"):
        if len(found[row.community_id]) <= CHILDREN:
            found[row.community_id].append(row)
    return [family[::-1] for family in found.values() if len(family) > CHILDREN][:MAINS]
