"""What the platform does by itself: forgets what is past its time, hands over where grids or people have changed."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

from governance.foundation.clock import local
from grids.territory import current as territory
from mediation import calendar
from mediation.forgetting import clear
from mediation.frame import Move
from mediation.models import MediationBody
from mediation.telling import tell_mediators, tell_sorters


def _forget(move: Move, data: dict[str, Any]) -> None:
    move.data |= clear(move.row)


def _hand_over(move: Move, data: dict[str, Any]) -> None:
    """`path` with `region`: where the case lies now. `gone`: the mediators who have left."""
    move.keeps_version = True
    if "path" in data:
        _to_place(move, data["path"], data["region"])
    if data.get("gone"):
        _without(move, data["gone"])
    tell_mediators(move.row, "handed_over", at=move.at, by=move.by, key=f"{move.at:%Y%m%d%H%M%S}")
    tell_sorters(move.row, "handed_over", at=move.at, by=move.by, key=f"{move.at:%Y%m%d%H%M%S}")


def _to_place(move: Move, path: str, region_id: int) -> None:
    """The case lies elsewhere on the map; a body that does not serve the new place gives way to one of its sort."""
    row = move.row
    if path != row.region_path:
        old, new = _name(row.region_path), _name(path)
        move.data |= {"from_path": row.region_path, "to_path": path}
        with translation.override(settings.LANGUAGE_CODE):
            move.words = pgettext("mediation", "Grids were redrawn: from %(old)s to %(new)s") % {
                "old": old,
                "new": new,
            }
        row.region_path, row.region_id = path, region_id
    body = row.body
    if body is None:
        return
    if not path.startswith(body.region_path):
        body = _instead(body, path, move) or body
        move.data |= {"body": body.pk, "body_name": body.name}
    row.body, row.unit_id = body, body.unit_id


def _instead(body: MediationBody, path: str, move: Move) -> MediationBody | None:
    rows = MediationBody.objects.at_work(local(move.at).date()).serving(path)
    same = rows.filter(kind=body.kind, level=body.level, field=body.field).order_by("pk")
    return next((item for item in same if path.startswith(item.region_path)), None)


def _name(path: str) -> str:
    chain = territory().chain(path)
    return chain[-1].name if chain else path.rstrip("/").rpartition("/")[2]


def _without(move: Move, gone: Sequence[int]) -> None:
    """Mediators who have left mediate it no longer; the one who has been longest on it leads."""
    row = move.row
    leaving = list(row.mediators.filter(until=None, mediator__in=gone).select_related("mediator"))
    with translation.override(settings.LANGUAGE_CODE):
        words = pgettext("mediation", "Left the register of mediators")
    for item in leaving:
        item.until, item.reason = move.at, words
        item.save(update_fields=["until", "reason"])
    staying = list(
        row.mediators.filter(until=None).select_related("mediator").order_by("-is_lead", "since", "pk")
    )
    if staying and not staying[0].is_lead:
        staying[0].is_lead = True
        staying[0].save(update_fields=["is_lead"])
    people = [item.mediator.user_id for item in staying if item.mediator.user_id is not None]
    away = {item.mediator.user_id for item in leaving} - {row.leader_id, row.registered_by_id, *people}
    row.handled_by, row.readers = people, [key for key in row.readers if key not in away]
    calendar.hold_again(row)
    move.data["left"] = [item.mediator_id for item in leaving]
    names = "、".join(item.mediator.name for item in leaving)
    move.words = "；".join(part for part in (move.words, f"{words}：{names}") if part)


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {"forget": _forget, "hand_over": _hand_over}
