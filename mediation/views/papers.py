"""The papers of a case: each as PDF or Word, whole or masked; versions compared; signing and the seal."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from mediation.disclosure import may_reveal, revealing_role
from mediation.documents import forms, signing
from mediation.documents.comparing import compared
from mediation.documents.content import lines_of, parts_of
from mediation.documents.facts import Reader
from mediation.documents.offered import offers
from mediation.documents.papers import Matter, build
from mediation.documents.pauses import steps_of
from mediation.documents.pdf import pdf
from mediation.documents.volume import volume, with_terms
from mediation.documents.word import docx
from mediation.models import Agreement, MediationCase, SealedPaper
from mediation.opening import visible_case
from mediation.rules import must_read, role_for
from mediation.states import CASE_TABLE
from mediation.transitions.opening import without_consent
from mediation.views.frames import frame_of

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OF_AGREEMENT: Final = frozenset({"agreement", "oral", "confirmation"})
MOST_CHECKED: Final = 20 * 1024 * 1024
INSIDE: Final = frozenset({"cover", "contents", "check", "performance"})
"""Pages of a volume, which are not printed alone."""


@require_safe
@desk_page
def papers(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Everything that can be printed now, who has signed, and what this person may do about it."""
    must_read(actor)
    row, at = visible_case(actor, number), now()
    agreement = _holding(row)
    context = {
        "tab": "cases",
        "row": row,
        "offers": offers(row, agreement),
        "agreement": agreement,
        "hands": _hands(row, agreement) if agreement is not None and agreement.form == "written" else [],
        "sealed": SealedPaper.objects.filter(agreement=agreement).select_related("sealed_by").first(),
        "may_sign": _may_sign(row, agreement, actor),
        "may_seal": agreement is not None
        and agreement.form == "written"
        and agreement.sealed_at is None
        and signing.may_seal(row, actor, at),
        "versions": row.agreements.count(),
        "may_print": may_reveal(row, actor),
        "silent": without_consent(row) if agreement is not None and agreement.sealed_at is None else [],
        **frame_of(actor),
    }
    return render(request, "mediation/papers.html", context)


def _holding(row: MediationCase) -> Agreement | None:
    return with_terms(row.agreements.filter(replaced_at=None)).first()


def _hands(row: MediationCase, agreement: Agreement) -> list[dict[str, Any]]:
    """Who has to sign, and since when each has."""
    by_party = {item.party_id: item for item in agreement.signatures.all() if item.party_id}
    by_mediator = {item.mediator_id: item for item in agreement.signatures.all() if item.mediator_id}
    found: list[dict[str, Any]] = [
        {
            "key": party.pk,
            "side": party.get_side_display(),
            "name": party.shown_name,
            "signed": by_party.get(party.pk),
        }
        for party in row.parties.order_by("number")
    ]
    found += [
        {
            "key": "mediator",
            "side": None,
            "name": item.mediator.name,
            "signed": by_mediator.get(item.mediator_id),
        }
        for item in row.mediators.filter(until=None).select_related("mediator")
    ]
    return found


def _may_sign(row: MediationCase, agreement: Agreement | None, actor: Actor) -> bool:
    verb = CASE_TABLE["draft"]
    if agreement is None or agreement.form != "written" or agreement.sealed_at is not None:
        return False
    try:
        role_for(verb, row, actor)
    except Forbidden:
        return False
    return row.state in verb.sources


@require_safe
@desk_page
def paper(request: HttpRequest, actor: Actor, number: str, kind: str, ending: str) -> HttpResponseBase:
    """One paper as a file; `?session=`, `?callback=`; `?masked=1` for a copy that leaves the office. Journalled."""
    must_read(actor)
    row, at = visible_case(actor, number), now()
    if kind in INSIDE or kind not in forms.kinds():
        raise NotFound()
    agreement = _holding(row)
    if kind in OF_AGREEMENT and agreement is None:
        raise NotFound()
    about: dict[str, Any] = {"agreement": agreement} if kind in OF_AGREEMENT else {}
    for kinds, name, rows in (
        ({"session"}, "session", row.sessions.filter(state="held")),
        ({"invitation"}, "session", row.sessions.filter(state="planned")),
        ({"callback"}, "callback", row.callbacks.filter(called_at__isnull=False)),
        ({"suspension", "resumption"}, "pause", row.pauses.all()),
    ):
        if kind in kinds:
            key = request.GET.get(name, "")
            about[name] = (
                rows.filter(pk=int(key)).first()
                if key.isascii() and key.isdigit() and len(key) < 19
                else None
            )
            if about[name] is None:
                raise NotFound()
    if kind == "resumption" and steps_of(about["pause"])[1] is None:
        raise NotFound()
    is_masked = _is_masked(request, row, actor)
    made = build(kind, Matter(row=row, at=at, reader=Reader(is_masked), **about))
    content = docx(made) if ending == "docx" else pdf(made)
    _told(actor, row, at, kind, is_masked=is_masked)
    return _file(
        content, f"{row.number}-{made.title}.{ending}", WORD if ending == "docx" else "application/pdf"
    )


