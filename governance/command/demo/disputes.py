"""Disputes of the demo city, by the real verbs: the lift in an old building over five meetings, and one case or more in
every state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, User
from governance.accounts.roles import Role
from governance.command.demo.mediation_words import (
    COUNTS,
    GUIDED,
    LIFT,
    LIFT_TERMS,
    MATTERS,
    MEETINGS,
    NAMES,
    WAYS,
)
from governance.command.demo.plan import BASE, JOB, LIFT_AGE
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids.models import Grid, Region
from incidents import intake as tickets
from incidents.drafts import Citizen, TicketDraft
from incidents.places import Spot
from mediation import intake, screening
from mediation.documents import signing
from mediation.drafts import CaseDraft, PartyDraft, RepresentativeDraft
from mediation.models import MediationBody, MediationCase, Mediator, Obligation, SealKeeper
from mediation.transitions import perform
from mediation.transitions.agreeing import AgreementDraft, InstalmentDraft, TermDraft

PART: Final = "disputes"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Place(NamedTuple):
    """Who works where the disputes are."""

    town: Actor
    clerk: Actor
    patroller: Actor
    mediator: Actor
    body: MediationBody
    grids: Sequence[Grid]


@transaction.atomic
def build_disputes() -> int:
    """Write them once; returns how many there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    place = _place()
    _lift(place, at)
    number = 0
    for state, (count, days) in COUNTS.items():
        for turn in range(count):
            number += 1
            began = at - days * DAY - (turn * 5 + 1) * HOUR / 4
            _Way(place, number, began).to(state)
    _screen(place, at)
    count = MediationCase.objects.count()
    mark_done(JOB, PART, at=at, cases=count)
    return count


def _place() -> Place:
    """The town of the demo account that mediates."""
    user = User.objects.select_related("unit").get(username="mediator")
    body = MediationBody.objects.select_related("region").get(unit=user.unit, level="town")
    grids = list(Grid.objects.filter(valid_to=None, path__startswith=body.region.path).order_by("path")[:12])
    community = grids[0].community
    return Place(
        town=_holder(Role.TOWN_STAFF, body.region),
        clerk=_holder(Role.COMMUNITY_STAFF, community),
        patroller=_holder(Role.GRID_PATROLLER, grids[0]),
        mediator=Actor(user=user, unit_id=user.unit_id),
        body=body,
        grids=[grid for grid in grids if grid.community_id == community.pk],
    )


def _holder(role: str, target: Region | Grid) -> Actor:
    """The first person who holds the role over a region or grid."""
    kind = ContentType.objects.get_for_model(type(target))
    row = Appointment.objects.filter(role=role, target_type=kind, target_id=target.pk).order_by("pk")
    user = row.select_related("user__unit")[0].user
    return Actor(user=user, unit_id=user.unit_id)


@dataclass
class _Way:
    """One case, some hours for each deed."""

    place: Place
    number: int
    at: datetime
    row: MediationCase | None = None

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
        category, title, facts, amount = MATTERS[self.number % len(MATTERS)]
        grid = self.place.grids[self.number % len(self.place.grids)]
        one, other = NAMES[self.number % len(NAMES)], NAMES[(self.number * 3 + 1) % len(NAMES)]
        draft = CaseDraft(
            facts=facts,
            title=title,
            category=category,
            claims="依法依约解决，赔偿合理损失",
            amount=Decimal(amount) if amount else None,
            spot=Spot(region_code=grid.code, text=f"{grid.community.name}{self.number % 9 + 1}号楼"),
            parties=[
                PartyDraft(side="applicant", name=one, phone=f"1381{self.number:07d}"),
                PartyDraft(side="respondent", name=other + "某", phone=f"1392{self.number:07d}"),
            ],
        )
        self.row = intake.register(draft, by=self.place.clerk, at=self.at).row

    def _triaged(self) -> None:
        assert self.row is not None
        color = self.row.risk_color
        body = self.place.body.pk
        self.do("triage", self.place.town, hours=0.5, level="town", body=body, risk_color=color)
        mediator = Mediator.objects.get(body=body, user=self.place.mediator.user).pk
        self.do("assign", self.place.town, hours=0.2, mediators=[mediator], chosen_by="body")

    def _not_mediable(self) -> None:
        self.do("decline", reason_code="decided", opinion="人民法院已就同一事项作出生效判决", **GUIDED)

    def _refused(self) -> None:
        self.do("refuse", party=self.keys[1], opinion="被申请人书面表示不接受调解", **GUIDED)

    def _accepted(self) -> None:
        for key in self.keys:
            self.do("consent", hours=0.3, party=key, manner="written")
        self.do("accept", hours=0.5, rights_told=True)

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
        due = local(self.at).date() + 3 * DAY
        self.do("agree_oral", party=self.keys[1], content="三日内停止噪声扰民并当面致歉", due_on=due)

    def agree(self, terms: Sequence[TermDraft], **facts: Any) -> None:
        """Drafted, signed by everybody's own hand, sealed, in effect."""
        assert self.row is not None
        self.at += HOUR
        draft = AgreementDraft(facts=self.row.facts, copies=len(self.keys) + 1, terms=terms, **facts)
        self.row = perform("draft", self.row.pk, by=self.place.mediator, at=self.at, agreement=draft)
        for key in self.keys:
            signing.sign_for_party(self.row.pk, key, by=self.place.mediator, at=self.at, picture=hand(key))
        signing.sign_as_mediator(self.row.pk, by=self.place.mediator, at=self.at, picture=hand(1))
        signing.seal(self.row.pk, by=_keeper(self.place), at=self.at)
        self.do("agree_written", hours=0.5)

    def _agreed_written(self) -> None:
        today = local(self.at).date()
        paid = [InstalmentDraft(due_on=today + 15 * n * DAY, amount=Decimal(2000)) for n in (1, 2, 3)]
        term = TermDraft(
            obligor=2,
            obligee=1,
            text="赔偿申请人损失",
            manner="银行转账",
            amount=Decimal(6000),
            instalments=paid,
        )
        self.agree([term], responsibility="被申请人承担主要责任")

    def _confirming(self) -> None:
        self.do("apply_confirmation", hours=30, court=self.place.body.court, parties=self.keys)

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
                "receipt", hours=2, obligation=item.pk, amount=item.amount, opinion="凭证已核对，复印件附卷"
            )

    def _breached(self) -> None:
        self.do("breach", hours=24 * 20, opinion="首期逾期，经督促仍未支付", **GUIDED)

    def _performed(self) -> None:
        self.receive()
        self.do("complete", hours=2)

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


