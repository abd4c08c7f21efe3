"""What goes out over REST: whistle calls and consultations, with what the caller may do to them now."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from consultation.models import CallLine, Consultation, WhistleCall
from consultation.performing import DEEDS
from consultation.rules import permitted
from consultation.states import CallKind, CallState, ConsultationState, LineState
from governance.accounts.actors import Actor
from governance.foundation.api.shapes import Base, OfferOut
from grids.territory import current as territory


class CallLineOut(Base):
    """What one called department has done."""

    unit = serializers.CharField()
    state = serializers.ChoiceField(choices=LineState.choices)
    answer_due_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    in_time = serializers.BooleanField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    result = serializers.CharField()
    score = serializers.IntegerField(allow_null=True)


class CallOut(Base):
    """A whistle call."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=CallKind.choices)
    state = serializers.ChoiceField(choices=CallState.choices)
    title = serializers.CharField()
    caller = serializers.CharField()
    called_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    departments = CallLineOut(many=True)


class CallDetail(CallOut):
    """A whistle call, and what the caller may do to it and to its departments."""

    verbs = OfferOut(many=True)


class InvitationOut(Base):
    """What one invited unit says."""

    unit = serializers.CharField()
    stance = serializers.CharField()
    opinion = serializers.CharField()
    opined_at = serializers.DateTimeField(allow_null=True)


class ConsultationOut(Base):
    """A consultation with its decision."""

    number = serializers.CharField()
    state = serializers.ChoiceField(choices=ConsultationState.choices)
    cause = serializers.ChoiceField(choices=Consultation.Cause.choices)
    question = serializers.CharField()
    convened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    lead = serializers.CharField(help_text="The code of the unit that leads; empty before the decision.")
    co_handlers = serializers.ListField(child=serializers.CharField())
    basis = serializers.CharField()
    minutes = serializers.CharField()
    opinions = InvitationOut(many=True)


class ConsultationDetail(ConsultationOut):
    """A consultation, and what the caller may do to it."""

    verbs = OfferOut(many=True)


def code_of(unit_id: int | None) -> str:
    unit = territory().units.get(unit_id or 0)
    return unit.code if unit is not None else ""


def call_facts(row: WhistleCall) -> dict[str, Any]:
    """A call with its departments."""
    names = ("number", "kind", "state", "title", "called_at", "finished_at")
    lines: Iterable[CallLine] = sorted(row.lines.all(), key=lambda line: line.pk)
    departments = [
        {
            "unit": code_of(line.unit_id),
            "in_time": line.is_in_time,
            **{name: getattr(line, name) for name in LINE_FACTS},
        }
        for line in lines
    ]
    facts = {name: getattr(row, name) for name in names}
    return facts | {"caller": code_of(row.caller_id), "departments": departments}


LINE_FACTS = ("state", "answer_due_at", "answered_at", "arrived_at", "finished_at", "result", "score")


def consultation_facts(row: Consultation, *, is_inside: bool) -> dict[str, Any]:
    """An outside system is told the decision; what units have said before stays among them."""
    names = (
        "number",
        "state",
        "cause",
        "question",
        "convened_at",
        "due_at",
        "decided_at",
        "basis",
        "minutes",
    )
    opinions = [
        {
            "unit": code_of(item.unit_id),
            "stance": item.stance,
            "opinion": item.opinion,
            "opined_at": item.opined_at,
        }
        for item in sorted(row.invitations.all(), key=lambda item: item.pk)
        if is_inside
    ]
    facts = {name: getattr(row, name) for name in names}
    if not is_inside:
        facts |= {"question": "", "minutes": ""}
    units = [code_of(unit) for unit in row.co_handlers]
    return facts | {"lead": code_of(row.lead_id), "co_handlers": units, "opinions": opinions}


def offers(row: Any, by: Actor, place: str) -> list[dict[str, str]]:
    """What this person may do to a row now, and where."""
    verbs = [verb for verb in permitted(row, by) if verb.name in DEEDS[type(row)]]
    return [{"name": verb.name, "label": str(verb.label), "url": f"{place}/{verb.name}"} for verb in verbs]


def show_call(row: WhistleCall, by: Actor) -> dict[str, Any]:
    """A call with the verbs of its own and of each called department."""
    place = f"/api/v1/whistles/{row.number}"
    found = offers(row, by, place)
    for line in row.lines.all():
        line.call = row
        found += offers(line, by, f"{place}/departments/{code_of(line.unit_id)}")
    shown: dict[str, Any] = CallDetail(call_facts(row) | {"verbs": found}).data
    return shown


def show_consultation(row: Consultation, by: Actor) -> dict[str, Any]:
    """A consultation with its verbs."""
    facts = consultation_facts(row, is_inside=True)
    facts["verbs"] = offers(row, by, f"/api/v1/consultations/{row.number}")
    shown: dict[str, Any] = ConsultationDetail(facts).data
    return shown
