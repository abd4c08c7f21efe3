"""A frame is a stretch of working time within one day, in minutes from local midnight; pure data.

A frame never crosses midnight: a night shift is 22:00-24:00 on one day and 00:00-06:00 on the next.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

DAY_MINUTES = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TEXT = re.compile(r"([0-2]?\d):([0-5]\d)-([0-2]?\d):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """From `start` up to `end`, minutes from midnight, 0 <= start < end <= 1440 (24:00)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError(f"a frame must start before it ends, within one day: {self}")

    @classmethod
    def parse(cls, text: str) -> "Frame":
        """`08:30-12:00` as a frame; ValueError for anything else."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"not a frame like 08:30-12:00: {text!r}")
        hour, minute, end_hour, end_minute = map(int, found.groups())
        return cls(hour * 60 + minute, end_hour * 60 + end_minute)

    def __str__(self) -> str:
        hours = (f"{at // 60:02d}:{at % 60:02d}" for at in (self.start, self.end))
        return "-".join(hours)


Frames = tuple[Frame, ...]
Week = tuple[Frames, Frames, Frames, Frames, Frames, Frames, Frames]
WHOLE_DAY: Frames = (Frame(0, DAY_MINUTES),)
ALWAYS_OPEN: Week = (WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY)


def day_frames(frames: Iterable[Frame]) -> Frames:
    """The frames of one day in order; ValueError when two of them overlap."""
    ordered = tuple(sorted(frames))
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise ValueError(f"frames overlap: {before} and {after}")
    return ordered


def parse_day(texts: Sequence[str]) -> Frames:
    """`["08:30-12:00", "14:00-17:30"]` as the frames of a day; ValueError for any other shape."""
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise ValueError('a day is a list like ["08:30-12:00", "14:00-17:30"]')
    return day_frames(Frame.parse(text) for text in texts)


def parse_week(days: Mapping[str, Sequence[str]]) -> Week:
    """`{"mon": ["08:30-12:00"], ...}` as seven days from Monday; a day left out is closed."""
    if not isinstance(days, Mapping) or not set(days) <= set(WEEKDAYS):
        raise ValueError(f"a week is an object with the keys {', '.join(WEEKDAYS)}")
    mon, tue, wed, thu, fri, sat, sun = (parse_day(days.get(name, ())) for name in WEEKDAYS)
    return mon, tue, wed, thu, fri, sat, sun


def write_week(week: Week) -> dict[str, list[str]]:
    """The inverse of `parse_week`: closed days are left out."""
    return {
        name: [str(frame) for frame in frames] for name, frames in zip(WEEKDAYS, week, strict=True) if frames
    }
