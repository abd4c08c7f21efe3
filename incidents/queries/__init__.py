"""Whole questions about tickets: the filtered list, pages by key, the inbox and its queues, the notices."""

from incidents.queries.filtering import TicketFilter, filtered, narrowed
from incidents.queries.ground import inside, reading
from incidents.queries.inboxes import (
    PARTS,
    QUEUE_CAP,
    Inbox,
    Queue,
    Waiting,
    actionable_states,
    inbox,
    waiting,
)
from incidents.queries.pages import Key, Page, bounded_count, bounded_counts, key_of, newest_page
from incidents.queries.signs import NOTICE_CAP, Sign, sign

__all__ = [
    "NOTICE_CAP",
    "PARTS",
    "QUEUE_CAP",
    "Inbox",
    "Key",
    "Page",
    "Queue",
    "Sign",
    "TicketFilter",
    "Waiting",
    "actionable_states",
    "bounded_count",
    "bounded_counts",
    "filtered",
    "inbox",
    "inside",
    "key_of",
    "narrowed",
    "newest_page",
    "reading",
    "sign",
    "waiting",
]
