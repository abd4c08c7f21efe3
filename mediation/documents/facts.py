"""The facts that papers show, read from the rows of a case: whole, or masked for a copy that leaves its papers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from governance.foundation.clock import local
from governance.foundation.masking import mask_address, mask_identity, mask_name, mask_phone
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from mediation.models import (
    Agreement,
    AgreementTerm,
    MediationCase,
    Party,
    PartyKind,
    PartySide,
    Representative,
    Session,
)
from mediation.values import end_of, statute

SIDES: Final = {"applicant": "申请人", "respondent": "被申请人", "third": "第三人"}
SEXES: Final = {"male": "男", "female": "女"}
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Reader:
    """How a paper is read: `is_masked` ones name nobody."""

    is_masked: bool = False

    def name(self, party: Party) -> str:
        """Organisations keep their name."""
        return (
            mask_name(party.name) if self.is_masked and party.kind != PartyKind.ORGANISATION else party.name
        )

    def text(self, words: str, parties: Iterable[Party]) -> str:
        """Free words: a masked copy hides the parties' names, numbers, telephones and addresses in them."""
        if not self.is_masked:
            return words
        for party in parties:
            words = veiled(words, party, party.representatives.all())
        return words


def veiled(words: str, party: Party, speakers: Iterable[Representative]) -> str:
    """The words without what names the party or whoever speaks for it."""
    hidden = (
        (party.name if party.kind != PartyKind.ORGANISATION else "", mask_name(party.name)),
        (party.identity_number, mask_identity(party.identity_number)),
        (party.phone, mask_phone(party.phone)),
        (party.address, mask_address(party.address)),
        (party.guardian, mask_name(party.guardian)),
        (party.legal_person, mask_name(party.legal_person)),
        *((item.name, mask_name(item.name)) for item in speakers),
    )
    for plain, masked in hidden:
        if plain:
            words = words.replace(plain, masked)
    return words


def day(moment: datetime | date | None) -> str:
    """`2026年11月16日`; empty for none."""
    if moment is None:
        return ""
    found = local(moment) if isinstance(moment, datetime) else moment
    return f"{found.year}年{found.month}月{found.day}日"


def instant(moment: datetime | None) -> str:
    """`2026年11月16日9时05分`; empty for none."""
    return f"{day(moment)}{local(moment):%-H时%M分}" if moment is not None else ""


def money(amount: Decimal | None) -> str:
    """`12,000.00`; empty for none."""
    return f"{amount:,.2f}" if amount is not None else ""


def pairs_of(party: Party, reader: Reader) -> Pairs:
    """Everything that names a party, as the customary form has it."""
    masked = reader.is_masked
    number = mask_identity(party.identity_number) if masked else party.identity_number
    phone = mask_phone(party.phone) if masked else party.phone
    address = mask_address(party.address) if masked else party.address
    if party.kind == PartyKind.ORGANISATION:
        head = mask_name(party.legal_person) if masked else party.legal_person
        rows = [("单位名称", party.name), ("统一社会信用代码", number), ("法定代表人", head)]
    elif party.kind == PartyKind.CROWD:
        rows = [("名称", reader.name(party)), ("人数", f"{party.members}人")]
    else:
        born = party.birth_on[:4] + "年" if masked and party.birth_on else party.birth_on
        rows = [
            ("姓名", reader.name(party)),
            ("性别", SEXES.get(party.sex, "")),
            ("民族", party.ethnicity),
            ("出生日期", born),
            ("公民身份号码", number),
            ("职业", party.occupation),
        ]
    rows += [("联系方式", phone), ("住址", address)]
    if party.guardian:
        rows.append(("法定监护人", mask_name(party.guardian) if masked else party.guardian))
    people = [mask_name(item.name) if masked else item.name for item in party.representatives.all()]
    if people:
        rows.append(("代表人" if party.kind == PartyKind.CROWD else "代理人", "、".join(people)))
    return tuple((label, value or "—") for label, value in rows)


