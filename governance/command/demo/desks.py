"""Saved filters that the people of the demo city would have: their own, shared with a unit, shared with a role."""

from datetime import datetime

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.searching.following import follow, pin
from incidents import saved
from incidents.models import SavedFilter

LIST, INBOX = SavedFilter.Page.LIST, SavedFilter.Page.INBOX
# who, page, name, query, with whom it is shared ("unit": the own one)
FILTERS = (
    ("dispatcher", LIST, "超期未结", "late=1", "unit"),
    ("dispatcher", LIST, "特急在办", "open=1&urgency=critical", ""),
    ("dispatcher", LIST, "曾退单", "open=1&returned=1", "unit"),
    ("dispatcher", INBOX, "待派遣", "queue=accepted", ""),
    ("oversight", LIST, "返工未结", "open=1&reworked=1", ":dept_lead"),
    ("oversight", LIST, "诉求人待回复", "open=1&waits=1", ""),
    ("leader", LIST, "重点上报", "open=1&key=1", ""),
    ("deptlead", LIST, "延期待批", "asked=extension", "unit"),
)

FOLLOWED = ("特急在办", "重点上报")
"""They stand in the search box of their owners and tell of new tickets."""


def build_filters(*, at: datetime) -> int:
    """How many were saved."""
    users = {user.username: user for user in User.objects.filter(username__in={who for who, *_ in FILTERS})}
    for who, page, name, query, to in FILTERS:
        actor = Actor(user=users[who], unit_id=users[who].unit_id)
        row = saved.save(actor, page=page, name=name, query=query, at=at)
        if to:
            saved.share(actor, row.pk, to=f"{actor.unit_id}:" if to == "unit" else to, at=at)
        if name in FOLLOWED:
            pin(actor, row.pk, is_on=True, at=at)
            follow(actor, row.pk, is_on=True, at=at)
    return len(FILTERS)
