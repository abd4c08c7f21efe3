"""What the values of the keys mean: choices, days, places, units, categories. Each reader answers values of the list's
query, or raises `Unclear` with a sentence that says what would be right.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from governance.command.searching.language.keys import NO, YES, Key, Option, both, plain_of
from governance.foundation.errors import Invalid
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents import finding
from incidents.areas import area_of
from incidents.catalogue import current as catalogue
from incidents.views.links import FORMER_PATH

SHOWN: Final = 8
COMMAS: Final = re.compile(r"[,，、]")
COMPARED: Final = re.compile(r"(>=|<=|>|<|≥|≤)?\s*(.+)")
DAYS: Final = re.compile(r"(\d{1,4})(?:d|天|日)")
MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})")
TODAY, YESTERDAY = pgettext_lazy("query value", "today"), pgettext_lazy("query value", "yesterday")
WEEK, THIS_MONTH = pgettext_lazy("query value", "this-week"), pgettext_lazy("query value", "this-month")
THIS_YEAR = pgettext_lazy("query value", "this-year")
ME: Final = pgettext_lazy("query value", "me")
DAY: Final = timedelta(days=1)
Found = list[tuple[str, str]]


class Unclear(ValueError):
    """A value that cannot be read; its words say what could."""


def same(word: str, text: Any) -> bool:
    """Whether a word is that text in one of the languages."""
    return plain_of(word) in both(text)


def one_of(options: Sequence[Option], word: str) -> str:
    """The value of the option that was meant: its code, its words, or the beginning of one option alone."""
    plain = plain_of(word)
    exact = [value for value, label in options if plain == value.casefold() or plain in both(label)]
    if exact:
        return exact[0]
    begun = [value for value, label in options if any(name.startswith(plain) for name in both(label))]
    if len(begun) == 1:
        return begun[0]
    known = "、".join(str(label) for _value, label in options[:SHOWN])
    raise Unclear(_("“%(word)s” is not known here; possible are %(known)s") % {"word": word, "known": known})


def choices(key: Key, value: str, is_not: bool, person: int | None, today: date) -> Found:
    """One or several of the options; `-` means all the others."""
    options = key.options()
    words = [word.strip() for word in COMMAS.split(value) if word.strip()]
    if not words:
        raise Unclear(_("A value is missing after the colon"))
    if key.kind == "choice" and (len(words) > 1 or is_not):
        raise Unclear(_("One value only, and it cannot be turned round"))
    wanted = [one_of(options, word) for word in words]
    if is_not:
        wanted = [option for option, _label in options if option not in wanted]
    if not wanted:
        raise Unclear(_("This leaves out every value there is"))
    return [(key.fields[0], option) for option in dict.fromkeys(wanted)]


def flag(key: Key, value: str, is_not: bool, person: int | None, today: date) -> Found:
    """Yes or no."""
    answer = next(
        (yes for word, yes in ((YES, True), (NO, False)) if same(value, word)),
        {"1": True, "0": False}.get(value),
    )
    if answer is None:
        raise Unclear(_("The answer here is %(yes)s or %(no)s") % {"yes": YES, "no": NO})
    answer = answer is not is_not
    if key.kind == "only" and not answer:
        raise Unclear(_("Only %(yes)s can be asked for here") % {"yes": YES})
    return [(key.fields[0], str(int(answer)))]


def place(key: Key, value: str, is_not: bool, person: int | None, today: date) -> Found:
    """A place in force by name, code, pinyin or initials; a former one by its path."""
    _plain(is_not)
    if not key.level and FORMER_PATH.fullmatch(value):
        found = territory().by_path.get(value)
        return [("region", found.code)] if found else [("path", value)]
    entries = [entry for entry in finding.places() if not key.level or entry.item.level == key.level]
    return [("region", _only(entries, value).code)]


def unit(key: Key, value: str, is_not: bool, person: int | None, today: date) -> Found:
    """A unit by name, code, pinyin or initials."""
    _plain(is_not)
    return [(key.fields[0], str(_only(finding.units(), value).id))]


def category(key: Key, value: str, is_not: bool, person: int | None, today: date) -> Found:
    """A category by code, also that of a whole class, or by name."""
    _plain(is_not)
    if value in catalogue().by_code:
        return [("category", value)]
    return [("category", _only(finding.categories(), value).code)]


def reporter(key: Key, value: str, is_not: bool, who: int | None, today: date) -> Found:
    """`me`, or the number of a person as drill-down links name it."""
    _plain(is_not)
    if same(value, ME) and who is not None:
        return [("reporter", str(who))]
    if value.isascii() and value.isdigit() and len(value) < 19:
        return [("reporter", value)]
    raise Unclear(_("Only %(me)s can be asked for here") % {"me": ME})


def area(key: Key, value: str, is_not: bool, person: int | None, today: date) -> Found:
    """Corners as a map writes them: longitude,latitude;longitude,latitude;…"""
    _plain(is_not)
    try:
        area_of(value)
    except Invalid as problem:
        raise Unclear(str(problem.fields["area"][0])) from None
    return [(key.fields[0], value)]


def span(key: Key, value: str, is_not: bool, person: int | None, today: date) -> Found:
    """Days: `2026-01-01`, `2026-01`, `>=…`, `<…`, `…..…`, `7d`, today, this week, this month."""
    _plain(is_not)
    begins, ends = _between(value, today) if ".." in value else _compared(value, today)
    return [(name, text) for name, text in zip(key.fields, (begins, ends), strict=True) if text]


def _between(value: str, today: date) -> tuple[str, str]:
    """Both ends, or one of them left open."""
    first, last = (part.strip() for part in value.split("..", 1))
    begins = _moment(first, today)[0] if first else ""
    ends = _moment(last, today)[1] if last else ""
    if not begins and not ends:
        raise Unclear(_("A day is missing beside the two points"))
    if begins and ends and begins > ends:
        raise Unclear(_("The last day lies before the first one"))
    return begins, ends


def _compared(value: str, today: date) -> tuple[str, str]:
    """From a day on, until a day, or that day (month, week) itself."""
    compared = COMPARED.fullmatch(value)
    if compared is None:
        raise Unclear(_("A value is missing after the colon"))
    sign, text = compared.groups()
    first, last = _moment(text, today)
    match sign:
        case ">=" | "≥":
            return first, ""
        case "<=" | "≤":
            return "", last
        case ">":
            return _moved(last, 1), ""
        case "<":
            return "", _moved(first, -1)
        case _:
            return first, "" if DAYS.fullmatch(text) else last


def _moved(day: str, by: int) -> str:
    """A day further or back; an instant is exact already."""
    try:
        return day if "T" in day else (date.fromisoformat(day) + by * DAY).isoformat()
    except OverflowError as error:
        raise _no_day(day) from error


def _no_day(text: str) -> Unclear:
    return Unclear(
        _("“%(word)s” is no day: write 2026-01-31, 2026-01, 7d, %(today)s or %(month)s")
        % {"word": text, "today": TODAY, "month": THIS_MONTH}
    )


def _moment(text: str, today: date) -> tuple[str, str]:
    """The first and last day that a word for a time means."""
    for word, begins, ends in (
        (TODAY, today, today),
        (YESTERDAY, today - DAY, today - DAY),
        (WEEK, today - timedelta(days=today.weekday()), today),
        (THIS_MONTH, today.replace(day=1), today),
        (THIS_YEAR, today.replace(month=1, day=1), today),
    ):
        if same(text, word):
            return begins.isoformat(), ends.isoformat()
    if match := DAYS.fullmatch(text):  # at most 9999 days: nobody leaves the calendar
        return (today - (int(match[1]) - 1) * DAY).isoformat(), today.isoformat()
    try:
        if match := MONTH.fullmatch(text):
            first = date(int(match[1]), int(match[2]), 1)
            return first.isoformat(), ((first + 31 * DAY).replace(day=1) - DAY).isoformat()
        if "T" in text:
            return (moment := datetime.fromisoformat(text).replace(tzinfo=None).isoformat()), moment
        day = date.fromisoformat(text)
        return day.isoformat(), day.isoformat()
    except (ValueError, OverflowError) as error:
        raise _no_day(text) from error


def _plain(is_not: bool) -> None:
    if is_not:
        raise Unclear(_("This filter cannot be turned round"))


def _only(entries: Sequence[Any], value: str) -> Any:
    """The one item that is called so; else the one item that the words find. Raises Unclear with what there is."""
    plain = plain_of(value)
    called = [entry.item for entry in entries if plain in entry.own.split() or plain in _names(entry.item)]
    found = called or finding.search(entries, value, limit=SHOWN + 1)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Unclear(_("Nothing is called “%(word)s”") % {"word": value})
    known = "、".join(f"{label_of(item)} {item.code}" for item in found[:SHOWN])
    raise Unclear(_("“%(word)s” can mean several: %(known)s") % {"word": value, "known": known})


def _names(item: Any) -> set[str]:
    return {plain_of(name) for name in (item.name, item.name_en) if name}


READERS: Final[dict[str, Callable[[Key, str, bool, int | None, date], Found]]] = {
    "choice": choices,
    "choices": choices,
    "flag": flag,
    "only": flag,
    "place": place,
    "unit": unit,
    "category": category,
    "person": reporter,
    "span": span,
    "area": area,
}
