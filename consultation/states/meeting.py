"""会议: the verbs of a meeting."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.states.names import MeetingState
from consultation.states.who import HOSTS, NOTE, PLATFORM, REASON, at
from governance.foundation.state_machine import Verb

MEETING_VERBS: Final = (
    Verb(
        name="plan",
        label=pgettext_lazy("meeting", "Plan a meeting"),
        sources=frozenset(),
        target=MeetingState.PLANNED,
        who={**HOSTS, **PLATFORM},
    ),
    Verb(
        name="change",
        label=pgettext_lazy("meeting", "Change the plan"),
        sources=at(MeetingState.PLANNED),
        target="",
        who=HOSTS,
    ),
    Verb(
        name="cancel",
        label=pgettext_lazy("meeting", "Cancel the meeting"),
        sources=at(MeetingState.PLANNED),
        target=MeetingState.CANCELLED,
        who=HOSTS,
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="minute",
        label=pgettext_lazy("meeting", "Write the minutes"),
        sources=at(MeetingState.PLANNED, MeetingState.HELD),
        target=MeetingState.HELD,
        who=HOSTS,
        guard=_("Not before the meeting has begun"),
    ),
    Verb(
        name="publish",
        label=pgettext_lazy("meeting", "Publish the minutes"),
        sources=at(MeetingState.HELD),
        target=MeetingState.PUBLISHED,
        who=HOSTS,
        needs=(NOTE,),
        guard=_("Afterwards they are not changed; every attendee's reading is receipted"),
    ),
)
