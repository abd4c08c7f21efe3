"""The risk colour of a dispute, proposed by rules with the reasons that made it; a person confirms it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from mediation.states.names import RiskColor

ORDER: Final = (RiskColor.RED, RiskColor.ORANGE, RiskColor.YELLOW, RiskColor.BLUE)
"""From the most dangerous one."""


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """What the rules look at. `again`: how many cases of the same people there were before."""

    words: str
    category: str = ""
    people: int = 2
    amount: Decimal | None = None
    again: int = 0


@dataclass(frozen=True)
class Reason:
    """A rule that applies, and what it found."""

    rule: str
    color: str
    found: str

    def as_row(self) -> dict[str, str]:
        """As it is kept with the case."""
        return {"rule": self.rule, "color": self.color, "found": self.found}


@dataclass(frozen=True)
class Proposal:
    """The most dangerous colour of all reasons, blue where none applies; and what the rules noticed."""

    color: str
    reasons: Sequence[Reason]

    def has(self, rule: str) -> bool:
        """Whether that rule applies."""
        return any(reason.rule == rule for reason in self.reasons)


def propose(dispute: Dispute, rules: Mapping[str, Mapping[str, Any]]) -> Proposal:
    """The colour with its reasons. Every condition that a rule names must hold; one without any always does."""
    reasons = [
        Reason(name, rule["color"], found)
        for name, rule in rules.items()
        if (found := _applies(dispute, rule)) is not None
    ]
    colors = {reason.color for reason in reasons}
    return Proposal(next((color for color in ORDER if color in colors), RiskColor.BLUE).value, reasons)


def _applies(dispute: Dispute, rule: Mapping[str, Any]) -> str | None:
    """What the rule found, as words; None where a condition does not hold."""
    found = []
    for name, condition in CONDITIONS.items():
        if name in rule:
            words = condition(dispute, rule[name])
            if not words:
                return None
            found.append(words)
    return "、".join(found)


def _words(dispute: Dispute, wanted: Sequence[str]) -> str:
    return "、".join([word for word in wanted if word in dispute.words][:5])


def _amount(dispute: Dispute, least: int) -> str:
    return str(dispute.amount) if dispute.amount is not None and dispute.amount >= least else ""


CONDITIONS: Final[Mapping[str, Callable[[Dispute, Any], str]]] = {
    "words": _words,
    "people": lambda dispute, least: str(dispute.people) if dispute.people >= least else "",
    "amount": _amount,
    "categories": lambda dispute, codes: dispute.category if dispute.category in codes else "",
    "again": lambda dispute, least: str(dispute.again) if dispute.again >= least else "",
}
"""What a rule may name; each answers what it found, or nothing."""
