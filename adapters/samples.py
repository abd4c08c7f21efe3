"""What becomes of a document under a plan, in a form that can be kept and compared. Persons are taken out before."""

import copy
from typing import Any, Final

from adapters.document import Plan
from adapters.fields import PERSONAL
from adapters.mapping import turn
from adapters.paths import MISSING, Tokens, look
from adapters.taking import shaped
from governance.foundation.errors import Invalid, Problem

NOBODY: Final = {"citizen.name": "某某", "citizen.phone": "13800000000"}


def outcome_of(plan: Plan, document: Any) -> dict[str, Any]:
    """The report and the category that was kept in words, or the faults by field and code."""
    mapped = turn(plan, document)
    faults = sorted(f"{fault.name}: {fault.code}" for fault in mapped.faults)
    if not faults:
        try:
            shaped(plan, mapped)
        except Problem as problem:
            named = problem.fields if isinstance(problem, Invalid) else {}
            faults = sorted(f"{name}: {problem.code}" for name in named or [""])
    return {"report": mapped.body, "words": mapped.words, "faults": faults}


def without_persons(plan: Plan, document: Any) -> Any:
    """A copy in which names and phones stand for nobody."""
    copied = copy.deepcopy(document)
    for name in sorted(PERSONAL):
        rule = plan.by_name.get(name)
        for path in rule.paths if rule else ():
            _overwrite(copied, path, NOBODY[name])
    return copied


def _overwrite(document: Any, path: Tokens, value: str) -> None:
    if look(document, path) in (MISSING, None, ""):
        return
    holder = look(document, path[:-1]) if len(path) > 1 else document
    holder[int(path[-1]) if isinstance(holder, list) else path[-1]] = value


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The fields in which two outcomes differ."""
    old, new = _flat(before), _flat(after)
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _flat(outcome: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"faults": outcome.get("faults"), "words": outcome.get("words")}
    for name, value in (outcome.get("report") or {}).items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": item for inner, item in value.items()}
        else:
            found[name] = value
    return found
