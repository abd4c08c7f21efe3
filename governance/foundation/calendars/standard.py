"""The calendars that every installation starts with, as data; the tables replace them once seeded."""

from dataclasses import dataclass

from .frames import ALWAYS_OPEN, Frame, Week


@dataclass(frozen=True, slots=True)
class StandardCalendar:
    """A named calendar: usual week, whether it is open day and night, whether statutory holidays apply."""

    code: str
    name: str
    name_en: str
    week: Week
    is_always_open: bool = False
    is_default: bool = False

    @property
    def follows_statutory(self) -> bool:
        """Whoever never closes does not close on holidays either."""
        return not self.is_always_open


_OFFICE = (Frame.parse("08:30-12:00"), Frame.parse("14:00-17:30"))
_WINDOW = (Frame.parse("09:00-12:00"), Frame.parse("13:00-17:00"))
_FIVE_DAYS: Week = (_OFFICE, _OFFICE, _OFFICE, _OFFICE, _OFFICE, (), ())
_SIX_DAYS: Week = (_WINDOW, _WINDOW, _WINDOW, _WINDOW, _WINDOW, _WINDOW, ())

STANDARD = (
    StandardCalendar("office", "机关工作时间", "Office hours", _FIVE_DAYS, is_default=True),
    StandardCalendar("always", "全天候", "Day and night", ALWAYS_OPEN, is_always_open=True),
    StandardCalendar("window", "便民服务窗口", "Service counter", _SIX_DAYS),
)
