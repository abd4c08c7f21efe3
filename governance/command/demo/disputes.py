"""Disputes of the demo city, by the real verbs: the lift in an old building over five meetings, and one case or more in
every state.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.command.demo.authorities import build_authorities
from governance.command.demo.mediation_words import (
    COUNTS,
    LIFT,
    LIFT_TERMS,
    MEETINGS,
    NAMES,
    STANDING,
    THREAT,
    THREAT_PHONES,
)
from governance.command.demo.plan import BASE, JOB, LIFT_AGE
from governance.command.demo.quarrels import DAY, HOUR, Place, Way, at_work
from governance.command.demo.villages import build_villages, holder
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids.models import Grid
from incidents import intake as tickets
from incidents.drafts import Citizen, TicketDraft
from incidents.places import Spot
from mediation import intake, screening
from mediation.drafts import CaseDraft, PartyDraft, RepresentativeDraft
from mediation.models import MediationBody, MediationCase
from mediation.transitions.agreeing import InstalmentDraft, TermDraft

PART: Final = "disputes"


@transaction.atomic
def build_disputes() -> int:
    """Write them once; returns how many there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    place = _place()
    _lift(place, at)
    _threat(place, at)
    build_authorities(place, at)
    build_villages(place, at)
    _standing_still(place, at)
    number, beside = 0, place._replace(mediator=_colleague(place.mediator))
    for state, (count, days) in COUNTS.items():
        for turn in range(count):
            number += 1
            began = at - days * DAY - (turn * 5 + 1) * HOUR / 4
            began = at_work(began, number) if days else began
            Way(place if turn == 0 else beside, number, began).to(state)
    _screen(place, at)
    count = MediationCase.objects.count()
    mark_done(JOB, PART, at=at, cases=count)
    return count


def _place() -> Place:
    """The town of the demo account that mediates."""
    user = User.objects.select_related("unit").get(username="mediator")
    body = MediationBody.objects.select_related("region", "unit").get(
        unit=user.unit, level="town", kind="people"
    )
    grids = list(Grid.objects.filter(valid_to=None, path__startswith=body.region.path).order_by("path")[:12])
    community = grids[0].community
    town = holder(Role.TOWN_STAFF, body.region)
    return Place(
        town=town,
        sorter=town,
        clerk=holder(Role.COMMUNITY_STAFF, community),
        patroller=holder(Role.GRID_PATROLLER, grids[0]),
        mediator=Actor(user=user, unit_id=user.unit_id),
        body=body,
        grids=[grid for grid in grids if grid.community_id == community.pk],
    )


def _colleague(mediator: Actor) -> Actor:
    """Somebody else of the same committee, who takes the further cases of a state; the same where nobody else is."""
    users = User.objects.select_related("unit").filter(unit=mediator.unit_id, mediators__isnull=False)
    other = users.exclude(pk=mediator.user_id or 0).order_by("pk").first()
    return Actor(user=other, unit_id=other.unit_id) if other is not None else mediator


def _threat(place: Place, at: datetime) -> None:
    """A red case: threats, urgent reports that nobody has read yet, a leader who owns it."""
    way, grid = Way(place, 0, at_work(at - 3 * HOUR)), place.grids[-1]
    one, other = (PartyDraft(side=side, name=THREAT[side], phone=phone) for side, phone in THREAT_PHONES)
    draft = CaseDraft(
        facts=THREAT["facts"],
        title=THREAT["title"],
        category="0401",
        claims=THREAT["claims"],
        people=2,
        spot=Spot(region_code=grid.code, text=THREAT["place"]),
        parties=[one, other],
    )
    way.row = intake.register(draft, by=place.clerk, at=way.at).row
    way.sort()


def _standing_still(place: Place, at: datetime) -> None:
    """One waits for an appraisal now, one for a party in hospital; one went on when the evidence was there."""
    for number, days, ground in ((100, 9, "appraisal"), (106, 6, "unable")):
        way = Way(place, number, at_work(at - days * DAY))
        way.to("mediating")
        _suspend(way, ground)
    way = Way(place, 105, at_work(at - 33 * DAY))
    way.to("mediating")
    _suspend(way, "evidence")
    way.do("resume", hours=24 * 9, opinion=STANDING["resumed"])
    for state in ("agreed_written", "performing"):
        getattr(way, f"_{state}")()


def _suspend(way: Way, ground: str) -> None:
    until = local(way.at).date() + 25 * DAY
    way.do("suspend", hours=24 * 2, ground=ground, until=until, parties=way.keys, opinion=STANDING[ground])


def _lift(place: Place, at: datetime) -> None:
    """A grid worker's report, a ticket, five meetings on site, agreement, court, performance, callbacks, archive."""
    began = at_work(at - LIFT_AGE)
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
                side="respondent",
                name=LIFT["respondent"],
                identity_number=LIFT["respondent_number"],
                sex="male",
                ethnicity="汉族",
                occupation="退休职工",
                phone="13900004040",
                address="7号楼三单元101室",
            ),
        ],
    )
    way = Way(place, 0, began + 2 * HOUR)
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
    for days in (7, 23, 60):
        way.call(days)
    way.do("archive", place.town, hours=12)


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
