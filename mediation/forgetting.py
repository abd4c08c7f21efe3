"""What is taken out of a case that is past its time: everything that tells of people. What is counted stays."""

from typing import Any, Final

from django.db.models import QuerySet

from incidents.models import Attachment
from mediation.models import (
    Agreement,
    AgreementTerm,
    Callback,
    CaseStep,
    Conferral,
    Consent,
    JudicialConfirmation,
    MediationCase,
    Obligation,
    Party,
    PetitionVisit,
    Receipt,
    Representative,
    SealedPaper,
    Session,
    Signature,
)


def clear(row: MediationCase) -> dict[str, int]:
    """Take out of a case, in the caller's transaction, everything that tells of people; returns how much of what.

    What stays: code, kind, place by its grid, states and times, amounts of obligations and when they were performed.
    """
    parties = Party.objects.filter(case=row)
    people = Representative.objects.filter(party__case=row)
    found = {"parties": parties.count(), "files": row.files.count(), "steps": row.steps.count()}
    people.delete()
    _blank(parties, "name", "identity_number", "phone", "address", "birth_on", "legal_person", "guardian")
    parties.update(sex="", ethnicity="", occupation="")
    _blank(Consent.objects.filter(party__case=row), "note")
    _blank(Session.objects.filter(case=row), "others", "minutes", "result", "place")
    _blank(Conferral.objects.filter(case=row), "question", "answer")
    _blank(PetitionVisit.objects.filter(case=row), "words")
    _blank(Callback.objects.filter(case=row), "words")
    _blank(CaseStep.objects.filter(case=row), "words")
    for step in CaseStep.objects.filter(case=row).only("pk", "data"):
        kept = {name: found for name, found in step.data.items() if name not in WORDY}
        if kept != step.data:
            CaseStep.objects.filter(pk=step.pk).update(data=kept)
    clear_agreements(Agreement.objects.filter(case=row), keeps_obligations=True)
    decided = JudicialConfirmation.objects.filter(agreement__case=row)
    decided.update(court="")
    decided.exclude(ruling_no="").update(ruling_no="–")
    Attachment.objects.filter(mediation_file__case=row).update(is_kept=False)
    row.files.all().delete()
    row.title = row.number
    row.facts = row.claims = row.place = row.query_code = ""
    row.risk_reasons, row.readers = [], []
    return found


WORDY: Final = frozenset({"guidance", "tried", "court", "ruling_no", "arbitration_no"})
"""What a step's data holds of words."""


def _blank(rows: "QuerySet[Any]", *names: str) -> None:
    """Empty these columns, with their keyed hashes."""
    hashes = [
        field.name for field in rows.model._meta.concrete_fields if getattr(field, "source", "") in names
    ]
    rows.update(**dict.fromkeys([*names, *hashes], ""))


def clear_agreements(rows: "QuerySet[Agreement]", *, keeps_obligations: bool = False) -> None:
    """Words, signatures and sealed files of agreements. Of one that held what was owed and received is kept."""
    ids = list(rows.values_list("pk", flat=True))
    Signature.objects.filter(agreement__in=ids).delete()
    for paper in SealedPaper.objects.filter(agreement__in=ids):
        paper.file.delete(save=False)
        paper.delete()
    _blank(Receipt.objects.filter(obligation__term__agreement__in=ids), "words")
    terms = AgreementTerm.objects.filter(agreement__in=ids)
    if keeps_obligations:
        _blank(terms, "text", "manner")
    else:
        Obligation.objects.filter(term__in=terms).delete()
        terms.delete()
    _blank(Agreement.objects.filter(pk__in=ids), "facts", "dispute", "responsibility", "remaining", "place")
