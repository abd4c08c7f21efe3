"""An agreement is signed by each party and by the mediator, then sealed by whoever keeps the committee's seal.

Each deed locks the case and stands on the version that holds: a new draft leaves the signatures on the old one behind
(People's Mediation Law art. 29: in effect once the parties have signed, the mediator has signed and the seal is on it).
"""

import base64
import binascii
import hashlib
import io
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, Text
from mediation.documents.content import digest_of
from mediation.documents.papers import Matter, build
from mediation.documents.pdf import pdf
from mediation.files import bind
from mediation.frame import locked, refuse
from mediation.models import (
    Agreement,
    AgreementForm,
    CaseFile,
    MediationCase,
    Mediator,
    Party,
    SealedPaper,
    SealKeeper,
    Signature,
)
from mediation.rules import role_for
from mediation.states import CASE_TABLE
from mediation.transitions.opening import check_consents

MOST_PICTURE: Final = 400_000
WIDEST: Final = 2400
PNG: Final = "data:image/png;base64,"


def holding(row: MediationCase) -> Agreement:
    """The written version that holds. Raises Conflict where there is none, or it is in effect already."""
    rows = Agreement.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(case=row, replaced_at=None, form=AgreementForm.WRITTEN).first()
    if found is None:
        raise Conflict(pgettext_lazy("signing", "There is no written agreement to sign"), code="no_agreement")
    if found.sealed_at is not None or found.effective_at is not None:
        raise Conflict(pgettext_lazy("signing", "This agreement has been sealed already"), code="sealed")
    return found


@transaction.atomic
def sign_for_party(
    case_id: int,
    party_id: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    picture: str = "",
    scan: UUID | None = None,
    signer: str = "",
) -> Signature:
    """A party signs, on the tablet (`picture`: PNG as a data address) or on a page that was scanned (`scan`).

    Raises NotFound, Forbidden, Conflict, Unprocessable.
    """
    row = locked(case_id)
    actor = _conducting(row, by)
    agreement = _this_version(row, version)
    check_consents(row)
    party = Party.objects.filter(case=row, pk=party_id).first()
    if party is None:
        raise NotFound()
    if agreement.signatures.filter(party=party).exists():
        raise Conflict(pgettext_lazy("signing", "This party has signed already"), code="signed")
    signature = _sign(agreement, actor, at, picture, scan, party=party, signer=signer.strip()[:60])
    if agreement.signatures.filter(party__isnull=False).count() == row.parties.count():
        agreement.parties_signed_at = at
        agreement.save(update_fields=["parties_signed_at"])
    return signature


@transaction.atomic
def sign_as_mediator(
    case_id: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    picture: str = "",
    scan: UUID | None = None,
) -> Signature:
    """A mediator of the case signs with the own account; whoever has none signs before those who conduct the case.

    Raises NotFound, Forbidden, Conflict, Unprocessable.
    """
    row = locked(case_id)
    actor = _conducting(row, by)
    agreement = _this_version(row, version)
    check_consents(row)
    all_named = Mediator.objects.filter(cases__case=row, cases__until=None)
    waiting = all_named.exclude(signatures__agreement=agreement).order_by("pk")
    named = waiting.filter(user_id=by.user_id or 0).first() or waiting.filter(user=None).first()
    if named is None:
        if all_named.filter(user_id=by.user_id or 0).exists():
            raise Conflict(pgettext_lazy("signing", "You have signed already"), code="signed")
        raise Forbidden(
            pgettext_lazy("signing", "Only a mediator of this case signs as its mediator"),
            code="not_mediator",
        )
    signature = _sign(agreement, actor, at, picture, scan, mediator=named)
    if not all_named.exclude(signatures__agreement=agreement).exists():
        agreement.mediator_signed_at = at
        agreement.save(update_fields=["mediator_signed_at"])
    return signature


