"""Endpoints of the demo city's systems, and what was sent to them: one that works, one paused, one switched off."""

import random
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.exchange.models import ApiClient
from incidents.feed import EVENT_TYPES
from incidents.models import Announcement, Step
from webhooks import keeping
from webhooks.fanning import actor_of
from webhooks.models import Delivery, Endpoint
from webhooks.states import MessageState, Stream
from webhooks.streams import kinds as every_kind

PART: Final = "webhooks"
SEED: Final = 11
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
FEW: Final = ("ticket.accepted", "ticket.feedback", "ticket.closed", "ticket.overdue")
MATTERS: Final = ("incident.accepted", "incident.refused", "incident.joint", "incident.handed_back")
# client, name, address, events, messages, of which dead
ENDPOINTS: Final = (
    ("police110", "接处警平台·办理结果", "https://jcj.police.example/hooks/grid", (*FEW, *MATTERS), 12, 0),
    ("hotline", "热线工单系统·办理动态", "https://gd.hotline.example/api/grid/events", every_kind(), 60, 0),
    ("data-hub", "共享平台·汇聚接口", "https://hub.data.example/v1/in", FEW, 24, 9),
)
PAUSED: Final = ("hotline", "对方系统今晚升级，明早恢复")
REFUSAL: Final = "upstream connect error"


@transaction.atomic
def build_webhooks() -> int:
    """Write them once; how many messages there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    chance = random.Random(SEED)
    for code, name, url, kinds, count, dead in ENDPOINTS:
        client = ApiClient.objects.get(code=code)
        by, since = actor_of(client), at - 30 * DAY
        endpoint = keeping.create(client.pk, by=by, at=since, name=name, url=url, kinds=kinds).endpoint
        Delivery.objects.bulk_create(_messages(endpoint, client, at, count, dead, chance))
        if code == PAUSED[0]:
            keeping.pause(endpoint.pk, by=by, at=at - HOUR, reason=PAUSED[1])
        if dead:
            _switch_off(endpoint, at)
        else:
            Endpoint.objects.filter(pk=endpoint.pk).update(
                last_at=at - 2 * HOUR, last_ok_at=at - 2 * HOUR, last_status=204
            )
    written = Delivery.objects.count()
    mark_done(JOB, PART, at=at, messages=written)
    return written


def _messages(
    endpoint: Endpoint, client: ApiClient, at: datetime, count: int, dead: int, chance: random.Random
) -> list[Delivery]:
    """The latest events of its tickets and other matters, delivered in a second or two; of some, only the last attempt
    went well."""
    verbs = [verb for verb, kind in EVENT_TYPES.items() if kind in endpoint.kinds]
    steps = Step.objects.filter(verb__in=verbs, ticket__source__code__in=client.sources, at__lt=at - 2 * HOUR)
    others = Announcement.objects.visible_to(actor_of(client)).filter(
        kind__in=endpoint.kinds, at__lt=at - 2 * HOUR
    )
    of_tickets = steps.order_by("-pk").values_list("pk", "verb", "at", "ticket__number")[:count]
    of_others = others.order_by("-pk").values_list("pk", "kind", "at", "subject")[:count]
    latest = [
        *((Stream.TICKETS, pk, EVENT_TYPES[verb], moment, number) for pk, verb, moment, number in of_tickets),
        *((Stream.OTHERS, *facts) for facts in of_others),
    ]
    rows = []
    for place, (stream, pk, kind, moment, number) in enumerate(latest):
        is_dead = place < dead
        attempts = 24 if is_dead else chance.choice((1, 1, 1, 1, 1, 2))
        made = min(moment, at - 4 * DAY) if is_dead else moment
        done = made + (3 * DAY if is_dead else attempts * 4 * SECOND)
        rows.append(
            Delivery(
                endpoint=endpoint,
                kind=kind,
                stream=stream,
                event_id=pk,
                ticket=number,
                state=MessageState.DEAD if is_dead else MessageState.DELIVERED,
                event_at=moment,
                made_at=made,
                next_at=done,
                give_up_at=made + 3 * DAY,
                attempts=attempts,
                last_at=done,
                last_status=503 if is_dead else 204,
                excerpt=REFUSAL if is_dead else "",
                tries=_tries(done, attempts, is_dead, chance),
                done_at=done,
            )
        )
    return rows


def _tries(done: datetime, attempts: int, is_dead: bool, chance: random.Random) -> list[dict[str, object]]:
    shown = min(attempts, 6)
    return [
        {
            "at": (done - (shown - place) * (6 * HOUR if is_dead else 5 * SECOND)).isoformat(),
            "status": 503 if is_dead or place < shown else 204,
            "error": "",
            "ms": chance.randint(18, 90),
        }
        for place in range(1, shown + 1)
    ]


def _switch_off(endpoint: Endpoint, at: datetime) -> None:
    """What three days of failures lead to."""
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    row.failures, row.failing_since = 31, at - 4 * DAY
    row.last_at, row.last_ok_at, row.last_status = at - DAY, at - 4 * DAY, 503
    keeping.switch_off(row, reason="failing", at=at - DAY)
    row.save()
