"""Files in and out of the demo city, by the real deeds: exports in several states, an import, open data by month."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from exports import asking, importing, opendata, running
from exports.columns import USUAL
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from grids.models import Region

PART: Final = "exports"
HOUR: Final = timedelta(hours=1)
HEAD: Final = "编号,诉求内容,类别,社区,诉求人,联系电话"
MATTERS: Final = (
    "楼道灯不亮，夜间出行不便",
    "独居老人申请上门办理证件",
    "咨询居住证办理材料",
    "小区健身器材松动",
)
SOURCE: Final = "letters"


@transaction.atomic
def build_exports() -> int:
    """Write them once; how many exports and imports, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    desk, boss = _account("dispatcher"), _account("oversight")
    recent = f"since={at - timedelta(days=1):%Y-%m-%d}"
    count = 0
    for kind, hours in (("xlsx", 30), ("csv", 6)):
        row = asking.ask(by=desk, at=at - hours * HOUR, filters=recent, columns=USUAL, kind=kind)
        running.run(row.pk, at=at - hours * HOUR)
        count += 1
    personal = [*USUAL, "citizen_name", "citizen_phone"]
    for decision, hours in (("approve", 20), ("refuse", 18), ("", 2)):
        row = asking.ask(
            by=desk,
            at=at - hours * HOUR,
            filters=recent,
            columns=personal,
            kind="xlsx",
            is_clear=True,
            reason="噪声扰民专项治理，需逐户联系诉求人核实",
        )
        if decision:
            then = at - (hours - 1) * HOUR
            asking.decide(decision, row.pk, by=boss, at=then, opinion="请明确使用范围并按时销毁")
        if decision == "approve":
            running.run(row.pk, at=at - (hours - 1) * HOUR)
        count += 1
    _bring(desk, at - 3 * HOUR)
    opendata.publish(at=at)
    mark_done(JOB, PART, at=at, files=count + 1)
    return count + 1


def _bring(by: Actor, at: datetime) -> None:
    """A file of letters, with one row that is refused."""
    place = Region.objects.filter(level="community", valid_to=None).order_by("path")[0]
    lines = [HEAD]
    for number, words in enumerate(MATTERS, 1):
        category = "1408" if number != len(MATTERS) else "不详"
        lines.append(f"XX{number:04d},{words},{category},{place.code},王某,139{number:08d}")
    run = importing.bring("政府信箱来件.csv", "\r\n".join(lines).encode("utf-8-sig"), by=by, at=at)
    importing.match(run.pk, run.mapping, SOURCE, by=by, at=at)
    importing.start(run.pk, by=by, at=at)
    while importing.continue_one(run.pk, at=at):
        pass


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)
