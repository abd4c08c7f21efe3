"""The occasions of a dispute and the facts about each, with the condition that makes a fact true.

Conditions are SQL over the parts of `deriving`: `h` the case, `d` the row that the occasion is about. Level, kind of
mediation and cause are facts of every occasion: by them a figure is split.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.utils.functional import Promise, lazy
from django.utils.translation import pgettext_lazy

from assessment.kinds import Fact, Kind
from governance.foundation.errors import Text
from governance.foundation.naming import label_of
from incidents.catalogue import current as catalogue
from mediation.models import BodyKind
from mediation.states import CaseLevel, CaseState
from mediation.states.names import CLOSED

LEVEL: Final = pgettext_lazy("figures", "By level")
KIND: Final = pgettext_lazy("figures", "By kind of mediation")
CAUSE: Final = pgettext_lazy("figures", "By cause")
CAUSES: Final = tuple(f"04{number:02}" for number in range(1, 18))
"""The kinds of disputes of the catalogue; another one counts, and in no row of its own."""


def _cause(code: str) -> str:
    row = catalogue().by_code.get(code)
    return label_of(row) if row is not None else code


def cause(code: str) -> Text:
    """The name of a kind of dispute, in the reader's words, as the catalogue has it when it is asked."""
    return cast(Promise, lazy(_cause, str)(code))


SPLIT: Final = (
    *((f"level_{item.value}", item.label, LEVEL, f"h.level = '{item.value}'") for item in CaseLevel),
    *((f"kind_{item.value}", item.label, KIND, f"h.kind = '{item.value}'") for item in BodyKind),
    *((f"cause_{code}", cause(code), CAUSE, f"h.category_code = '{code}'") for code in CAUSES),
)
"""Facts of every occasion: name, label, what they split, condition."""
BREACHED: Final = CaseState.BREACHED.value
OVER: Final = ", ".join(f"'{state}'" for state in sorted(CLOSED))


@dataclass(frozen=True, kw_only=True)
class Told:
    """A kind of occasion: `rows` gives them (`FROM` …), the other columns are expressions over those rows."""

    kind: Kind
    conditions: tuple[str, ...]
    rows: str
    at: str
    serial: str

    @property
    def facts(self) -> str:
        """The bits of everything that is true, as one number."""
        bits = zip(self.conditions, self.kind.bits.values(), strict=True)
        return " | ".join(f"CASE WHEN {condition} THEN {bit} ELSE 0 END" for condition, bit in bits)


def told(
    number: int,
    name: str,
    label: Text,
    when: Text,
    facts: Sequence[tuple[str, Text, str]],
    *,
    rows: str,
    at: str,
    serial: str = "0",
) -> Told:
    """A kind with its own facts (name, label, condition), which stand after those that split."""
    known = (
        *(Fact(name=fact, label=words, group=group) for fact, words, group, _condition in SPLIT),
        *(Fact(name=fact, label=words) for fact, words, _condition in facts),
    )
    return Told(
        kind=Kind(number=number, name=name, label=label, when=when, facts=known),
        conditions=(*(item[3] for item in SPLIT), *(condition for _name, _words, condition in facts)),
        rows=rows,
        at=at,
        serial=serial,
    )


