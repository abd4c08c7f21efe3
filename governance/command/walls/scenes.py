"""The rotation: which scenes there are, and changing one. A city that has set none up has the five of the platform."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.command.walls.models import WallScene
from governance.command.walls.rules import must_keep
from governance.foundation.errors import NotFound, StaleVersion

FACTS: Final = ("kind", "title", "seconds", "position", "is_active")


def shipped() -> list[WallScene]:
    """What runs until somebody has set up scenes."""
    return [
        WallScene(kind=kind, seconds=20, position=place)
        for place, kind in enumerate(WallScene.Kind.values, start=1)
    ]


def every() -> list[WallScene]:
    """All that were set up, in their order."""
    return list(WallScene.objects.order_by("position", "pk"))


def running() -> Sequence[WallScene]:
    """What rotates now: the active ones, else those of the platform."""
    return [row for row in every() if row.is_active] or shipped()


@transaction.atomic
def set_up(*, by: Actor, at: datetime) -> int:
    """Store the platform's scenes so that they can be changed; nothing where there are some."""
    must_keep(by)
    if WallScene.objects.select_for_update().exists():
        return 0
    made = WallScene.objects.bulk_create(shipped())
    journal.record("wall.scenes.made", by=by, obj=made[0], at=at, details={"scenes": len(made)})
    return len(made)


@transaction.atomic
def add(facts: Mapping[str, Any], *, by: Actor, at: datetime) -> WallScene:
    """One more scene."""
    must_keep(by)
    row = WallScene.objects.create(**{name: facts[name] for name in FACTS})
    journal.record("wall.scene.made", by=by, obj=row, at=at, details=facts_of(row))
    return row


@transaction.atomic
def change(scene_id: int, facts: Mapping[str, Any], *, version: int, by: Actor, at: datetime) -> WallScene:
    """Change a scene as it was read. Raises Forbidden, NotFound, StaleVersion."""
    must_keep(by)
    row = _locked(scene_id)
    if row.version != version:
        raise StaleVersion()
    before = facts_of(row)
    for name in FACTS:
        setattr(row, name, facts[name])
    row.version += 1
    row.save()
    journal.record("wall.scene.changed", by=by, obj=row, at=at, before=before, after=facts_of(row))
    return row


@transaction.atomic
def remove(scene_id: int, *, by: Actor, at: datetime) -> None:
    """Take a scene out for good."""
    must_keep(by)
    row = _locked(scene_id)
    journal.record("wall.scene.removed", by=by, obj=row, at=at, details=facts_of(row))
    row.delete()


def facts_of(row: WallScene) -> dict[str, Any]:
    """What can be changed."""
    return {name: getattr(row, name) for name in FACTS}


def _locked(scene_id: int) -> WallScene:
    row = WallScene.objects.select_for_update().filter(pk=scene_id).first()
    if row is None:
        raise NotFound()
    return row
