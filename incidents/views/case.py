"""One ticket as its page shows it: the story, the clocks with their arithmetic, the people responsible."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.accounts.models import Tier
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.naming import label_of, word_of
from governance.foundation.prepared import fetch_all, fetch_models, fetch_one
from grids.models import GridPost
from grids.territory import current as territory
from incidents.deadlines import Stage
from incidents.models import Attachment, Deadline, Step, Ticket
from incidents.states import (
    FollowUpOutcome,
)
from incidents.states.hands import Hands, hands_of
from incidents.views.faces import ClockFace, clock_face, tone_of, unit_name
from incidents.views.facts import facts_of

ALARMS = {"warn": "amber", "overdue": "red", "urge": "red", "climb": "red"}
WHOLE = {Stage.HANDLE}
OF_UNITS = 3


@dataclass(frozen=True, kw_only=True)
class Photo:
    """One file of evidence for `parts/_photo_grid.html` and `parts/_file_list.html`.

    `state` says why it is not shown.
    """

    id: str
    url: str
    thumb_url: str
    caption: str
    taken_at: datetime
    kind_label: str
    media: str = "photo"
    size: int = 0
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One step for `parts/_timeline.html`; `files` are papers and recordings."""

    title: str
    at: datetime
    who: str
    role: str
    unit: str
    text: str
    tone: str
    lamp: str = ""
    facts: Sequence[tuple[str, str]] = ()
    photos: Sequence[Photo] = ()
    files: Sequence[Photo] = ()
    is_now: bool = False


