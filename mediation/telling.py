"""Who is told what about a case. The bell names the case code, never the parties or what they quarrel about."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from grids.territory import current as territory
from incidents.models import Notice
from incidents.telling import tell
from mediation.models import MediationCase

A = Notice.Audience
POLICE_LINE = "GA"
KINDS = {"overdue": "overdue", "warn": "warn"}


def tell_sorters(
    row: MediationCase, what: str, *, at: datetime, by: Actor | None = None, key: str = ""
) -> int:
    """The desk of the community and of the town; of the city where it is neither's."""
    land = territory()
    desks = [land.command_unit(row.region_path, tier) for tier in ("community", "town")]
    units = {desk.id for desk in desks if desk is not None}
    return _tell(row, what, units, (A.DUTY,), (), at=at, by=by, key=key)


def tell_town(row: MediationCase, what: str, *, at: datetime, by: Actor | None = None, key: str = "") -> int:
    """The town's staff and, where one is named, the responsible leader."""
    unit = territory().command_unit(row.region_path, "town")
    people = [row.leader_id] if row.leader_id else []
    return _tell(row, what, {unit.id} if unit is not None else (), (A.DUTY,), people, at=at, by=by, key=key)


def tell_police(
    row: MediationCase, what: str, *, at: datetime, by: Actor | None = None, key: str = ""
) -> int:
    """The police units that answer for the place."""
    units = {unit.id for unit in territory().line_units(POLICE_LINE, row.region_path)}
    return _tell(row, what, units, (A.HANDLERS, A.LEADS), (), at=at, by=by, key=key)


def tell_mediators(
    row: MediationCase, what: str, *, at: datetime, by: Actor | None = None, key: str = ""
) -> int:
    """The case's mediators; the body's while none is named."""
    if row.handled_by:
        return _tell(row, what, (), (A.HANDLERS,), row.handled_by, at=at, by=by, key=key)
    return _tell(row, what, {row.unit_id} if row.unit_id else (), (A.HANDLERS,), (), at=at, by=by, key=key)


def tell_people(
    row: MediationCase,
    what: str,
    people: Iterable[int],
    *,
    at: datetime,
    by: Actor | None = None,
    key: str = "",
) -> int:
    """Some people by name."""
    return _tell(row, what, (), (A.HANDLERS,), people, at=at, by=by, key=key)


def tell_callers(row: MediationCase, what: str, *, at: datetime, key: str = "") -> int:
    """Who makes the callbacks: the community's desk."""
    unit = territory().command_unit(row.region_path, "community")
    return _tell(row, what, {unit.id} if unit is not None else (), (A.DUTY,), (), at=at, by=None, key=key)


def tell_holder(row: MediationCase, what: str, *, at: datetime, by: Actor | None = None) -> int:
    """The unit that holds the ticket out of which the case came, where there is one."""
    if row.ticket is None:
        return 0
    url = reverse("incidents:ticket", args=[row.ticket.number])
    return _tell(row, what, {row.ticket.holder_id}, (A.HANDLERS, A.DUTY), (), at=at, by=by, url=url)


def tell_units(
    row: MediationCase, what: str, units: Iterable[int], url: str, *, at: datetime, by: Actor
) -> int:
    """Departments that are asked: they get the question's page, not the case."""
    return _tell(row, what, units, (A.HANDLERS, A.LEADS), (), at=at, by=by, url=url)


def _tell(
    row: MediationCase,
    what: str,
    unit_ids: Iterable[int],
    audiences: Iterable[str],
    people: Iterable[int],
    *,
    at: datetime,
    by: Actor | None,
    key: str = "",
    url: str = "",
) -> int:
    return sum(
        tell(
            key=f"mediation:{row.pk}:{what}:{key or row.version}",
            kind=KINDS.get(what.partition("_")[0], f"mediation_{what}"[:20]),
            title=words_of(what, row),
            url=url or reverse("mediation:case", args=[row.number]),
            at=at,
            unit_ids=unit_ids,
            user_ids=people,
            audience=audience,
            by=by,
        )
        for audience in audiences
    )


