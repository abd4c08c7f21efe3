"""What the demo city is made of: its seed, its demo accounts and how busy it is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from governance.accounts.roles import Role

SEED: Final = 990100
JOB: Final = "demo"
BASE: Final = "base"
CITY_CODE: Final = "990100000000"
PASSWORD: Final = "yunze-demo-99"  # noqa: S105  # printed at every start: a demo has no secrets
API_CLIENT: Final = "hotline"
API_KEY: Final = "wg_demo-key-of-the-hotline-client"
SANDBOX: Final = "sandbox"
SANDBOX_KEY: Final = "wg_demo-key-of-the-sandbox-client"
SANDBOX_SECRET: Final = "wgs_demo-secret-of-the-sandbox-client"  # noqa: S105  # printed at every start as well
HISTORY: Final = timedelta(days=90)
TICKETS: Final = 20_400
LIFT_AGE: Final = timedelta(days=150)  # since the oldest dispute began
IN_POST_BEFORE: Final = timedelta(days=30)  # people were in post before the history begins


@dataclass(frozen=True)
class Account:
    """A demo account: whom one signs in as and, in a sentence, what he or she does."""

    username: str
    role: Role
    zh: str
    en: str


ACCOUNTS: Final = (
    Account("duty", Role.DUTY_OFFICER, "登记来电、接听、回访", "registers calls, calls back"),
    Account(
        "dispatcher", Role.DISPATCHER, "受理、分类、派遣、结案", "accepts, classifies, dispatches, closes"
    ),
    Account(
        "oversight", Role.OVERSIGHT_OFFICER, "核查、返工、重开、作废", "checks, sends back, reopens, voids"
    ),
    Account("town", Role.TOWN_STAFF, "镇街分中心受理与派遣", "takes in and dispatches for the town"),
    Account(
        "community", Role.COMMUNITY_STAFF, "社区工作站受理与办理", "takes in and handles for the community"
    ),
    Account(
        "gridleader", Role.GRID_LEADER, "带网格队伍,签收、办理、上报", "leads grid teams: signs, handles"
    ),
    Account(
        "patroller", Role.GRID_PATROLLER, "巡查、手机上报、自处置", "patrols, reports by phone, self-handles"
    ),
    Account("supervisor", Role.GRID_SUPERVISOR, "抽查网格办理结果", "spot-checks what grids handled"),
    Account("parttime", Role.PART_TIME_WORKER, "兼职上报", "reports besides another job"),
    Account("police", Role.POLICE_GRID_OFFICER, "网格警务,签收与办理", "police matters of the community"),
    Account("handler", Role.DEPT_HANDLER, "综合执法局经办", "handles for the town enforcement bureau"),
    Account("deptlead", Role.DEPT_LEAD, "综合执法局负责人", "leads the town enforcement bureau"),
    Account("mediator", Role.MEDIATOR, "登记矛盾纠纷", "registers disputes"),
    Account("leader", Role.LEADER, "看全市,只读", "sees the whole city, reads only"),
    Account("auditor", Role.AUDITOR, "查审计日志", "reads the journal"),
    Account("admin", Role.ADMINISTRATOR, "系统后台", "administration pages"),
)
