"""One dispute of the demo city on its way through the states, by the real verbs, at hours at which people work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from governance.accounts.actors import Actor
from governance.command.demo.mediation_words import GUIDED, MATTERS, NAMES, OTHERS, WAYS, Matter
from governance.foundation.clock import local
from grids.models import Grid
from incidents.places import Spot
from mediation import intake
from mediation.documents import signing
from mediation.drafts import CaseDraft, PartyDraft
from mediation.models import MediationBody, MediationCase, Mediator, Obligation, SealKeeper
from mediation.transitions import perform
from mediation.transitions.agreeing import AgreementDraft, InstalmentDraft, TermDraft

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OPENS: Final = 9


def at_work(at: datetime, turn: int = 0) -> datetime:
    """A working hour of that day or, where that would be later, of the day before."""
    found = local(at).replace(hour=OPENS + turn % 3, minute=turn * 7 % 60, second=0, microsecond=0)
    return found if found <= at else found - DAY


class Place(NamedTuple):
    """Who works where the disputes are: `sorter` at the window, `town` closes the volumes, `clerk` calls back."""

    town: Actor
    sorter: Actor
    clerk: Actor
    patroller: Actor
    mediator: Actor
    body: MediationBody
    grids: Sequence[Grid]


@dataclass
class Way:
    """One case, some hours for each deed."""

    place: Place
    number: int
    at: datetime
    row: MediationCase | None = None
    own: Matter | None = None

    @property
    def matter(self) -> Matter:
        return self.own or MATTERS[self.number % len(MATTERS)]

    def do(self, verb: str, by: Actor | None = None, *, hours: float = 1, **data: Any) -> None:
        self.at += hours * HOUR
        assert self.row is not None
        self.row = perform(verb, self.row.pk, by=by or self.place.mediator, at=self.at, **data)

    @property
    def keys(self) -> list[int]:
        assert self.row is not None
        return list(self.row.parties.order_by("number").values_list("pk", flat=True))

    def to(self, state: str) -> None:
        if WAYS[state]:
            self.to(WAYS[state])
        getattr(self, f"_{state}")()

    def _registered(self) -> None:
        self.register(by=self.place.clerk)

    def register(self, *, by: Actor, origin: str = "by_hand", level: str = "community") -> None:
        matter = self.matter
        grid = self.place.grids[self.number % len(self.place.grids)]
        one, other = NAMES[self.number % len(NAMES)], OTHERS[self.number % len(OTHERS)]
        draft = CaseDraft(
            facts=matter.facts,
            title=matter.title,
            category=matter.category,
            origin=origin,
            claims=matter.claims,
            amount=Decimal(matter.amount) if matter.amount else None,
            level=level,
            spot=Spot(region_code=grid.code, text=f"{grid.community.name}{self.number % 9 + 1}号楼"),
            parties=[
                PartyDraft(side="applicant", name=one, phone=f"1381{self.number:07d}"),
                PartyDraft(side="respondent", name=other, phone=f"1392{self.number:07d}"),
            ],
        )
        self.row = intake.register(draft, by=by, at=self.at).row

    def sort(self, level: str = "") -> None:
        """To the committee of the place, to its mediator."""
        assert self.row is not None
        body, sorter = self.place.body, self.place.sorter
        facts: dict[str, Any] = {"level": level or body.level, "body": body.pk}
        self.do("triage", sorter, hours=0.5, risk_color=self.row.risk_color, **facts)
        self.name()

    def name(self) -> None:
        """Its mediator is named."""
        mediator = Mediator.objects.get(body=self.place.body, user=self.place.mediator.user).pk
        self.do("assign", self.place.sorter, hours=0.2, mediators=[mediator], chosen_by="body")

    def _triaged(self) -> None:
        self.sort()

    def _not_mediable(self) -> None:
        self.do("decline", reason_code="decided", opinion="人民法院已就同一事项作出生效判决", **GUIDED)

    def _refused(self) -> None:
        self.do("refuse", party=self.keys[1], opinion="被申请人书面表示不接受调解", **GUIDED)

    def consented(self) -> None:
        """Every party agrees in writing; accepted."""
        for key in self.keys:
            self.do("consent", hours=0.3, party=key, manner="written")
        self.do("accept", hours=0.5, rights_told=True)

    def _accepted(self) -> None:
        self.consented()

    def _mediating(self) -> None:
        self.meet(
            "mediator", "调解员听取双方陈述，查看现场照片和票据，讲解相关法律规定", "双方同意补充材料后再议"
        )

    def meet(
        self,
        kind: str,
        minutes: str,
        result: str,
        *,
        hours: float = 6,
        others: str = "社区干部",
        place: str = "",
    ) -> None:
        start = self.at + (hours - 2) * HOUR
        self.do(
            "hold_session",
            hours=hours,
            session_kind=kind,
            starts_at=start,
            ends_at=start + 1.5 * HOUR,
            place=place or f"{self.place.body.region.name}综治中心第一调解室",
            parties=self.keys,
            others=others,
            minutes=minutes,
            result=result,
        )

    def _failed(self) -> None:
        self.do("fail", reason_code="no_agreement", opinion="双方对责任比例分歧过大", **GUIDED)

    def _agreed_oral(self) -> None:
        self.agree_orally(7)

    def agree_orally(self, days: int) -> None:
        """By word, performed at once or within days."""
        due = local(self.at + HOUR).date() + days * DAY
        facts: dict[str, Any] = {"at_once": True} if not days else {"due_on": due}
        self.do("agree_oral", party=self.keys[1], content=self.matter.promise, **facts)

    def agree(self, terms: Sequence[TermDraft], **facts: Any) -> None:
        """Drafted, signed by everybody's own hand, sealed, in effect."""
        assert self.row is not None
        self.at += HOUR
        draft = AgreementDraft(facts=self.row.facts, copies=len(self.keys) + 1, terms=terms, **facts)
        self.row = perform("draft", self.row.pk, by=self.place.mediator, at=self.at, agreement=draft)
        for key in self.keys:
            signing.sign_for_party(self.row.pk, key, by=self.place.mediator, at=self.at, picture=hand(key))
        signing.sign_as_mediator(self.row.pk, by=self.place.mediator, at=self.at, picture=hand(1))
        signing.seal(self.row.pk, by=keeper(self.place), at=self.at)
        self.do("agree_written", hours=0.5)

    def _agreed_written(self) -> None:
        today, matter = local(self.at).date(), self.matter
        whole = Decimal(matter.amount or 600)
        paid = [InstalmentDraft(due_on=today + 15 * n * DAY, amount=whole / 2) for n in (1, 2)]
        term = TermDraft(
            obligor=2, obligee=1, text=matter.promise, manner="银行转账", amount=whole, instalments=paid
        )
        self.agree([term], dispute=matter.claims, responsibility="被申请人承担主要责任")

    def _confirming(self) -> None:
        self.do("apply_confirmation", hours=20, court=self.place.body.court, parties=self.keys)

    def _confirmed(self) -> None:
        self.do(
            "confirm",
            hours=72,
            ruling_no=f"（2026）民特{self.number}号",
            decided_on=local(self.at).date() + DAY,
        )

    def _confirm_refused(self) -> None:
        ruling: dict[str, Any] = {
            "ruling_no": f"（2026）民特{self.number}号",
            "decided_on": local(self.at).date() + DAY,
        }
        self.do("refuse_confirmation", hours=72, opinion="协议内容不明确", **ruling, **GUIDED)

    def _performing(self) -> None:
        self.do("watch", hours=2)

    def receive(self) -> None:
        assert self.row is not None
        rows = Obligation.objects.filter(term__agreement__case=self.row, state="open")
        for item in rows.order_by("due_on", "pk"):
            self.do(
                "receipt", hours=1, obligation=item.pk, amount=item.amount, opinion="凭证已核对，复印件附卷"
            )

    def _breached(self) -> None:
        self.do("breach", hours=24 * 20, opinion="首期逾期，经督促仍未支付", **GUIDED)

    def _performed(self) -> None:
        self.receive()
        self.do("complete", hours=1)

    def call(self, days: float, words: str = "双方关系平稳，无新的矛盾") -> None:
        self.do(
            "call_back", self.place.clerk, hours=24 * days, outcome="stable", satisfaction="5", opinion=words
        )

    def _follow_up(self) -> None:
        self.call(7.1)

    def _archived(self) -> None:
        self.call(23)
        self.call(60)
        self.do("archive", self.place.town, hours=24)


def keeper(place: Place) -> Actor:
    user = SealKeeper.objects.select_related("user__unit").filter(body=place.body).order_by("pk")[0].user
    return Actor(user=user, unit_id=user.unit_id)


def hand(seed: int) -> str:
    """A stroke as the tablet sends it; another seed is another one."""
    import base64
    import io

    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    points = [
        (20, 90),
        (70 + seed % 30, 20 + seed % 17),
        (150, 80 - seed % 13),
        (200, 30),
        (270, 70 + seed % 11),
    ]
    ImageDraw.Draw(image).line(points, fill=(20, 20, 60, 255), width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return signing.PNG + base64.b64encode(out.getvalue()).decode()