@require_safe
@desk_page
def whole(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The volume as one PDF. Journalled."""
    must_read(actor)
    row, at = visible_case(actor, number), now()
    is_masked = _is_masked(request, row, actor)
    content = volume(row, at, is_masked=is_masked)
    _told(actor, row, at, "volume", is_masked=is_masked)
    return _file(content, f"{row.number}-{forms.title('cover')}.pdf", "application/pdf")


@require_safe
@desk_page
def sealed_file(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The agreement as it was sealed, byte by byte. Journalled."""
    must_read(actor)
    row = visible_case(actor, number)
    revealing_role(row, actor)
    found = SealedPaper.objects.filter(agreement__case=row, agreement__replaced_at=None).first()
    if found is None:
        raise NotFound()
    _told(actor, row, now(), "sealed", is_masked=False)
    answer = FileResponse(found.file.open("rb"), content_type="application/pdf")
    return _private(answer, f"{row.number}.pdf")


def _is_masked(request: HttpRequest, row: MediationCase, actor: Actor) -> bool:
    """Whether a masked copy is asked for. Raises Forbidden where the whole is, and masks are all this role sees."""
    if request.GET.get("masked") == "1":
        return True
    revealing_role(row, actor)
    return False


def _told(actor: Actor, row: MediationCase, at: datetime, kind: str, *, is_masked: bool) -> None:
    journal.record("mediation.print", by=actor, obj=row, at=at, details={"paper": kind, "masked": is_masked})


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    _private(answer, name)
    return answer


def _private(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@desk_page
def versions(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Two versions of the agreement against each other: the last two, or `?old=` and `?new=`."""
    must_read(actor)
    row = visible_case(actor, number)
    rows = {item.version: item for item in row.agreements.select_related("case").order_by("version")}
    if not rows:
        raise NotFound()
    last = max(rows)
    new, old = _version(request, "new", last), _version(request, "old", last - 1)
    reader = Reader(not may_reveal(row, actor))
    before = lines_of(rows[old], reader) if old in rows else []
    context = {
        "tab": "cases",
        "row": row,
        "versions": list(rows),
        "old": old,
        "new": new,
        "lines": compared(before, lines_of(rows[new] if new in rows else rows[last], reader)),
        **frame_of(actor),
    }
    return render(request, "mediation/versions.html", context)


def _version(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def sign(request: HttpRequest, actor: Actor, number: str, who: str) -> HttpResponse:
    """The page that is handed over on a tablet: what is signed, and the field to sign in."""
    must_read(actor)
    row = visible_case(actor, number)
    agreement = _holding(row)
    party = row.parties.filter(pk=int(who)).first() if who.isdigit() and len(who) < 19 else None
    if agreement is None or (party is None and who != "mediator"):
        raise NotFound()
    if agreement.sealed_at is not None:
        raise Conflict(pgettext_lazy("signing", "Sealed already: it is not signed again"), code="sealed")
    if not _may_sign(row, agreement, actor):
        raise Forbidden(pgettext_lazy("signing", "Only the case's mediators have its agreement signed"))
    context: dict[str, Any] = {
        "tab": "cases",
        "row": row,
        "agreement": agreement,
        "party": party,
        "parts": parts_of(agreement),
        **frame_of(actor),
    }
    if request.method != "POST":
        return render(request, "mediation/sign.html", context)
    data = request.POST
    facts: dict[str, Any] = {
        "by": actor,
        "at": now(),
        "version": _number(data.get("version", "")),
        "picture": data.get("picture", ""),
        "scan": _key(data.get("scan", "")),
    }
    try:
        if party is not None:
            signing.sign_for_party(row.pk, party.pk, signer=data.get("signer", ""), **facts)
        else:
            signing.sign_as_mediator(row.pk, **facts)
    except (Invalid, Conflict, Forbidden) as problem:
        return render(
            request,
            "mediation/sign.html",
            context
            | {"problem": problem_words(problem), "signer": data.get("signer", "")[:60]}
            | {"picture": _again(facts["picture"])},
            status=problem.status,
        )
    messages.success(request, pgettext("signing", "The signature has been kept"))
    return redirect("mediation:papers", row.number)


def _again(picture: str) -> str:
    """What was drawn, for the field; nothing that could not have come from it."""
    return picture if len(picture) <= signing.MOST_PICTURE and picture.startswith(signing.PNG) else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
@desk_page
def check(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Whether a file is the very one that was sealed."""
    must_read(actor)
    row = visible_case(actor, number)
    found = SealedPaper.objects.filter(agreement__case=row, agreement__replaced_at=None).first()
    given = request.FILES.get("file")
    if found is None or given is None:
        raise NotFound()
    if given.size is not None and given.size <= MOST_CHECKED and signing.is_authentic(found, given.read()):
        messages.success(request, pgettext("signing", "This is the very file that was sealed"))
    else:
        messages.error(request, pgettext("signing", "This is not the file that was sealed: it differs"))
    return redirect("mediation:papers", row.number)


@require_POST
@desk_page
def seal(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Put the committee's seal under the agreement."""
    must_read(actor)
    row = visible_case(actor, number)
    return _done(
        request,
        row,
        lambda: signing.seal(row.pk, by=actor, at=now(), version=_number(request.POST.get("version", ""))),
    )


def _done(request: HttpRequest, row: MediationCase, deed: Callable[[], object]) -> HttpResponse:
    try:
        deed()
    except (Invalid, Conflict) as problem:
        messages.error(request, problem_words(problem))
    else:
        messages.success(request, pgettext("signing", "The agreement has been sealed and kept"))
    return redirect("mediation:papers", row.number)
