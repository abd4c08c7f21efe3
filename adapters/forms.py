"""Forms of mappings, channels and the bench: shape only; and the rows of a mapping's editor."""

import json
from collections.abc import Mapping as Pairs
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from adapters.contract import translators
from adapters.document import Unknown
from adapters.fields import FIELDS, IntakeField, Kind
from adapters.models import Channel, Mapping
from governance.exchange.models import ApiClient
from governance.foundation.errors import Text, Unprocessable

MOST_PASTED: Final = 500_000
UNKNOWN_WORDS: Final[Pairs[str, Text]] = {
    Unknown.REFUSE: pgettext_lazy("unknown code", "refuse"),
    Unknown.DEFAULT: pgettext_lazy("unknown code", "fall to the default"),
    Unknown.KEEP: pgettext_lazy("unknown code", "fall to the default, keep the words"),
}

CHANNEL_FACTS: Final = ("name", "translator", "source", "category", "region_code", "app_id", "is_active")


class NewMappingForm(forms.Form):
    """A mapping with its code, which stays, and the client whose it is."""

    code = forms.SlugField(
        label=pgettext_lazy("mapping", "Code in the address"),
        max_length=40,
        help_text=gettext_lazy("Letters, digits and hyphens; it cannot be changed later"),
    )
    name = forms.CharField(label=pgettext_lazy("mapping", "Name of the mapping"), max_length=120)
    client = forms.ModelChoiceField(
        label=pgettext_lazy("mapping", "Client"), queryset=ApiClient.objects.filter(is_active=True)
    )


