"""Rule values of supervision: what is in force, what comes next, the history of each, and a new value."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from incidents.views.faces import amount_words
from supervision.deeds.ruling import NewValue, set_value
from supervision.kinds_of_value import DAYS, LIMIT, LIMITS, METRES, RULES, SHARE, WORKDAYS, Rule
from supervision.models import SupervisionRule
from supervision.names import LADDER
from supervision.rules import may_set_values, must_set_values
from supervision.value_forms import new_value_form
from supervision.values import shipped
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import must_read_values


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One value in the history of a rule; without a row it is the one that came with the platform."""

    words: str
    row: SupervisionRule | None = None
    is_in_force: bool = False
    is_to_come: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rule of the list: the value in force and the next one."""

    key: str
    rule: Rule
    now: Entry
    following: Entry | None


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every rule with the value in force: one statement for all of them."""
    must_read_values(actor)
    at = now()
    rows: dict[str, list[SupervisionRule]] = {key: [] for key in RULES}
    for row in SupervisionRule.objects.filter(key__in=RULES).select_related("made_by"):
        rows[row.key].append(row)
    lines = [line_of(key, rows[key], at) for key in RULES]
    context = {"lines": lines, "may_set": may_set_values(actor)}
    return render(request, "supervision/values.html", context)


@require_safe
@desk_page
def history(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Every value that one rule has had and will have, the newest first."""
    must_read_values(actor)
    rule = rule_of(key)
    rows = list(SupervisionRule.objects.filter(key=key).select_related("made_by"))
    context = {"key": key, "rule": rule, "entries": story(key, rows, now()), "may_set": may_set_values(actor)}
    return render(request, "supervision/value.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """A new value for one rule, from a day on, with a reason."""
    must_read_values(actor)
    rule = rule_of(key)
    must_set_values(actor)
    rows = list(SupervisionRule.objects.filter(key=key))
    at = now()
    back = reverse("supervision:value", args=[key])
    last_id = max((row.pk for row in rows), default=0)
    in_force = in_force_at(rows, at)
    value = in_force.value if in_force is not None else shipped()[key]

    def do(data: dict[str, Any]) -> tuple[str, str]:
        wanted = NewValue(
            key=key,
            value=data["value"],
            starts_on=data["starts_on"],
            reason=data["reason"],
            last_id=data["last_id"],
        )
        set_value(wanted, by=actor, at=at)
        return back, pgettext("supervision", "The value is stored")

    dialog = Dialog(
        title=f"{pgettext('supervision', 'New value')} · {rule.label}",
        url=reverse("supervision:value-new", args=[key]),
        back=back,
        verb=pgettext("supervision", "Store"),
        make=lambda data: new_value_form(
            rule, value, data, initial={"last_id": last_id, "starts_on": local(at).date()}
        ),
        deed=do,
        extra={"is_paired": True},
        note=f"{rule.meaning}。{pgettext('supervision', 'What has begun already keeps its limit.')}",
    )
    return serve(request, actor, dialog)


def rule_of(key: str) -> Rule:
    """The rule of that key. Raises NotFound."""
    if key not in RULES:
        raise NotFound()
    return RULES[key]


def in_order(rows: list[SupervisionRule]) -> list[SupervisionRule]:
    """As they count: by the moment from which they hold, of several for one moment the last one entered."""
    return sorted(rows, key=lambda row: (row.valid_from, row.pk))


def in_force_at(rows: list[SupervisionRule], at: datetime) -> SupervisionRule | None:
    """The row that counts at `at`; None: the value that came with the platform."""
    begun = [row for row in in_order(rows) if row.valid_from <= at]
    return begun[-1] if begun else None


def line_of(key: str, rows: list[SupervisionRule], at: datetime) -> Line:
    """One rule of the list."""
    entries = story(key, rows, at)
    to_come = [entry for entry in entries if entry.is_to_come]
    return Line(
        key=key,
        rule=RULES[key],
        now=next(entry for entry in entries if entry.is_in_force),
        following=to_come[-1] if to_come else None,
    )


def story(key: str, rows: list[SupervisionRule], at: datetime) -> list[Entry]:
    """The history of one rule, the newest first; it ends with the value that came with the platform."""
    in_force = in_force_at(rows, at)
    found = [
        Entry(
            words=words_of(RULES[key], row.value),
            row=row,
            is_in_force=row is in_force,
            is_to_come=row.valid_from > at,
        )
        for row in reversed(in_order(rows))
    ]
    return [*found, Entry(words=words_of(RULES[key], shipped()[key]), is_in_force=in_force is None)]


def words_of(rule: Rule, value: Any) -> str:
    """A value as people read it."""
    if rule.shape is LIMIT:
        return limit_words(value)
    if rule.shape is LIMITS:
        return "；".join(f"{kind.label} {limit_words(value[kind])}" for kind in LADDER)
    if rule.shape is SHARE:
        return f"{value:.0%}"
    if rule.shape in {WORKDAYS, DAYS}:
        return amount_words(value, "workday" if rule.shape is WORKDAYS else "day")
    if rule.shape is METRES:
        return pgettext("supervision rule", "%(n)d metres") % {"n": value}
    return pgettext("supervision rule", "%(n)d times") % {"n": value}


def limit_words(value: Any) -> str:
    """A limit; working hours are said to be such."""
    amount, unit, clock = value
    if unit in {"hour", "minute"} and clock == "working":
        return pgettext("supervision rule", "%(amount)s of working time") % {
            "amount": amount_words(amount, unit)
        }
    return amount_words(amount, unit)
