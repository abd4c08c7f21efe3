"""Which deed carries out which verb, and how it takes what was said: once for the forms and for the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from governance.foundation.state_machine import NeedKind, Verb
from supervision.deeds import (
    announcing,
    answering,
    appealing,
    checking,
    inspecting,
    instructing,
    ordering,
    rectifying,
)
from supervision.frame import APPEALS, BULLETINS, INSPECTIONS, INSTRUCTIONS, RECURRENCES, TASKS, Room

Deed = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One machine with the deeds that people may do; what only the platform does is not among them."""

    room: Room
    deeds: Mapping[str, Deed]

    def verb(self, name: str) -> Verb:
        """The verb of that name. Raises NotFound where people have none."""
        if name not in self.deeds:
            raise NotFound()
        return self.room.table[name]

    def perform(
        self,
        name: str,
        pk: int,
        *,
        by: Actor,
        at: datetime,
        data: Mapping[str, Any],
        version: int | None = None,
    ) -> Any:
        """Carry a verb out; the row as it is then.

        What is empty was not said; of words that are required, the deed says that they are missing. Raises as the
        deed does.
        """
        verb = self.verb(name)
        wanted = {
            need.name: data[need.name] for need in verb.needs if data.get(need.name) not in (None, "", [])
        }
        for need in verb.needs:
            if need.kind == NeedKind.TEXT and need.required:
                wanted.setdefault(need.name, "")
        if "unit" in wanted:
            wanted["unit_id"] = wanted.pop("unit")
        return self.deeds[name](pk, by=by, at=at, version=version, **wanted)


TASK: Final = Machine(
    room=TASKS,
    deeds={
        "notify": ordering.notify,
        "sign": rectifying.sign,
        "plan": rectifying.change_plan,
        "submit": rectifying.submit,
        "accept": checking.accept,
        "reject": checking.reject,
        "escalate": rectifying.escalate,
        "interview": checking.interview,
        "close": checking.close,
        "recheck": checking.recheck,
        "withdraw": rectifying.withdraw,
    },
)
APPEAL: Final = Machine(
    room=APPEALS,
    deeds={
        "review": appealing.review,
        "grant": appealing.grant,
        "refuse": appealing.refuse,
        "withdraw": appealing.withdraw,
    },
)
INSTRUCTION: Final = Machine(
    room=INSTRUCTIONS,
    deeds={
        "answer": instructing.answer,
        "press": instructing.press,
        "conclude": instructing.conclude,
        "withdraw": instructing.withdraw,
    },
)
INSPECTION: Final = Machine(
    room=INSPECTIONS,
    deeds={
        "approve": inspecting.approve,
        "refuse": inspecting.refuse,
        "begin": inspecting.begin,
        "close": inspecting.close,
        "cancel": inspecting.cancel,
    },
)
BULLETIN: Final = Machine(
    room=BULLETINS,
    deeds={
        "edit": announcing.edit,
        "retake": announcing.retake,
        "publish": announcing.publish,
        "discard": announcing.discard,
    },
)
RECURRENCE: Final = Machine(
    room=RECURRENCES,
    deeds={
        "acknowledge": answering.acknowledge,
        "resolve": answering.resolve,
        "dismiss": answering.dismiss,
    },
)
