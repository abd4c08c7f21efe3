"""The knowledge base of the demo city: entries and questions of residents in most states, by the real verbs."""

import random
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import OrgUnit, User
from governance.command.demo.plan import CITY_CODE, SEED
from governance.foundation.clock import local
from grids.models import UnitArea
from incidents.models import Notice
from knowledge import answering, asking, writing
from knowledge.models import AskingDay, KnowledgeEntry, Question
from knowledge.writing import EntryDraft

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)

ENTRIES: Final = (
    (
        "MZ",
        "1602",
        "八十岁以上老人的高龄津贴怎么申请",
        ("老人补贴在哪领", "父母年纪大了有没有补助", "高龄补贴多少钱"),
        "年满八十周岁的本市户籍老人可以申请。\n\n带身份证、户口簿和本人银行卡到所在社区，行动不便的由网格员上门代办。次月起按月发放。",
    ),
    (
        "MZ",
        "1602",
        "低保怎么申请，要什么条件",
        ("家里困难能不能吃低保", "最低生活保障"),
        "共同生活的家庭成员人均收入低于本市低保标准、家庭财产符合规定的，可向户籍所在镇街提出。\n\n由镇街入户核实、公示，三十个工作日内办结。",
    ),
    (
        "GA",
        "1602",
        "居住证如何办理",
        ("外地人办暂住证", "租房办居住证", "居住证要什么材料"),
        "在本市居住满半年，有稳定住所、就业或者就读情形之一的可以申领。\n\n带身份证、租房合同或单位证明到辖区派出所，也可以在镇街便民中心代收，十五日内发证。",
    ),
    (
        "GA",
        "1602",
        "身份证丢了怎么补办",
        ("身份证不见了", "补身份证"),
        "本人带户口簿到任一派出所户籍窗口，现场照相采集指纹。二十个工作日内领取，急用可同时办理临时身份证。",
    ),
    (
        "YB",
        "1601",
        "城乡居民医保什么时候缴费",
        ("医保怎么交", "新农合缴费时间", "忘了交医保怎么办"),
        "集中缴费期到十二月二十五日。逾期参保要等待三个月才能报销。\n\n可在手机上缴纳，也可以到社区由工作人员协助。特困、低保对象由财政资助，不用先缴后退。",
    ),
    (
        "YB",
        "1601",
        "异地就医怎么备案",
        ("在外地看病能报销吗", "外省住院报销"),
        "出行前在手机上或到镇街便民中心备案，选择就医城市即可，当天生效。急诊抢救的视同备案。",
    ),
    (
        "RS",
        "1602",
        "灵活就业人员怎么交社保",
        ("自己交养老保险", "没有单位怎么参保"),
        "带身份证到镇街便民中心或人社窗口登记，也可以线上办理。养老、医疗可以选择缴费档次，每月二十日前扣款。",
    ),
    (
        "RS",
        "1601",
        "老板拖欠工资找谁",
        ("欠薪投诉", "工地不发工资", "讨薪"),
        "先到镇街综治中心或劳动保障监察窗口登记，带上考勤、聊天记录、转账记录等证据。\n\n劳动监察立案后六十个工作日内处理；也可以先行调解，达成协议可申请司法确认。",
    ),
    (
        "SF",
        "1601",
        "邻居漏水不肯赔，怎么调解",
        ("楼上漏水", "邻里纠纷找谁调解", "调解要不要钱"),
        "可以向社区人民调解委员会申请，不收费用。双方同意后由调解员组织，达成书面协议的，三十日内可以共同申请司法确认。",
    ),
    (
        "SF",
        "1602",
        "法律援助怎么申请",
        ("没钱请律师", "免费律师"),
        "经济困难的公民请求赡养费、抚养费、劳动报酬、工伤赔偿等，可以申请。带身份证和经济困难说明到镇街公共法律服务站。",
    ),
    (
        "CG",
        "1601",
        "楼下烧烤店油烟扰民由谁管",
        ("油烟投诉", "饭店油烟"),
        "由综合执法部门负责。请说明店名、地址和油烟最大的时段，可拍照后向社区或热线反映，三个工作日内现场核查。",
    ),
    (
        "CG",
        "1601",
        "临时占道摆摊允许吗",
        ("摆摊在哪里可以", "夜市摊位"),
        "在划定的便民疏导点、限定的时段可以，须向镇街登记。主干道、学校门口和消防通道不得占用。",
    ),
    (
        "ZJ",
        "1601",
        "老旧小区加装电梯怎么申请",
        ("装电梯要多少户同意", "加装电梯补贴"),
        "以单元为单位，专有部分面积占比三分之二以上且人数占比三分之二以上的业主参与表决，并取得参与表决四分之三以上同意。\n\n由社区协助起草协议、公示，住建部门联合审查。有异议的先由社区组织协调会。",
    ),
    (
        "ZJ",
        "1601",
        "物业费太高、服务差找谁反映",
        ("物业不作为", "物业投诉", "要换物业"),
        "先向业主委员会反映；没有成立业委会的由社区召集。社区和住建部门可以约谈物业，涉及收费的由市场监管部门查处。",
    ),
    (
        "XF",
        "1601",
        "电动自行车能不能在楼道充电",
        ("电动车进电梯", "飞线充电", "楼道停电动车"),
        "不能。楼道、门厅、安全出口禁止停放和充电，也不得从窗口拉线。请使用小区充电棚；没有充电棚的向社区登记，统一申请安装。",
    ),
    (
        "GD",
        "1601",
        "家里突然停电怎么办",
        ("停电了", "跳闸"),
        "先看邻居是否有电。只有自家停电的，检查总开关和电费余额；整楼停电的拨打供电服务电话，抢修人员一般四十五分钟内到达。",
    ),
    (
        "GS",
        "1601",
        "水压低、水质发黄怎么处理",
        ("自来水发黄", "没水了", "水太小"),
        "打开水龙头放水两分钟再看。仍不正常的拨打供水电话，由抢修班上门检测；整栋都有问题的，多为二次供水设施，由物业配合处理。",
    ),
    (
        "JY",
        "1602",
        "外来务工子女怎么报名上小学",
        ("随迁子女入学", "孩子上学要什么材料", "小学报名"),
        "每年五月集中登记。带户口簿、居住证、租房或购房证明、务工证明，在居住地所属学区学校或线上报名，统筹安排到公办学校。",
    ),
    (
        "CMD",
        "1602",
        "怎么知道自己属于哪个网格、网格员是谁",
        ("网格员电话", "找网格员", "我家是哪个网格"),
        "楼道门口的公示牌上有网格编号、网格员姓名和联系方式，也可以向社区工作站查询。",
    ),
    (
        "CMD",
        "1601",
        "反映的问题多久有答复",
        ("投诉多久处理", "诉求办理时限", "多久能回复"),
        "一般四个工作时内受理。咨询一个工作日，求助、投诉五个工作日，情况复杂的会说明理由并告知延长期限。凭编号和手机后四位可以查询进度。",
    ),
)
DRAFT: Final = (
    "WJ",
    "1602",
    "签约家庭医生有什么好处",
    ("家庭医生怎么签",),
    "由社区卫生服务中心签约，免费建立健康档案，慢性病可开长期处方。",
)
OLD: Final = (
    "YB",
    "1601",
    "医保卡怎么激活",
    ("社保卡激活",),
    "带身份证到镇街便民中心激活。",
)
LOCAL: Final = (
    "CMD",
    "1602",
    "本街道便民中心周末上班吗",
    ("周六能办事吗", "便民服务中心几点开门"),
    "周六上午九点到十二点开放社保、医保和居住证窗口，周日不开放。",
)
QUESTIONS: Final = (
    ("孩子的疫苗本丢了，在哪里可以补？", "林女士", "13899010001", 5 * HOUR, ""),
    ("想在小区里开个小饭桌，要办什么证？", "", "13899010002", 21 * HOUR, ""),
    ("租的房子房东不给退押金，你们能不能管？", "周先生", "13899010003", 27 * HOUR, ""),
    (
        "残疾证换新的要重新评定吗？",
        "何女士",
        "13899010004",
        3 * DAY,
        "一般需要重新评定，带旧证和两张照片到镇街残联窗口。",
    ),
    (
        "宠物狗怎么办证？",
        "",
        "13899010005",
        5 * DAY,
        "带身份证、居住证明和免疫证明到辖区派出所办理，每户限养一只。",
    ),
    ("我们楼道里的声控灯坏了半个月了", "吴师傅", "13899010006", 9 * HOUR, ""),
    ("贷款秒到账加微信", "", "13899010007", DAY, "drop"),
)


