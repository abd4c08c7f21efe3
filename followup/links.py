"""Signed links: made for one ticket and one purpose, valid for a while, revocable; every use is in the journal.

An address is signed with a salt of its purpose, so that the key of one door opens no other; the row behind it says
until when and how often. Not signed by us: not found. Signed but over: gone, with the reason.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from followup.models import Purpose, SignedLink
from followup.rules import may_host, may_tell
from governance.accounts.actors import Actor
from governance.accounts.roles import SYSTEM
from governance.audit import journal
from governance.foundation.errors import Forbidden, NotFound, Problem, Text, Unprocessable
from incidents import sides
from incidents.catalogue import current as catalogue
from incidents.models import Requester, Ticket
from incidents.states import OPEN, State

LONGEST_TOKEN: Final = 200
USES: Final[dict[str, int]] = {Purpose.EVALUATE: 1, Purpose.SUPPLEMENT: 3, Purpose.OUTSIDE: 5}
PAGES: Final[dict[str, str]] = {
    Purpose.EVALUATE: "citizen:evaluate",
    Purpose.SUPPLEMENT: "citizen:supplement",
    Purpose.OUTSIDE: "citizen:outside",
}
EVALUATED: Final = frozenset({State.FOLLOW_UP, State.CLOSED})


class Gone(Problem):
    """A link that was good once: over, used up, taken back, or overtaken by what happened to the ticket."""

    status = 410
    code = "link_gone"
    title = _("This link is no longer valid")


def citizen(address: str = "", request_id: str = "") -> Actor:
    """Whoever holds a link: no account, the platform acts for him or her."""
    return Actor(
        role=SYSTEM,
        client="web",
        client_name=pgettext("actor", "Citizen or outside unit, by link"),
        address=address,
        request_id=request_id,
    )


def make(
    ticket: Ticket,
    purpose: str,
    *,
    by: Actor,
    at: datetime,
    requester: Requester | None = None,
    days: int | None = None,
    outside_name: str = "",
    task: str = "",
) -> SignedLink:
    """Write the row of a link, in the caller's transaction. Raises Unprocessable for a strange number of days."""
    policy = catalogue().policy
    days = int(policy("link.days")[purpose]) if days is None else days
    most = int(policy("link.most_days"))
    if not 1 <= days <= most:
        raise Unprocessable(fields={"days": [_("From 1 to %(most)d days") % {"most": most}]})
    with transaction.atomic():
        link = SignedLink.objects.create(
            purpose=purpose,
            ticket=ticket,
            requester=requester,
            nonce=secrets.token_urlsafe(16),
            created_at=at,
            created_by=by.user,
            unit_id=by.unit_id,
            expires_at=at + timedelta(days=days),
            round_at=ticket.feedback_at if purpose == Purpose.EVALUATE else None,
            outside_name=outside_name,
            task=task,
            most_uses=USES[purpose],
        )
        sides.mark(ticket.pk, "followup")
        note(link, "made", by=by, at=at)
    return link


def host(ticket: Ticket, *, by: Actor, at: datetime, outside_name: str, task: str, days: int) -> SignedLink:
    """A link for an outside unit's answer, by somebody of the unit that handles the ticket. Raises Forbidden."""
    if not may_host(ticket, by):
        raise Forbidden(_("Only the unit that handles the ticket may ask an outside unit"))
    if not outside_name.strip() or not task.strip():
        missing = "outside_name" if not outside_name.strip() else "task"
        raise Unprocessable(fields={missing: [_("Please fill this in")]})
    return make(
        ticket,
        Purpose.OUTSIDE,
        by=by,
        at=at,
        days=days,
        outside_name=outside_name.strip(),
        task=task.strip(),
    )


def revoke(link_id: int, *, by: Actor, at: datetime) -> SignedLink:
    """Take a link back, now. Raises NotFound, Forbidden; a link that is taken back already stays so."""
    with transaction.atomic():
        rows = SignedLink.objects.select_for_update(of=("self",)).select_related("ticket")
        link = rows.filter(pk=link_id).first()
        if link is None:
            raise NotFound()
        if not may_revoke(link, by):
            raise Forbidden(_("Only the unit that made a link, or the centre, may take it back"))
        if link.revoked_at is None:
            link.revoked_at, link.revoked_by = at, by.user
            link.save(update_fields=["revoked_at", "revoked_by"])
            note(link, "revoked", by=by, at=at)
        return link


