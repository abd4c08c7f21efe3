"""A change of many tickets that the demo's dispatcher has made: late ones urged in one run, by the real deed.

One of the tickets was moved on by somebody else while the page stood open, so that the result shows a refusal.
"""

import random
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB, SEED
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from incidents import bulk
from incidents.models import Ticket
from incidents.states import TICKET_TABLE, State

PART: Final = "changes"
MOST: Final = 14
MOVED_MEANWHILE: Final = 1
WORDS: Final = "已超过办理时限，请今日内反馈进展并告知诉求人。"


@transaction.atomic
def build_changes() -> int:
    """Write it once; returns how many tickets the run holds, 0 when it was there already or nothing is late."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    user = User.objects.get(username="dispatcher")
    dispatcher, verb = Actor(user=user, unit_id=user.unit_id), TICKET_TABLE["urge"]
    late = Ticket.objects.visible_to(dispatcher).filter(state=State.HANDLING, urge_count=0).late(at)
    rows = late.select_related("source", "category").defer("search", "content").order_by("due_at", "id")
    previews = list(bulk.preview(verb, rows[:MOST], {"opinion": WORDS}, by=dispatcher, at=at))
    if previews:
        seen = {row.ticket.pk: row.ticket.version for row in previews}
        for moved in islice(reversed(seen), MOVED_MEANWHILE):
            seen[moved] -= 1
        key = UUID(int=random.Random(f"{SEED}/changes").getrandbits(128))
        run = bulk.start(previews, verb, {"opinion": WORDS}, seen, key=key, by=dispatcher, at=at)
        while bulk.work_off(run.pk, at=at):
            pass
    mark_done(JOB, PART, at=at, tickets=len(previews))
    return len(previews)
