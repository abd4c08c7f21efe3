"""The departments and utilities of the demo city: which line stands at which tiers, and what it is called."""

from dataclasses import dataclass
from typing import Final

from governance.accounts.models import OrgUnit, Tier

Kind = OrgUnit.Kind
CITY: Final = (Tier.CITY,)
BOTH: Final = (Tier.CITY, Tier.DISTRICT)


@dataclass(frozen=True)
class Line:
    """A department line; names go without the place, which is put before them."""

    code: str
    name: str
    name_en: str
    tiers: tuple[Tier, ...] = CITY
    kind: OrgUnit.Kind = Kind.DEPARTMENT
    calendar: str = "office"


LINES: Final = (
    Line("ZFW", "委政法委(社会治理办)", "Political and Legal Committee", BOTH),
    Line("GA", "公安局", "Public Security Bureau", BOTH, Kind.POLICE, "always"),
    Line("JJ", "公安交通警察支队", "Traffic Police", BOTH, Kind.POLICE, "always"),
    Line("SF", "司法局", "Justice Bureau", BOTH),
    Line("MZ", "民政局", "Civil Affairs Bureau", BOTH),
    Line("ZJ", "住房和城乡建设局", "Housing and Construction Bureau", BOTH),
    Line("CG", "城市管理局(综合行政执法局)", "City Management and Enforcement Bureau", BOTH),
    Line("YJ", "应急管理局", "Emergency Management Bureau", BOTH, calendar="always"),
    Line("XF", "消防救援支队", "Fire and Rescue", BOTH, calendar="always"),
    Line("SCJG", "市场监督管理局", "Market Supervision Bureau", BOTH),
    Line("STHJ", "生态环境局", "Ecology and Environment Bureau", BOTH),
    Line("RS", "人力资源和社会保障局", "Human Resources and Social Security Bureau", BOTH),
    Line("JT", "交通运输局", "Transport Bureau"),
    Line("WJ", "卫生健康委员会", "Health Commission", BOTH),
    Line("JY", "教育局", "Education Bureau", BOTH),
    Line("ZRZY", "自然资源和规划局", "Natural Resources and Planning Bureau", BOTH),
    Line("SW", "水务局", "Water Bureau", BOTH),
    Line("NYNC", "农业农村局", "Agriculture and Rural Affairs Bureau", BOTH),
    Line("WL", "文化广电旅游体育局", "Culture, Tourism and Sport Bureau"),
    Line("TYJR", "退役军人事务局", "Veterans Affairs Bureau"),
    Line("CL", "残疾人联合会", "Disabled Persons' Federation"),
    Line("FL", "妇女联合会", "Women's Federation"),
    Line("GH", "总工会", "Federation of Trade Unions"),
    Line("TW", "共青团委员会", "Youth League Committee"),
    Line("XFJ", "信访局", "Petition Bureau", BOTH),
    Line("ZWFW", "政务服务和数据管理局", "Government Service and Data Bureau"),
    Line("FY", "人民法院", "People's Court"),
    Line("YB", "医疗保障局", "Medical Insurance Bureau"),
    Line("JRB", "地方金融管理局", "Local Finance Bureau"),
    Line("QX", "气象局", "Meteorological Bureau", calendar="always"),
    Line("WX", "委网络安全和信息化办公室", "Cyberspace Office"),
    Line("XC", "委宣传部", "Publicity Department"),
    Line("SGB", "委社会工作部", "Social Work Department"),
    Line("FGW", "发展和改革委员会", "Development and Reform Commission"),
    Line("SWJ", "商务局", "Commerce Bureau"),
    Line("JW", "纪律检查委员会监察委员会", "Discipline Inspection Commission"),
    Line("SWSJ", "税务局", "Tax Bureau"),
    Line("ZZB", "委组织部", "Organisation Department"),
    Line("YZ", "邮政管理局", "Postal Bureau"),
    Line("GD", "供电公司", "Power Supply Company", CITY, Kind.UTILITY, "always"),
    Line("GS", "供水集团", "Water Supply Group", CITY, Kind.UTILITY, "always"),
    Line("RQ", "燃气集团", "Gas Group", CITY, Kind.UTILITY, "always"),
    Line("RL", "热力公司", "Heating Company", CITY, Kind.UTILITY, "always"),
    Line("TX", "通信管理办公室", "Telecommunication Office", CITY, Kind.UTILITY, "always"),
)


@dataclass(frozen=True)
class TownOffice:
    """An office that every town has beside its sub-centre."""

    line: str
    suffix: str
    suffix_en: str
    kind: OrgUnit.Kind
    calendar: str = "office"


TOWN_OFFICES: Final = (
    TownOffice("CG", "综合行政执法局", "Enforcement Bureau", Kind.TOWN_ENFORCEMENT),
    TownOffice("GA", "派出所", "Police Station", Kind.POLICE, "always"),
    TownOffice("SCJG", "市场监督管理所", "Market Supervision Office", Kind.DEPARTMENT),
    TownOffice("SF", "司法所", "Justice Office", Kind.DEPARTMENT),
    TownOffice("", "人民调解委员会", "People's Mediation Committee", Kind.MEDIATION_ORGANIZATION),
)