def may_revoke(link: SignedLink, by: Actor) -> bool:
    """The unit that made it, or who may write to the citizen."""
    is_own = link.unit_id is not None and link.unit_id == by.unit_id
    return is_own or may_tell(link.ticket, by) or may_host(link.ticket, by)


def revoke_evaluations(ticket_id: int, *, at: datetime) -> int:
    """The result is no longer what it was: links to evaluate it are void. They fail without this as well."""
    rows = SignedLink.objects.filter(ticket_id=ticket_id, purpose=Purpose.EVALUATE, revoked_at=None)
    return rows.exclude(round_at=F("ticket__feedback_at")).filter(uses=0).update(revoked_at=at)


def address_of(link: SignedLink) -> str:
    """The whole address of a link, as it is sent."""
    return settings.PUBLIC_URL.rstrip("/") + path_of(link)


def path_of(link: SignedLink) -> str:
    """The path of a link."""
    return reverse(PAGES[link.purpose], args=[token_of(link)])


def token_of(link: SignedLink) -> str:
    """The signed word in the address."""
    return _signer(link.purpose).sign(f"{link.pk}-{link.nonce}")


def find(purpose: str, token: str, *, at: datetime, lock: bool = False) -> SignedLink:
    """The link behind a word. Raises NotFound for one that is not ours, Gone for one that is over.

    With `lock` (inside a transaction) nobody else uses it at the same time.
    """
    pk, nonce = _read(purpose, token)
    rows = SignedLink.objects.select_related("ticket__category", "ticket__source")
    if lock:
        rows = rows.select_for_update(of=("self",))
    link = rows.filter(pk=pk, purpose=purpose).first()
    if link is None or not constant_time_compare(link.nonce, nonce):
        raise NotFound()
    if why := why_over(link, at):
        raise Gone(why)
    return link


def _read(purpose: str, token: str) -> tuple[int, str]:
    if len(token) > LONGEST_TOKEN:
        raise NotFound()
    try:
        pk, _dash, nonce = _signer(purpose).unsign(token).partition("-")
        return int(pk), nonce
    except (signing.BadSignature, ValueError) as error:
        raise NotFound() from error


def why_over(link: SignedLink, at: datetime) -> Text:
    """Why a link opens nothing any more; empty while it does."""
    ticket = link.ticket
    if link.revoked_at is not None:
        return _("This link has been taken back by the office that sent it.")
    if link.uses >= link.most_uses:
        return _("This link has been used already. Thank you.")
    if at >= link.expires_at:
        return _("The time of this link is over.")
    if link.purpose == Purpose.EVALUATE and (
        ticket.state not in EVALUATED or ticket.feedback_at != link.round_at
    ):
        return _("The matter is being worked on again. You will be asked anew when there is a result.")
    if link.purpose == Purpose.SUPPLEMENT and ticket.state not in OPEN:
        return _("The matter is finished, so nothing can be added any more.")
    if link.purpose == Purpose.OUTSIDE and ticket.state != State.HANDLING:
        return _("The matter is no longer with the unit that asked you.")
    return ""


def use(link: SignedLink, *, by: Actor, at: datetime, **details: Any) -> None:
    """Count one use of a locked link and write it into the journal."""
    link.uses += 1
    link.last_used_at = at
    link.save(update_fields=["uses", "last_used_at"])
    note(link, "used", by=by, at=at, **details)


def note(link: SignedLink, what: str, *, by: Actor, at: datetime, **details: Any) -> None:
    """One line of the journal about a link; the word that opens it is never written down."""
    facts = {"ticket": link.ticket.number, "purpose": link.purpose, **details}
    journal.record(f"link.{what}", by=by, obj=link, at=at, details=facts)


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"followup.link.{purpose}", sep=".")