@dataclass(frozen=True, kw_only=True)
class ClockCard:
    """A clock in the header; `views.arithmetic` tells how its due time was worked out."""

    id: int
    title: str
    face: ClockFace
    unit: str
    is_running: bool
    is_whole: bool
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody responsible: a name or a unit, what for, and how to reach them."""

    name: str
    post: str
    phone: str


@dataclass
class Case:
    """Everything that belongs to one ticket, read with one statement per table."""

    ticket: Ticket
    at: datetime
    steps: list[Step] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    @classmethod
    def read(cls, ticket: Ticket, at: datetime) -> "Case":
        """Three statements, planned once."""
        own = [ticket.pk]
        return cls(
            ticket,
            at,
            steps=fetch_models(Step, "WHERE ticket_id = %s ORDER BY id", own),
            deadlines=fetch_models(Deadline, "WHERE ticket_id = %s ORDER BY id", own),
            attachments=fetch_models(Attachment, "WHERE ticket_id = %s ORDER BY received_at, id", own),
        )

    @property
    def hands(self) -> Hands:
        """The people who handled it, those who checked the result, and since when the unit has it."""
        return hands_of(self.steps)

    @property
    def has_answer(self) -> bool:
        """True when the citizen has been spoken to since the last feedback."""
        since = self.ticket.feedback_at
        calls = [step for step in self.steps if step.verb == "follow_up" and since and step.at >= since]
        return any(step.data.get("outcome") != FollowUpOutcome.UNREACHABLE for step in calls)

    def entries(self) -> list[Entry]:
        """The story, newest first."""
        by_step: dict[int | None, list[Attachment]] = defaultdict(list)
        for row in self.attachments:
            by_step[row.step_id].append(row)
        last = self.steps[-1].pk if self.steps else None
        found = [entry_of(step, by_step[step.pk], is_now=step.pk == last) for step in self.steps]
        return found[::-1]

    @property
    def before(self) -> list[Photo]:
        """Pictures from before the work."""
        return self._photos(Attachment.Phase.BEFORE)

    @property
    def after(self) -> list[Photo]:
        """Pictures of the result."""
        return self._photos(Attachment.Phase.AFTER)

    @property
    def other(self) -> list[Photo]:
        """Any other picture."""
        return self._photos(Attachment.Phase.OTHER)

    def _photos(self, phase: str) -> list[Photo]:
        return [photo_of(row) for row in self.attachments if row.phase == phase and row.is_image]

    def cards(self) -> list[ClockCard]:
        """The whole clock and the one of the unit: those that run, else the last ones that ran. Not those of parts."""
        own = [row for row in self.deadlines if row.assignment_id is None]
        whole = [row for row in own if row.stage in WHOLE]
        stage = [row for row in own if row.stage not in WHOLE]
        found = []
        if chosen := _shown(whole):
            found.append(card_of(chosen, _("Whole ticket"), self.at))
        if chosen := _shown(stage):
            found.append(card_of(chosen, _("This stage"), self.at))
        return found


def _shown(rows: Sequence[Deadline]) -> Deadline | None:
    running = [row for row in rows if row.stopped_at is None]
    return min(running, key=lambda row: row.due_at) if running else (rows[-1] if rows else None)


def card_of(row: Deadline, title: str, at: datetime) -> ClockCard:
    """The card of one limit."""
    return ClockCard(
        id=row.pk,
        title=title,
        face=clock_face(row, at),
        unit=unit_name(row.unit_id),
        is_running=row.stopped_at is None,
        is_whole=row.stage in WHOLE,
        outcome=str(Deadline.Outcome(row.outcome).label) if row.stopped_at else "",
    )


def entry_of(step: Step, files: Iterable[Attachment], *, is_now: bool) -> Entry:
    """One step of the story."""
    shown = [(photo_of(row), row.is_image) for row in files]
    is_told = step.role and step.role != SYSTEM and not step.is_nameless
    return Entry(
        title=step.label,
        at=step.at,
        who=who_of(step),
        role=step.role_label if is_told else "",
        unit="" if step.is_nameless else unit_name(step.unit_id) or (step.unit.label if step.unit else ""),
        text=step.opinion,
        tone=tone_of(step.to_state) if step.verb not in ALARMS else "",
        lamp=ALARMS.get(step.verb, ""),
        facts=list(facts_of(step)),
        photos=[photo for photo, is_image in shown if is_image],
        files=[photo for photo, is_image in shown if not is_image],
        is_now=is_now,
    )


def who_of(step: Step) -> str:
    """The name of whoever did it, unless that is confidential."""
    if step.role == SYSTEM or step.actor_id is None:
        return (step.actor_name if step.actor_name != SYSTEM else "") or _("The platform")
    return step.actor_name or _("Confidential reporter")


def photo_of(row: Attachment) -> Photo:
    """One file for the screen."""
    url = reverse("incidents:attachment", args=[row.pk])
    mark = f"v={row.version}" if row.version > 1 else ""
    is_shown = row.scan not in {Attachment.Scan.PENDING, Attachment.Scan.INFECTED}
    return Photo(
        id=str(row.pk),
        url=f"{url}?{mark}" if mark else url,
        thumb_url=f"{url}?thumb=1{'&' if mark else ''}{mark}" if row.thumbnail else "",
        caption=row.name,
        taken_at=row.taken_at or row.received_at,
        kind_label=str(Attachment.Phase(row.phase).label) if row.phase != Attachment.Phase.OTHER else "",
        media=row.kind,
        size=row.size,
        state="" if is_shown else str(Attachment.Scan(row.scan).label),
    )


_PEOPLE = """
SELECT place, kind, name, phone, id FROM (
    SELECT 1 AS place, p.kind, u.name, u.phone, a.id
      FROM grids_gridassignment a JOIN grids_gridpost p ON p.id = a.post_id
      JOIN accounts_user u ON u.id = a.user_id
     WHERE p.grid_id = %s AND a.ends_on IS NULL
    UNION ALL
    SELECT 2, '', coalesce(u.name, c.name), coalesce(nullif(c.phone, ''), u.phone), c.id
      FROM staffing_coordinator c LEFT JOIN accounts_user u ON u.id = c.user_id
     WHERE c.region_id = %s AND c.starts_on <= %s AND (c.ends_on IS NULL OR c.ends_on >= %s)
    UNION ALL
    SELECT 3, '', '', phone, id FROM accounts_orgunit WHERE id = ANY(%s)
) AS people ORDER BY place, kind, id
"""


def people_of(ticket: Ticket, on: date) -> list[Person]:
    """Who answers for the place on a day, from the grid up to the command units: one statement."""
    land = territory()
    units = [land.command_unit(ticket.region_path, tier) for tier in Tier.values]
    ids = list(dict.fromkeys(unit.id for unit in units if unit is not None))
    found, phones = [], {}
    values = [ticket.grid_id or 0, ticket.community_id or 0, on, on, ids]
    for place, kind, name, phone, pk in fetch_all(_PEOPLE, values):
        if place == OF_UNITS:
            phones[pk] = phone
            continue
        post = word_of(GridPost.Kind, kind) if kind else _("Coordinator of a community")
        found.append(Person(name=name, post=str(post), phone=phone or ""))
    for unit_id in ids:
        unit = land.units[unit_id]
        post = word_of(Tier, unit.tier)
        found.append(Person(name=label_of(unit), post=post, phone=phones.get(unit_id, "")))
    return found


def last_change(ticket: Ticket, *, own: Mapping[int | None, str] | None = None) -> Mapping[str, Any]:
    """Who changed the ticket last, when and to what: what a 409 says. `own`: other words for some people."""
    step = Step.objects.filter(ticket=ticket).order_by("-id").first()
    if step is None:
        return {}
    return {
        "changed_by": (own or {}).get(step.actor_id) or who_of(step),
        "changed_at": step.at,
        "changed_to": f"{step.label} · {step.to_state_label}",
    }


def reporter_words(ticket: Ticket) -> str:
    """Who registered it, and in which role; the source where that was no person."""
    if ticket.is_confidential and ticket.source.kind == "worker":
        return _("Confidential reporter")
    of_reporter = [ticket.reporter_id]
    found = ticket.reporter_id and fetch_one("SELECT name FROM accounts_user WHERE id = %s", of_reporter)
    if not found:
        return ticket.source.label
    role = word_of(Role, ticket.reporter_role)
    return f"{found[0]} · {role}" if role else str(found[0])
