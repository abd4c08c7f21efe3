"""Disputes as tests need them: bodies and mediators over the small city, cases brought into any state by real verbs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.clock import local
from incidents.models import Notice
from incidents.places import Spot
from mediation import intake
from mediation.drafts import CaseDraft, PartyDraft
from mediation.models import Agreement, MediationBody, MediationCase, Mediator, Obligation, Party
from mediation.transitions import perform
from mediation.transitions.agreeing import AgreementDraft, InstalmentDraft, TermDraft
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast

SINCE = date(2020, 1, 1)
GUIDED = {"way": "court", "guidance": "可自收到告知之日起向文津人民法院起诉，携带身份证明和证据材料"}
APPLICANT = PartyDraft(
    side="applicant",
    name="张三丰",
    phone="13812345678",
    identity_number="110101199003077758",
    address="东苑3号楼502室",
)
RESPONDENT = PartyDraft(side="respondent", name="李四光", phone="13912345678", address="东苑3号楼602室")


def bodies(cast: Cast) -> dict[str, MediationBody]:
    """A body for each level, all with the mediators of the town's committee but the community's."""
    found = {item.level: item for item in MediationBody.objects.all()}
    if found:
        return found
    for code, unit, name in (
        ("990101001001", "W1", "书院社区人民调解委员会"),
        ("990101001000", "M1", "文津街道人民调解委员会"),
        ("990101000000", "D1", "东湖区医疗纠纷调解委员会"),
    ):
        row = MediationBody.objects.create(
            name=name,
            kind="people",
            region=cast.region(code),
            unit=cast.unit(unit),
            seal_name=name,
            court="东湖区人民法院",
            since=SINCE,
        )
        found[row.level] = row
    for body, actor, name in (("town", cast.mediator, "何调"), ("community", cast.grid_leader, "赵格")):
        Mediator.objects.create(body=found[body], user=actor.user, name=name, joined_on=SINCE)
    return found


def named(actor: Actor) -> Mediator:
    return Mediator.objects.get(user=actor.user)


def draft(**changes: Any) -> CaseDraft:
    """A quarrel between two neighbours in the first grid."""
    lon, lat = city.centre(0)
    facts: dict[str, Any] = {
        "facts": "楼上卫生间渗水至楼下客厅顶棚，双方就维修和赔偿协商不成",
        "category": "0401",
        "claims": "修复渗漏并赔偿装修损失",
        "amount": Decimal(6000),
        "spot": Spot(lon=lon, lat=lat, text="东苑小区3号楼"),
        "parties": (APPLICANT, RESPONDENT),
    }
    return CaseDraft(**facts | changes)


def terms(row: MediationCase, at: datetime, *, days: Sequence[int] = (10, 40)) -> AgreementDraft:
    """The neighbour above repairs and pays 6,000 yuan in instalments."""
    today = local(at).date()
    each = Decimal(6000) / len(days)
    paid = [InstalmentDraft(due_on=today + timedelta(days=day), amount=each) for day in days]
    return AgreementDraft(
        facts="2026年10月起楼上渗水",
        dispute="维修责任与赔偿数额",
        responsibility="楼上住户承担主要责任",
        terms=[
            TermDraft(
                obligor=2,
                obligee=1,
                text="赔偿装修损失",
                manner="银行转账",
                amount=Decimal(6000),
                instalments=paid,
            )
        ],
    )


def signed(row: MediationCase, at: datetime) -> Agreement:
    """The agreement that holds, signed and sealed."""
    found = Agreement.objects.get(case=row, replaced_at=None)
    found.parties_signed_at = found.mediator_signed_at = found.sealed_at = at
    found.save()
    return found


class Way:
    """One case on its way through the states, an hour for each deed. `at` is when the last deed was done."""

    def __init__(self, cast: Cast, at: datetime = MONDAY, *, level: str = "town", **changes: Any) -> None:
        self.cast, self.at, self.level = cast, at, level
        self.bodies = bodies(cast)
        self.row = intake.register(draft(**changes), by=cast.community, at=at).row

    @classmethod
    def of(cls, cast: Cast, row: MediationCase) -> "Way":
        """A case that came in otherwise."""
        way = cls.__new__(cls)
        way.cast, way.at, way.level, way.bodies, way.row = cast, row.registered_at, "town", bodies(cast), row
        return way

    @property
    def me(self) -> Actor:
        return self.cast.mediator if self.level == "town" else self.cast.grid_leader

    @property
    def keys(self) -> list[int]:
        return list(Party.objects.filter(case=self.row).order_by("number").values_list("pk", flat=True))

    def do(
        self, verb: str, by: Actor | None = None, *, after: timedelta = HOUR, **data: Any
    ) -> MediationCase:
        self.at += after
        self.row = perform(verb, self.row.pk, by=by or self.me, at=self.at, **data)
        return self.row

    def to(self, state: str) -> "Way":
        """Along the shortest way; each state knows the one before."""
        before = BEFORE[state]
        if before and before != self.row.state:
            self.to(before)
        getattr(self, f"_{state}")()
        assert self.row.state == state
        return self

    def _registered(self) -> None:
        pass

    def _triaged(self) -> None:
        color = self.row.risk_color
        body = self.bodies["town" if self.level == "town" else "community"].pk
        self.do("triage", self.cast.town, level=self.level, body=body, risk_color=color, opinion="")
        self.do("assign", self.cast.town, mediators=[named(self.me).pk], chosen_by="parties")

    def _not_mediable(self) -> None:
        self.do("decline", reason_code="decided", opinion="法院已判决", **GUIDED)

    def _accepted(self) -> None:
        for key in self.keys:
            self.do("consent", party=key, manner="written", after=MINUTE)
        self.do("accept", rights_told=True)

    def _refused(self) -> None:
        self.do("refuse", party=self.keys[1], opinion="明确表示不同意调解", **GUIDED)

    def session(self, **changes: Any) -> MediationCase:
        facts: dict[str, Any] = {
            "session_kind": "mediator",
            "starts_at": self.at + MINUTE,
            "ends_at": self.at + 50 * MINUTE,
            "place": "文津街道调解室",
            "parties": self.keys,
            "others": "社区干部",
            "minutes": "双方陈述事实，调解员讲解民法典相邻关系规定",
            "result": "双方同意再议",
        }
        return self.do("hold_session", **facts | changes)

    def _mediating(self) -> None:
        self.session()

    def _agreed_oral(self) -> None:
        self.do(
            "agree_oral", party=self.keys[1], content="三日内修好渗漏", due_on=local(self.at + 3 * DAY).date()
        )

    def _agreed_written(self) -> None:
        self.do("draft", agreement=terms(self.row, self.at + HOUR))
        signed(self.row, self.at + MINUTE)
        self.do("agree_written")

    def _confirming(self) -> None:
        self.do("apply_confirmation", court="东湖区人民法院", parties=self.keys)

    def _confirmed(self) -> None:
        self.do("confirm", ruling_no="（2026）民特1号", decided_on=local(self.at).date())

    def _confirm_refused(self) -> None:
        self.do(
            "refuse_confirmation",
            ruling_no="（2026）民特2号",
            decided_on=local(self.at).date(),
            opinion="内容不明确",
            **GUIDED,
        )

    def _performing(self) -> None:
        self.do("watch")

    def receipts(self) -> None:
        for item in Obligation.objects.filter(
            term__agreement__case=self.row, term__agreement__replaced_at=None, state="open"
        ).order_by("number"):
            self.do("receipt", obligation=item.pk, amount=item.amount, opinion="转账凭证已核对")

    def _performed(self) -> None:
        self.receipts()
        self.do("complete")

    def _breached(self) -> None:
        self.do("breach", after=20 * DAY, opinion="首期逾期未付", **GUIDED)

    def _failed(self) -> None:
        self.do("fail", reason_code="no_agreement", opinion="双方分歧过大", **GUIDED)

    def call(self, **changes: Any) -> MediationCase:
        facts = {"outcome": "stable", "satisfaction": "5", "opinion": "双方和好"}
        return self.do("call_back", self.cast.community, **facts | changes)

    def _follow_up(self) -> None:
        self.call(after=8 * DAY)

    def _archived(self) -> None:
        self.call(after=23 * DAY)
        self.call(after=60 * DAY)
        self.do("archive", self.cast.town)


BEFORE = {
    "registered": "",
    "triaged": "registered",
    "not_mediable": "triaged",
    "accepted": "triaged",
    "refused": "triaged",
    "mediating": "accepted",
    "agreed_oral": "mediating",
    "agreed_written": "mediating",
    "confirming": "agreed_written",
    "confirmed": "confirming",
    "confirm_refused": "confirming",
    "performing": "agreed_written",
    "performed": "performing",
    "breached": "performing",
    "failed": "mediating",
    "follow_up": "performed",
    "archived": "follow_up",
}


def case(cast: Cast, state: str = "registered", *, at: datetime = MONDAY, **changes: Any) -> MediationCase:
    """A case in that state."""
    return MediationCase.objects.get(pk=Way(cast, at, **changes).to(state).row.pk)


def trace(row: MediationCase) -> dict[str, Any]:
    """Everything that is stored about a case: equal traces mean that nothing was done."""
    names = (
        "steps",
        "clocks",
        "parties",
        "sessions",
        "mediators",
        "agreements",
        "callbacks",
        "reports",
        "visits",
        "pauses",
    )
    rows = {name: list(getattr(row, name).order_by("pk").values("pk")) for name in names}
    consents = list(
        row.parties.order_by("consents__pk").values_list("consents__pk", "consents__superseded_at")
    )
    return {
        "case": MediationCase.objects.filter(pk=row.pk).values().get(),
        "journal": AuditEntry.objects.count(),
        "notices": Notice.objects.count(),
        "consents": consents,
        **rows,
    }
