"""Each kind of paper, built from its form and the rows of a case."""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils import translation

from governance.foundation.errors import NotFound
from mediation.documents import forms
from mediation.documents.facts import (
    SIDES,
    Reader,
    day,
    facts_of,
    facts_of_agreement,
    facts_of_session,
    instant,
    money,
    pairs_of,
    words_of_term,
)
from mediation.documents.paper import (
    Block,
    Facts,
    Line,
    Mark,
    Paper,
    Person,
    Prose,
    Seal,
    Signatures,
    Table,
)
from mediation.documents.pauses import facts_of_pause
from mediation.models import Agreement, Callback, CasePause, Consent, MediationCase, Party, Session, Signature

LANGUAGE: Final = "zh-hans"
COPY: Final = "脱敏副本"
MARKS: Final = {
    "parties": "（签名、盖章或者按指印）",
    "mediators": "人民调解员（签名）",
    "recorder": "记录人（签名）",
    "registrar": "登记人（签名）",
    "caller": "回访人（签名）",
    "archivist": "立卷人（签名）",
}
SIGNED: Final = "agreement"
"""What was drawn or scanned stands under this paper alone: nobody's signature is put under another one."""
ENDINGS: Final = ("refuse", "stop", "fail", "give_up", "not_mediable")


@dataclass(kw_only=True)
class Matter:
    """What a paper is about. `rows` are the lines of the tables that a volume adds, `more` its facts."""

    row: MediationCase
    at: datetime
    reader: Reader = field(default_factory=Reader)
    agreement: Agreement | None = None
    session: Session | None = None
    callback: Callback | None = None
    pause: CasePause | None = None
    rows: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    parties: list[Party] = field(init=False)
    signatures: list[Signature] = field(init=False)

    def __post_init__(self) -> None:
        self.parties = list(self.row.parties.prefetch_related("representatives").order_by("number"))
        self.signatures = list(self.agreement.signatures.all()) if self.agreement is not None else []

    def facts(self) -> dict[str, str]:
        """Everything that a place in braces may take."""
        found = facts_of(self.row, self.parties, self.reader, self.at)
        if self.agreement is not None:
            found |= facts_of_agreement(self.agreement, self.parties, self.reader)
        if self.session is not None:
            found |= facts_of_session(self.session, self.parties, self.reader)
        if self.callback is not None:
            found |= _facts_of_callback(self.callback, self)
        if self.pause is not None:
            found |= facts_of_pause(self.pause, self.parties, self.reader)
        return found | _facts_of_end(self) | dict(self.more)


def build(kind: str, matter: Matter) -> Paper:
    """The paper. Raises NotFound for a kind without a form."""
    if kind not in forms.kinds():
        raise NotFound()
    if kind != SIGNED:
        matter.signatures = []
    with translation.override(LANGUAGE):
        form, facts = forms.form(kind), matter.facts()
        blocks = [
            block
            for spec in form["blocks"]
            if not spec.get("if") or facts.get(spec["if"])
            for block in _BUILDERS[spec["block"]](spec, facts, matter)
        ]
    return Paper(
        title=form["title"],
        blocks=tuple(blocks),
        foot=matter.row.number,
        watermark=COPY if matter.reader.is_masked else "",
        files={} if matter.reader.is_masked else _pictures(matter),
    )


def _facts_of_end(matter: Matter) -> dict[str, str]:
    """Why it ended, and what the parties were told."""
    step = matter.row.steps.filter(verb__in=ENDINGS).order_by("-pk").first()
    if step is None:
        return {}
    words = matter.reader.text
    return {
        "end_reason": words(step.words, matter.parties),
        "guidance": words(str(step.data.get("guidance", "")), matter.parties),
    }


def _facts_of_callback(row: Callback, matter: Matter) -> dict[str, str]:
    return {
        "callback_at": instant(row.called_at),
        "callback_on": day(row.called_at),
        "callback_days": f"结案后{row.days}日",
        "callback_by": row.called_by.name if row.called_by is not None else "",
        "callback_words": matter.reader.text(row.words, matter.parties),
        "callback_outcome": str(row.get_outcome_display()),
        "callback_satisfaction": f"{row.satisfaction}分" if row.satisfaction else "未评价",
    }


def _pictures(matter: Matter) -> dict[str, bytes]:
    return {_picture_of(item): base64.b64decode(item.picture) for item in matter.signatures if item.picture}


def _picture_of(item: Signature) -> str:
    return f"signature-{item.pk}.png"


Spec = Mapping[str, Any]
Told = Mapping[str, str]


def _line(spec: Spec, facts: Told, _matter: Matter) -> Iterator[Block]:
    yield Line(text=forms.filled(spec["text"], facts), align=spec.get("align", "left"))


