"""Policy notices of the demo city, by the real verbs: read by most, by few, not yet; one withdrawn, one draft."""

import random
from datetime import datetime, timedelta
from typing import Final

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.history import NOTICES_WITHIN
from governance.command.demo.plan import CITY_CODE, SEED
from governance.foundation.clock import local
from grids.models import Region, UnitArea
from incidents.models import Notice
from publicity import writing
from publicity.models import NoticeReceipt, PolicyNotice
from publicity.writing import NoticeDraft

DAY: Final = timedelta(days=1)
TEXTS: Final = {
    "allowance": (
        "service",
        "高龄津贴申领和发放须知",
        "年满八十周岁的户籍老人可申领高龄津贴：八十至八十九周岁每月一百元，九十周岁以上每月二百元。\n\n"
        "本人或家属持身份证、户口簿到所在社区申请，行动不便的由网格员上门代办，次月起按月发放。\n\n"
        "请各网格对照走访台账逐户核对，做到应知尽知、应领尽领。",
    ),
    "fire": (
        "safety",
        "冬季电动自行车充电安全提示",
        "不在楼道、门厅停放电动自行车，不飞线充电，不将电池带进电梯和室内。\n\n"
        "网格员巡查时发现楼道充电的，当场劝导并登记；拒不改正的上报镇街分中心。",
    ),
    "insurance": (
        "policy",
        "城乡居民医疗保险集中参保缴费政策",
        "集中参保缴费期至十二月二十五日，逾期参保须等待九十天方可享受待遇。\n\n"
        "特困人员、低保对象个人缴费部分由财政全额或者定额资助，无需先缴后退。\n\n"
        "请社区、网格利用入户走访和微信群做好解释，重点告知新生儿和返乡人员。",
    ),
    "census": (
        "work",
        "网格基础信息更新工作通知",
        "各网格于本月底前完成出租房屋、九小场所信息的核对更新，镇街分中心每周通报进度。",
    ),
}


def build_publicity(*, at: datetime) -> int:
    """Some notices of the last weeks; returns how many. Once people are in their posts."""
    boss, town, lead = (_account(name) for name in ("oversight", "town", "deptlead"))
    here, area = _region_of(town), _region_of(lead)
    _sent(boss, "insurance", CITY_CODE, at - 9 * DAY, share=0.86, is_public=True, reminded=at - 2 * DAY)
    _sent(town, "allowance", here, at - 4 * DAY, share=0.62, is_public=True)
    _sent(
        lead, "fire", area, at - DAY, share=0.31, is_public=True, audience=("grid_leader", "grid_patroller")
    )
    _sent(boss, "census", CITY_CODE, at - 12 * DAY, share=0.4, withdrawn="改由新的工作方案统一部署")
    _draft(town, "census", here, at)
    Notice.objects.filter(kind="policy", at__lt=at - NOTICES_WITHIN).delete()  # bells hold the last days
    return PolicyNotice.objects.count()


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _region_of(by: Actor) -> str:
    """The code of the place that the unit works for."""
    return str(
        UnitArea.objects.filter(unit=by.unit_id).order_by("pk").values_list("region__code", flat=True)[0]
    )


def _draft(by: Actor, key: str, code: str, at: datetime, **more: object) -> PolicyNotice:
    kind, title, body = TEXTS[key]
    today = local(at).date()
    assert Region.objects.filter(code=code).exists()
    draft = NoticeDraft(
        kind=kind,
        title=title,
        body=body,
        targets=[code],
        valid_from=today,
        valid_to=today + 60 * DAY,
        is_public=bool(more.get("is_public")),
        audience=tuple(more.get("audience") or ()),  # type: ignore[arg-type]  # codes of roles
    )
    return writing.prepare(draft, unit_id=by.unit_id, by=by, at=at)


def _sent(
    by: Actor,
    key: str,
    code: str,
    at: datetime,
    *,
    share: float,
    reminded: datetime | None = None,
    withdrawn: str = "",
    **more: object,
) -> None:
    """Published a while after it was written; a share of its readers has confirmed since, each at a time of day."""
    row = writing.publish(_draft(by, key, code, at, **more).pk, by=by, at=at + timedelta(minutes=40))
    rng = random.Random(f"{SEED}/policy/{key}")
    receipts = list(NoticeReceipt.objects.filter(notice=row).order_by("pk"))
    read = [receipt for receipt in receipts if rng.random() < share]
    for receipt in read:
        receipt.read_at = at + timedelta(minutes=rng.randint(45, 1400))
    NoticeReceipt.objects.bulk_update(read, ["read_at"], batch_size=1000)
    if reminded is not None:
        writing.remind(row.pk, by=by, at=reminded)
    if withdrawn:
        writing.withdraw(row.pk, by=by, at=at + DAY, opinion=withdrawn)