@transaction.atomic
def seal(case_id: int, *, by: Actor, at: datetime, version: int | None = None) -> SealedPaper:
    """The committee's seal is put under the signed agreement: the file is made, kept, and its SHA-256 with it.

    Raises NotFound, Forbidden (a seal without a right), Conflict, Unprocessable.
    """
    row = locked(case_id)
    agreement = _this_version(row, version)
    if not may_seal(row, by, at):
        raise Forbidden(
            pgettext_lazy("signing", "Only a keeper of this committee's seal may put it under a paper"),
            code="no_seal",
        )
    check_consents(row)
    if agreement.parties_signed_at is None:
        refuse("parties", pgettext_lazy("signing", "Not every party has signed"), "not_signed")
    if agreement.mediator_signed_at is None:
        refuse("mediator", pgettext_lazy("signing", "The mediator has not signed"), "not_signed")
    digest = digest_of(agreement)
    if any(item.digest != digest for item in agreement.signatures.all()):
        raise Conflict(
            pgettext_lazy("signing", "The text is not the one that was signed; draft it anew"), code="altered"
        )
    agreement.sealed_at = at
    agreement.save(update_fields=["sealed_at"])
    assert row.body is not None
    assert by.user is not None
    content = pdf(build("agreement", Matter(row=row, at=at, agreement=agreement)))
    paper = SealedPaper(
        agreement=agreement,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        sealed_at=at,
        sealed_by=by.user,
        seal_name=row.body.seal_name,
    )
    paper.file.save(f"{row.number}-{agreement.version}.pdf", ContentFile(content), save=False)
    paper.save()
    journal.record(
        "mediation.seal",
        by=by.acting_as("seal_keeper"),
        obj=row,
        at=at,
        after={"sha256": paper.sha256, "version": agreement.version},
        details={"version": agreement.version, "sha256": paper.sha256},
    )
    return paper


def may_seal(row: MediationCase, by: Actor, at: datetime) -> bool:
    """Whether the person keeps the seal of the body that has the case, on that day."""
    on = local(at).date()
    rows = SealKeeper.objects.filter(Q(until=None) | Q(until__gte=on), since__lte=on, body_id=row.body_id)
    return by.user_id is not None and rows.filter(user_id=by.user_id or 0).exists()


def is_authentic(paper: SealedPaper, content: bytes) -> bool:
    """Whether a file is the very one that was sealed."""
    return len(content) == paper.size and hashlib.sha256(content).hexdigest() == paper.sha256


def _conducting(row: MediationCase, by: Actor) -> Actor:
    """Whoever may draft here, now, may have it signed."""
    verb = CASE_TABLE.check("draft", row.state)
    return by.acting_as(role_for(verb, row, by))


def _this_version(row: MediationCase, version: int | None) -> Agreement:
    agreement = holding(row)
    if version is not None and version != agreement.version:
        raise Conflict(
            pgettext_lazy("signing", "There is a newer version of the agreement; nothing was stored"),
            code="stale_version",
        )
    return agreement


def _sign(
    agreement: Agreement,
    by: Actor,
    at: datetime,
    picture: str,
    scan: UUID | None,
    *,
    party: Party | None = None,
    mediator: Mediator | None = None,
    signer: str = "",
) -> Signature:
    if bool(picture) == (scan is not None):
        refuse("picture", pgettext_lazy("signing", "Sign on the tablet, or attach the scanned page"))
    assert by.user is not None
    page: CaseFile | None = None
    if scan is not None:
        page = bind(agreement.case, [scan], CaseFile.Kind.AGREEMENT, by=by, at=at)[0]
    row = Signature.objects.create(
        agreement=agreement,
        party=party,
        mediator=mediator,
        manner="scanned" if page is not None else "drawn",
        picture=drawn(picture) if picture else "",
        scan=page,
        signer=signer,
        digest=digest_of(agreement),
        at=at,
        recorded_by=by.user,
    )
    journal.record(
        "mediation.sign",
        by=by,
        obj=agreement.case,
        at=at,
        after={"digest": row.digest},
        details={"version": agreement.version, "manner": row.manner, "signature": row.pk},
    )
    return row


def drawn(picture: str) -> str:
    """The base64 of a PNG with ink on it, drawn anew so that nothing else is in the file. Raises Unprocessable."""
    from PIL import Image, UnidentifiedImageError

    if not picture.startswith(PNG) or len(picture) > MOST_PICTURE:
        _refuse_picture(pgettext_lazy("signing", "This is no signature from the tablet"))
    try:
        content = base64.b64decode(picture.removeprefix(PNG), validate=True)
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if max(image.size) > WIDEST:
                _refuse_picture(pgettext_lazy("signing", "This is no signature from the tablet"))
            ink = image.convert("RGBA")
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError):
        _refuse_picture(pgettext_lazy("signing", "This is no signature from the tablet"))
    box = ink.getchannel("A").getbbox()
    if box is None or box[2] - box[0] < 12 or box[3] - box[1] < 6:
        _refuse_picture(pgettext_lazy("signing", "The signature is empty: please sign again"))
    out = io.BytesIO()
    ink.crop(box).save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def _refuse_picture(words: Text) -> None:
    refuse("picture", words, "no_signature")
