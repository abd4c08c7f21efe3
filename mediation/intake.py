"""The first verb: a dispute becomes a case. By hand, from a ticket, from a screening, referred by a system."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from governance.foundation.masking import mask_name, mask_phone
from governance.foundation.numbers import next_numbers
from incidents import sides
from incidents.catalogue import current as catalogue
from incidents.clientele import reaches
from incidents.drafts import opening_of
from incidents.models import Ticket, TicketSource
from incidents.places import Spot, locate
from mediation import alarms, clocks, risk
from mediation.drafts import CaseDraft, PartyDraft, RelationDraft
from mediation.feed import announce_step
from mediation.frame import Move, leave_step, locked
from mediation.models import (
    CaseStep,
    ClockKind,
    MediationCase,
    Party,
    PartyKind,
    PartyRelation,
    Representative,
)
from mediation.rules import role_over
from mediation.states import CASE_TABLE, CaseOrigin, CaseState
from mediation.telling import tell_sorters
from mediation.values import value

SIDE: Final = "mediation"
LOOK_BACK: Final = timedelta(days=365)
ORIGIN_OF_SOURCE: Final = {
    TicketSource.Kind.POLICE.value: CaseOrigin.POLICE.value,
    TicketSource.Kind.HOTLINE.value: CaseOrigin.HOTLINE.value,
}
DISPUTES: Final = "04"
FIRST_CATEGORY: Final = "0401"
REFERRERS: Final = (CaseOrigin.HOTLINE, CaseOrigin.POLICE, CaseOrigin.COURT, CaseOrigin.PETITION)
"""Origins that systems refer from, each by the client that has a source of that name."""


@dataclass(frozen=True)
class Opened:
    """What became of it: the case, and whether it is new or changed words were kept."""

    row: MediationCase
    created: bool
    is_supplemented: bool = False


def register(draft: CaseDraft, *, by: Actor, at: datetime) -> Opened:
    """Make one case of one dispute. The sender's number gives the same case again; changed words are kept.

    Raises Forbidden, Unprocessable.
    """
    if by.is_api_client and not (draft.origin in REFERRERS and draft.origin in by.source_codes):
        raise Forbidden(
            pgettext_lazy("mediation", "This key refers no cases of that origin"), code="unknown_source"
        )
    with transaction.atomic():
        if (repeat := _repeat(draft, by=by, at=at)) is not None:
            return repeat
        try:
            with transaction.atomic():
                return Opened(_open(draft, None, by=by, at=at), created=True)
        except IntegrityError:
            repeat = _repeat(draft, by=by, at=at)  # somebody else has just stored the same number
            if repeat is None:
                raise
            return repeat


def from_ticket(ticket_id: int, draft: CaseDraft, *, by: Actor, at: datetime) -> MediationCase:
    """Open the case of a ticket that the caller may see: its place, source and words go along.

    Raises NotFound, Forbidden, Unprocessable, Conflict (the ticket has a case that is still open).
    """
    with transaction.atomic():
        rows = Ticket.objects.select_for_update(of=("self",), no_key=True).defer("search")
        ticket = rows.select_related("category", "source", "region").filter(pk=ticket_id).first()
        if ticket is None:
            raise NotFound()
        role_over(CASE_TABLE["register"], by, ticket.region_path)
        if MediationCase.objects.open().filter(ticket=ticket).exists():
            raise Conflict(
                pgettext_lazy("mediation", "This ticket has a case that is still open"), code="case_open"
            )
        spot = Spot(lon=ticket.lon, lat=ticket.lat, text=ticket.place)
        if ticket.lon is None:
            spot = Spot(region_code=ticket.region_path.rstrip("/").rpartition("/")[2], text=ticket.place)
        origin = ORIGIN_OF_SOURCE.get(ticket.source.kind, CaseOrigin.TICKET.value)
        return _open(replace(draft, spot=spot, origin=origin, external_no=""), ticket, by=by, at=at)


def is_dispute(ticket: Ticket) -> bool:
    """Whether the ticket was filed as a dispute."""
    kind = catalogue().by_id.get(ticket.category_id)
    return kind is not None and kind.code.startswith(DISPUTES)


def category_of(ticket: Ticket) -> str:
    """The kind of dispute under which a ticket is opened first: its own, where that is one."""
    return ticket.category.code if is_dispute(ticket) else FIRST_CATEGORY


def titled(draft: CaseDraft) -> str:
    """The title, which lists show to many: of the words that were typed, but it names no person and no telephone."""
    words = draft.title.strip() or opening_of(draft.facts)
    for party in draft.parties:
        if party.kind != PartyKind.ORGANISATION and party.name.strip():
            words = words.replace(party.name.strip(), mask_name(party.name.strip()))
        if party.phone.strip():
            words = words.replace(party.phone.strip(), mask_phone(party.phone.strip()))
    return words[:120]


def _open(draft: CaseDraft, ticket: Ticket | None, *, by: Actor, at: datetime) -> MediationCase:
    faults = draft.faults(
        at,
        categories=catalogue().by_code,
        most_parties=value("mediation.most_parties"),
        most_representatives=value("mediation.representatives"),
    )
    if faults:
        raise Unprocessable(fields=faults)
    place = locate(draft.spot)
    if by.is_api_client and not reaches(by, place.place.path):
        raise Unprocessable(
            fields={"place": [pgettext_lazy("mediation", "This place lies outside the regions of this key")]},
            code="outside_regions",
        )
    verb = CASE_TABLE["register"]
    actor = by.acting_as(role_over(verb, by, place.place.path))
    parties = [item.completed(at) for item in draft.parties]
    found = propose(draft, parties, at=at)
    row = MediationCase(
        number=next_numbers("TJ", at)[0],
        query_code=f"{secrets.randbelow(10**8):08d}",
        origin=draft.origin,
        external_no=draft.external_no.strip(),
        digest=draft.digest(),
        client_id=by.client_id,
        ticket=ticket,
        category_code=draft.category,
        title=titled(draft),
        facts=draft.facts.strip(),
        claims=draft.claims.strip(),
        amount=draft.amount,
        people=draft.people_involved,
        occurred_on=draft.occurred_on,
        place=draft.spot.text.strip()[:200],
        region_id=place.place.region_id,
        region_path=place.place.path,
        level=draft.level,
        risk_color=found.color,
        risk_reasons=[reason.as_row() for reason in found.reasons],
        is_violent=found.has("violence"),
        is_criminal=found.has("crime"),
        is_crowd=draft.people_involved >= value("mediation.crowd"),
        is_sensitive=draft.is_sensitive
        or draft.category in value("mediation.sensitive_categories")
        or any(item.is_minor for item in parties),
        is_closed=draft.is_closed,
        readers=[by.user_id] if by.user_id is not None else [],
        registered_by_id=by.user_id,
        registered_at=at,
    )
    row.save(force_insert=True)
    stored = [add_party(row, number, item) for number, item in enumerate(parties, 1)]
    relate(row, stored, draft.relations)
    clocks.begin(row, ClockKind.SORT, "sort", at)
    if row.origin == CaseOrigin.PETITION:
        clocks.begin(row, ClockKind.STATUTE, "petition_sort", at)
    if ticket is not None:
        sides.mark(ticket.pk, SIDE)
    move = Move(row, verb, actor, at, CaseState.REGISTERED)
    move.data = {"risk": row.risk_color, "parties": len(stored)}
    if ticket is not None:
        move.data["ticket"] = ticket.number
    alarms.raise_for(move)
    clocks.refresh(row)
    row.save()
    leave_step(move, "", None)
    tell_sorters(row, "registered", at=at, by=by)
    return row


def propose(draft: CaseDraft, parties: list[PartyDraft], *, at: datetime) -> risk.Proposal:
    """The risk colour by the rules in force."""
    return risk.propose(
        risk.Dispute(
            words=f"{draft.title}\n{draft.facts}\n{draft.claims}",
            category=draft.category,
            people=draft.people_involved,
            amount=draft.amount,
            again=earlier_cases(parties, at=at),
        ),
        value("mediation.risk"),
    )


def earlier_cases(parties: list[PartyDraft], *, at: datetime) -> int:
    """How many cases of the last year had one of these parties, found by keyed hashes."""
    same = Q(pk__in=[])
    for item in parties:
        for name, plain in (("identity", item.identity_number), ("phone", item.phone)):
            digest = Party._meta.get_field(f"{name}_index").digest(plain)  # type: ignore[union-attr]  # a blind index
            if digest:
                same |= Q(**{f"{name}_index": digest})
    rows = Party.objects.filter(same, case__registered_at__gte=at - LOOK_BACK)
    return rows.values("case").distinct().count()


def add_party(row: MediationCase, number: int, given: PartyDraft) -> Party:
    """Store a party with its representatives; `given` is complete and without fault."""
    plain = {name: found for name, found in vars(given).items() if name != "representatives"}
    plain = {name: found.strip() if isinstance(found, str) else found for name, found in plain.items()}
    party = Party.objects.create(case=row, number=number, **plain)
    for person in given.representatives:
        Representative.objects.create(party=party, **vars(person))
    return party


def relate(row: MediationCase, parties: list[Party], relations: Sequence[RelationDraft]) -> None:
    """Store how parties stand to each other."""
    for item in relations:
        PartyRelation.objects.get_or_create(
            one=parties[item.one - 1],
            other=parties[item.other - 1],
            defaults={"case": row, "kind": item.kind},
        )


def _repeat(draft: CaseDraft, *, by: Actor, at: datetime) -> Opened | None:
    """The case that is there already, with changed words kept once."""
    number = draft.external_no.strip()
    if not number:
        return None
    rows = MediationCase.objects.filter(origin=draft.origin, external_no=number)
    if by.is_api_client:
        rows = rows.visible_to(by)
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        return None
    row = locked(pk)
    actor = by.acting_as(role_over(CASE_TABLE["register"], by, row.region_path))
    digest = draft.digest()
    is_known = digest == row.digest or row.steps.filter(verb="supplement", data__digest=digest).exists()
    if not is_known:
        step = CaseStep.objects.create(
            case=row,
            verb="supplement",
            from_state=row.state,
            to_state=row.state,
            at=at,
            actor_id=actor.user_id,
            actor_name=actor.name[:80],
            role=actor.role,
            words=draft.facts.strip(),
            data={"digest": digest},
        )
        announce_step(row, step)
        tell_sorters(row, "supplement", at=at, by=by, key=digest[:12])
    return Opened(row, created=False, is_supplemented=not is_known)
