"""The state table of an export as data: asked for, decided by somebody else, written, kept for a while. Pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who

ASKER: Final = "asker"
"""Whoever asked for the export; nobody else ever has the file."""


class ExportState(TextChoices):
    """From the question to the end of the file."""

    ASKED = "asked", pgettext_lazy("export state", "Waits for approval")
    QUEUED = "queued", pgettext_lazy("export state", "Being written")
    READY = "ready", pgettext_lazy("export state", "Ready")
    REFUSED = "refused", pgettext_lazy("export state", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("export state", "Withdrawn")
    FAILED = "failed", pgettext_lazy("export state", "Failed")
    EXPIRED = "expired", pgettext_lazy("export state", "Time to download has ended")


class ExportFormat(TextChoices):
    """What is written."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    GEOJSON = "geojson", "GeoJSON"


S = ExportState
EXPORTERS: Final[Who] = {
    role.value: Reach.SCOPE
    for role in (
        Role.OVERSIGHT_OFFICER,
        Role.LEADER,
        Role.DISPATCHER,
        Role.DUTY_OFFICER,
        Role.TOWN_STAFF,
        Role.DEPT_LEAD,
    )
}
APPROVERS: Final[Who] = {Role.OVERSIGHT_OFFICER.value: Reach.SCOPE, Role.LEADER.value: Reach.SCOPE}
"""Who approves, where they cover everything that the asker covers; never one's own."""
REASON: Final = Need(name="opinion", kind=NeedKind.TEXT, label=pgettext_lazy("export", "Reason"))

VERBS: Final = (
    Verb(
        name="ask",
        label=pgettext_lazy("export", "Ask for an export"),
        sources=frozenset(),
        target=S.QUEUED,
        alternate=S.ASKED,
        who={**EXPORTERS, Role.API_CLIENT.value: Reach.OWN},
        guard=pgettext_lazy("export", "Personal data in the clear or many rows need approval"),
    ),
    Verb(
        name="approve",
        label=pgettext_lazy("export", "Approve"),
        sources=frozenset({S.ASKED}),
        target=S.QUEUED,
        who=APPROVERS,
        needs=(
            Need(
                name="opinion",
                kind=NeedKind.TEXT,
                label=pgettext_lazy("export", "Opinion"),
                required=False,
            ),
        ),
        guard=pgettext_lazy("export", "Whoever asked does not approve"),
    ),
    Verb(
        name="refuse",
        label=pgettext_lazy("export", "Refuse"),
        sources=frozenset({S.ASKED}),
        target=S.REFUSED,
        who=APPROVERS,
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("export", "Withdraw"),
        sources=frozenset({S.ASKED, S.QUEUED}),
        target=S.WITHDRAWN,
        who={ASKER: Reach.OWN},
    ),
    Verb(
        name="finish",
        label=pgettext_lazy("export", "Written"),
        sources=frozenset({S.QUEUED}),
        target=S.READY,
        alternate=S.FAILED,
        who={SYSTEM: Reach.SYSTEM},
    ),
    Verb(
        name="expire",
        label=pgettext_lazy("export", "Remove the file"),
        sources=frozenset({S.READY}),
        target=S.EXPIRED,
        who={SYSTEM: Reach.SYSTEM},
    ),
)
EXPORT_TABLE: Final = StateTable(
    ExportState, {verb.name: verb for verb in VERBS}, frozenset({S.ASKED, S.QUEUED})
)
TONES: Final = {
    S.ASKED.value: "wait",
    S.QUEUED.value: "work",
    S.READY.value: "done",
    S.REFUSED.value: "stop",
    S.WITHDRAWN.value: "stop",
    S.FAILED.value: "stop",
    S.EXPIRED.value: "stop",
}