class ReleaseForm(forms.Form):
    """From when on the version counts."""

    valid_from = forms.DateTimeField(
        label=pgettext_lazy("mapping", "In force from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        help_text=gettext_lazy("Empty: from now on"),
    )


class TableForm(forms.Form):
    """A code table as a file."""

    file = forms.FileField(
        label=pgettext_lazy("code table", "File (.csv or .xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("First line: heads. Column 1: their code, column 2: ours."),
    )


class BenchForm(forms.Form):
    """A document of theirs, pasted."""

    document = forms.CharField(
        label=pgettext_lazy("test bench", "Their JSON"),
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )

    def clean_document(self) -> Any:
        """The document itself."""
        try:
            return json.loads(self.cleaned_data["document"], parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            told = {"n": getattr(error, "lineno", 1)}
            raise forms.ValidationError(_("This is no JSON: look at line %(n)s") % told) from error


def _refuse(constant: str) -> float:
    raise ValueError(constant)


class ChannelForm(forms.Form):
    """A channel of messages."""

    name = forms.CharField(label=pgettext_lazy("channel", "Name of the channel"), max_length=120)
    translator = forms.ChoiceField(label=pgettext_lazy("channel", "Kind of messages"))
    client = forms.ModelChoiceField(
        label=pgettext_lazy("mapping", "Client"), queryset=ApiClient.objects.filter(is_active=True)
    )
    mapping = forms.ModelChoiceField(
        label=pgettext_lazy("model", "field mapping"), queryset=Mapping.objects.all(), required=False
    )
    source = forms.SlugField(label=pgettext_lazy("field of a report", "Source"), max_length=24)
    category = forms.CharField(
        label=pgettext_lazy("field of a report", "Category"),
        max_length=6,
        help_text=gettext_lazy("What messages are filed under until somebody classifies them"),
    )
    region_code = forms.RegexField(
        r"^([0-9]{12}|[0-9]{15})\Z",
        label=pgettext_lazy("channel", "Region of messages without a position"),
        max_length=15,
    )
    app_id = forms.CharField(
        label=pgettext_lazy("channel", "AppID"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Of the official account; only for encrypted messages"),
    )
    is_active = forms.BooleanField(
        label=pgettext_lazy("channel", "Takes messages"), required=False, initial=True
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["translator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(item.about.code, item.about.label) for item in translators()]

    def facts(self) -> dict[str, Any]:
        """What is written."""
        data = self.cleaned_data
        mapping = data["mapping"]
        found = {name: data[name] for name in CHANNEL_FACTS}
        return found | {"client_id": data["client"].pk, "mapping_id": mapping.pk if mapping else None}


class NewChannelForm(ChannelForm):
    """The same with its code, which stays."""

    code = forms.SlugField(
        label=pgettext_lazy("mapping", "Code in the address"),
        max_length=40,
        help_text=gettext_lazy("Letters, digits and hyphens; it cannot be changed later"),
    )
    field_order = ["code", "name"]


def initial_of(channel: Channel) -> dict[str, Any]:
    """A stored channel as its form shows it."""
    names = (*CHANNEL_FACTS, "client", "mapping")
    return {name: getattr(channel, name) for name in names}


@dataclass(frozen=True, kw_only=True)
class EditorRow:
    """One field in the editor: what is typed, and what is wrong with it."""

    field: IntakeField
    path: str
    constant: str
    default: str
    separator: str
    format: str
    zone: str
    unknown: str
    codes: int
    errors: tuple[str, ...] = ()

    @property
    def is_moment(self) -> bool:
        """Whether it has a format and a zone."""
        return self.field.kind == Kind.MOMENT

    @property
    def is_joined(self) -> bool:
        """Whether it is put together from several places; the description usually is."""
        return self.field.kind == Kind.TEXT and (" " in self.path or self.field.name == "content")


def editor_rows(document: Pairs[str, Any], faults: Pairs[str, Any] | None = None) -> list[EditorRow]:
    """The rows of every field of a report, filled from a document."""
    fields, wrong = document.get("fields") or {}, faults or {}
    rows = []
    for name, field in FIELDS.items():
        item = fields.get(name) or {}
        paths = item.get("path") or []
        rows.append(
            EditorRow(
                field=field,
                path=" ".join(map(str, paths)) if isinstance(paths, list) else str(paths),
                constant=_shown(item.get("constant")),
                default=_shown(item.get("default")),
                separator=str(item.get("separator", " ")),
                format=str(item.get("format", "")),
                zone=str(item.get("zone", "")),
                unknown=str(item.get("unknown", Unknown.REFUSE)),
                codes=len(item.get("codes") or {}),
                errors=tuple(str(text) for text in wrong.get(name, ())),
            )
        )
    return rows


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def document_from(typed: Pairs[str, str], before: Pairs[str, Any]) -> dict[str, Any]:
    """The document that was typed; code tables stay as they were. Raises Unprocessable."""
    fields: dict[str, Any] = {}
    for name in FIELDS:
        rule = _typed_rule(name, typed)
        known = (before.get("fields") or {}).get(name) or {}
        if rule:
            if known.get("codes"):
                rule["codes"] = known["codes"]
            fields[name] = rule
    found: dict[str, Any] = {"fields": fields}
    if rows := typed.get("rows", "").strip():
        found["rows"] = rows
    if text := typed.get("answer", "").strip():
        try:
            found["answer"] = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise Unprocessable(fields={"answer": [_("This is no JSON")]}, code="bad_mapping") from error
    return found


def _typed_rule(name: str, typed: Pairs[str, str]) -> dict[str, Any]:
    words = {
        key: typed.get(f"{name}-{key}", "").strip()
        for key in ("path", "constant", "default", "format", "zone", "unknown")
    }
    paths = words.pop("path").split()
    rule: dict[str, Any] = {key: word for key, word in words.items() if word}
    if not paths and not words["constant"]:
        return {}
    if paths:
        rule["path"] = paths if len(paths) > 1 else paths[0]
    if rule.get("unknown") == Unknown.REFUSE:
        rule.pop("unknown")
    separator = typed.get(f"{name}-separator", " ")
    if len(paths) > 1 and separator != " ":
        rule["separator"] = separator
    return rule
