"""The dispatch directory as pages: the rules in order, one rule with its versions, trying before storing."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents import directing, directory
from incidents.catalogue import current as catalogue
from incidents.models import RoutingRule
from incidents.rule_forms import WEEKDAYS, RuleForm, initial_for, initial_of
from incidents.states import Urgency
from incidents.trials import Trial, trial
from mandates.forms import line_name, put_errors


@dataclass(frozen=True, kw_only=True)
class Face:
    """A rule as a line of the list."""

    rule: RoutingRule
    conditions: list[tuple[str, str]]
    target: str
    helpers: str
    may_keep: bool
    is_over: bool


def must_read(actor: Actor) -> None:
    """Raises Forbidden for those whom the directory does not concern."""
    if not directing.may_read(actor):
        raise Forbidden(
            _("The dispatch directory is for desks, departments and leaders"), roles=sorted(directing.READERS)
        )


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All present rules, in the order in which they are asked."""
    must_read(actor)
    today = local(now()).date()
    rows = [face_of(rule, actor, today) for rule in directory.present()]
    context = {"rows": rows, "may_keep": directing.may_keep(actor)}
    return render(request, "mandates/rules.html", context)


def face_of(rule: RoutingRule, actor: Actor, today: Any) -> Face:
    """The rule in words."""
    land = territory()
    helpers = [land.unit_by_code[code].name for code in rule.co_handlers if code in land.unit_by_code]
    return Face(
        rule=rule,
        conditions=conditions_of(rule),
        target=rule.unit.label if rule.unit else f"{line_name(rule.line)} · {rule.get_tier_display()}",
        helpers="、".join(helpers),
        may_keep=directing.may_keep(actor, rule.region_path),
        is_over=rule.ends_on is not None and rule.ends_on < today,
    )


def conditions_of(rule: RoutingRule) -> list[tuple[str, str]]:
    """(name, value) of each condition that the rule has."""
    known = catalogue()
    category = known.by_code.get(rule.category_prefix)
    days = dict(WEEKDAYS)
    found = [
        (_("Matter or class"), f"{rule.category_prefix} {category.label if category else ''}".strip()),
        (_("Region"), rule.region.label if rule.region else ""),
        (pgettext("routing rule", "On weekdays"), "、".join(str(days[number]) for number in rule.weekdays)),
        (
            pgettext("routing rule", "Window"),
            f"{rule.time_from:%H:%M} – {rule.time_to:%H:%M}" if rule.time_from and rule.time_to else "",
        ),
        (_("Source"), "、".join(known.sources[code].label for code in rule.sources if code in known.sources)),
        (_("Urgency"), "、".join(str(Urgency(value).label) for value in rule.urgencies)),
        (
            _("Keywords"),
            f"{'、'.join(rule.keywords)}（{rule.get_keyword_mode_display()}）" if rule.keywords else "",
        ),
    ]
    return [(name, value) for name, value in found if value]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A new rule at the end of the list; the address may fill it in."""
    must_read(actor)
    if not directing.may_keep(actor):
        raise Forbidden(
            _("Rules are kept by dispatchers and oversight officers, inside their own area"),
            roles=sorted(directing.KEEPERS),
        )
    if request.method != "POST":
        form = RuleForm(initial=initial_for(request.GET, local(now()).date()))
        return answer(request, form, None)
    return posted(request, actor, None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, lineage: UUID) -> HttpResponseBase:
    """The next version of a rule, in its place; readers who do not keep it see what it says."""
    must_read(actor)
    rule = present_rule(lineage)
    if request.method != "POST":
        return answer(request, RuleForm(initial=initial_of(rule)), rule, actor=actor)
    return posted(request, actor, rule)


def present_rule(lineage: UUID) -> RoutingRule:
    """The present version. Raises NotFound."""
    rows = RoutingRule.objects.filter(lineage=lineage, replaced_at=None).select_related("region", "unit")
    rule = rows.first()
    if rule is None:
        raise NotFound()
    return rule


def posted(request: HttpRequest, actor: Actor, rule: RoutingRule | None) -> HttpResponseBase:
    """Try the rule on past tickets; store it once exactly this has been tried."""
    path = rule.region_path if rule else None
    if not directing.may_keep(actor, path):
        raise Forbidden(
            _("Rules are kept by dispatchers and oversight officers, inside their own area"),
            roles=sorted(directing.KEEPERS),
        )
    form = RuleForm(request.POST)
    if not form.is_valid():
        return answer(request, form, rule, status=422)
    lineage = rule.lineage if rule else None
    try:
        draft = form.draft()
        if faults := draft.faults():
            raise Invalid(fields=faults)
        if "save" in request.POST and form.cleaned_data["tried"] == form.mark():
            version = form.cleaned_data["version"]
            made = directing.save(draft, by=actor, at=now(), lineage=lineage, version=version)
            messages.success(request, _("Rule “%(name)s” is stored") % {"name": made.name})
            return redirect("incidents:rules")
        found = trial(draft.rule(position=0), by=actor, at=now(), lineage=lineage)
    except (Invalid, Conflict) as problem:
        if isinstance(problem, Invalid):
            put_errors(form, problem)
        else:
            form.add_error(None, str(problem.detail))
        return answer(request, form, rule, status=422 if isinstance(problem, Invalid) else 409)
    kept = request.POST.copy()
    kept["tried"] = form.mark()
    return answer(request, RuleForm(kept), rule, found=found)


def answer(
    request: HttpRequest,
    form: RuleForm,
    rule: RoutingRule | None,
    *,
    actor: Actor | None = None,
    found: Trial | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form as a page, with what the trial found."""
    prefix, unit_id = form["category_prefix"].value(), str(form["unit"].value() or "")
    category = catalogue().by_code.get(str(prefix or ""))
    unit = territory().units.get(int(unit_id)) if unit_id.isdigit() and len(unit_id) < 19 else None
    versions = RoutingRule.objects.filter(lineage=rule.lineage).select_related("created_by") if rule else None
    context = {
        "form": form,
        "rule": rule,
        "trial": found,
        "verdict": verdict_of(found) if found else "",
        "category_shown": category.label if category else "",
        "unit_shown": label_of(unit) if unit else "",
        "may_keep": actor is None or rule is None or directing.may_keep(actor, rule.region_path),
        "versions": list(versions.order_by("-version")) if versions is not None else [],
        "conditions": conditions_of(rule) if rule else [],
    }
    return render(request, "mandates/rule_form.html", context, status=status)


def verdict_of(found: Trial) -> str:
    """The sentence above the list of a trial."""
    if not found.matched:
        return _("It would have decided about none of the past tickets that were looked at.")
    return ngettext(
        "Of %(matched)d tickets that it would have decided about, %(n)d would have gone elsewhere.",
        "Of %(matched)d tickets that it would have decided about, %(n)d would have gone elsewhere.",
        found.elsewhere,
    ) % {"matched": found.matched, "n": found.elsewhere}


@require_POST
@desk_page
def change(request: HttpRequest, actor: Actor, lineage: UUID, deed: str) -> HttpResponseBase:
    """Up, down, off or on."""
    must_read(actor)
    if deed in {"up", "down"}:
        directing.move(lineage, up=deed == "up", by=actor, at=now())
    elif deed in {"on", "off"}:
        directing.switch(lineage, is_active=deed == "on", by=actor, at=now())
    else:
        raise NotFound()
    return redirect(f"{reverse('incidents:rules')}#rule-{lineage}")
