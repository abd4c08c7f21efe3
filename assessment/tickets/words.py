"""The occasions of a ticket and the facts about each, with the condition that makes a fact true.

Conditions are SQL over the parts of `deriving`: `h` the ticket, `s` its story, `d` the row that the occasion is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import pgettext_lazy

from assessment.kinds import Fact, Kind
from governance.foundation.errors import Text


@dataclass(frozen=True, kw_only=True)
class Told:
    """A kind of occasion: `rows` gives them (`FROM` …), the other columns are expressions over those rows."""

    kind: Kind
    conditions: tuple[str, ...]
    rows: str
    at: str
    unit: str
    serial: str = "0"
    minutes: str = "NULL::int"

    @property
    def facts(self) -> str:
        """The bits of everything that is true, as one number."""
        bits = zip(self.conditions, self.kind.bits.values(), strict=True)
        return " | ".join(f"CASE WHEN {condition} THEN {bit} ELSE 0 END" for condition, bit in bits) or "0"


def told(
    number: int,
    name: str,
    label: Text,
    when: Text,
    facts: Sequence[tuple[str, Text, str]],
    *,
    rows: str,
    at: str,
    unit: str,
    serial: str = "0",
    minutes: str = "",
) -> Told:
    """A kind with its facts: (name, label, condition)."""
    known = tuple(Fact(name=fact, label=words) for fact, words, _condition in facts)
    kind = Kind(number=number, name=name, label=label, when=when, facts=known, measures=bool(minutes))
    return Told(
        kind=kind,
        conditions=tuple(condition for _name, _words, condition in facts),
        rows=rows,
        at=at,
        unit=unit,
        serial=serial,
        minutes=minutes or "NULL::int",
    )


ASSESSED = ("assessed", pgettext_lazy("fact", "Counts in the assessment"), "h.assessed")
WORKER = ("worker", pgettext_lazy("fact", "Reported by a grid worker"), "h.by_worker")
JUDGED = pgettext_lazy("fact", "The limit is met or has passed")
IN_TIME = pgettext_lazy("fact", "Within the limit")
FIRST = pgettext_lazy("fact", "The first time for this ticket")
REWORKED = (
    "reworked",
    pgettext_lazy("fact", "Sent back to rework at least once"),
    "h.rework_count > 0 OR s.redone",
)
ENDED = "d.outcome IN ('met', 'late') OR d.due_at <= s.told_until"

TOLD: Final = (
    told(
        1,
        "accept_due",
        pgettext_lazy("occasion", "Limit of acceptance"),
        pgettext_lazy("occasion", "when the limit of acceptance ends"),
        [("judged", JUDGED, ENDED), ("in_time", IN_TIME, "d.outcome = 'met'"), ASSESSED],
        rows="""(SELECT DISTINCT ON (ticket_id) * FROM limits WHERE stage = 'accept' AND assignment_id IS NULL
                  ORDER BY ticket_id, id DESC) d
                  JOIN held h ON h.id = d.ticket_id JOIN story s ON s.ticket_id = h.id""",
        at="d.due_at",
        unit="d.unit_id",
    ),
    told(
        2,
        "accepted",
        pgettext_lazy("occasion", "Acceptance"),
        pgettext_lazy("occasion", "when it was accepted"),
        [
            ("worker_first", pgettext_lazy("fact", "First registered by a grid worker"), "h.worker_first"),
            ("above_town", pgettext_lazy("fact", "Handed up above the town"), "s.above_town"),
            ASSESSED,
        ],
        rows="held h JOIN story s ON s.ticket_id = h.id WHERE h.taken_at IS NOT NULL",
        at="h.taken_at",
        unit="h.accepted_unit_id",
    ),
    told(
        3,
        "first_dispatch",
        pgettext_lazy("occasion", "First dispatch"),
        pgettext_lazy("occasion", "when it was dispatched first"),
        [
            (
                "returned",
                pgettext_lazy("fact", "Returned, and the return was granted"),
                "s.first_return < coalesce(s.second_dispatch, s.first_return + 1) "
                "AND s.first_return < coalesce(s.first_escalation, s.first_return + 1)",
            ),
            ASSESSED,
        ],
        rows="held h JOIN story s ON s.ticket_id = h.id JOIN did d ON d.id = s.first_dispatch",
        at="d.at",
        unit="d.holder_id",
        minutes="greatest(0, floor(extract(epoch FROM d.at - h.registered_at) / 60))::int",
    ),
    told(
        4,
        "dispatched",
        pgettext_lazy("occasion", "Dispatch received"),
        pgettext_lazy("occasion", "when the unit got it"),
        [("first", FIRST, "d.id = s.first_dispatch")],
        rows="""did d JOIN held h ON h.id = d.ticket_id JOIN story s ON s.ticket_id = h.id
                 WHERE d.verb IN ('dispatch', 'escalate')""",
        at="d.at",
        unit="d.holder_id",
        serial="d.id",
    ),
    told(
        5,
        "sign_due",
        pgettext_lazy("occasion", "Limit of signing"),
        pgettext_lazy("occasion", "when the limit of signing ends"),
        [
            ("judged", JUDGED, ENDED),
            ("in_time", IN_TIME, "d.outcome = 'met' AND a.at IS NULL"),
            ("automatic", pgettext_lazy("fact", "Signed automatically"), "a.at IS NOT NULL"),
        ],
        rows="""limits d JOIN held h ON h.id = d.ticket_id JOIN story s ON s.ticket_id = h.id
                  LEFT JOIN (SELECT DISTINCT ticket_id, at FROM did
                              WHERE verb IN ('sign', 'sign_part') AND is_automatic) a
                         ON a.ticket_id = d.ticket_id AND a.at = d.stopped_at
                 WHERE d.stage = 'sign' AND d.outcome <> 'cancelled'""",
        at="d.due_at",
        unit="d.unit_id",
        serial="d.id",
    ),
    told(
        6,
        "handle_due",
        pgettext_lazy("occasion", "Limit of the whole ticket"),
        pgettext_lazy("occasion", "when the limit of the ticket ends"),
        [
            ("judged", JUDGED, "h.is_overdue OR h.feedback_at IS NOT NULL OR h.is_closed"),
            (
                "in_time",
                IN_TIME,
                "NOT h.is_overdue AND (h.feedback_at IS NOT NULL OR h.is_closed)",
            ),
            ("closed", pgettext_lazy("fact", "Closed by now"), "h.is_closed"),
            (
                "in_original_time",
                pgettext_lazy("fact", "Within the limit as it was at first"),
                "NOT h.is_overdue AND s.first_feedback_at <= coalesce(h.original_due_at, h.due_at)",
            ),
            ASSESSED,
        ],
        rows="held h JOIN story s ON s.ticket_id = h.id WHERE h.due_at IS NOT NULL",
        at="h.due_at",
        unit="h.lead_id",
    ),
    told(
        7,
        "first_feedback",
        pgettext_lazy("occasion", "First feedback"),
        pgettext_lazy("occasion", "when the result was reported first"),
        [REWORKED, ASSESSED],
        rows="""held h JOIN story s ON s.ticket_id = h.id JOIN did d ON d.id = s.first_feedback
                  LEFT JOIN spent m ON m.id = h.id""",
        at="d.at",
        unit="h.lead_id",
        minutes="m.minutes",
    ),
    told(
        8,
        "closed",
        pgettext_lazy("occasion", "Closing"),
        pgettext_lazy("occasion", "when it was closed"),
        [
            WORKER,
            ("self_handled", pgettext_lazy("fact", "Handled on the spot"), "h.self_handled"),
            ("enters_grid", pgettext_lazy("fact", "A matter of the grid"), "h.min_level = 'grid'"),
            (
                "enters_community",
                pgettext_lazy("fact", "A matter of the community or below"),
                "h.min_level IN ('grid', 'community')",
            ),
            (
                "enters_town",
                pgettext_lazy("fact", "A matter of the town or below"),
                "h.min_level IN ('grid', 'community', 'town')",
            ),
            (
                "settled_grid",
                pgettext_lazy("fact", "Settled in the grid, not handed up"),
                "h.self_handled OR (u.tier = 'grid' AND s.first_escalation IS NULL)",
            ),
            (
                "settled_community",
                pgettext_lazy("fact", "Settled in the community, not handed up"),
                "h.self_handled OR (u.tier IN ('grid', 'community') AND s.first_escalation IS NULL)",
            ),
            (
                "settled_town",
                pgettext_lazy("fact", "Settled in the town, not handed up"),
                "h.self_handled OR (u.tier IN ('grid', 'community', 'town') AND s.first_escalation IS NULL)",
            ),
            REWORKED,
            ASSESSED,
            ("pressing", pgettext_lazy("fact", "Urgent worry of residents"), "h.is_pressing"),
            (
                "worry_solved",
                pgettext_lazy("fact", "Urgent worry that was solved"),
                "h.is_pressing AND (h.self_handled OR h.is_resolved)",
            ),
            ("opinion", pgettext_lazy("fact", "Opinion or suggestion of residents"), "h.is_opinion"),
            (
                "opinion_adopted",
                pgettext_lazy("fact", "Opinion or suggestion that was adopted"),
                "h.is_opinion AND h.is_resolved",
            ),
        ],
        rows="""held h JOIN story s ON s.ticket_id = h.id LEFT JOIN accounts_orgunit u ON u.id = h.lead_id
                 WHERE h.is_closed""",
        at="h.closed_at",
        unit="h.lead_id",
    ),
    told(
        9,
        "callback",
        pgettext_lazy("occasion", "Callback"),
        pgettext_lazy("occasion", "when the citizen was called"),
        [
            ("reached", pgettext_lazy("fact", "Somebody answered"), "d.outcome <> 'unreachable'"),
            (
                "answered",
                pgettext_lazy("fact", "A valid answer whether it was solved"),
                "d.outcome IN ('solved', 'partly', 'unsolved')",
            ),
            ("solved", pgettext_lazy("fact", "“Solved”"), "d.outcome = 'solved'"),
            ("rated", pgettext_lazy("fact", "A valid answer about satisfaction"), "d.satisfaction <> ''"),
            (
                "satisfied",
                pgettext_lazy("fact", "Satisfied or basically satisfied"),
                "d.satisfaction = ANY(%(content)s)",
            ),
            (
                "valid",
                pgettext_lazy("fact", "Neither anonymous nor an enquiry that was answered at once"),
                "h.assessed AND h.has_citizen AND NOT (h.is_enquiry AND h.first_dispatched_at IS NULL)",
            ),
        ],
        rows="calls d JOIN held h ON h.id = d.ticket_id",
        at="d.at",
        unit="h.lead_id",
        serial="d.id",
    ),
    told(
        10,
        "callback_due",
        pgettext_lazy("occasion", "Limit of the callback"),
        pgettext_lazy("occasion", "when the limit of the callback ends"),
        [
            ("judged", JUDGED, ENDED),
            (
                "called",
                pgettext_lazy("fact", "Called at least once"),
                "made.id IS NOT NULL",
            ),
        ],
        rows="""limits d JOIN held h ON h.id = d.ticket_id JOIN story s ON s.ticket_id = h.id
                  LEFT JOIN (SELECT DISTINCT l.id FROM limits l
                               JOIN calls c ON c.ticket_id = l.ticket_id AND c.at >= l.started_at
                                           AND c.at <= coalesce(l.stopped_at, 'infinity')) made ON made.id = d.id
                 WHERE d.stage = 'follow_up' AND d.outcome <> 'cancelled' AND h.needs_reply""",
        at="d.due_at",
        unit="d.unit_id",
        serial="d.id",
    ),
    told(
        11,
        "returned",
        pgettext_lazy("occasion", "Return"),
        pgettext_lazy("occasion", "when it was returned"),
        [
            ("granted", pgettext_lazy("fact", "Return granted"), "d.decision = 'grant_return'"),
            ("refused", pgettext_lazy("fact", "Return refused"), "d.decision = 'refuse_return'"),
        ],
        rows="""(SELECT *, lead(verb) OVER (PARTITION BY ticket_id ORDER BY id) AS decision FROM did
                   WHERE verb IN ('return', 'grant_return', 'refuse_return')) d
                  JOIN held h ON h.id = d.ticket_id WHERE d.verb = 'return'""",
        at="d.at",
        unit="d.unit_id",
        serial="d.id",
    ),
    told(
        12,
        "extended",
        pgettext_lazy("occasion", "Extension granted"),
        pgettext_lazy("occasion", "when it was decided"),
        [("first", FIRST, "d.id = s.first_extension")],
        rows="""did d JOIN held h ON h.id = d.ticket_id JOIN story s ON s.ticket_id = h.id WHERE d.verb = 'extend'""",
        at="d.at",
        unit="h.lead_id",
        serial="d.id",
    ),
    told(
        13,
        "suspended",
        pgettext_lazy("occasion", "Suspension"),
        pgettext_lazy("occasion", "when it was decided"),
        [("first", FIRST, "d.id = s.first_suspension")],
        rows="""did d JOIN held h ON h.id = d.ticket_id JOIN story s ON s.ticket_id = h.id WHERE d.verb = 'suspend'""",
        at="d.at",
        unit="h.lead_id",
        serial="d.id",
    ),
    told(
        14,
        "police_matter",
        pgettext_lazy("occasion", "Matter received from the police"),
        pgettext_lazy("occasion", "when it was accepted"),
        [("closed", pgettext_lazy("fact", "Closed by now"), "h.is_closed"), ASSESSED],
        rows="held h WHERE h.from_police AND h.taken_at IS NOT NULL",
        at="h.taken_at",
        unit="h.lead_id",
    ),
)
