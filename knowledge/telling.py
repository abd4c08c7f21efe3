"""Who hears of a question, of one that is late, and of an entry that has to be reviewed."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from grids.territory import latest as territory
from incidents.models import Notice
from incidents.telling import tell
from knowledge.models import KnowledgeEntry, Question

DUTY, HANDLERS, OVERSIGHT = Notice.Audience.DUTY, Notice.Audience.HANDLERS, Notice.Audience.OVERSIGHT


def asked(row: Question, *, at: datetime) -> None:
    """The duty officer of the city, and the town of the place where one was given."""
    _of_question(row, "asked", "question", (DUTY, HANDLERS), at=at)


def late(row: Question, *, at: datetime) -> None:
    """The same people, and whoever oversees."""
    _of_question(row, "late", "overdue", (DUTY, HANDLERS, OVERSIGHT), at=at)


def drafted(row: KnowledgeEntry, *, by: Actor, at: datetime) -> None:
    """Whoever may publish it: leads and overseers of its unit, at a centre its staff as well."""
    audiences = [Notice.Audience.LEADS, OVERSIGHT, *([HANDLERS] if row.unit_id in units_of(row) else [])]
    for audience in audiences:
        tell(
            key=f"knowledge:{row.pk}:draft",
            kind="knowledge_review",
            title=words_of("draft", row.question),
            url=f"{reverse('knowledge:entry', args=[row.number])}?edition={row.edition}",
            at=at,
            unit_ids=[row.unit_id],
            audience=audience,
            by=by,
        )


def to_review(row: KnowledgeEntry, *, at: datetime) -> None:
    """The unit that answers for an entry."""
    for audience in (Notice.Audience.LEADS, HANDLERS):
        tell(
            key=f"knowledge:{row.pk}:review:{row.review_on}",
            kind="knowledge_review",
            title=words_of("review", row.question),
            url=reverse("knowledge:entry", args=[row.number]),
            at=at,
            unit_ids=[row.unit_id],
            audience=audience,
        )


def _of_question(row: Question, what: str, kind: str, audiences: Iterable[str], *, at: datetime) -> None:
    for audience in audiences:
        tell(
            key=f"question:{row.pk}:{what}",
            kind=kind,
            title=words_of(what, row.number),
            url=reverse("knowledge:question", args=[row.number]),
            at=at,
            unit_ids=units_of(row),
            audience=audience,
        )


def units_of(row: Question | KnowledgeEntry) -> list[int]:
    """The centres that answer for its place: that of the city, of the town and of the community."""
    land = territory()
    units = [land.command_unit(row.region_path, tier) for tier in ("community", "town", "city")]
    return sorted({unit.id for unit in units if unit is not None})


def words_of(what: str, name: str) -> str:
    """What the bell says, in the city's language; never what was asked."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "asked": pgettext("knowledge", "A resident asks and waits for an answer: %(name)s"),
            "late": pgettext("knowledge", "Question of a resident not answered in time: %(name)s"),
            "draft": pgettext("knowledge", "Knowledge entry waits to be published: %(name)s"),
            "review": pgettext("knowledge", "Knowledge entry to be reviewed: %(name)s"),
        }
        return (words[what] % {"name": name})[:200]
