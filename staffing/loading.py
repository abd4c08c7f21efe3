"""Loading ready-made templates, dictionaries and duty times; what is there already stays as it was edited."""

from datetime import date, datetime

from django.db import transaction

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit import journal
from governance.foundation.errors import Conflict, NotFound
from staffing.models import DutyRequirement, PostRequirement, StaffingTemplate, Term
from staffing.presets import DUTY, TEMPLATES, TERMS


@transaction.atomic
def load_dictionaries(*, since: date) -> int:
    """Words and duty times that are missing; gives how many words were added."""
    known = set(Term.objects.values_list("kind", "code"))
    fresh = [
        Term(kind=kind, code=code, name=name, name_en=name_en, sequence=10 * number)
        for number, (kind, code, name, name_en) in enumerate(TERMS, 1)
        if (kind.value, code) not in known
    ]
    Term.objects.bulk_create(fresh)
    kinds = set(DutyRequirement.objects.values_list("unit_kind", flat=True))
    DutyRequirement.objects.bulk_create(
        DutyRequirement(unit_kind=kind, opens=opens, closes=closes, needs_backup=backup, valid_from=since)
        for kind, opens, closes, backup in DUTY
        if kind.value not in kinds
    )
    return len(fresh)


@transaction.atomic
def load_template(code: str, *, since: date, at: datetime, grid_kind: str = "") -> StaffingTemplate:
    """Put a ready-made template in force for a kind of grid (empty: all kinds) from a day on.

    Raises NotFound for an unknown code, Conflict when a template begins on that very day already.
    """
    preset = TEMPLATES.get(code)
    if preset is None:
        raise NotFound()
    if StaffingTemplate.objects.filter(grid_kind=grid_kind, valid_from=since).exists():
        raise Conflict(f"A staffing template for {grid_kind or 'all kinds'} begins on {since} already")
    row = StaffingTemplate.objects.create(
        code=code,
        name=preset.name,
        name_en=preset.name_en,
        grid_kind=grid_kind,
        needs_team=preset.needs_team,
        valid_from=since,
    )
    PostRequirement.objects.bulk_create(
        PostRequirement(
            template=row,
            kind=post.kind,
            count=post.count,
            is_required=post.is_required,
            is_full_time=post.is_full_time,
            home_kinds=[kind.value for kind in post.home_kinds],
            max_per_person=post.max_per_person,
        )
        for post in preset.posts
    )
    journal.record(
        "staffing.load", by=SYSTEM_ACTOR, obj=row, at=at, details={"preset": code, "since": str(since)}
    )
    return row
