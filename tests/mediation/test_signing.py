"""Signatures and the seal: in their order, by whoever may, on the version that holds, and never twice."""

import hashlib
import io
from datetime import date

import pytest
from pypdf import PdfReader

from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    NotFound,
    Problem,
    Unprocessable,
)
from incidents import evidence
from mediation.documents import signing
from mediation.documents.papers import Matter, build
from mediation.models import Agreement, Consent, Mediator, SealedPaper, Signature
from tests.cast import Cast, jpeg
from tests.mediation.papers import drafted, keeper, stroke
from tests.mediation.props import GUIDED, Way, named, terms, trace


def refused(way: Way, problem: type[Problem], code: str, deed: object) -> None:
    """The deed is refused with its code, and nothing is stored."""
    before = trace(way.row), Signature.objects.count(), SealedPaper.objects.count()
    with pytest.raises(problem) as caught:
        deed()  # type: ignore[operator]
    assert caught.value.code == code
    assert (trace(way.row), Signature.objects.count(), SealedPaper.objects.count()) == before


def test_signed_by_all_and_sealed_it_takes_effect(cast: Cast) -> None:
    way = drafted(Way(cast))
    keeper(way)
    me, at, (one, two) = way.me, way.at, way.keys
    signing.sign_for_party(way.row.pk, one, by=me, at=at, picture=stroke(end=50), signer="本人")
    assert Agreement.objects.get(case=way.row).parties_signed_at is None
    signing.sign_for_party(way.row.pk, two, by=me, at=at, picture=stroke(end=60))
    signing.sign_as_mediator(way.row.pk, by=me, at=at, picture=stroke())
    paper = signing.seal(way.row.pk, by=me, at=at)
    agreement = Agreement.objects.get(case=way.row)
    assert agreement.parties_signed_at == agreement.mediator_signed_at == agreement.sealed_at == at
    with paper.file.open("rb") as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == paper.sha256
    assert signing.is_authentic(paper, content)
    assert not signing.is_authentic(paper, content + b" ")
    pages = PdfReader(io.BytesIO(content)).pages
    assert "已加盖印章" in "".join(page.extract_text() for page in pages)
    assert sum(len(list(page.images)) for page in pages) >= 3
    way.do("agree_written")
    assert way.row.state == "agreed_written"
    for kind, pictures in (("agreement", 3), ("confirmation", 0), ("performance", 0)):
        built = build(kind, Matter(row=way.row, at=at, agreement=agreement))
        assert len(built.files) == pictures, "nobody's signature is put under another paper"
    paper.file.delete(save=False)


def test_the_order_of_the_law(cast: Cast) -> None:
    way = drafted(Way(cast))
    pk, me, at = way.row.pk, way.me, way.at
    seal = lambda: signing.seal(pk, by=me, at=at)  # noqa: E731  # four short uses
    refused(way, Forbidden, "no_seal", seal)
    keeper(way)
    refused(way, Unprocessable, "not_signed", seal)
    for key in way.keys:
        signing.sign_for_party(pk, key, by=me, at=at, picture=stroke())
    refused(way, Unprocessable, "not_signed", seal)
    refused(
        way,
        Conflict,
        "signed",
        lambda: signing.sign_for_party(pk, way.keys[0], by=me, at=at, picture=stroke()),
    )
    signing.sign_as_mediator(pk, by=me, at=at, picture=stroke())
    refused(way, Conflict, "signed", lambda: signing.sign_as_mediator(pk, by=me, at=at, picture=stroke()))
    refused(way, Conflict, "stale_version", lambda: signing.seal(pk, by=me, at=at, version=7))
    Agreement.objects.filter(case=way.row).update(copies=9)
    refused(way, Conflict, "altered", seal)
    Agreement.objects.filter(case=way.row).update(copies=3)
    seal().file.delete(save=False)
    refused(way, Conflict, "sealed", seal)


def test_a_consent_that_is_withdrawn_stops_it(cast: Cast) -> None:
    way = drafted(Way(cast))
    Consent.objects.filter(party=way.keys[1], superseded_at=None).update(decision="withdrawn")
    refused(
        way,
        Unprocessable,
        "consent_missing",
        lambda: signing.sign_for_party(way.row.pk, way.keys[0], by=way.me, at=way.at, picture=stroke()),
    )