def facts_of(row: MediationCase, parties: list[Party], reader: Reader, at: datetime) -> dict[str, str]:
    """Every fact of the case itself."""
    body = row.body
    named = [item.mediator.name for item in row.mediators.all() if item.until is None]
    return {
        "number": row.number,
        "title": reader.text(row.title, parties),
        "category": category_name(row.category_code),
        "origin": str(row.get_origin_display()),
        "registered_at": instant(row.registered_at),
        "registered_on": day(row.registered_at),
        "accepted_at": instant(row.accepted_at),
        "accepted_on": day(row.accepted_at),
        "ended_on": day(row.ended_at or row.agreed_at),
        "printed_on": day(at),
        "people": f"{row.people}人",
        "amount": f"{money(row.amount)}元" if row.amount is not None else "无",
        "risk": str(row.get_risk_color_display()),
        "state": str(row.get_state_display()),
        "place": (mask_address(row.place) if reader.is_masked else row.place) or place_name(row.region_path),
        "facts": reader.text(row.facts, parties),
        "claims": reader.text(row.claims, parties),
        "openness": "不公开" if row.is_closed else "公开",
        "body": body.name if body is not None else "",
        "seal_name": body.seal_name if body is not None else "",
        "court": body.court if body is not None else "",
        "body_phone": body.phone if body is not None else "",
        "mediators": "、".join(named),
        "session_count": str(row.session_count),
        "party_names": "、".join(reader.name(party) for party in parties),
        "applicants": names_of(parties, PartySide.APPLICANT, reader),
        "respondents": names_of(parties, PartySide.RESPONDENT, reader),
    }


def names_of(parties: Iterable[Party], side: str, reader: Reader) -> str:
    """The names on one side."""
    return "、".join(reader.name(party) for party in parties if party.side == side)


def place_name(path: str) -> str:
    """Town, community and grid of a case whose place nobody described."""
    return "".join(place.name for place in territory().chain(path)[2:])


def category_name(code: str) -> str:
    """The catalogue's name of a kind of dispute."""
    row = catalogue().by_code.get(code)
    return str(row.name) if row is not None else code


def facts_of_agreement(row: Agreement, parties: list[Party], reader: Reader) -> dict[str, str]:
    """Every fact of an agreement."""
    since = row.effective_at or row.sealed_at
    confirmation = getattr(row, "confirmation", None)
    found = {
        "agreement_facts": reader.text(row.facts, parties),
        "dispute": reader.text(row.dispute, parties),
        "responsibility": reader.text(row.responsibility, parties),
        "remaining": reader.text(row.remaining, parties) if row.is_partial else "",
        "performance_place": mask_address(row.place) if reader.is_masked else row.place,
        "copies": str(row.copies),
        "effective_on": day(since),
        "has_obligations": "yes" if any(term.obligations.all() for term in row.terms.all()) else "",
    }
    if since is not None:
        found["confirm_until"] = day(end_of(statute("confirmation"), since) - timedelta(microseconds=1))
    if confirmation is not None:
        found |= {"court": confirmation.court, "applied_on": day(confirmation.applied_at)}
    return found


def words_of_term(term: AgreementTerm, reader: Reader, parties: list[Party]) -> str:
    """One term as a sentence: who owes what to whom, how."""
    whom = f"向{reader.name(term.obligee)}" if term.obligee is not None and term.amount is not None else ""
    amount = f"，{whom}支付人民币{money(term.amount)}元" if term.amount is not None else ""
    manner = f"（履行方式：{term.manner}）" if term.manner else ""
    text = reader.text(term.text.rstrip("。；"), parties)
    return f"{reader.name(term.obligor)}：{text}{amount}{manner}。"


def facts_of_session(row: Session, parties: list[Party], reader: Reader) -> dict[str, str]:
    """Every fact of a session."""
    recorder = row.recorded_by.name if row.recorded_by is not None else ""
    return {
        "session_number": str(row.number or ""),
        "session_at": f"{instant(row.starts_at)}至{local(row.ends_at):%-H时%M分}",
        "session_on": day(row.starts_at),
        "session_place": row.place,
        "session_kind": str(row.get_kind_display()),
        "session_openness": "不公开" if row.is_closed else "公开",
        "session_parties": "、".join(reader.name(party) for party in row.present.all()),
        "session_others": reader.text(row.others, parties),
        "session_minutes": reader.text(row.minutes, parties),
        "session_result": reader.text(row.result, parties),
        "session_next": instant(row.next_at),
        "session_recorder": recorder,
    }
