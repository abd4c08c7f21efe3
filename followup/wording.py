"""Words and rates that the centre keeps: scripts and templates in versions, sampling rates with their day.

Nothing is edited in place: what was said or sent stays what it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from followup.composing import check_template
from followup.models import CallScript, MessageKind, MessageTemplate, SampleRate
from followup.rules import KEEPERS, must
from followup.sampling import shipped
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Unprocessable
from incidents.catalogue import current as catalogue
from incidents.models import Ticket

KINDS = ("yesno", "text")
MOST_QUESTIONS = 12


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a script."""

    key: str
    text: str
    kind: str = "yesno"


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a caller says, with the ticket's facts filled in."""

    name: str
    greeting: str
    closing: str
    questions: Sequence[Question] = field(default_factory=tuple)
    id: int | None = None
    version: int = 0
    demand_type: str = ""
    category_prefix: str = ""


def script_for(ticket: Ticket, *, at: datetime) -> Script:
    """The most specific script in force: by the longest matter, then the demand type, then for everything."""
    rows = [_of_row(row) for row in CallScript.objects.filter(valid_from__lte=at).order_by("version")]
    newest = {(row.demand_type, row.category_prefix): row for row in [*shipped_scripts(), *rows]}
    fitting = [
        script
        for (demand, prefix), script in newest.items()
        if demand in {"", ticket.demand_type} and ticket.category.code.startswith(prefix)
    ]
    best = max(fitting, key=lambda script: (len(script.category_prefix), bool(script.demand_type)))
    facts = {"title": ticket.title, "number": ticket.number, "date": f"{local(ticket.registered_at):%m-%d}"}
    return Script(
        **{name: getattr(best, name) for name in ("id", "name", "version", "demand_type", "category_prefix")},
        greeting=_filled(best.greeting, facts),
        closing=_filled(best.closing, facts),
        questions=best.questions,
    )


def _filled(text: str, facts: dict[str, str]) -> str:
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def shipped_scripts() -> list[Script]:
    """What comes with the platform, version 0."""
    return [_of_dict(row) for row in shipped("scripts")]


def scripts() -> list[Script]:
    """Every kind in its newest version, the general one first."""
    rows = [_of_row(row) for row in CallScript.objects.order_by("version")]
    newest = {(row.demand_type, row.category_prefix): row for row in [*shipped_scripts(), *rows]}
    return [newest[key] for key in sorted(newest, key=lambda key: (key[1], key[0]))]


def _of_row(row: CallScript) -> Script:
    return Script(
        id=row.pk,
        name=row.name,
        version=row.version,
        demand_type=row.demand_type,
        category_prefix=row.category_prefix,
        greeting=row.greeting,
        closing=row.closing,
        questions=[Question(**item) for item in row.questions],
    )


def _of_dict(row: dict[str, Any]) -> Script:
    return Script(**{**row, "questions": [Question(**item) for item in row["questions"]]})


def write_script(
    *,
    name: str,
    greeting: str,
    questions: str,
    closing: str,
    demand_type: str = "",
    category_prefix: str = "",
    by: Actor,
    at: datetime,
) -> CallScript:
    """The next version of a kind of script. Raises Forbidden, Unprocessable, Conflict."""
    must(KEEPERS, by)
    _must_be_matter(category_prefix)
    asked = [vars(item) for item in read_questions(questions)]
    with transaction.atomic():
        rows = CallScript.objects.filter(demand_type=demand_type, category_prefix=category_prefix)
        row = CallScript(
            demand_type=demand_type,
            category_prefix=category_prefix,
            version=(rows.aggregate(last=Max("version"))["last"] or 0) + 1,
            name=name,
            greeting=greeting,
            questions=asked,
            closing=closing,
            valid_from=at,
            written_by=by.user,
        )
        _store(row, "call_script.write", by=by, at=at)
    return row


def read_questions(text: str) -> list[Question]:
    """One question a line; a line that begins with `*` takes words instead of yes or no. Raises Unprocessable."""
    found: list[Question] = []
    for line in text.splitlines():
        words = line.strip()
        if not words:
            continue
        kind = "text" if words.startswith("*") else "yesno"
        found.append(Question(key=f"q{len(found) + 1}", text=words.lstrip("* ")[:200], kind=kind))
    if not found or len(found) > MOST_QUESTIONS:
        raise Unprocessable(
            fields={"questions": [_("From 1 to %(most)d questions, one a line") % {"most": MOST_QUESTIONS}]}
        )
    return found


def question_lines(questions: Iterable[Question]) -> str:
    """The questions as they are typed."""
    return "\n".join(f"* {item.text}" if item.kind == "text" else item.text for item in questions)


def write_template(kind: str, text: str, *, by: Actor, at: datetime) -> MessageTemplate:
    """The next version of a message's words. Raises Forbidden, Invalid, Conflict."""
    must(KEEPERS, by)
    check_template(MessageKind(kind), text)
    with transaction.atomic():
        last = MessageTemplate.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
        row = MessageTemplate(kind=kind, version=last + 1, text=text, valid_from=at, written_by=by.user)
        _store(row, "message_template.write", by=by, at=at)
    return row


def write_rate(
    kind: str, category_prefix: str, percent: Decimal, *, valid_from: date, by: Actor, at: datetime
) -> SampleRate:
    """A rate from a day on, today at the earliest: what is past has been drawn. Raises Forbidden, Unprocessable."""
    must(KEEPERS, by)
    _must_be_matter(category_prefix)
    if valid_from < local(at).date():
        raise Unprocessable(fields={"valid_from": [_("Today or later: what is past has been drawn already")]})
    with transaction.atomic():
        row = SampleRate(
            kind=kind,
            category_prefix=category_prefix,
            percent=percent,
            valid_from=valid_from,
            written_by=by.user,
        )
        _store(row, "sample_rate.write", by=by, at=at)
    return row


def _must_be_matter(prefix: str) -> None:
    if prefix and prefix not in catalogue().by_code:
        raise Unprocessable(fields={"category_prefix": [_("There is no such matter")]})


def _store(row: CallScript | MessageTemplate | SampleRate, verb: str, *, by: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("Somebody else has written one at the same time, or for the same day; nothing was stored")
        ) from error
    journal.record(verb, by=by, obj=row, at=at, after={"text": str(row)})
