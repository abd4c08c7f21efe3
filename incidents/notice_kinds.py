"""What a notice is about: its topic, which people choose by, its lamp, and whether its sender sees who has read it."""

from collections.abc import Mapping
from typing import Final

from incidents.models import Notice, Topic

ALARMS: Final[Mapping[str, str]] = {
    "warn": "amber",
    "overdue": "red",
    "urge": "red",
    "climb": "red",
    "key_report": "red",
}
"""Kinds that warn or alarm, and their lamps; in any app."""

DECISIONS: Final = frozenset(
    {
        "ask_return",
        "return",
        "decline_return",
        "grant_return",
        "refuse_return",
        "ask_extension",
        "extend",
        "refuse_extension",
        "ask_suspension",
        "suspend",
        "refuse_suspension",
        "resume",
        "return_part",
        "keep_part",
        "release_part",
    }
)
IMPORTANT: Final = frozenset(
    {"dispatch", "overdue", "urge", "climb", "rework", "redo", "reopen", "return", "add_part", "redo_part"}
)
"""Kinds whose sender sees who has read them."""

PLACES: Final[Mapping[str, str]] = {
    "/supervision/": Topic.OVERSIGHT,
    "/consultation/": Topic.CONSULTATION,
    "/followup/": Topic.FOLLOW_UP,
    "/policies/": Topic.POLICY,
    "/m/policies/": Topic.POLICY,
    "/opinions/": Topic.OPINION,
    "/knowledge/": Topic.WORK,
    "/police/": Topic.WORK,
    "/fieldwork/": Topic.WORK,
    "/m/patrols/": Topic.WORK,
    "/m/visits/": Topic.WORK,
    "/exports/": Topic.DECISION,
    "/analysis/": Topic.OVERSIGHT,
    "/bulletins/": Topic.POLICY,
    "/key-reports/": Topic.WORK,
}
"""Notices of other apps by where they lead."""


def topic_of(kind: str, audience: str, url: str = "") -> str:
    """The topic of a notice; one with a `url` comes from another app."""
    if kind in ALARMS:
        return Topic.ALARM.value
    if audience == Notice.Audience.CITIZEN:
        return Topic.CITIZEN.value
    if kind in DECISIONS:
        return Topic.DECISION.value
    if not url:
        return Topic.WORK.value
    return str(next((topic for place, topic in PLACES.items() if url.startswith(place)), Topic.OTHER))


def kinds_with(lamp: str) -> list[str]:
    """The kinds that show this lamp."""
    return sorted(kind for kind, shown in ALARMS.items() if shown == lamp)
