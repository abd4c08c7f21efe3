"""Forms with many parts: a new case with its parties, one more party, an agreement term by term. Shape only."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.utils.translation import pgettext_lazy

from governance.foundation.clock import local
from governance.foundation.state_machine import Verb
from incidents.catalogue import current as catalogue
from incidents.places import Spot
from mediation.drafts import CaseDraft, PartyDraft, RelationDraft, RepresentativeDraft
from mediation.forms import day, words
from mediation.models import MediationCase, PartyKind, PartyRelation, PartySide
from mediation.models.parties import Sex
from mediation.states import CaseLevel
from mediation.transitions.agreeing import AgreementDraft, InstalmentDraft, TermDraft

SLOTS: Final = 6
"""Parties that one form takes; more are added to the case afterwards."""
TERMS: Final = 6
PHONE: Final = r"^[0-9+*#() ,/;-]{3,30}$"
LINE: Final = re.compile(r"^(\d{4}-\d{1,2}-\d{1,2})(?:[\s,，:：]+([\d.,]+))?$")


def party_fields(number: str, *, required: bool) -> dict[str, forms.Field]:
    """The fields of one party."""
    blank: list[tuple[str, Any]] = [("", "—")]
    return {
        f"side{number}": forms.ChoiceField(
            label=pgettext_lazy("party", "side"), choices=[*blank, *PartySide.choices], required=required
        ),
        f"kind{number}": forms.ChoiceField(
            label=pgettext_lazy("party", "kind"), choices=PartyKind.choices, required=required
        ),
        f"name{number}": words(
            pgettext_lazy("party", "name"),
            60,
            required=required,
            error_messages={
                "required": pgettext_lazy("party", "A dispute has two parties at least: name each of them")
            },
        ),
        f"identity_number{number}": words(
            pgettext_lazy("party", "identity number"),
            20,
            required=False,
            help_text=pgettext_lazy("party", "Of an organisation its credit code"),
        ),
        f"phone{number}": forms.RegexField(
            PHONE, label=pgettext_lazy("party", "phone"), required=False, max_length=30
        ),
        f"address{number}": words(pgettext_lazy("party", "address"), 200, required=False),
        f"sex{number}": forms.ChoiceField(
            label=pgettext_lazy("party", "sex"), choices=[*blank, *Sex.choices], required=False
        ),
        f"ethnicity{number}": words(pgettext_lazy("party", "ethnicity"), 20, required=False),
        f"occupation{number}": words(pgettext_lazy("party", "occupation"), 60, required=False),
        f"guardian{number}": words(
            pgettext_lazy("party", "guardian"),
            60,
            required=False,
            help_text=pgettext_lazy("party", "Of a minor"),
        ),
        f"legal_person{number}": words(pgettext_lazy("party", "legal representative"), 60, required=False),
        f"members{number}": forms.IntegerField(
            label=pgettext_lazy("party", "people"), min_value=1, max_value=100_000, initial=1, required=False
        ),
        f"representatives{number}": words(
            pgettext_lazy("party", "representatives"),
            600,
            rows=2,
            required=False,
            help_text=pgettext_lazy("party", "One a line: name and telephone; at most five"),
        ),
    }


def party_of(data: Mapping[str, Any], number: str) -> PartyDraft | None:
    """The party that was typed; None where no name was given."""
    if not data.get(f"name{number}"):
        return None
    kind = data.get(f"kind{number}") or PartyKind.PERSON.value
    plain = ("side", "name", "identity_number", "phone", "address", "sex", "ethnicity", "occupation")
    return PartyDraft(
        kind=kind,
        guardian=data.get(f"guardian{number}") or "",
        legal_person=data.get(f"legal_person{number}") or "",
        members=data.get(f"members{number}") or 1,
        representatives=representatives_in(data.get(f"representatives{number}") or "", kind),
        **dict[str, Any]((name, data.get(f"{name}{number}") or "") for name in plain),
    )


def representatives_in(text: str, kind: str) -> list[RepresentativeDraft]:
    """A name and a telephone on each line."""
    what = "crowd" if kind == PartyKind.CROWD else "agent"
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _blank, phone = line.partition(" ")
        found.append(RepresentativeDraft(name=name[:60], kind=what, phone=phone.strip()[:30]))
    return found


def dispute_kinds() -> list[tuple[str, str]]:
    """The kinds of disputes of the catalogue."""
    return [
        (code, f"{code} {row.label}")
        for code, row in sorted(catalogue().by_code.items())
        if code.startswith("04") and row.is_selectable
    ]


class CaseForm(forms.Form):
    """A new case. A ticket gives its place: then `region_code` is not asked."""

    category = forms.ChoiceField(label=pgettext_lazy("mediation", "kind of dispute"))
    title = words(pgettext_lazy("mediation", "title"), 120, required=False)
    facts = words(pgettext_lazy("mediation", "facts of the dispute"), 10_000, rows=5)
    claims = words(pgettext_lazy("mediation", "what the parties ask"), 2_000, rows=2, required=False)
    amount = forms.DecimalField(
        label=pgettext_lazy("mediation", "amount in dispute (yuan)"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
    )
    people = forms.IntegerField(
        label=pgettext_lazy("mediation", "people involved"), min_value=2, max_value=100_000, initial=2
    )
    occurred_on = day(pgettext_lazy("mediation", "began on"), required=False)
    level = forms.ChoiceField(
        label=pgettext_lazy("mediation", "level"), choices=CaseLevel.choices, initial=CaseLevel.COMMUNITY
    )
    region_code = forms.CharField(
        label=pgettext_lazy("mediation", "Region or grid"), max_length=15, widget=forms.HiddenInput
    )
    place = words(pgettext_lazy("mediation", "place"), 200, required=False)
    is_closed = forms.BooleanField(
        label=pgettext_lazy("mediation", "A party asks for closed sessions"), required=False
    )
    is_sensitive = forms.BooleanField(
        label=pgettext_lazy("mediation", "Restrict it to the case's mediators and the town"), required=False
    )

    def __init__(self, *args: Any, has_place: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = self.fields["category"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = dispute_kinds()
        if has_place:
            del self.fields["region_code"], self.fields["place"]
        for slot in range(1, SLOTS + 1):
            self.fields |= party_fields(str(slot), required=slot <= 2)
        for side, slot in ((PartySide.APPLICANT, 1), (PartySide.RESPONDENT, 2)):
            self.fields[f"side{slot}"].initial = side
        self.fields["relation"] = forms.ChoiceField(
            label=pgettext_lazy("mediation", "How the first two parties stand to each other"),
            choices=[("", "—"), *PartyRelation.Kind.choices],
            required=False,
        )

    def slots(self) -> Iterable[tuple[int, list[forms.BoundField]]]:
        """The fields of each party, for the page."""
        for slot in range(1, SLOTS + 1):
            yield slot, [self[name] for name in party_fields(str(slot), required=False)]

    def draft(self, origin: str) -> CaseDraft:
        """What was typed."""
        data = self.cleaned_data
        parties = [party for slot in range(1, SLOTS + 1) if (party := party_of(data, str(slot))) is not None]
        relations = [RelationDraft(one=1, other=2, kind=data["relation"])] if data["relation"] else []
        return CaseDraft(
            facts=data["facts"],
            category=data["category"],
            origin=origin,
            title=data["title"],
            claims=data["claims"],
            amount=data["amount"],
            people=data["people"],
            occurred_on=data["occurred_on"],
            level=data["level"],
            spot=Spot(region_code=data.get("region_code", ""), text=data.get("place", "")),
            is_closed=data["is_closed"],
            is_sensitive=data["is_sensitive"],
            parties=parties,
            relations=relations,
        )


class OnePartyForm(forms.Form):
    """One more party of a case."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, verb: Verb, row: MediationCase, at: datetime, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        self.fields |= party_fields("", required=True)

    def given(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        return {"party": party_of(self.cleaned_data, ""), "version": self.cleaned_data["version"]}


class AgreementForm(forms.Form):
    """An agreement: what the law lets it hold, and up to six terms with their instalments."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    facts = words(pgettext_lazy("agreement", "main facts"), 10_000, rows=3)
    dispute = words(pgettext_lazy("agreement", "matter in dispute"), 5_000, rows=2, required=False)
    responsibility = words(pgettext_lazy("agreement", "responsibility"), 5_000, rows=2, required=False)
    place = words(pgettext_lazy("agreement", "place of performance"), 200, required=False)
    copies = forms.IntegerField(label=pgettext_lazy("agreement", "copies"), min_value=2, max_value=100)
    is_partial = forms.BooleanField(label=pgettext_lazy("agreement", "partial agreement"), required=False)
    remaining = words(pgettext_lazy("agreement", "what stays open"), 2_000, rows=2, required=False)

    def __init__(self, verb: Verb, row: MediationCase, at: datetime, *args: Any, **options: Any) -> None:
        parties = list(row.parties.order_by("number"))
        initial = {"facts": row.facts, "dispute": row.claims, "copies": len(parties) + 1}
        options["initial"] = initial | (options.get("initial") or {})
        super().__init__(*args, **options | {"auto_id": "verb_%s"})
        self.today = local(at).date()
        named: list[tuple[Any, str]] = [
            ("", "—"),
            *((item.number, f"{item.number} {item}") for item in parties),
        ]
        for slot in range(1, TERMS + 1):
            for name, label in (
                ("obligor", pgettext_lazy("agreement", "who")),
                ("obligee", pgettext_lazy("agreement", "to whom")),
            ):
                self.fields[f"{name}{slot}"] = forms.TypedChoiceField(
                    label=label, choices=named, coerce=int, empty_value=None, required=False
                )
            self.fields[f"text{slot}"] = words(
                pgettext_lazy("agreement", "what"), 2_000, rows=2, required=False
            )
            self.fields[f"manner{slot}"] = words(pgettext_lazy("agreement", "how"), 120, required=False)
            self.fields[f"amount{slot}"] = forms.DecimalField(
                label=pgettext_lazy("agreement", "amount (yuan)"),
                min_value=0,
                max_digits=14,
                decimal_places=2,
                required=False,
            )
            self.fields[f"days{slot}"] = words(
                pgettext_lazy("agreement", "days of performance"),
                2_000,
                rows=2,
                required=False,
                help_text=pgettext_lazy("agreement", "A line for each: 2026-12-31 3000; or the day alone"),
            )

    def head(self) -> list[forms.BoundField]:
        """The fields before the terms."""
        return [self[name] for name in self.base_fields if name != "version"]

    def slots(self) -> Iterable[tuple[int, list[forms.BoundField], bool]]:
        """The fields of each term, for the dialog, and whether it has its words already."""
        for slot in range(1, TERMS + 1):
            names = ("obligor", "obligee", "text", "manner", "amount", "days")
            yield slot, [self[f"{name}{slot}"] for name in names], bool(self[f"text{slot}"].value())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for slot in range(1, TERMS + 1):
            if not data.get(f"text{slot}"):
                continue
            if data.get(f"obligor{slot}") is None:
                self.add_error(f"obligor{slot}", pgettext_lazy("mediation", "Please fill this in"))
            if instalments_in(data.get(f"days{slot}") or "") is None:
                self.add_error(
                    f"days{slot}", pgettext_lazy("agreement", "Write each line as a day and an amount")
                )
        return data

    def given(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        data = self.cleaned_data
        terms = [
            TermDraft(
                obligor=data[f"obligor{slot}"],
                obligee=data[f"obligee{slot}"],
                text=data[f"text{slot}"],
                manner=data[f"manner{slot}"],
                amount=data[f"amount{slot}"],
                instalments=instalments_in(data[f"days{slot}"]) or [],
            )
            for slot in range(1, TERMS + 1)
            if data.get(f"text{slot}")
        ]
        plain = ("facts", "dispute", "responsibility", "place", "copies", "is_partial", "remaining")
        agreement = AgreementDraft(terms=terms, **{name: data[name] for name in plain})
        return {"agreement": agreement, "version": data["version"]}


def instalments_in(text: str) -> list[InstalmentDraft] | None:
    """A day and an amount on each line; None where a line cannot be read."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = LINE.match(line)
        if match is None:
            return None
        try:
            year, month, number = (int(part) for part in match[1].split("-"))
            amount = Decimal(match[2].replace(",", "")) if match[2] else None
            found.append(InstalmentDraft(due_on=date(year, month, number), amount=amount))
        except (ValueError, InvalidOperation):
            return None
    return found
