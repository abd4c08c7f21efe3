"""Duty lists, access applications and delegated powers of the demo city, written before its history: what is given to
grids and communities in those ninety days is given under them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import OrgUnit, Tier, User
from governance.accounts.roles import Role
from governance.command.demo.plan import CITY_CODE
from governance.foundation.clock import local
from grids.models import Region
from incidents import directing, directory
from incidents.directing import RuleDraft
from incidents.models import MatterCategory
from mandates import applications, powers, standing
from mandates.applications import AccessDraft
from mandates.editions import ListFacts, publish
from mandates.models import ItemClass
from mandates.powers import PowerDraft
from mandates.sheets import Row

DAY = timedelta(days=1)
TAKEN_BACK = frozenset({"0601", "0801"})
"""Matters of the grid level that the second edition takes back: they need powers that a grid does not have."""
GRID, COMMUNITY, TOWN = Tier.GRID.value, Tier.COMMUNITY.value, Tier.TOWN.value
BASIS = "《市级部门与镇街、村（社区）职责清单》"
FINDINGS = {
    "legal_finding": "依据明确，属部门法定职责的延伸服务。",
    "money_finding": "经费由申请部门列支，按件拨付到社区。",
    "training_finding": "培训教材与课时已报中心备案。",
    "level_finding": "限于告知、登记和劝导，不涉及执法，网格可以承担。",
}


@dataclass(frozen=True)
class Wish:
    """An application as it shall stand: asked so many days ago, for days from..until counted from today."""

    title: str
    code: str
    line: str
    state: str
    asked: int
    first: int
    last: int
    level: str = GRID


WISHES = (
    Wish("反诈预警入户提醒", "1603", "GA", "in_force", 45, -30, 150),
    Wish("居民医保集中参保提醒", "1610", "YB", "in_force", 60, -40, 50),
    Wish("冬季燃气使用安全告知", "0605", "ZJ", "approved", 12, 7, 120),
    Wish("独居老人冬季取暖走访", "1301", "MZ", "reviewed", 9, 5, 100),
    Wish("企业欠薪隐患摸底", "1101", "RS", "submitted", 4, 10, 70),
    Wish("商铺店招牌匾登记", "0108", "CG", "draft", 2, 15, 200),
    Wish("道路停车收费协助巡查", "1207", "SCJG", "refused", 30, -5, 180),
    Wish("夏季河道防溺水巡查", "0710", "SW", "expired", 80, -70, -10),
    Wish("小区装修情况统计", "0304", "ZJ", "withdrawn", 25, -10, 80, COMMUNITY),
)


def build_mandates(*, at: datetime, since: date) -> int:
    """Write lists, applications and powers; returns how many items the lists hold."""
    city = Region.objects.get(code=CITY_CODE)
    matters = list(MatterCategory.objects.filter(level=2).order_by("code"))
    items = 0
    for code, level, title in (
        ("WGSX", GRID, "网格服务事项清单"),
        ("SQSX", COMMUNITY, "村（社区）履职事项清单"),
        ("ZJSX", TOWN, "镇街履职事项清单"),
    ):
        rows = _rows(matters, level)
        facts = ListFacts(
            code=code,
            title=title,
            kind="service" if level == GRID else "power",
            level=level,
            region=city,
            valid_from=since,
            note="首版，依据事项目录梳理。",
        )
        publish(facts, rows, by=SYSTEM_ACTOR, at=at)
        items += len(rows)
    items += _second_edition(matters, city, at)
    _apply(city, at)
    _delegate(at)
    _direct(at)
    standing.forget()
    directory.forget()
    return items


def _rows(
    matters: Sequence[MatterCategory], level: str, taken_back: frozenset[str] = frozenset()
) -> list[Row]:
    found: list[Row] = []
    for matter in matters:
        kind: ItemClass | None = (
            ItemClass.TAKEN_BACK if matter.code in taken_back else _class_at(matter, level)
        )
        if kind is None:
            continue
        found.append(
            Row(
                number=len(found) + 1,
                item_class=kind,
                subject=matter.name,
                matter_code=matter.code,
                lead_line=matter.lead_line,
                support_lines=tuple(matter.support_lines),
                content=WORK[kind] % matter.name,
                legal_basis=BASIS,
            )
        )
    return found


WORK = {
    ItemClass.BASIC: "发现、劝导、处置并反馈%s问题",
    ItemClass.COOPERATING: "配合主管部门处置%s，做好现场告知与秩序维护",
    ItemClass.TAKEN_BACK: "%s由主管部门直接办理，仅作发现上报",
}


def _class_at(matter: MatterCategory, level: str) -> ItemClass | None:
    """Basic at the matter's own level; cooperating where the catalogue says that the level helps."""
    if matter.min_level == level:
        return ItemClass.BASIC
    helper = {COMMUNITY: "COMM", TOWN: "TOWN"}.get(level)
    if helper in matter.support_lines or (helper and helper == matter.lead_line):
        return ItemClass.COOPERATING
    return None


def _second_edition(matters: Sequence[MatterCategory], city: Region, at: datetime) -> int:
    """The grids' list, two matters taken back a month ago."""
    rows = _rows(matters, GRID, TAKEN_BACK)
    facts = ListFacts(
        code="WGSX",
        title="网格服务事项清单",
        kind="service",
        level=GRID,
        region=city,
        valid_from=local(at - 30 * DAY).date(),
        note="两项涉及执法权的事项由主管部门收回。",
    )
    publish(facts, rows, by=SYSTEM_ACTOR, at=at - 35 * DAY)
    return len(rows)