TOLD: Final = (
    told(
        31,
        "dispute_accepted",
        pgettext_lazy("occasion", "Dispute accepted"),
        pgettext_lazy("occasion", "when mediation was accepted, anew after a relapse"),
        [
            (
                "resolved",
                pgettext_lazy("fact", "Agreed, and the agreement is not broken"),
                f"h.agreed_at IS NOT NULL AND h.state <> '{BREACHED}'",
            ),
            (
                "handed_up",
                pgettext_lazy("fact", "Handed to a higher level"),
                "EXISTS (SELECT FROM mediation_casestep s WHERE s.case_id = h.id AND s.verb = 'level_up')",
            ),
        ],
        rows="held h WHERE h.accepted_at IS NOT NULL",
        at="h.accepted_at",
    ),
    told(
        32,
        "mediation_ended",
        pgettext_lazy("occasion", "Mediation ended"),
        pgettext_lazy("occasion", "when it ended, with an agreement or without"),
        [("agreed", pgettext_lazy("fact", "With an agreement"), "d.verb IN ('agree_oral', 'agree_written')")],
        rows="""mediation_casestep d JOIN held h ON h.id = d.case_id
                 WHERE {steps} AND (d.verb IN ('fail', 'stop')
                       OR (d.verb IN ('agree_oral', 'agree_written') AND d.from_state = 'mediating'))""",
        at="d.at",
        serial="d.id",
    ),
    told(
        33,
        "agreement_due",
        pgettext_lazy("occasion", "Last day of an agreement"),
        pgettext_lazy("occasion", "on the day by which everything is to be performed"),
        [("kept", pgettext_lazy("fact", "Wholly performed in time"), "d.is_kept")],
        rows="""(SELECT a.id, a.case_id, max(o.due_on) AS last_due,
                        bool_and(o.done_on IS NOT NULL AND o.done_on <= o.due_on) AS is_kept
                   FROM mediation_agreement a JOIN mediation_agreementterm t ON t.agreement_id = a.id
                   JOIN mediation_obligation o ON o.term_id = t.id
                  WHERE {agreements} AND a.replaced_at IS NULL AND a.effective_at IS NOT NULL
                  GROUP BY a.id) d JOIN held h ON h.id = d.case_id""",
        at="(d.last_due::timestamp AT TIME ZONE %(zone_of_days)s)",
        serial="d.id",
    ),
    told(
        34,
        "confirmation_past",
        pgettext_lazy("occasion", "Time for judicial confirmation is over"),
        pgettext_lazy("occasion", "when the 30 days after a written agreement took effect end"),
        [("confirmed", pgettext_lazy("fact", "Confirmed by a court"), "d.is_confirmed")],
        rows="""(SELECT l.id, l.case_id, l.original_due_at,
                        EXISTS (SELECT FROM mediation_agreement a
                                  JOIN mediation_judicialconfirmation j ON j.agreement_id = a.id
                                 WHERE a.case_id = l.case_id AND a.effective_at = l.started_at
                                   AND j.result = 'confirmed') AS is_confirmed
                   FROM mediation_caseclock l WHERE {clocks} AND l.kind = 'confirm') d
                  JOIN held h ON h.id = d.case_id""",
        at="d.original_due_at",
        serial="d.id",
    ),
    told(
        35,
        "police_dispute",
        pgettext_lazy("occasion", "Dispute received from the police"),
        pgettext_lazy("occasion", "when it was registered"),
        [("closed", pgettext_lazy("fact", "Closed by now"), f"h.state IN ({OVER})")],
        rows="held h WHERE h.origin = 'police'",
        at="h.registered_at",
    ),
    told(
        36,
        "police_answer",
        pgettext_lazy("occasion", "Valid answer about a dispute from the police"),
        pgettext_lazy("occasion", "when the parties were called"),
        [("satisfied", pgettext_lazy("fact", "Four or five of five"), "d.satisfaction >= 4")],
        rows="""mediation_callback d JOIN held h ON h.id = d.case_id
                 WHERE {callbacks} AND h.origin = 'police' AND d.called_at IS NOT NULL
                       AND d.satisfaction IS NOT NULL""",
        at="d.called_at",
        serial="d.id",
    ),
    told(
        37,
        "dispute_settled",
        pgettext_lazy("occasion", "Dispute settled"),
        pgettext_lazy("occasion", "when an agreement was reached that is not broken since"),
        [
            (
                "settled_community",
                pgettext_lazy("fact", "Settled in the community or below"),
                f"h.level IN ('{CaseLevel.GRID.value}', '{CaseLevel.COMMUNITY.value}')",
            ),
            (
                "settled_town",
                pgettext_lazy("fact", "Settled in the town"),
                f"h.level = '{CaseLevel.TOWN.value}'",
            ),
            (
                "settled_upper",
                pgettext_lazy("fact", "Settled in the district or city"),
                f"h.level = '{CaseLevel.UPPER.value}'",
            ),
        ],
        rows=f"held h WHERE h.agreed_at IS NOT NULL AND h.state <> '{BREACHED}'",
        at="h.agreed_at",
    ),
)
