"""Callbacks, messages and links of the demo city, after its history: made by the real verbs, by the demo accounts."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction

from followup import answers, calls, links, steps, wording
from followup.composing import send_by_hand
from followup.messages import Outgoing, Refused
from followup.messages.sending import send_due
from followup.models import CallTask, Message, MessageKind, SignedLink
from followup.states import CallKind, CallOutcome, Verdict
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from governance.foundation.errors import Problem
from grids import scope
from incidents.models import Step, Ticket
from incidents.states import State

PART: Final = "followup"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RECENT = timedelta(days=4)
MOST_STEPS: Final = 160
RESULTS: Final = (
    (CallOutcome.UNREACHABLE, "", "无人接听"),
    (CallOutcome.UNSOLVED, "2", "垃圾清走第二天又堆上了，没人管源头"),
    (CallOutcome.SATISFIED, "5", "处理得很快，师傅态度也好"),
    (CallOutcome.DISSATISFIED, "2", "希望把整条路都划成停车位"),
    (CallOutcome.UNREACHABLE, "", "关机"),
    (CallOutcome.SATISFIED, "4", "已经修好"),
    (CallOutcome.REFUSED, "", ""),
)


class Gateway:
    """Delivers to nobody; numbers that end in 7 do not exist."""

    def send(self, message: Outgoing) -> str:
        """The receipt of a gateway."""
        if message.phone.endswith("7"):
            raise Refused("空号")
        return f"demo-{message.key}"


@transaction.atomic
def build_followup() -> int:
    """Write them once; returns how many messages and calls there are."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    duty, oversight, handler = (_account(name) for name in ("duty", "oversight", "handler"))
    steps.read_on(at=at)
    _write(oversight, at)
    _tell(scope.of(_account("town").user).paths[0], at)
    steps.reconcile(at=at)
    _call(duty, oversight, at)
    _host(handler, at)
    _evaluate(at)
    send_due(at=at, by=Gateway())
    made = {"messages": Message.objects.count(), "calls": CallTask.objects.count()}
    mark_done(JOB, PART, at=at, **made)
    return sum(made.values())


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _write(oversight: Actor, at: datetime) -> None:
    """A script of the centre's own, and rates from today on."""
    wording.write_script(
        name="市容环境回访",
        category_prefix="01",
        greeting="您好，这里是网格化联动中心。您{date}反映的“{title}”，城管部门已到现场处理，想听听您的意见。",
        questions="现场清理干净了吗？\n处理后有没有反弹？\n* 您希望怎样避免再次出现？",
        closing="谢谢您对城市环境的关心。",
        by=oversight,
        at=at - HOUR,
    )
    for kind, prefix, percent in ((CallKind.SELF_HANDLED, "", 10), (CallKind.SELF_HANDLED, "03", 20)):
        wording.write_rate(kind, prefix, Decimal(percent), valid_from=local(at).date(), by=oversight, at=at)


def _tell(town: str, at: datetime) -> None:
    """The messages of the last days of the town, sent in their own time."""
    rows = Step.objects.filter(
        verb__in=steps.VERBS, at__gte=at - RECENT, ticket__region_path__startswith=town
    )
    found = list(rows.select_related("ticket__category", "ticket__source").order_by("-pk")[:MOST_STEPS])
    gateway = Gateway()
    for step in reversed(found):
        steps.follow(step, at=step.at)
        send_due(at=step.at + MINUTE, by=gateway)


def _call(duty: Actor, oversight: Actor, at: datetime) -> None:
    """Some calls of this morning: not reached, poor, good; one answer that the unit may appeal against."""
    waiting = CallTask.objects.filter(opened_at__lt=at - HOUR, state="waiting", kind=CallKind.OWED)
    tasks = list(waiting.select_related("ticket").order_by("due_at", "pk")[: len(RESULTS)])
    for (outcome, mark, words), task in zip(RESULTS, tasks, strict=False):
        with suppress(Problem), transaction.atomic():
            calls.take(task.pk, by=duty, at=at - 5 * MINUTE)
            calls.record(
                task.pk, by=duty, at=at - 2 * MINUTE, outcome=outcome, satisfaction=mark, opinion=words
            )
            if outcome == CallOutcome.DISSATISFIED:
                reason = "诉求超出规划条件，已当面解释，不计入承办单位满意率。"
                calls.decide(task.pk, verdict=Verdict.APPEALABLE, by=oversight, at=at, opinion=reason)


def _host(handler: Actor, at: datetime) -> None:
    """Outside units asked by the demo department: one has answered; one citizen has been told what to bring."""
    assert handler.unit_id is not None
    held = Ticket.objects.filter(state=State.HANDLING, holder_id=handler.unit_id).order_by("-pk")
    names = (
        ("云泽市政养护有限公司", "现场勘察，提出修补方案并反馈"),
        ("东苑物业服务中心", "清理占道堆物，反馈照片"),
    )
    asked = [
        links.host(ticket, by=handler, at=at - HOUR, outside_name=name, task=task, days=5)
        for ticket, (name, task) in zip(held[:2], names, strict=False)
    ]
    for link in asked[:1]:
        answers.answer(
            links.token_of(link),
            who="刘工（养护三队）",
            text="已到现场，破损面积约两平方米，今晚断道修补，明早恢复通行。",
            photos=[],
            by=links.citizen(),
            at=at - 20 * MINUTE,
        )
    for ticket in held.filter(needs_reply=True, is_confidential=False)[:1]:
        with suppress(Problem):
            words = "身份证原件、营业执照副本、店招效果图各一份"
            send_by_hand(ticket, MessageKind.ONE_TIME_NOTICE, words, by=handler, at=at - 30 * MINUTE)


def _evaluate(at: datetime) -> None:
    """One citizen has answered by link."""
    rows = SignedLink.objects.filter(
        purpose="evaluate", expires_at__gt=at, uses=0, ticket__state=State.FOLLOW_UP
    )
    for link in rows.select_related("ticket").order_by("-pk")[:1]:
        with suppress(Problem):
            answers.evaluate(
                links.token_of(link),
                solved="solved",
                satisfaction="5",
                words="第二天就解决了，点赞",
                by=links.citizen(),
                at=at - MINUTE,
            )
