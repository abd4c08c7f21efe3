"""One supervision task, appeal or instruction over REST, and every verb of its table with its needs as its body."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from governance.foundation.api.strict import StrictSerializer, read
from governance.foundation.api.views import ApiView
from governance.foundation.clock import now
from governance.foundation.state_machine import Verb
from grids.api.callers import staff
from incidents.api.reading import shape_of
from supervision.api.showing import Face

View = Callable[..., Any]


class DetailView(ApiView):
    """One row; `face` is set by `detail_view`."""

    face: ClassVar[Face]

    def get(self, request: Request, number: str) -> Response:
        by = staff(request)
        return Response(self.face.show(self.face.find(by, number), by, now()))


class VerbView(ApiView):
    """One verb of one machine; the rest is set by `verb_view`."""

    face: ClassVar[Face]
    verb: ClassVar[Verb]
    shape: ClassVar[StrictSerializer]

    def post(self, request: Request, number: str) -> Response:
        by, at = staff(request), now()
        row = self.face.find(by, number)
        data = read(self.shape, request.data)
        version = data.pop("version", None)
        self.face.machine.perform(self.verb.name, row.pk, by=by, at=at, data=data, version=version)
        return Response(self.face.show(self.face.find(by, number), by, at))


def detail_view(face: Face) -> View:
    """Reading one row."""
    name = face.machine.room.owner
    view = type(f"{name.title()}DetailView", (DetailView,), {"face": face, "__doc__": f"One {name}."})
    get = extend_schema(
        operation_id=f"supervision_{name}_read",
        tags=["supervision"],
        responses={200: face.shape},
        summary=f"Read one {name}, and what the caller may do to it now",
    )
    described: type[DetailView] = extend_schema_view(get=get)(view)
    return described.as_view()


def verb_view(face: Face, verb: Verb) -> View:
    """The view of one verb, with its own body in the API's document."""
    name, plain = face.machine.room.owner, shape_of(verb)
    shape = type(
        f"{name.title()}{plain.__name__}", (plain,), {"__doc__": f"Data of `{verb.name}` of one {name}."}
    )
    attributes = {"face": face, "verb": verb, "shape": shape(), "__doc__": f"`{verb.name}` of one {name}."}
    view = type(f"{shape.__name__}View", (VerbView,), attributes)
    post = extend_schema(
        operation_id=f"supervision_{name}_{verb.name}",
        tags=["supervision"],
        request=shape,
        responses={200: face.shape},
        summary=f"{name} {verb.name}: {' or '.join(sorted(verb.sources))} → {' or '.join(verb.targets)}",
        description=" ".join(f"{key}: {text}." for key, text in _said(verb) if text),
    )
    described: type[VerbView] = extend_schema_view(post=post)(view)
    return described.as_view()


def _said(verb: Verb) -> list[tuple[str, Any]]:
    who = ", ".join(f"{role} ({reach})" for role, reach in verb.who.items())
    return [("Who", who), ("Guard", verb.guard), ("Clocks", verb.clock)]
