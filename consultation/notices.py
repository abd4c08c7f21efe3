"""Who is told what, in the city's language. Keys make sure that nobody is told the same twice."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from consultation.models import ActionItem, CallLine, Consultation, Meeting, MeetingSeries, WhistleCall
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.clock import local
from grids.territory import current as territory
from incidents.duty import Watch, centre_with, duty_unit
from incidents.models import Notice
from incidents.telling import tell

LONGEST = 200
HANDLERS, LEADS = Notice.Audience.HANDLERS, Notice.Audience.LEADS
DUTY, OVERSIGHT = Notice.Audience.DUTY, Notice.Audience.OVERSIGHT


def _title(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def url_of(row: Model) -> str:
    """The page of a call, a consultation or a meeting."""
    if isinstance(row, WhistleCall):
        return reverse("consultation:call", args=[row.number])
    if isinstance(row, Consultation):
        return reverse("consultation:consultation", args=[row.number])
    assert isinstance(row, Meeting)
    return reverse("consultation:meeting", args=[row.number])


def name_of(unit_id: int | None) -> str:
    """A unit's name, empty for one that is gone."""
    unit = territory().units.get(unit_id or 0)
    return unit.name if unit is not None else ""


def in_city_language() -> "translation.override":
    """Titles are stored: they are written in the language of the city, whoever acts."""
    return translation.override(settings.LANGUAGE_CODE)


def told_request(call: WhistleCall, at: datetime, *, by: Actor) -> None:
    """The town has a request to confirm."""
    with in_city_language():
        title = _("%(unit)s asks to whistle: %(title)s") % {
            "unit": name_of(call.asked_by_unit_id),
            "title": call.title,
        }
    _tell(call, "request", title, at, unit_ids=[call.caller_id], by=by)


def told_call(call: WhistleCall, line: CallLine, at: datetime, *, by: Actor) -> None:
    """A department is called: handlers and leads."""
    with in_city_language():
        title = _("Whistle (%(kind)s): answer until %(at)s · %(title)s") % {
            "kind": call.get_kind_display(),
            "at": f"{local(line.answer_due_at):%m-%d %H:%M}",
            "title": call.title,
        }
    for audience in (HANDLERS, LEADS):
        _tell(
            call,
            f"called-{line.pk}-{line.version}",
            title,
            at,
            unit_ids=[line.unit_id],
            audience=audience,
            by=by,
        )


def told_line(line: CallLine, verb: str, at: datetime, *, by: Actor) -> None:
    """The caller learns what a department does; a refusal goes to oversight and the department's lead as well."""
    call = line.call
    with in_city_language():
        title = {
            "accept": _("%(unit)s is coming · %(title)s"),
            "decline": _("%(unit)s has declined the whistle · %(title)s"),
            "arrive": _("%(unit)s has arrived · %(title)s"),
            "report": _("%(unit)s has given its result · %(title)s"),
        }[verb] % {"unit": name_of(line.unit_id), "title": call.title}
    key = f"{verb}-{line.pk}-{line.version}"
    _tell(call, key, title, at, unit_ids={call.caller_id, call.asked_by_unit_id or call.caller_id}, by=by)
    if verb == "decline":
        _tell(call, key, title, at, unit_ids=[line.unit_id], audience=LEADS, by=by)
        overseers = centre_with(Role.OVERSIGHT_OFFICER, call.region_path)
        _tell(call, key, title, at, unit_ids=[overseers], audience=OVERSIGHT, by=by)


def told_end(call: WhistleCall, verb: str, at: datetime, *, by: Actor) -> None:
    """Those who take part, that the call is over, not confirmed or withdrawn."""
    with in_city_language():
        title = {
            "reject": _("The town does not whistle: %(title)s"),
            "withdraw": _("The request to whistle is withdrawn: %(title)s"),
            "end": _("The whistle has been ended: %(title)s"),
            "complete": _("All departments have given their results, please score: %(title)s"),
        }[verb] % {"title": call.title}
    units = {call.caller_id, call.asked_by_unit_id or call.caller_id}
    if verb == "end":
        units |= set(call.lines.values_list("unit", flat=True))
    _tell(call, verb, title, at, unit_ids=units, by=by)


def told_consultation(row: Consultation, verb: str, at: datetime, units: Iterable[int], *, by: Actor) -> None:
    """Invited units, the centre and those whom the decision binds."""
    with in_city_language():
        title = {
            "convene": _("Consultation on %(number)s: your opinion is asked for until %(at)s"),
            "invite": _("Consultation on %(number)s: your opinion is asked for until %(at)s"),
            "returned": _("Returned again: a consultation on %(number)s must be decided until %(at)s"),
            "opine": _("An opinion has come in: consultation on %(number)s"),
            "decide": _("Consultation on %(number)s decided, with binding force"),
            "cancel": _("The consultation on %(number)s is cancelled"),
        }[verb] % {"number": row.ticket.number, "at": f"{local(row.due_at):%m-%d %H:%M}"}
    audiences = (HANDLERS, LEADS) if verb in {"convene", "invite", "decide", "returned"} else (HANDLERS,)
    for audience in audiences:
        _tell(row, f"{verb}-{row.version}", title, at, unit_ids=units, audience=audience, by=by)