def build_knowledge(*, at: datetime) -> int:
    """Entries that answer, one that is due for review, drafts; questions that wait, are late, have been answered."""
    duty, boss, town = (_account(name) for name in ("duty", "oversight", "town"))
    rng = random.Random(f"{SEED}/knowledge")
    for number, facts in enumerate(ENTRIES):
        row = _written(facts, CITY_CODE, duty, at - (60 - 2 * number) * DAY)
        writing.publish(row.pk, by=boss, at=at - (58 - 2 * number) * DAY)
        helped = rng.randint(20, 190)
        KnowledgeEntry.objects.filter(pk=row.pk).update(helped=helped, failed=helped // rng.randint(6, 14))
    _reviewable(duty, boss, at)
    place = str(
        UnitArea.objects.filter(unit=town.unit_id).order_by("pk").values_list("region__code", flat=True)[0]
    )
    row = _written(LOCAL, place, duty, at - 6 * DAY)
    writing.publish(row.pk, by=town, at=at - 5 * DAY)
    _written(DRAFT, CITY_CODE, duty, at - 5 * HOUR)
    for asked in QUESTIONS:
        _asked(*asked, duty=duty, at=at)
    _days(rng, at)
    Notice.objects.filter(key__regex="^(question|knowledge):", at__lt=at - 2 * DAY).delete()
    return KnowledgeEntry.objects.count()


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _written(
    facts: tuple[str, str, str, tuple[str, ...], str], place: str, by: Actor, at: datetime, days: int = 365
) -> KnowledgeEntry:
    code, category, question, phrases, answer = facts
    unit = OrgUnit.objects.filter(code=code).first() or by.user.unit  # type: ignore[union-attr]  # a person
    draft = EntryDraft(
        question=question,
        answer=answer,
        phrases=phrases,
        category=category,
        place=place,
        unit_id=unit.pk if unit is not None else None,
        review_on=local(at).date() + timedelta(days=days),
    )
    return writing.prepare(draft, by=by, at=at)


def _reviewable(duty: Actor, boss: Actor, at: datetime) -> None:
    row = _written(OLD, CITY_CODE, duty, at - 95 * DAY, 90)
    writing.publish(row.pk, by=boss, at=at - 94 * DAY)
    KnowledgeEntry.objects.filter(pk=row.pk).update(told_review_on=F("review_on"), helped=64, failed=31)


def _asked(
    words: str, name: str, phone: str, ago: timedelta, outcome: str, *, duty: Actor, at: datetime
) -> Question:
    start = at - ago
    draft = asking.QuestionDraft(key=f"demo:{phone}", words=words, name=name, phone=phone)
    row = asking.ask_person(draft, by=SYSTEM_ACTOR, address="", at=start).question
    if outcome == "drop":
        return answering.drop(row.pk, by=duty, at=start + HOUR, opinion="广告信息")
    if outcome:
        return answering.answer(row.pk, by=duty, at=start + 4 * HOUR, answer=outcome)
    return row


def _days(rng: random.Random, at: datetime) -> None:
    """What the public page has counted in thirty days."""
    AskingDay.objects.all().delete()
    rows = []
    for ago in range(30):
        asked = rng.randint(24, 70)
        shown = asked * rng.randint(78, 92) // 100
        helped = shown * rng.randint(55, 70) // 100
        failed = helped * rng.randint(8, 16) // 100
        day = (local(at) - ago * DAY).date()
        rows.append(
            AskingDay(day=day, asked=asked, shown=shown, helped=helped, failed=failed, handed=failed // 2)
        )
    AskingDay.objects.bulk_create(rows)