def words_of(what: str, row: MediationCase) -> str:
    """What the bell says."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "registered": pgettext("mediation notice", "Dispute to be sorted: %(number)s"),
            "supplement": pgettext("mediation notice", "The sender has added to a dispute: %(number)s"),
            "triaged": pgettext("mediation notice", "A dispute was assigned to your body: %(number)s"),
            "assigned": pgettext("mediation notice", "You mediate this case: %(number)s"),
            "handed_over": pgettext("mediation notice", "A case was handed over: %(number)s"),
            "level_up": pgettext("mediation notice", "A case was handed up: %(number)s"),
            "change_kind": pgettext(
                "mediation notice", "A case came from another kind of mediation: %(number)s"
            ),
            "red": pgettext("mediation notice", "Red risk, the town leader owns the case: %(number)s"),
            "crowd": pgettext(
                "mediation notice", "Crowd in a dispute, the town leader owns the case: %(number)s"
            ),
            "violence": pgettext("mediation notice", "Signs of violence in a dispute: %(number)s"),
            "crime": pgettext("mediation notice", "Signs of a crime in a dispute: %(number)s"),
            "owned": pgettext("mediation notice", "You are the responsible leader of this case: %(number)s"),
            "reader": pgettext("mediation notice", "You may read this case: %(number)s"),
            "asked": pgettext(
                "mediation notice", "A mediation body asks your department about a case: %(number)s"
            ),
            "answered": pgettext("mediation notice", "A department has answered: %(number)s"),
            "session": pgettext("mediation notice", "Mediation session is planned: %(number)s"),
            "session_soon": pgettext("mediation notice", "Mediation session begins soon: %(number)s"),
            "suspended": pgettext("mediation notice", "Mediation is suspended: %(number)s"),
            "resumed": pgettext("mediation notice", "Mediation goes on: %(number)s"),
            "ended": pgettext("mediation notice", "Mediation of the ticket's dispute has ended: %(number)s"),
            "relapse": pgettext(
                "mediation notice", "The quarrel has come back, the case is open again: %(number)s"
            ),
            "overdue_sort": pgettext("mediation notice", "Dispute not sorted in time: %(number)s"),
            "warn_case": pgettext("mediation notice", "The 30 days of the case end soon: %(number)s"),
            "overdue_case": pgettext("mediation notice", "The 30 days of the case are over: %(number)s"),
            "warn_level": pgettext("mediation notice", "The limit at this level ends soon: %(number)s"),
            "overdue_level": pgettext("mediation notice", "The limit at this level is over: %(number)s"),
            "overdue_session": pgettext("mediation notice", "No session was held in time: %(number)s"),
            "warn_statute": pgettext("mediation notice", "A statutory limit ends soon: %(number)s"),
            "overdue_statute": pgettext("mediation notice", "A statutory limit is over: %(number)s"),
            "warn_pass_on": pgettext(
                "mediation notice", "The time to pass on what is not your matter ends soon: %(number)s"
            ),
            "overdue_pass_on": pgettext(
                "mediation notice", "The time to pass on what is not your matter is over: %(number)s"
            ),
            "warn_arbitration": pgettext(
                "mediation notice", "The limit of the labour arbitration ends soon: %(number)s"
            ),
            "overdue_arbitration": pgettext(
                "mediation notice", "The limit of the labour arbitration is over: %(number)s"
            ),
            "warn_confirm": pgettext(
                "mediation notice", "The time to apply for judicial confirmation ends soon: %(number)s"
            ),
            "overdue_confirm": pgettext(
                "mediation notice", "The time for judicial confirmation is over: %(number)s"
            ),
            "overdue_report": pgettext(
                "mediation notice", "An urgent report was not read in time: %(number)s"
            ),
            "warn_perform": pgettext("mediation notice", "An obligation is due soon: %(number)s"),
            "overdue_perform": pgettext("mediation notice", "An obligation is overdue: %(number)s"),
            "overdue_callback": pgettext("mediation notice", "A callback is due: %(number)s"),
        }
        return (words[what] % {"number": row.number})[:200]
