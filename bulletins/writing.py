"""The verbs of a bulletin: drafted by hand or by its schedule, edited, drawn again, approved, published, recalled; and
a unit's confirmation that it has read it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from bulletins.drawing import sections
from bulletins.models import Bulletin, BulletinSchedule, BulletinStep, BulletinTemplate, UnitReceipt
from bulletins.rules import role_for, role_over
from bulletins.spans import ended_before
from bulletins.states import BULLETIN_TABLE, BulletinState
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, NotFound, StaleVersion, Unprocessable
from governance.foundation.numbers import next_numbers
from governance.foundation.state_machine import Verb
from grids.territory import Place
from grids.territory import current as territory
from incidents.models import Notice
from incidents.telling import tell

LONGEST_TITLE, LONGEST_TEXT, LONGEST_OPINION = 120, 5000, 500
LONGEST: Final = timedelta(days=366)


@dataclass
class Move:
    """One verb in progress."""

    row: Bulletin
    verb: Verb
    by: Actor
    at: datetime
    opinion: str = ""

    def say(self, words: str) -> None:
        """Keep the opinion; Unprocessable when it is needed and missing, or too long."""
        self.opinion = words.strip()
        need = self.verb.need("opinion")
        if need is not None and need.required and not self.opinion:
            raise Unprocessable(fields={"opinion": [pgettext_lazy("period bulletin", "Give the reason")]})
        if len(self.opinion) > LONGEST_OPINION:
            raise Unprocessable(
                fields={"opinion": [pgettext_lazy("period bulletin", "At most 500 characters")]}
            )


@contextmanager
def moving(name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Move]:
    """Run one verb: lock, version, table, rule, writes, step, journal. Raises NotFound, Conflict, Forbidden."""
    with transaction.atomic():
        rows = Bulletin.objects.select_for_update(of=("self",), no_key=True).select_related("template")
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound()
        if version is not None and version != row.version:
            raise StaleVersion(current_version=row.version, state=row.state)
        verb = BULLETIN_TABLE.check(name, row.state)
        move = Move(row, verb, by.acting_as(role_for(verb, row, by)), at)
        before, from_state = facts(row), row.state
        yield move
        row.state, row.version = verb.target, row.version + 1
        row.save()
        leave_step(move, from_state, before)


def leave_step(move: Move, from_state: str, before: Mapping[str, Any] | None) -> None:
    """Write the step, with the texts as a version of their own, and the journal entry."""
    row = move.row
    step = BulletinStep.objects.create(
        bulletin=row,
        verb=move.verb.name,
        from_state=from_state,
        to_state=row.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        opinion=move.opinion,
        version=row.version,
        texts={"title": row.title, "texts": [part["text"] for part in row.sections]},
    )
    journal.record(
        f"bulletins.{move.verb.name}",
        by=move.by,
        obj=row,
        at=move.at,
        before=before,
        after=facts(row),
        details={"step": step.pk},
    )


def facts(row: Bulletin) -> dict[str, str]:
    """What the journal keeps a digest of."""
    return {item.name: str(getattr(row, item.attname)) for item in row._meta.concrete_fields}


@transaction.atomic
def prepare(
    template: BulletinTemplate, code: str, since: date, last: date, *, by: Actor, at: datetime
) -> Bulletin:
    """A draft with figures and sentences. Raises Forbidden, Unprocessable, Conflict where there is one already."""
    place = territory().by_code.get(code)
    if place is None or place.level == "grid":
        raise Unprocessable(
            fields={"place": [pgettext_lazy("period bulletin", "Choose a place from the list")]}
        )
    verb = BULLETIN_TABLE["prepare"]
    actor = by.acting_as(role_over(verb, by, place.path))
    if last < since:
        raise Unprocessable(fields={"last": [_("The last day lies before the first one")]})
    if last - since > LONGEST:
        raise Unprocessable(
            fields={"last": [pgettext_lazy("period bulletin", "One day at least, a year at most")]}
        )
    if last >= local(at).date():
        raise Unprocessable(
            fields={"last": [pgettext_lazy("period bulletin", "These days are not over yet")]}
        )
    BulletinTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
    there = Bulletin.objects.filter(template=template, place=code, since=since, last=last)
    if there.exclude(state=BulletinState.RECALLED).exists():
        raise Conflict(
            pgettext_lazy("period bulletin", "There is a bulletin of this kind for these days already"),
            code="there",
        )
    row = Bulletin(
        number=next_numbers("JB", at)[0],
        template=template,
        region_path=place.path,
        place=code,
        place_name=place.name,
        title=title_of(template, place, since, last),
        since=since,
        last=last,
        sections=sections(template, place, since, last),
        drawn_at=at,
        prepared_at=at,
    )
    row.save(force_insert=True)
    leave_step(Move(row, verb, actor, at), "", None)
    return row


def title_of(template: BulletinTemplate, place: Place, since: date, last: date) -> str:
    """`文津街道网格化联动工作通报（2026年10月）`; of other spans with the days."""
    with translation.override(settings.LANGUAGE_CODE):
        if template.span == "month":
            days = pgettext("period bulletin", "%(year)s-%(month)s") % {
                "year": since.year,
                "month": since.month,
            }
        elif since == last:
            days = _day_words(since)
        else:
            both = {"since": _day_words(since), "last": _day_words(last)}
            days = pgettext("period bulletin", "%(since)s to %(last)s") % both
    return f"{place.name}{template.name}（{days}）"[:LONGEST_TITLE]


def _day_words(day: date) -> str:
    words = pgettext("period bulletin", "%(year)s-%(month)s-%(day)s")
    return words % {"year": day.year, "month": day.month, "day": day.day}


def edit(
    pk: int, *, title: str, texts: Sequence[str], by: Actor, at: datetime, version: int | None = None
) -> Bulletin:
    """Change the texts of a draft. Raises Unprocessable, and as `moving`."""
    with moving("edit", pk, by=by, at=at, version=version) as move:
        if not 0 < len(title.strip()) <= LONGEST_TITLE:
            raise Unprocessable(
                fields={"title": [pgettext_lazy("period bulletin", "A title of at most 120 characters")]}
            )
        if len(texts) != len(move.row.sections) or any(len(text) > LONGEST_TEXT for text in texts):
            raise Unprocessable(
                fields={
                    "title": [pgettext_lazy("period bulletin", "At most 5,000 characters for each section")]
                }
            )
        move.row.title = title.strip()
        move.row.sections = [
            {**part, "text": text.strip()} for part, text in zip(move.row.sections, texts, strict=True)
        ]
    return move.row


def redraw(pk: int, *, by: Actor, at: datetime, version: int | None = None) -> Bulletin:
    """Take the figures as they stand now; what was written stays. Raises as `moving`."""
    with moving("redraw", pk, by=by, at=at, version=version) as move:
        row = move.row
        new = sections(row.template, territory().by_code[row.place], row.since, row.last)
        row.sections = [{**part, "text": old["text"]} for part, old in zip(new, row.sections, strict=True)]
        row.drawn_at = at
    return move.row


def submit(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Bulletin:
    """Ask for approval. Raises as `moving`, Unprocessable while a section is empty."""
    with moving("submit", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        empty = [
            part["head"]
            for part in move.row.sections
            if not (part["text"] or part["lines"] or part["ranking"])
        ]
        if empty:
            words = pgettext_lazy("period bulletin", "Nothing is written under “%(head)s” yet")
            raise Unprocessable(words % {"head": empty[0]})
    return move.row


def publish(pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None) -> Bulletin:
    """A second person approves; the units concerned have to read it. Raises as `moving`."""
    with moving("publish", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        row = move.row
        row.published_by, row.published_at = by.user, at
        units = readers_of(row.region_path)
        UnitReceipt.objects.bulk_create(UnitReceipt(bulletin=row, unit_id=unit_id) for unit_id in units)
        with translation.override(settings.LANGUAGE_CODE):
            words = pgettext("period bulletin", "To be read: %(title)s") % {"title": row.title}
        for audience in (Notice.Audience.LEADS, Notice.Audience.OVERSIGHT):
            tell(
                key=f"bulletin:{row.pk}",
                kind="bulletin",
                title=words[:200],
                url=reverse("bulletins:bulletin", args=[row.number]),
                at=at,
                unit_ids=units,
                audience=audience,
            )
    return move.row


def readers_of(path: str) -> list[int]:
    """The command units of the place and below down to communities, and the departments that answer for it."""
    land = territory()
    command = {
        unit_id
        for place_path, unit_id in land.command.items()
        if place_path.startswith(path) and land.by_path[place_path].level != "grid"
    }
    departments = {
        unit.id
        for unit in land.units.values()
        if unit.kind == "department"
        and any(area.startswith(path) or path.startswith(area) for area in land.areas.get(unit.id, ()))
    }
    return sorted(command | departments)


def send_back(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Bulletin:
    """Not yet, and why. Raises as `moving`, Unprocessable."""
    with moving("send_back", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
    return move.row


def recall(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> Bulletin:
    """Take it back; who had read it stays on record. Raises as `moving`, Unprocessable."""
    with moving("recall", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.recall_reason = move.opinion
    return move.row


@transaction.atomic
def confirm(pk: int, *, by: Actor, at: datetime) -> UnitReceipt:
    """Somebody of a unit has read it, for the unit; the first one counts. Raises NotFound, Conflict."""
    rows = UnitReceipt.objects.select_for_update(of=("self",), no_key=True).select_related("bulletin")
    row = rows.filter(bulletin=pk, unit=by.unit_id).first() if by.unit_id and by.user else None
    if row is None:
        raise NotFound()
    if row.bulletin.state != BulletinState.PUBLISHED:
        raise Conflict(pgettext_lazy("period bulletin", "This bulletin was recalled"), code="recalled")
    if row.read_at is None:
        row.read_by, row.read_at = by.user, at
        row.save(update_fields=["read_by", "read_at"])
        journal.record("bulletins.confirm", by=by, obj=row.bulletin, at=at, details={"unit": row.unit_id})
    return row


def draft_due(*, at: datetime) -> int:
    """What the schedules ask for and nobody has drafted yet; returns how many. Safe to repeat."""
    today, hour = local(at).date(), local(at).hour
    in_force = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    done = 0
    for row in BulletinSchedule.objects.filter(in_force, hour__lte=hour).select_related("template", "region"):
        since, last = ended_before(row.template.span, today)
        if row.template.span == BulletinTemplate.Span.SPECIAL or not row.template.is_offered:
            continue
        if Bulletin.objects.filter(
            template=row.template, place=row.region.code, since=since, last=last
        ).exists():
            continue
        try:
            prepare(row.template, row.region.code, since, last, by=SYSTEM_ACTOR, at=at)
        except (Conflict, Unprocessable):
            continue
        done += 1
    return done
