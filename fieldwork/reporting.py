"""Reports that come from a phone's outbox: the form of the page, the intake of the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from fieldwork.sync.kinds import Done, Sent
from governance.accounts.actors import Actor
from governance.foundation.errors import Forbidden, Invalid
from incidents import intake
from incidents.intake import Intake
from incidents.models import Ticket
from incidents.phone_forms import PHONE_NAMES, PhoneReportForm
from incidents.rules import may_register
from incidents.views.phone_report import source_of


def report(sent: Sent, *, by: Actor, at: datetime) -> Done:
    """One ticket of one report, whenever it is sent again. Raises what the intake raises."""
    form = _form(sent, by)
    with _in_words_of_the_form():
        made = intake.register(form.draft(source_of(by), occurred_at=sent.occurred_at), by=by, at=at)
    return _done(made, _("Reported: %(number)s"), by)


def self_handle(sent: Sent, *, by: Actor, at: datetime) -> Done:
    """The same for what the worker has put right already, with photos before and after."""
    form = _form(sent, by)
    data = form.cleaned_data
    if not data["is_self_handled"]:
        raise Invalid(fields={"is_self_handled": [_("Say that it has been handled on the spot")]})
    try:
        with _in_words_of_the_form():
            made = intake.self_handle(
                form.draft(source_of(by), occurred_at=sent.occurred_at),
                by=by,
                at=at,
                before=data["attachments"],
                after=data["after"],
                opinion=data["opinion"],
            )
    except Forbidden as problem:
        raise Forbidden(_("This place is not in your own grid: report it without handling it")) from problem
    return _done(made, _("Handled on the spot and closed: %(number)s"), by)


def _form(sent: Sent, by: Actor) -> PhoneReportForm:
    if not may_register(by):
        raise Forbidden(_("Registering reports belongs to other roles"))
    form = PhoneReportForm(sent.form_data())
    if not form.is_valid():
        raise Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form


def _done(made: Intake, words: str, by: Actor) -> Done:
    number = made.ticket.number
    if not made.created:
        words = _("This report has been sent before: %(number)s")
    is_seen = Ticket.objects.visible_to(by).filter(pk=made.ticket.pk).exists()
    return Done(
        words=words % {"number": number},
        number=number,
        url=reverse("phone:ticket", args=[number]) if is_seen else reverse("phone:tasks"),
        ticket_id=made.ticket.pk,
    )


@contextmanager
def _in_words_of_the_form() -> Iterator[None]:
    """Refusals of the intake, under the names that the phone's form has."""
    try:
        yield
    except Invalid as problem:
        problem.fields = {PHONE_NAMES.get(name, name): texts for name, texts in problem.fields.items()}
        raise
