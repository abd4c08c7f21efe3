"""Tables of the follow-up, in reading order."""

from followup.models.calling import CallRecord, CallScript, CallTask, HotlineCall, SampleRate
from followup.models.links import Evaluation, OutsideAnswer, Purpose, SignedLink, Turnstile
from followup.models.messages import Message, MessageKind, MessageState, MessageTemplate, StepCursor

__all__ = [
    "CallRecord",
    "CallScript",
    "CallTask",
    "Evaluation",
    "HotlineCall",
    "Message",
    "MessageKind",
    "MessageState",
    "MessageTemplate",
    "OutsideAnswer",
    "Purpose",
    "SampleRate",
    "SignedLink",
    "StepCursor",
    "Turnstile",
]
