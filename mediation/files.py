"""Files of a case: what the person has uploaded is bound to it, kept, and given out to its readers only."""

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.base import File
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from incidents import evidence
from incidents.ledger import bindable
from incidents.models import Attachment
from mediation.frame import refuse
from mediation.models import CaseFile, MediationCase, Session

MOST = 20


def bind(
    row: MediationCase,
    ids: Iterable[UUID],
    kind: str,
    *,
    by: Actor,
    at: datetime,
    session: Session | None = None,
) -> list[CaseFile]:
    """Keep uploaded files with the case. Raises Unprocessable for one that is not there or used already."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    found = {item.pk: item for item in bindable(wanted, by).filter(mediation_file=None)}
    if len(wanted) > MOST or len(found) != len(wanted):
        refuse(
            "files",
            pgettext_lazy("mediation", "A file named here was not uploaded by you or is used already"),
        )
    Attachment.objects.filter(pk__in=wanted).update(is_kept=True)
    return CaseFile.objects.bulk_create(
        [
            CaseFile(case=row, session=session, kind=kind, attachment=found[key], at=at, by=by.user)
            for key in wanted
        ]
    )


def receive(files: "Iterable[File[bytes]]", *, by: Actor, at: datetime) -> list[UUID]:
    """Take in what a form carries. Raises the errors of the evidence store: too large, not of an accepted kind."""
    return [
        evidence.receive(cast(BinaryIO, item), name=str(item.name), size=item.size or 0, by=by, at=at).pk
        for item in files
    ]
