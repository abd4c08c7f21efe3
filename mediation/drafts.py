"""What is told about a dispute before it is a case: shapes are checked by the door, everything else here. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.audit.journal import digest
from governance.foundation.clock import local
from governance.foundation.errors import Text
from incidents.places import Spot
from mediation.models.parties import PartyKind, PartyRelation, PartySide, Representative, Sex
from mediation.states import CaseLevel, CaseOrigin
from registers.identity import WrongIdentity, read_identity

ADULT: Final = 18
"""Civil Code art. 17."""
MOST_MONEY: Final = Decimal(10) ** 12
Faults = dict[str, list[Text]]


@dataclass(frozen=True, kw_only=True)
class RepresentativeDraft:
    """Who speaks for a party."""

    name: str
    kind: str = Representative.Kind.AGENT.value
    phone: str = ""
    authority: str = ""

    @property
    def is_incomplete(self) -> bool:
        return not self.name.strip() or self.kind not in Representative.Kind.values


@dataclass(frozen=True, kw_only=True)
class PartyDraft:
    """A person, an organisation or many people."""

    side: str
    name: str
    kind: str = PartyKind.PERSON.value
    identity_number: str = ""
    phone: str = ""
    address: str = ""
    sex: str = ""
    ethnicity: str = ""
    birth_on: str = ""
    occupation: str = ""
    legal_person: str = ""
    is_minor: bool = False
    guardian: str = ""
    members: int = 1
    representatives: Sequence[RepresentativeDraft] = ()

    def completed(self, at: datetime) -> "PartyDraft":
        """With what the identity number says: born when, sex, whether of age. Raises WrongIdentity."""
        if self.kind != PartyKind.PERSON or not self.identity_number.strip():
            return self
        today = local(at).date()
        found = read_identity(self.identity_number, on=today)
        return replace(
            self,
            identity_number=found.number,
            birth_on=f"{found.birth_date:%Y-%m-%d}",
            sex=self.sex or found.sex,
            is_minor=self.is_minor or is_minor(found.birth_date, today),
        )

    def faults(self, at: datetime, *, most_representatives: int) -> list[Text]:
        """What keeps it from being stored, in sentences."""
        whole, found = self, list[Text]()
        try:
            whole = self.completed(at)
        except WrongIdentity as wrong:
            found.append(wrong.reason)
        count, most = len(self.representatives), {"most": most_representatives}
        is_crowd = self.kind == PartyKind.CROWD
        checks: Sequence[tuple[bool, Text]] = (
            (not self.name.strip(), pgettext_lazy("mediation", "Every party has a name")),
            (
                self.side not in PartySide.values or self.kind not in PartyKind.values,
                pgettext_lazy("mediation", "Choose side and kind of the party"),
            ),
            (
                bool(self.sex) and self.sex not in Sex.values,
                pgettext_lazy("mediation", "Choose one of the list"),
            ),
            (
                whole.is_minor and not self.guardian.strip(),
                pgettext_lazy("mediation", "A minor takes part with a guardian: give the guardian's name"),
            ),
            (
                is_crowd and not 1 <= count <= most_representatives,
                pgettext_lazy("mediation", "Many people choose one to %(most)d representatives") % most,
            ),
            (
                not is_crowd and count > most_representatives,
                pgettext_lazy("mediation", "At most %(most)d representatives") % most,
            ),
            (
                any(item.is_incomplete for item in self.representatives),
                pgettext_lazy("mediation", "Every representative has a name and a kind"),
            ),
            (
                self.members < (max(2, count) if is_crowd else 1),
                pgettext_lazy("mediation", "Say how many people the party is: no fewer than represent it"),
            ),
        )
        return [*found, *(words for is_wrong, words in checks if is_wrong)]


def is_minor(born: date, today: date) -> bool:
    """Not yet eighteen on that day."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years < ADULT


@dataclass(frozen=True, kw_only=True)
class RelationDraft:
    """How the party at one place of the list (from 1) stands to the party at another."""

    one: int
    other: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class CaseDraft:
    """A dispute as it is brought."""

    facts: str
    category: str
    origin: str = CaseOrigin.BY_HAND.value
    external_no: str = ""
    title: str = ""
    claims: str = ""
    amount: Decimal | None = None
    people: int = 0
    occurred_on: date | None = None
    level: str = CaseLevel.COMMUNITY.value
    spot: Spot = field(default_factory=Spot)
    is_closed: bool = False
    is_sensitive: bool = False
    parties: Sequence[PartyDraft] = ()
    relations: Sequence[RelationDraft] = ()

    def digest(self) -> str:
        """Two posts with the same digest say the same."""
        parties: list[Mapping[str, Any]] = [
            {**vars(item), "representatives": [vars(person) for person in item.representatives]}
            for item in self.parties
        ]
        plain = {**vars(self), "spot": vars(self.spot), "parties": parties}
        return digest({**plain, "relations": [vars(item) for item in self.relations]})

    def faults(
        self, at: datetime, *, categories: Mapping[str, Any], most_parties: int, most_representatives: int
    ) -> Faults:
        """What keeps it from being stored, by field."""
        row, unknown = categories.get(self.category), pgettext_lazy("mediation", "Choose one of the list")
        checks: Sequence[tuple[str, bool, Text]] = (
            (
                "facts",
                not self.facts.strip(),
                pgettext_lazy("mediation", "Describe what the parties quarrel about"),
            ),
            (
                "category",
                row is None or not row.is_selectable,
                pgettext_lazy("mediation", "There is no such kind of dispute"),
            ),
            ("origin", self.origin not in CaseOrigin.values, unknown),
            ("level", self.level not in CaseLevel.values, unknown),
            (
                "amount",
                self.amount is not None and not 0 <= self.amount < MOST_MONEY,
                pgettext_lazy("mediation", "This is not a possible amount"),
            ),
            (
                "occurred_on",
                self.occurred_on is not None and self.occurred_on > local(at).date(),
                pgettext_lazy("mediation", "This day lies in the future"),
            ),
        )
        found: Faults = {name: [words] for name, is_wrong, words in checks if is_wrong}
        if people := self._faults_of_parties(at, most_parties, most_representatives):
            found["parties"] = people
        return found

    def _faults_of_parties(self, at: datetime, most: int, most_representatives: int) -> list[Text]:
        named = pgettext_lazy("mediation", "Party %(number)d: %(fault)s")
        found: list[Text] = [
            named % {"number": number, "fault": fault}
            for number, party in enumerate(self.parties, 1)
            for fault in party.faults(at, most_representatives=most_representatives)
        ]
        sides, places = {party.side for party in self.parties}, set(range(1, len(self.parties) + 1))
        if not {PartySide.APPLICANT.value, PartySide.RESPONDENT.value} <= sides:
            found.append(
                pgettext_lazy("mediation", "A dispute has at least one applicant and one respondent")
            )
        if len(self.parties) > most:
            found.append(
                pgettext_lazy("mediation", "More than %(most)d parties: join them as many people")
                % {"most": most}
            )
        if any(item.one == item.other or not {item.one, item.other} <= places for item in self.relations):
            found.append(pgettext_lazy("mediation", "A relation joins two parties of the case"))
        if any(item.kind not in PartyRelation.Kind.values for item in self.relations):
            found.append(pgettext_lazy("mediation", "Choose one of the list"))
        return found

    @property
    def people_involved(self) -> int:
        """What was said, at least as many as the parties are."""
        return max(self.people, sum(party.members for party in self.parties))