def test_who_may_not_have_it_signed(cast: Cast) -> None:
    way = drafted(Way(cast))
    pk, at, key = way.row.pk, way.at, way.keys[0]
    for actor in (cast.worker, cast.far_town, cast.leader, cast.auditor, cast.outsider):
        refused(
            way,
            Forbidden,
            "forbidden",
            lambda actor=actor: signing.sign_for_party(pk, key, by=actor, at=at, picture=stroke()),
        )
    refused(
        way,
        Forbidden,
        "forbidden",
        lambda: signing.sign_as_mediator(pk, by=cast.community, at=at, picture=stroke()),
    )
    other = Way(cast)
    refused(
        way,
        NotFound,
        "not_found",
        lambda: signing.sign_for_party(pk, other.keys[0], by=way.me, at=at, picture=stroke()),
    )


def test_what_is_no_signature(cast: Cast) -> None:
    way = drafted(Way(cast))
    for picture in (
        stroke(ink=False),
        "data:image/png;base64,####",
        signing.PNG + "aGVsbG8=",
        "data:image/jpeg;base64,AAAA",
        stroke(3000, 100),
        signing.PNG + "A" * signing.MOST_PICTURE,
    ):
        refused(
            way,
            Unprocessable,
            "no_signature",
            lambda picture=picture: signing.sign_for_party(
                way.row.pk, way.keys[0], by=way.me, at=way.at, picture=picture
            ),
        )
    refused(
        way,
        Unprocessable,
        "unprocessable",
        lambda: signing.sign_for_party(way.row.pk, way.keys[0], by=way.me, at=way.at),
    )


def test_a_scanned_page_stands_for_a_signature(cast: Cast) -> None:
    way = drafted(Way(cast))
    content = jpeg(3)
    page = evidence.receive(io.BytesIO(content), name="p.jpg", size=len(content), by=way.me, at=way.at)
    row = signing.sign_for_party(way.row.pk, way.keys[0], by=way.me, at=way.at, scan=page.pk)
    assert row.manner == "scanned"
    assert row.scan is not None
    assert row.scan.attachment_id == page.pk
    refused(
        way,
        Unprocessable,
        "unprocessable",
        lambda: signing.sign_for_party(way.row.pk, way.keys[1], by=way.me, at=way.at, scan=page.pk),
    )


def test_a_mediator_without_an_account_signs_before_one_who_has(cast: Cast) -> None:
    way = drafted(Way(cast))
    assert way.row.body is not None
    other = Mediator.objects.create(body=way.row.body, name="温和", joined_on=date(2024, 1, 1))
    way.do("assign", cast.town, mediators=[other.pk, named(way.me).pk], lead=other.pk, chosen_by="parties")
    first = signing.sign_as_mediator(way.row.pk, by=way.me, at=way.at, picture=stroke())
    assert first.mediator == named(way.me)
    assert Agreement.objects.get(case=way.row).mediator_signed_at is None
    assert signing.sign_as_mediator(way.row.pk, by=way.me, at=way.at, picture=stroke()).mediator == other
    assert Agreement.objects.get(case=way.row).mediator_signed_at == way.at
    refused(
        way,
        Conflict,
        "signed",
        lambda: signing.sign_as_mediator(way.row.pk, by=way.me, at=way.at, picture=stroke()),
    )


def test_a_new_draft_leaves_the_signatures_behind(cast: Cast) -> None:
    way = drafted(Way(cast))
    signing.sign_for_party(way.row.pk, way.keys[0], by=way.me, at=way.at, picture=stroke())
    way.do("draft", agreement=terms(way.row, way.at))
    holding = Agreement.objects.get(case=way.row, replaced_at=None)
    assert holding.version == 2
    assert not holding.signatures.exists()
    assert Signature.objects.count() == 1


def test_nothing_is_signed_where_there_is_nothing_to_sign(cast: Cast) -> None:
    way = Way(cast).to("mediating")
    deed = lambda: signing.sign_for_party(  # noqa: E731  # two short uses
        way.row.pk, way.keys[0], by=way.me, at=way.at, picture=stroke()
    )
    refused(way, Conflict, "no_agreement", deed)
    way.do("fail", reason_code="no_agreement", opinion="分歧过大", **GUIDED)
    refused(way, IllegalTransition, "illegal_transition", deed)
