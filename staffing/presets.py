"""Ready-made staffing templates, dictionaries and duty times, as data to load and then to edit."""

from dataclasses import dataclass
from typing import Final

from governance.accounts.models import OrgUnit
from grids.models import GridPost
from staffing.models import Term

K = GridPost.Kind
U = OrgUnit.Kind


@dataclass(frozen=True, kw_only=True)
class PostPreset:
    """One post of a ready-made template."""

    kind: K
    count: int = 1
    is_required: bool = True
    is_full_time: bool = False
    home_kinds: tuple[U, ...] = ()
    max_per_person: int | None = None


@dataclass(frozen=True, kw_only=True)
class TemplatePreset:
    """A ready-made template."""

    name: str
    name_en: str
    needs_team: bool
    posts: tuple[PostPreset, ...]


LEADER: Final = PostPreset(
    kind=K.GRID_LEADER, home_kinds=(U.WORKSTATION, U.SUB_CENTER, U.GRID_TEAM), max_per_person=6
)
PATROLLER: Final = PostPreset(
    kind=K.GRID_PATROLLER, is_full_time=True, home_kinds=(U.GRID_TEAM, U.WORKSTATION), max_per_person=1
)
SUPERVISOR: Final = PostPreset(
    kind=K.GRID_SUPERVISOR, home_kinds=(U.SUB_CENTER, U.WORKSTATION), max_per_person=30
)
PART_TIMER: Final = PostPreset(kind=K.PART_TIME_WORKER, is_required=False, max_per_person=2)
POLICE: Final = PostPreset(kind=K.POLICE_GRID_OFFICER, home_kinds=(U.POLICE,), max_per_person=60)
ADVISER: Final = PostPreset(kind=K.GRID_ADVISER, max_per_person=30)
MEDIATOR: Final = PostPreset(kind=K.GRID_MEDIATOR, max_per_person=30)
SAFETY: Final = PostPreset(kind=K.GRID_SAFETY_OFFICER, max_per_person=30)

TEMPLATES: Final[dict[str, TemplatePreset]] = {
    "leader_worker_team": TemplatePreset(
        name="一格一长一员一团队",
        name_en="One leader, one worker, one team per grid",
        needs_team=True,
        posts=(LEADER, PATROLLER),
    ),
    "four_plus_n": TemplatePreset(
        name="4+N",
        name_en="Four specialists and more",
        needs_team=True,
        posts=(LEADER, PATROLLER, ADVISER, POLICE, MEDIATOR, SAFETY, PART_TIMER),
    ),
    "four_posts": TemplatePreset(
        name="四岗配备(网格长、巡查员、督导员、兼职网格员)",
        name_en="Four posts: leader, patroller, supervisor, part-time worker",
        needs_team=False,
        posts=(LEADER, PATROLLER, SUPERVISOR, PART_TIMER),
    ),
}

T = Term.Kind
TERMS: Final[tuple[tuple[T, str, str, str], ...]] = (
    (T.SPECIALITY, "patrol", "治安巡防", "Security patrol"),
    (T.SPECIALITY, "mediation", "纠纷调解", "Dispute mediation"),
    (T.SPECIALITY, "culture", "文化休闲", "Culture and leisure"),
    (T.SPECIALITY, "care", "帮扶关爱", "Care and assistance"),
    (T.SPECIALITY, "law", "法律服务", "Legal service"),
    (T.SPECIALITY, "health", "医疗卫生", "Health"),
    (T.SPECIALITY, "environment", "环境整治", "Environment"),
    (T.SPECIALITY, "safety", "安全宣传", "Safety education"),
    (T.SPECIALITY, "general", "综合服务", "General service"),
    (T.IDENTITY, "party_member", "党员", "Party member"),
    (T.IDENTITY, "party_delegate", "党代表", "Party delegate"),
    (T.IDENTITY, "npc_deputy", "人大代表", "People's congress deputy"),
    (T.IDENTITY, "cppcc_member", "政协委员", "Political consultative member"),
    (T.IDENTITY, "old_cadre", "老干部", "Retired official"),
    (T.IDENTITY, "five_elders", "五老人员", "One of the five elders"),
    (T.IDENTITY, "volunteer", "志愿者", "Volunteer"),
    (T.MEMBER_ROLE, "police", "民警", "Police officer"),
    (T.MEMBER_ROLE, "social_worker", "社工", "Social worker"),
    (T.MEMBER_ROLE, "migrant_officer", "流动人口协管员", "Migrant affairs assistant"),
    (T.MEMBER_ROLE, "guard", "巡防队员", "Patrol guard"),
    (T.MEMBER_ROLE, "mediator", "人民调解员", "People's mediator"),
    (T.MEMBER_ROLE, "doctor", "家庭医生", "Family doctor"),
    (T.MEMBER_ROLE, "lawyer", "村(社区)法律顾问", "Legal adviser of the community"),
    (T.MEMBER_ROLE, "property", "物业负责人", "Property manager"),
    (T.EQUIPMENT, "uniform", "工作服装", "Uniform"),
    (T.EQUIPMENT, "badge", "工作证牌", "Badge"),
    (T.EQUIPMENT, "phone", "移动终端", "Mobile terminal"),
    (T.EQUIPMENT, "bag", "工作包", "Work bag"),
    (T.EQUIPMENT, "protection", "个人防护用品", "Protective equipment"),
    (T.EQUIPMENT, "scooter", "巡查电动车", "Patrol scooter"),
    (T.TRAINING, "basics", "岗前培训", "Basics before the first day"),
    (T.TRAINING, "platform", "平台操作", "Using the platform"),
    (T.TRAINING, "information", "信息采集", "Collecting information"),
    (T.TRAINING, "mediation", "矛盾纠纷排查化解", "Finding and resolving disputes"),
    (T.TRAINING, "safety", "安全隐患排查", "Finding hazards"),
)

# kind of unit, from, to, a backup as well
DUTY: Final[tuple[tuple[U, str, str, bool], ...]] = (
    (U.CENTER, "00:00", "00:00", True),
    (U.DISTRICT_CENTER, "00:00", "00:00", False),
    (U.SUB_CENTER, "08:30", "20:30", False),
)
