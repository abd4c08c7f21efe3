"""Rule values and required fields as they hold on a day."""

from datetime import date

from django.db.models import Q

from registers.models import RegisterRule, RequiredField

DEFAULTS = {
    RegisterRule.Name.KEEP_MOVED_OUT_DAYS: 365,
    RegisterRule.Name.FRESH_DAYS: 90,
    RegisterRule.Name.EXPORT_ROWS: 2000,
    RegisterRule.Name.VISIT_DAYS: 90,
}
"""What holds where the office has set nothing."""


def rule_value(name: RegisterRule.Name, *, on: date) -> int:
    """The value in force on a day: the one with the latest date not after it."""
    rows = RegisterRule.objects.filter(name=name, valid_from__lte=on).order_by("-valid_from")
    found = rows.values_list("value", flat=True).first()
    return DEFAULTS[name] if found is None else found


def rule_values(*names: RegisterRule.Name, on: date) -> tuple[int, ...]:
    """Several values in force on a day, in the order asked for: one statement."""
    rows = RegisterRule.objects.filter(name__in=names, valid_from__lte=on).order_by("valid_from")
    found = dict(rows.values_list("name", "value"))
    return tuple(found.get(name, DEFAULTS[name]) for name in names)


def required_fields(*, on: date) -> dict[str, tuple[str, ...]]:
    """The required fields of each register on a day, in the order of their names."""
    rows = RequiredField.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    found: dict[str, tuple[str, ...]] = {}
    for register, field in rows.order_by("register", "field").values_list("register", "field"):
        found[register] = (*found.get(register, ()), field)
    return found
