"""Whether the codes that a mapping gives are ours: categories, sources, regions and words of today."""

from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import gettext as _

from adapters.document import Plan, Rule
from adapters.mapping import NO, YES
from governance.exchange.models import ApiClient
from grids.coordinates import CoordSystem
from incidents.catalogue import current as catalogue
from incidents.states import DemandType, Urgency
from incidents.successors import place_now

Known = Callable[[str, ApiClient], bool]
KNOWN: Mapping[str, Known] = {
    "source": lambda word, client: word in client.sources and word in catalogue().sources,
    "category": lambda word, _client: any(item.code == word for item in catalogue().selectable()),
    "demand_type": lambda word, _client: word in DemandType.values,
    "urgency": lambda word, _client: word in Urgency.values,
    "region_code": lambda word, _client: place_now(word) is not None,
    "point.coord_system": lambda word, _client: word in {item.value for item in CoordSystem},
    "citizen.needs_reply": lambda word, _client: word.lower() in YES | NO,
    "confidential": lambda word, _client: word.lower() in YES | NO,
}


def faults_of(plan: Plan, client: ApiClient) -> dict[str, list[str]]:
    """The codes that are none of ours, by field."""
    found: dict[str, list[str]] = {}
    for rule in plan.rules:
        known = KNOWN.get(rule.name)
        if known is None:
            continue
        wrong = [word for word in dict.fromkeys(_given(rule)) if not known(word, client)]
        if wrong:
            told = {"codes": ", ".join(wrong[:10])}
            found[rule.name] = [_("These are no codes of the platform: %(codes)s") % told]
    return found


def _given(rule: Rule) -> Iterator[str]:
    """Every code that the rule can give by itself."""
    for word in (rule.constant, rule.default):
        if word not in (None, ""):
            yield str(word).lower() if isinstance(word, bool) else str(word)
    yield from rule.codes.values()
