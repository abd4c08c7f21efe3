"""The shape of a batch as a phone sends it, and the phone's clock set right. Nothing is done here."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from fieldwork.sync.kinds import Position
from governance.foundation.errors import Invalid

MOST_ACTIONS = 50
MOST_FIELDS, MOST_VALUES, MOST_CHARACTERS, MOST_PHOTOS = 60, 60, 8000, 20
NAME = re.compile(r"[\w.:-]{1,60}\Z")


@dataclass(frozen=True, kw_only=True)
class RawAction:
    """One action of a batch: well-formed, nothing else. `after` is the action that has to be done before."""

    id: UUID
    kind: str
    subject: str
    data: Mapping[str, Sequence[str]]
    device_at: datetime
    skew_seconds: int
    photos: tuple[UUID, ...] = ()
    after: UUID | None = None
    position: Position | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Two actions that say the same have the same one."""
        said = [self.kind, self.subject, {name: list(values) for name, values in self.data.items()}]
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def occurred_at(self, received_at: datetime) -> datetime:
        """The phone's time, corrected by how far its clock was ahead; never after it was received."""
        return min(self.device_at - timedelta(seconds=self.skew_seconds), received_at)


@dataclass(frozen=True, kw_only=True)
class Malformed:
    """An action that no phone of ours sends; `id` as far as it can be read."""

    id: str
    why: str


def read_batch(body: bytes, *, received_at: datetime) -> tuple[list[RawAction | Malformed], int]:
    """The actions in their order, and by how many seconds the phone's clock is ahead. Raises Invalid."""
    try:
        found = json.loads(body)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(_("This is no batch of actions")) from error
    actions = found.get("actions") if isinstance(found, dict) else None
    if not isinstance(actions, list) or len(actions) > MOST_ACTIONS:
        raise Invalid(_("A batch has between 1 and %(n)d actions") % {"n": MOST_ACTIONS})
    sent_at = _instant(found.get("sent_at"))
    skew = 0 if sent_at is None else round((sent_at - received_at).total_seconds())
    return [_read(item, skew) for item in actions], skew


def reread(item: Mapping[str, Any], *, skew: int) -> RawAction:
    """An action that was well-formed when it came, from what was kept of it."""
    return _well_formed(item, skew)


def _read(item: object, skew: int) -> RawAction | Malformed:
    if not isinstance(item, dict):
        return Malformed(id="", why="shape")
    name = str(item.get("id", ""))[:40]
    try:
        return _well_formed(item, skew)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        return Malformed(id=name, why=str(error)[:80])


def _well_formed(item: Mapping[str, Any], skew: int) -> RawAction:
    kind, subject = str(item["kind"]), str(item["subject"])
    if not NAME.match(kind) or not NAME.match(subject) or len(kind) > 24:
        raise ValueError("name")
    device_at = _instant(item["device_at"])
    if device_at is None:
        raise ValueError("device_at")
    photos = tuple(UUID(str(photo)) for photo in item.get("photos") or ())
    if len(photos) > MOST_PHOTOS:
        raise ValueError("photos")
    own_skew = item.get("skew_seconds")
    after = item.get("after")
    return RawAction(
        id=UUID(str(item["id"])),
        kind=kind,
        subject=subject,
        data=_data(item["data"]),
        device_at=device_at,
        skew_seconds=_seconds(own_skew) if own_skew is not None else skew,
        photos=photos,
        after=UUID(str(after)) if after else None,
        position=_position(item.get("position")),
        raw=item,
    )


def _data(found: Mapping[str, Any]) -> dict[str, list[str]]:
    """Fields as lists of texts, bounded."""
    if len(found) > MOST_FIELDS:
        raise ValueError("fields")
    data: dict[str, list[str]] = {}
    for name, values in found.items():
        if not isinstance(values, list) or len(values) > MOST_VALUES:
            raise ValueError("values")
        texts = [text for text in values if isinstance(text, str) and len(text) <= MOST_CHARACTERS]
        if len(texts) != len(values) or any("\x00" in text for text in texts):
            raise ValueError("text")
        data[name] = texts
    return data


def _seconds(value: object) -> int:
    number = float(value)  # type: ignore[arg-type]  # anything else raises
    if not math.isfinite(number) or abs(number) > 2_000_000_000:
        raise ValueError("skew")
    return round(number)


def _instant(value: object) -> datetime | None:
    """ISO 8601 with its offset; None for anything else."""
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _position(value: object) -> Position | None:
    """lon, lat, accuracy; None for none, or for one that is no place on earth."""
    if not isinstance(value, dict):
        return None
    try:
        lon, lat = float(value["lon"]), float(value["lat"])
        metres = float(value.get("accuracy") or 0)
    except (KeyError, TypeError, ValueError):
        return None
    if not all(map(math.isfinite, (lon, lat, metres))) or abs(lon) > 180 or abs(lat) > 90:
        return None
    return Position(lon=lon, lat=lat, metres=max(metres, 0.0))
