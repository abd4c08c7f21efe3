"""Disputes of the demo city that go on at authorities: labour disputes in arbitration, with its 45 days and 15 more;
administrative mediation, with its 5 or 10 workdays and the matter that is passed on.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from governance.command.demo.mediation_words import LABOUR, NUISANCE, OFFICE, PASSED
from governance.command.demo.quarrels import DAY, Place, Way, at_work
from governance.foundation.clock import local
from incidents.places import Spot
from mediation import intake
from mediation.drafts import CaseDraft, PartyDraft
from mediation.models import MediationBody, Mediator

TO_ARBITRATION: Final[dict[str, Any]] = {"way": "arbitration", "guidance": LABOUR["guidance"]}


def build_authorities(place: Place, at: datetime) -> None:
    """Two labour disputes, one before the commission and one after its award; two before an administrative body."""
    _labour(place, at_work(at - 36 * DAY), 118)
    _awarded(_labour(place, at_work(at - 112 * DAY), 57))
    office = _office(place)
    _nuisance(place, office, at_work(at - 9 * DAY))
    _passed_on(place, office, at_work(at - 3 * DAY))


def _opened(place: Place, began: datetime, category: str, words: dict[str, str], *parties: PartyDraft) -> Way:
    grid = place.grids[0]
    draft = CaseDraft(
        facts=words["facts"],
        title=words["title"],
        category=category,
        claims=words.get("claims", "依法处理"),
        amount=Decimal(words["amount"]) if "amount" in words else None,
        spot=Spot(region_code=grid.code, text=grid.community.name),
        parties=list(parties),
    )
    way = Way(place, 0, began)
    way.row = intake.register(draft, by=place.clerk, at=began).row
    return way


def _labour(place: Place, began: datetime, number: int) -> Way:
    """No agreement within the 15 days; the commission has accepted the matter, and its 45 days run."""
    worker = PartyDraft(
        side="applicant",
        name=f"田{'秀' if number > 100 else '桂'}芝",
        phone=f"1375500{number:04d}",
        occupation="护理员",
    )
    firm = PartyDraft(
        side="respondent",
        kind="organisation",
        name=LABOUR["firm"],
        identity_number=LABOUR["credit"],
        legal_person="程立新",
        phone="05506100405",
    )
    way = _opened(place, began, "0405", LABOUR | {"amount": "12600"}, worker, firm)
    way.sort()
    way.consented()
    way.meet("cadre", "听取双方陈述，核对考勤和工资表，讲解劳动合同法规定", "对提成口径未能一致", hours=27)
    way.do("fail", hours=24 * 15, reason_code="limit_over", opinion=LABOUR["failed"], **TO_ARBITRATION)
    accepted = local(way.at + 3 * DAY).date()
    way.do("arbitrate", hours=24 * 4, number=LABOUR["number"].format(number=number), accepted_on=accepted)
    way.call(3)
    return way


def _awarded(way: Way) -> None:
    """Called back on its days, prolonged once, ended with an award, archived."""
    way.call(23)
    way.do("prolong_arbitration", hours=24 * 12, opinion="案情复杂，经仲裁委员会主任批准延期")
    decided = local(way.at + 8 * DAY).date()
    way.do(
        "award", hours=24 * 9, result_kind="award", decided_on=decided, opinion="裁决支付工资及提成一万一千元"
    )
    way.call(39)
    way.do("archive", way.place.town, hours=24)


def _office(place: Place) -> MediationBody:
    """The room of the town in which its authorities mediate; the demo's mediator works there as well."""
    region = place.body.region
    row, _is_new = MediationBody.objects.get_or_create(
        name=OFFICE.format(town=region.name),
        kind="administrative",
        region=region,
        defaults={
            "unit": place.body.unit,
            "seal_name": OFFICE.format(town=region.name),
            "court": place.body.court,
            "address": place.body.address,
            "phone": place.body.phone,
            "since": place.body.since,
        },
    )
    return row


def _before(office: MediationBody, way: Way) -> None:
    assert way.row is not None
    facts: dict[str, Any] = {"level": "town", "body": office.pk, "risk_color": way.row.risk_color}
    way.do("triage", way.place.town, hours=0.5, **facts)


def _nuisance(place: Place, office: MediationBody, began: datetime) -> None:
    """Complex: ten workdays instead of five; accepted, and one session with the department so far."""
    family = PartyDraft(side="applicant", name="叶春兰", phone="13755000414")
    shop = PartyDraft(
        side="respondent",
        kind="organisation",
        name=NUISANCE["firm"],
        legal_person="雷长河",
        phone="05506100414",
    )
    way = _opened(place, began, "0414", NUISANCE | {"amount": "3000"}, family, shop)
    _before(office, way)
    way.do("complicate", hours=2, opinion=NUISANCE["complex"])
    mediator = Mediator.objects.get(body=place.body, user=place.mediator.user).pk
    way.do("assign", place.town, hours=24, mediators=[mediator], chosen_by="body")
    way.consented()
    way.meet("department", NUISANCE["minutes"], NUISANCE["result"], hours=26, others="生态环境部门、检测单位")


def _passed_on(place: Place, office: MediationBody, began: datetime) -> None:
    """Not the authority's matter: passed on to the people's committee within the 3 workdays."""
    one = PartyDraft(side="applicant", name="姚雪松", phone="13755000415")
    other = PartyDraft(side="respondent", name="童小曼", phone="13755000416")
    way = _opened(place, began, "0415", PASSED | {"amount": "860"}, one, other)
    _before(office, way)
    way.do("pass_on", hours=5, body=place.body.pk, opinion=PASSED["why"])
