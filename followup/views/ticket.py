"""What is begun from a ticket's page: a one-time notice, a request for more, a link for an outside unit, its answer."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from followup import answers, links
from followup.composing import notice_told, send_by_hand
from followup.forms import AgainForm, AskForm, ConfirmForm, EmptyForm, NoticeForm, OutsideForm, ReasonForm
from followup.models import MessageKind, OutsideAnswer, Purpose, SignedLink
from followup.rules import may_host, may_tell
from followup.views.dialogs import Dialog, posted
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, NotFound
from incidents.catalogue import current as catalogue
from incidents.models import Ticket
from incidents.opening import visible_ticket

DIALOG = ["GET", "HEAD", "POST"]


def must_tell(ticket: Ticket, actor: Actor) -> None:
    """Raises Forbidden for people who do not write to citizens, and where nobody may be written to."""
    if not may_tell(ticket, actor):
        raise Forbidden(_("Nobody waits for an answer here, or writing belongs to another unit"))


@require_http_methods(DIALOG)
@desk_page
def notice(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """一次性告知: everything that is needed, in one message; a second one says why."""
    ticket = visible_ticket(actor, number)
    must_tell(ticket, actor)
    is_again = notice_told(ticket)

    def deed(data: Mapping[str, Any]) -> str:
        at = now()
        rows = send_by_hand(
            ticket, MessageKind.ONE_TIME_NOTICE, data["reason"], why=data.get("why", ""), by=actor, at=at
        )
        return _("%(n)d messages are on their way") % {"n": len(rows)}

    return Dialog(
        request=request,
        title=f"{MessageKind.ONE_TIME_NOTICE.label} · {number}",
        verb=pgettext("message", "Send"),
        back=ticket.get_absolute_url(),
        form=(AgainForm if is_again else NoticeForm)(posted(request)),
        deed=deed,
        note=_("This citizen has been told before. What was forgotten has to be accounted for.")
        if is_again
        else _("By the duty to tell everything at once: list every material and step."),
    ).serve()


@require_http_methods(DIALOG)
@desk_page
def ask(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Ask the citizen for more, by a link with a time limit."""
    ticket = visible_ticket(actor, number)
    must_tell(ticket, actor)

    def deed(data: Mapping[str, Any]) -> str:
        rows = send_by_hand(
            ticket, MessageKind.SUPPLEMENT, data["reason"], by=actor, at=now(), days=data["days"]
        )
        return _("%(n)d messages are on their way") % {"n": len(rows)}

    return Dialog(
        request=request,
        title=f"{MessageKind.SUPPLEMENT.label} · {number}",
        verb=pgettext("message", "Send"),
        back=ticket.get_absolute_url(),
        form=AskForm(posted(request), initial={"days": days_of(Purpose.SUPPLEMENT)}),
        deed=deed,
        note=_("The citizen gets a link to add words and up to three photos."),
    ).serve()


def days_of(purpose: Purpose) -> int:
    """How long a link of that purpose is good unless somebody says otherwise."""
    return int(catalogue().policy("link.days")[purpose])


@require_http_methods(DIALOG)
@desk_page
def outside(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """A link by which an outside unit answers."""
    ticket = visible_ticket(actor, number)
    if not may_host(ticket, actor):
        raise Forbidden(_("Only the unit that handles the ticket may ask an outside unit"))

    def deed(data: Mapping[str, Any]) -> str:
        link = links.host(ticket, by=actor, at=now(), **data)
        return _("The link for %(name)s stands on the ticket's page") % {"name": link.outside_name}

    return Dialog(
        request=request,
        title=_("Let an outside unit answer · %(number)s") % {"number": number},
        verb=pgettext("link", "Make the link"),
        back=ticket.get_absolute_url(),
        form=OutsideForm(posted(request), initial={"days": days_of(Purpose.OUTSIDE)}),
        deed=deed,
        note=_("What comes back is a draft. Only your own feedback ends the handling."),
    ).serve()


@require_http_methods(DIALOG)
@desk_page
def revoke(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take a link back."""
    link = visible_link(actor, pk)
    if not links.may_revoke(link, actor):
        raise Forbidden(_("Only the unit that made a link, or the centre, may take it back"))

    def deed(_data: Mapping[str, Any]) -> str:
        links.revoke(link.pk, by=actor, at=now())
        return _("The link opens nothing any more")

    return Dialog(
        request=request,
        title=_("Take the link back · %(number)s") % {"number": link.ticket.number},
        verb=pgettext("link", "Take back"),
        back=link.ticket.get_absolute_url(),
        form=EmptyForm(posted(request)),
        deed=deed,
        note=_("Whoever holds it will be told that it is over. This cannot be undone."),
        is_grave=True,
    ).serve()


def visible_link(actor: Actor, pk: int) -> SignedLink:
    """The link, if this person may see its ticket. Raises NotFound."""
    rows = SignedLink.objects.filter(ticket__in=Ticket.objects.visible_to(actor).values("pk"))
    link = rows.select_related("ticket").filter(pk=pk).first()
    if link is None:
        raise NotFound()
    return link


def visible_answer(actor: Actor, pk: int) -> OutsideAnswer:
    """The answer, if this person may see its ticket and belongs to the unit that has it. Raises NotFound, Forbidden."""
    rows = OutsideAnswer.objects.filter(ticket__in=Ticket.objects.visible_to(actor).values("pk"))
    row = rows.select_related("ticket", "link").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    if not answers.may_take(row.ticket, actor):
        raise Forbidden(_("Only the unit that handles the ticket may take its answers"))
    return row


@require_http_methods(DIALOG)
@desk_page
def confirm(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The unit's feedback, begun with the outside unit's words and photos."""
    row = visible_answer(actor, pk)
    initial = {
        "opinion": row.text,
        "version": row.ticket.version,
        "photos": [str(key) for key in row.photos.values_list("pk", flat=True)],
    }

    def deed(data: Mapping[str, Any]) -> str:
        answers.confirm(
            row.pk,
            by=actor,
            at=now(),
            result_kind=data["result_kind"],
            opinion=data["opinion"],
            photos=data.get("photos", []),
            version=data["version"],
        )
        return _("Fed back: %(number)s") % {"number": row.ticket.number}

    return Dialog(
        request=request,
        title=_("Feed back with the answer of %(name)s") % {"name": row.link.outside_name},
        verb=pgettext("outside answer", "Feed back"),
        back=row.ticket.get_absolute_url(),
        form=ConfirmForm(row, posted(request), initial=initial),
        deed=deed,
        note=_("You answer for what is written here; change what is not right."),
    ).serve()


@require_http_methods(DIALOG)
@desk_page
def decline(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Do not take an outside unit's answer."""
    row = visible_answer(actor, pk)

    def deed(data: Mapping[str, Any]) -> str:
        answers.decline(row.pk, by=actor, at=now(), reason=data["opinion"])
        return _("The answer is not taken")

    return Dialog(
        request=request,
        title=_("Do not take the answer of %(name)s") % {"name": row.link.outside_name},
        verb=pgettext("outside answer", "Do not take"),
        back=row.ticket.get_absolute_url(),
        form=ReasonForm(posted(request)),
        deed=deed,
        is_grave=True,
    ).serve()
