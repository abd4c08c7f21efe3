"""What can be printed of a case now: each paper with its title, what tells it from others of its kind, its address."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import pgettext

from governance.foundation.clock import local
from mediation.documents import forms
from mediation.documents.pauses import steps_of
from mediation.models import Agreement, MediationCase


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One paper; `query` says of which session, callback or suspension. An invitation goes to the parties whole."""

    kind: str
    title: str
    note: str = ""
    query: str = ""
    has_masked: bool = True


def offers(row: MediationCase, agreement: Agreement | None) -> Iterator[Offer]:
    """Papers that the case has something for, in the order in which they come about."""
    for kind in _plain(row, agreement):
        yield Offer(kind=kind, title=forms.title(kind))
    for planned in row.sessions.filter(state="planned").order_by("starts_at"):
        yield Offer(
            kind="invitation",
            title=pgettext("papers", "Invitation to a session"),
            note=f"{local(planned.starts_at):%m-%d %H:%M}",
            query=f"session={planned.pk}",
            has_masked=False,
        )
    for held in row.sessions.filter(state="held").order_by("number"):
        yield Offer(
            kind="session",
            title=pgettext("papers", "Record of session %(number)s") % {"number": held.number},
            note=f"{local(held.starts_at):%m-%d %H:%M}",
            query=f"session={held.pk}",
        )
    for pause in row.pauses.order_by("started_at"):
        for kind, step in zip(("suspension", "resumption"), steps_of(pause), strict=True):
            if step is not None:
                note = f"{local(step.at):%m-%d %H:%M}"
                yield Offer(kind=kind, title=forms.title(kind), note=note, query=f"pause={pause.pk}")
    for made in row.callbacks.filter(called_at__isnull=False).order_by("due_at"):
        yield Offer(
            kind="callback",
            title=pgettext("papers", "Callback after %(days)s days") % {"days": made.days},
            query=f"callback={made.pk}",
        )


def _plain(row: MediationCase, agreement: Agreement | None) -> Iterator[str]:
    """Kinds of which a case has one at most."""
    yield from ("application", "registration", "rights", "consent")
    if agreement is not None:
        yield "oral" if agreement.form == "oral" else "agreement"
        if agreement.form == "written" and agreement.effective_at is not None:
            yield "confirmation"
    if row.steps.filter(verb__in=("stop", "fail", "give_up", "refuse")).exists():
        yield "termination"