def _date(spec: Spec, facts: Told, _matter: Matter) -> Iterator[Block]:
    yield Line(text=forms.filled(spec["text"], facts), align="right")


def _prose(spec: Spec, facts: Told, _matter: Matter) -> Iterator[Block]:
    yield Prose(
        head=spec.get("head", ""), text=forms.filled(spec["text"], facts), flush=spec.get("flush", False)
    )


def _facts(spec: Spec, facts: Told, _matter: Matter) -> Iterator[Block]:
    yield Facts(rows=tuple((label, forms.filled(text, facts)) for label, text in spec["rows"]))


def _people(spec: Spec, _told: Told, matter: Matter) -> Iterator[Block]:
    names = SIDES | spec.get("labels", {})
    for party in matter.parties:
        yield Person(head=f"当事人（{names[party.side]}）", rows=pairs_of(party, matter.reader))


def _terms(_spec: Spec, _told: Told, matter: Matter) -> Iterator[Block]:
    if matter.agreement is not None:
        terms = matter.agreement.terms.all()
        lines = [f"{term.number}．{words_of_term(term, matter.reader, matter.parties)}" for term in terms]
        yield Prose(text="\n".join(lines))


def _table(spec: Spec, _told: Told, matter: Matter) -> Iterator[Block]:
    rows = _ROWS[spec["of"]](matter) if spec["of"] in _ROWS else matter.rows.get(spec["of"], ())
    yield Table(head=spec.get("head", ""), heads=tuple(spec["heads"]), rows=tuple(rows))


def _obligations(matter: Matter) -> Iterator[tuple[str, ...]]:
    assert matter.agreement is not None
    number = 0
    for term in matter.agreement.terms.all():
        for item in term.obligations.all():
            number += 1
            text = matter.reader.text(term.text, matter.parties)
            name = matter.reader.name(term.obligor)
            yield (
                str(number),
                name,
                text,
                term.manner or "—",
                money(item.amount) or "—",
                item.due_on.isoformat(),
            )


def _consents(matter: Matter) -> Iterator[tuple[str, ...]]:
    rows = Consent.objects.filter(
        party__case=matter.row, purpose=Consent.Purpose.MEDIATION, superseded_at=None
    )
    for item in rows.select_related("party").order_by("party__number"):
        name = matter.reader.name(item.party)
        yield (name, str(item.get_decision_display()), str(item.get_form_display()), instant(item.at))


_ROWS: Final[dict[str, Callable[[Matter], Iterator[tuple[str, ...]]]]] = {
    "obligations": _obligations,
    "consents": _consents,
}


def _signatures(spec: Spec, _told: Told, matter: Matter) -> Iterator[Block]:
    yield Signatures(marks=tuple(mark for who in spec["who"] for mark in _marks(who, matter)))


def _marks(who: str, matter: Matter) -> Iterator[Mark]:
    sides = {"applicants": ("applicant",), "parties": tuple(SIDES), "all_applicants": tuple(SIDES)}
    if who in sides:
        for party in matter.parties:
            if party.side in sides[who]:
                label = "申请人" if who == "all_applicants" else SIDES[party.side]
                signed = next((item for item in matter.signatures if item.party_id == party.pk), None)
                yield _mark(f"{label}{MARKS['parties']}", matter.reader.name(party), signed, matter)
    elif who == "mediators":
        for named in matter.row.mediators.all():
            if named.until is None:
                signed = next(
                    (item for item in matter.signatures if item.mediator_id == named.mediator_id), None
                )
                yield _mark(MARKS[who], named.mediator.name, signed, matter)
    else:
        yield Mark(label=MARKS[who])


def _mark(label: str, name: str, signed: Signature | None, matter: Matter) -> Mark:
    if signed is None:
        return Mark(label=label, name=name)
    if matter.reader.is_masked:
        return Mark(label=label, name=f"{name}（已签名）", on=day(signed.at))
    if not signed.picture:
        return Mark(label=label, name=f"{name}（签名见所附扫描页）", on=day(signed.at))
    return Mark(label=label, name=name, picture=_picture_of(signed), on=day(signed.at))


def _seal(spec: Spec, facts: Told, matter: Matter) -> Iterator[Block]:
    is_sealed = matter.agreement is not None and matter.agreement.sealed_at is not None
    yield Seal(
        name=facts["seal_name"] or forms.BLANK, on=forms.filled(spec["text"], facts), is_sealed=is_sealed
    )


_BUILDERS: Final[dict[str, Callable[[Spec, Told, Matter], Iterator[Block]]]] = {
    "line": _line,
    "date": _date,
    "prose": _prose,
    "facts": _facts,
    "parties": _people,
    "terms": _terms,
    "table": _table,
    "signatures": _signatures,
    "seal": _seal,
}
