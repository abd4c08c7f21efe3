"""Handling standards of the most common matters and canned texts of the demo city's units."""

from datetime import datetime
from typing import Final

from governance.accounts.models import OrgUnit
from incidents.models import CannedText, MatterCategory, MatterStandard

# code: when a case is filed, when it may be closed.
STANDARDS: Final = {
    "0101": (
        "公共区域有散落或成堆生活垃圾，面积超过 1 平方米，或已产生异味。",
        "垃圾清运完毕，地面无残留、无渗滤液，附现场照片。",
    ),
    "0102": (
        "道路、绿地或空地堆放建筑垃圾、渣土，无围挡或无许可。",
        "渣土清运或完成覆盖，场地恢复原状；来源能查实的已移交执法。",
    ),
    "0106": ("投放点混投、桶满溢流或分类设施缺损。", "桶位清空、标识齐全，混投点已劝导并登记。"),
    "0107": ("公共设施、墙面张贴或喷涂小广告三处以上。", "清除干净，表面恢复；号码已登记停机线索。"),
    "0201": ("车行道或人行道井盖缺失、破损、下沉或异响。", "先行围挡并设警示；更换或修复到位，与路面平顺。"),
    "0202": ("路面坑洞深 3 厘米以上，或影响通行安全的破损。", "按原结构修补，接缝平顺，开放交通。"),
    "0203": ("路灯不亮、灯杆倾斜或线缆外露。", "恢复照明或排除隐患；大面积停电的附恢复时间说明。"),
    "0204": ("雨污水外溢、积水影响通行或进户。", "管道疏通，积水排净，地面冲洗；需改造的附计划。"),
    "0206": ("闻到燃气异味、设施泄漏或被占压。", "检测浓度为零，隐患消除；占压的已下达整改并复查。"),
    "0301": ("占用道路、人行道摆摊或堆物，影响通行。", "摊点撤离、物品清走，一小时内复看无反复。"),
    "0302": ("商铺超出门窗经营或堆放货物。", "物品收回店内，经营者签收劝导单。"),
    "0309": ("社会生活噪声扰民，两户以上反映或夜间发生。", "现场制止，检测或记录在案，反映人知悉结果。"),
}
BASIS: Final = "本市网格事项处置规范"
# title, text, step ("" for every one)
OF_CENTRE: Final = (
    ("已核实受理", "经电话核实，反映属实，予以受理。", "accept"),
    ("补充地点", "反映位置不明确，已联系反映人补充具体门牌和参照物。", ""),
    ("按责派遣", "按权责清单和派遣规则，由贵单位主办，请在时限内签收办理。", "dispatch"),
    ("核查通过", "经现场照片比对，问题已解决，符合结案条件。", "check"),
    ("请补照片", "处置后照片未显示同一位置，请补传后重新反馈。", "rework"),
)
OF_DEPARTMENTS: Final = (
    ("已整改完毕", "已派员到现场处置完毕，恢复原状，附处置前后照片。", "feedback"),
    ("正在办理", "已安排人员到场，因需协调施工，预计明日办结。", ""),
    ("非本单位职责", "经现场核实，设施产权不属本单位，依据权责清单申请退回。", "ask_return"),
    ("申请延期", "所需材料需定制，已做临时防护，申请延期办理。", "ask_extension"),
)


def build_wording(*, at: datetime, since: datetime) -> int:
    """Write standards valid from `since` and the texts of units; how many of both."""
    known = set(MatterCategory.objects.filter(code__in=STANDARDS).values_list("code", flat=True))
    standards = [
        MatterStandard(
            category_code=code,
            version=1,
            filing=filing,
            closing=closing,
            basis=BASIS,
            valid_from=since,
            created_at=at,
        )
        for code, (filing, closing) in STANDARDS.items()
        if code in known
    ]
    MatterStandard.objects.bulk_create(standards)
    texts = []
    for unit in OrgUnit.objects.filter(kind__in=["center", "department"]).order_by("pk"):
        for position, (title, text, verb) in enumerate(
            OF_CENTRE if unit.kind == "center" else OF_DEPARTMENTS, start=1
        ):
            texts.append(
                CannedText(unit=unit, title=title, text=text, verb=verb, position=position, changed_at=at)
            )
    CannedText.objects.bulk_create(texts)
    return len(standards) + len(texts)