def _lift(place: Place, at: datetime) -> None:
    """A grid worker's report, a ticket, five meetings on site, agreement, court, performance, callbacks, archive."""
    began = at - LIFT_AGE
    grid = place.grids[0]
    report = TicketDraft(
        source="walk_in",
        category="0404",
        title=LIFT["title"],
        content=LIFT["facts"],
        spot=Spot(region_code=grid.code, text=LIFT["place"]),
        citizen=Citizen(name=LIFT["applicant"], phone="13800004040"),
    )
    ticket = tickets.register(report, by=place.patroller, at=began).ticket
    crowd = [
        RepresentativeDraft(name=name, kind="crowd", phone=f"1370000404{n}")
        for n, name in enumerate(NAMES[:3])
    ]
    draft = CaseDraft(
        facts=LIFT["facts"],
        title=LIFT["title"],
        category="0404",
        claims=LIFT["claims"],
        amount=Decimal(30000),
        people=4,
        parties=[
            PartyDraft(
                side="applicant",
                kind="crowd",
                name=LIFT["owners"],
                members=3,
                representatives=crowd,
                address=LIFT["place"],
            ),
            PartyDraft(
                side="respondent", name=LIFT["respondent"], phone="13900004040", address=LIFT["place"]
            ),
        ],
    )
    way = _Way(place, 0, began + 2 * HOUR)
    way.row = intake.from_ticket(ticket.pk, draft, by=place.clerk, at=way.at)
    way._triaged()
    way._accepted()
    for kind, hours, others, minutes, result in MEETINGS:
        way.meet(kind, minutes, result, hours=hours, others=others, place=LIFT["place"])
    today = local(way.at).date()
    paid = [InstalmentDraft(due_on=today + 10 * n * DAY, amount=Decimal(15000)) for n in (1, 2)]
    works = [InstalmentDraft(due_on=today + 20 * DAY)]
    way.agree(
        [
            TermDraft(
                obligor=1,
                obligee=2,
                text=LIFT_TERMS[0],
                manner="银行转账",
                amount=Decimal(30000),
                instalments=paid,
            ),
            TermDraft(obligor=1, obligee=2, text=LIFT_TERMS[1], manner="现场施工", instalments=works),
            TermDraft(obligor=2, obligee=1, text=LIFT_TERMS[2], manner="书面承诺", instalments=works),
        ],
        dispute=LIFT["claims"],
        responsibility="加装电梯经法定比例业主同意，增设单位应采取补偿和降噪措施",
        place=LIFT["place"],
    )
    for state in ("confirming", "confirmed", "performing", "performed"):
        getattr(way, f"_{state}")()
    for days in (7.1, 23, 60):
        way.call(days)
    way.do("archive", place.town, hours=12)


def _keeper(place: Place) -> Actor:
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


def _screen(place: Place, at: datetime) -> None:
    """This month's screening: one community has reported nothing found."""
    today = local(at).date()
    draft = screening.CampaignDraft(
        title="矛盾纠纷月度排查",
        aim="重点排查邻里、物业、劳资、婚姻家庭纠纷，做到底数清、情况明",
        region=place.body.region,
        tier="community",
        starts_on=today - 3 * DAY,
        ends_on=today + 4 * DAY,
        repeat_days=30,
    )
    row = screening.order(draft, by=place.town, at=at - 3 * DAY)
    own = row.returns.filter(unit=place.clerk.unit_id).first()
    if own is not None:
        screening.report(own.pk, by=place.clerk, at=at - DAY, note="逐户走访，未发现新的矛盾纠纷")
