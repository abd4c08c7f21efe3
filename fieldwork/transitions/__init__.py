"""The verbs of field tasks: the only writers of their state."""

from fieldwork.transitions.assigning import assign, cancel
from fieldwork.transitions.ending import finish, start
from fieldwork.transitions.missing import explain, miss_overdue, release_lapsed
from fieldwork.transitions.reviewing import draw_sample, review, send_back

__all__ = [
    "assign",
    "cancel",
    "draw_sample",
    "explain",
    "finish",
    "miss_overdue",
    "release_lapsed",
    "review",
    "send_back",
    "start",
]