def _apply(city: Region, at: datetime) -> None:
    reviewer, leader = _somebody(Role.OVERSIGHT_OFFICER, "oversight"), _somebody(Role.LEADER, "leader")
    today = local(at).date()
    for wish in WISHES:
        lead = _lead_of(wish.line)
        if lead is None:
            continue
        moment = at - wish.asked * DAY
        draft = AccessDraft(
            title=wish.title,
            matter_code=wish.code,
            level=wish.level,
            region=city,
            starts_on=today + wish.first * DAY,
            ends_on=today + wish.last * DAY,
            content=f"{wish.title}：由网格员结合日常走访开展，每月不超过一次，不设台账。",
            legal_basis="主管部门年度工作要点及相关法规",
            money="由申请部门专项经费列支",
            training="上岗前集中培训两学时，发放口袋书",
        )
        _bring(draft, wish.state, lead, reviewer, leader, moment)
    applications.follow_dates(at=at)


def _bring(
    draft: AccessDraft, state: str, lead: Actor, reviewer: Actor, leader: Actor, moment: datetime
) -> None:
    """The verbs that lead to the state, a day for each; dates do the rest."""
    assert lead.unit_id is not None
    row = applications.prepare(draft, unit_id=lead.unit_id, by=lead, at=moment)
    if state == "draft":
        return
    applications.perform("submit", row.pk, by=lead, at=moment + DAY, opinion="请予审核")
    if state == "submitted":
        return
    if state == "withdrawn":
        applications.perform("withdraw", row.pk, by=lead, at=moment + 2 * DAY, opinion="改由部门自行统计")
        return
    applications.perform("review", row.pk, by=reviewer, at=moment + 2 * DAY, findings=FINDINGS)
    if state == "reviewed":
        return
    if state == "refused":
        words = "收费管理属部门职责，不得转由网格承担。"
        applications.perform("refuse", row.pk, by=leader, at=moment + 3 * DAY, opinion=words)
        return
    applications.perform("approve", row.pk, by=leader, at=moment + 3 * DAY, opinion="同意，到期重新申请")


def _delegate(at: datetime) -> None:
    """Two powers handed down to some towns, one that waits."""
    leader, proposer = _somebody(Role.LEADER, "leader"), _somebody(Role.OVERSIGHT_OFFICER, "oversight")
    towns = list(Region.objects.filter(level="town", valid_to=None).order_by("path"))
    today = local(at).date()
    for title, code, line, count, is_approved in (
        ("占用城市道路的行政处罚", "0202", "CG", 4, True),
        ("渣土车撒漏的行政处罚", "0307", "CG", 6, True),
        ("违规停车收费的行政处罚", "1207", "SCJG", 3, False),
    ):
        draft = PowerDraft(
            title=title,
            matter_code=code,
            from_line=line,
            towns=towns[:count],
            legal_basis="《首批下放镇街综合执法事项目录》",
            starts_on=today - 20 * DAY,
        )
        row = powers.propose(draft, by=proposer, at=at - 25 * DAY)
        if is_approved:
            powers.perform("approve", row.pk, by=leader, at=at - 22 * DAY, opinion="同意下放，先行试点")


def _direct(at: datetime) -> None:
    """Rules of the dispatch directory since last week, the last one switched off."""
    by = _somebody(Role.DISPATCHER, "dispatcher")
    begun = at - 7 * DAY
    facts: dict[str, Any] = {"starts_on": local(begun).date(), "line": "CG", "tier": TOWN}
    evening = {"time_from": time(18), "time_to": time(23, 30), "weekdays": (5, 6, 7)}
    night = RuleDraft(
        **facts | evening,
        name="周末夜间烧烤占道由镇街综合执法先行处置",
        category_prefix="0301",
        keywords=("烧烤", "夜市", "大排档"),
        reason="夜间联合执法工作方案",
    )
    hotline = RuleDraft(
        **facts,
        name="热线反映的店外经营由镇街综合执法办理",
        category_prefix="0302",
        sources=("hotline",),
        reason="退单裁定：网格多次反映无执法权",
    )
    posters = RuleDraft(**facts, name="小广告专项整治", category_prefix="0107", reason="专项行动期间集中清理")
    for draft in (night, hotline):
        directing.save(draft, by=by, at=begun)
    off = directing.save(posters, by=by, at=begun)
    directing.switch(off.lineage, is_active=False, by=by, at=begun)


def _somebody(role: Role, username: str) -> Actor:
    """The demo account of a role of the centre."""
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id, role=role)


def _lead_of(line: str) -> Actor | None:
    """The head of the highest unit of a department line, if it has one."""
    units = list(OrgUnit.objects.filter(line=line, is_active=True).order_by("tier", "code"))
    units.sort(key=lambda unit: (unit.tier != Tier.CITY, unit.tier != Tier.DISTRICT, unit.code))
    for unit in units:
        user = User.objects.filter(unit=unit, appointments__role=Role.DEPT_LEAD).order_by("pk").first()
        if user is not None:
            return Actor(user=user, unit_id=unit.pk)
    return None
