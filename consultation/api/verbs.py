"""One whistle call or consultation over REST, and every verb of its table with its needs as its body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from consultation.api.showing import CallDetail, ConsultationDetail, show_call, show_consultation
from consultation.models import CallLine, Consultation, WhistleCall
from consultation.performing import DEEDS, perform, verb_of
from consultation.views.doors import visible_call, visible_consultation, visible_line
from governance.accounts.actors import Actor
from governance.foundation.api.shapes import Base
from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.errors import NotFound
from governance.foundation.state_machine import Verb
from grids.api.callers import staff
from grids.territory import current as territory
from incidents.api.reading import shape_of

View = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Face:
    """One kind of row: how the address finds it, and the row that is shown afterwards."""

    name: str
    kind: type
    find: Callable[..., Any]
    show: Callable[[Actor, str], dict[str, Any]]
    shape: type[Base]


def _line(by: Actor, number: str, unit: str) -> CallLine:
    """The called department with that code. Raises NotFound."""
    found = territory().unit_by_code.get(unit)
    row = visible_call(by, number).lines.filter(unit=found.id).first() if found is not None else None
    if row is None:
        raise NotFound()
    return visible_line(by, number, row.pk)


def _call(by: Actor, number: str) -> dict[str, Any]:
    return show_call(visible_call(by, number), by)


def _consultation(by: Actor, number: str) -> dict[str, Any]:
    return show_consultation(visible_consultation(by, number), by)


CALL: Final = Face(name="whistle", kind=WhistleCall, find=visible_call, show=_call, shape=CallDetail)
LINE: Final = Face(name="department", kind=CallLine, find=_line, show=_call, shape=CallDetail)
CONSULTATION: Final = Face(
    name="consultation",
    kind=Consultation,
    find=visible_consultation,
    show=_consultation,
    shape=ConsultationDetail,
)


class DetailView(ApiView):
    """One row; `face` is set by `detail_view`."""

    face: ClassVar[Face]

    def get(self, request: Request, number: str) -> Response:
        return Response(self.face.show(staff(request), number))


class VerbView(ApiView):
    """One verb of one kind of row; the rest is set by `verb_view`."""

    face: ClassVar[Face]
    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]

    def post(self, request: Request, number: str, **more: str) -> Response:
        by, at = staff(request), now()
        row = self.face.find(by, number, **more)
        data = read(self.shape, request.data)
        version = data.pop("version", None)
        perform(row, self.verb.name, by=by, at=at, data=data, version=version)
        return Response(self.face.show(by, number))


def detail_view(face: Face) -> View:
    """Reading one row."""
    view = type(
        f"{face.name.title()}DetailView", (DetailView,), {"face": face, "__doc__": f"One {face.name}."}
    )
    get = extend_schema(
        operation_id=f"{face.name}_read",
        tags=["consultation"],
        responses={200: face.shape},
        summary=f"Read one {face.name}, and what the caller may do to it now",
    )
    described: type[DetailView] = extend_schema_view(get=get)(view)
    return described.as_view()


def verb_views(face: Face) -> Mapping[str, View]:
    """The views of all verbs of a kind of row, by name."""
    return {name: _verb_view(face, verb_of(face.kind, name)) for name in DEEDS[face.kind]}


def _verb_view(face: Face, verb: Verb) -> View:
    plain = shape_of(verb)
    words = {"__doc__": f"Data of `{verb.name}` of one {face.name}."}
    shape = type(f"{face.name.title()}{plain.__name__}", (plain,), words)
    attributes = {
        "face": face,
        "verb": verb,
        "shape": shape(),
        "__doc__": f"`{verb.name}` of one {face.name}.",
    }
    view = type(f"{shape.__name__}View", (VerbView,), attributes)
    who = ", ".join(f"{role} ({reach})" for role, reach in verb.who.items())
    said = (("Who", who), ("Guard", verb.guard), ("Clocks", verb.clock))
    post = extend_schema(
        operation_id=f"{face.name}_{verb.name}",
        tags=["consultation"],
        request=shape,
        responses={200: face.shape},
        summary=f"{face.name} {verb.name}: {' or '.join(sorted(verb.sources))} → {' or '.join(verb.targets)}",
        description=" ".join(f"{key}: {text}." for key, text in said if text),
    )
    described: type[VerbView] = extend_schema_view(post=post)(view)
    return described.as_view()