def told_meeting(row: Meeting, verb: str, at: datetime, *, by: Actor) -> None:
    """Everybody who is expected."""
    with in_city_language():
        title = {
            "plan": _("Meeting on %(at)s, %(place)s: %(title)s"),
            "change": _("Changed: meeting on %(at)s, %(place)s: %(title)s"),
            "cancel": _("Cancelled: meeting on %(at)s, %(place)s: %(title)s"),
            "publish": _("Minutes to read: %(title)s"),
        }[verb] % {"at": f"{local(row.starts_at):%m-%d %H:%M}", "place": row.place, "title": row.title}
    expected = list(row.attendees.values_list("unit", "user"))
    units = {unit for unit, _user in expected if unit}
    if verb == "publish":
        units |= set(row.actions.values_list("unit", flat=True))
    _tell(
        row,
        f"{verb}-{row.version}",
        title,
        at,
        unit_ids=units,
        user_ids={user for _unit, user in expected if user},
        by=by,
    )


def told_not_planned(row: MeetingSeries, at: datetime) -> None:
    """The host, once for each date: its plan cannot be followed, somebody has to look at it."""
    with in_city_language():
        title = _("The next meeting could not be planned: %(title)s") % {"title": row.title}
    tell(
        key=f"series-{row.pk}-{row.next_on}-{row.version}",
        kind="overdue",
        title=_title(title),
        url=reverse("consultation:series-edit", args=[row.pk]),
        at=at,
        unit_ids=[row.host_id],
    )


def told_alarm(
    row: CallLine | Consultation | ActionItem, kind: str, stage: str, at: datetime
) -> dict[str, list[int]]:
    """Raise an alarm one rung higher; gives whom it reached, units and people, for its row."""
    late_audiences: tuple[tuple[int, Notice.Audience], ...]
    if isinstance(row, CallLine):
        page: Model = row.call
        responsible, path, what = row.unit_id, row.call.region_path, row.call.title
        late_audiences = ((responsible, LEADS), (responsible, HANDLERS), (row.call.caller_id, HANDLERS))
    elif isinstance(row, Consultation):
        page, responsible, path, what = row, row.centre_id, row.region_path, row.ticket.number
        late_audiences = ((responsible, HANDLERS), (responsible, OVERSIGHT))
    else:
        page, responsible, what = row.meeting, row.unit_id, row.text
        path = next(iter(territory().areas.get(row.meeting.host_id, ())), "")
        late_audiences = ((responsible, LEADS), (responsible, HANDLERS), (row.meeting.host_id, HANDLERS))
    with in_city_language():
        title = _alarm_words(row, kind, stage) % {"unit": name_of(responsible), "what": what}
    key = f"{kind}-{type(row).__name__.lower()}-{row.pk}-{stage}-{row.version}-{row.rung}"
    if kind == "warn":
        return _reach(page, key, kind, title, at, [(responsible, HANDLERS)], ())
    if kind == "overdue":
        return _reach(page, key, kind, title, at, late_audiences, ())
    people = [person["user"] for person in Watch(at).named(path)] if path else []
    top = duty_unit(path) if path else None
    units = [(responsible, LEADS), (centre_with(Role.OVERSIGHT_OFFICER, path) if path else None, OVERSIGHT)]
    if not people:
        units.append((top, DUTY))  # a hole in the roster: every duty officer of the centre
    return _reach(page, key, kind, title, at, units, people)


def _alarm_words(row: CallLine | Consultation | ActionItem, kind: str, stage: str) -> str:
    if isinstance(row, CallLine):
        words = {
            "answer": (
                _("Whistle soon due, not answered: %(what)s"),
                _("%(unit)s has not answered the whistle: %(what)s"),
            ),
            "arrive": (_("Whistle soon due, not arrived: %(what)s"), _("%(unit)s has not arrived: %(what)s")),
            "result": (
                _("Whistle soon due, no result: %(what)s"),
                _("%(unit)s has given no result: %(what)s"),
            ),
        }[stage]
    elif isinstance(row, Consultation):
        words = (
            _("Consultation on %(what)s: the decision is soon due"),
            _("Consultation on %(what)s: the decision is overdue"),
        )
    else:
        words = (_("Action item soon due: %(what)s"), _("%(unit)s has not reported as done: %(what)s"))
    return words[0] if kind == "warn" else words[1]


def _reach(
    page: Model,
    key: str,
    kind: str,
    title: str,
    at: datetime,
    units: Iterable[tuple[int | None, str]],
    people: Iterable[int],
) -> dict[str, list[int]]:
    reached: set[int] = set()
    for unit_id, audience in units:
        if unit_id is not None:
            _tell(page, key, title, at, unit_ids=[unit_id], audience=audience, kind=kind)
            reached.add(unit_id)
    found = sorted(set(people))
    if found:
        _tell(page, key, title, at, user_ids=found, audience=DUTY, kind=kind)
    return {"units": sorted(reached), "people": found}


def _tell(
    page: Model,
    key: str,
    title: str,
    at: datetime,
    *,
    unit_ids: Iterable[int | None] = (),
    user_ids: Iterable[int] = (),
    audience: str = HANDLERS,
    kind: str = "",
    by: Actor | None = None,
) -> None:
    tell(
        key=f"{type(page).__name__.lower()}-{page.pk}-{key}",
        kind=kind or type(page).__name__.lower(),
        title=_title(title),
        url=url_of(page),
        at=at,
        unit_ids=[unit_id for unit_id in unit_ids if unit_id],
        user_ids=user_ids,
        audience=audience,
        by=by,
    )
