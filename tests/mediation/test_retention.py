"""Forgetting: what is past its time loses whoever it tells of; what is within its period is never touched."""

import pytest

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit.models import AuditEntry
from governance.foundation.errors import IllegalTransition
from incidents.models import Attachment
from mediation import queries, retention, tasks
from mediation.calendar import bounds
from mediation.documents import signing
from mediation.files import bind
from mediation.models import (
    Agreement,
    AgreementTerm,
    CaseStep,
    Consent,
    JudicialConfirmation,
    MediationCase,
    Obligation,
    Party,
    Receipt,
    Representative,
    SealedPaper,
    Session,
    Signature,
)
from mediation.transitions import perform
from mediation.values import expiries, expiry
from tests.cast import DAY, MONDAY, Cast, Photo
from tests.mediation.papers import keeper, stroke
from tests.mediation.props import Way, terms, trace

pytestmark = pytest.mark.django_db
AFTER = MONDAY + 40 * 365 * DAY


def archived(cast: Cast, photo: Photo) -> Way:
    """A whole volume: a first draft, a sealed agreement, a court's confirmation, receipts, scans, callbacks."""
    way = Way(cast).to("mediating")
    for _version in range(2):
        way.do("draft", agreement=terms(way.row, way.at))
    keeper(way)
    for key in way.keys:
        signing.sign_for_party(way.row.pk, key, by=way.me, at=way.at, picture=stroke())
    signing.sign_as_mediator(way.row.pk, by=way.me, at=way.at, picture=stroke())
    signing.seal(way.row.pk, by=way.me, at=way.at)
    way.do("agree_written")
    way._confirming()
    way._confirmed()
    way.do("watch")
    way.receipts()
    way.do("complete")
    bind(way.row, [photo(cast.mediator)], "evidence", by=cast.mediator, at=way.at)
    for days in (8, 23, 60):
        way.call(after=days * DAY)
    way.do("archive", cast.town)
    return way


def test_a_volume_is_forgotten_when_its_period_is_over_and_not_before(cast: Cast, photo: Photo) -> None:
    way = archived(cast, photo)
    row, whole = way.row, bounds(MONDAY.date(), 365)
    figures = [(m.code, r) for m, r in queries.rates(MediationCase.objects.all(), *whole)]
    assert [item.rule for item in expiries()] == ["archived", "declined", "drafts"]
    kept = trace(row)
    edge = way.at + expiry("drafts").days * DAY
    assert retention.sweep(at=edge) == 0
    assert trace(row) == kept, "within its period nothing is touched"
    old = Agreement.objects.get(case=row, version=1)
    assert retention.sweep(at=edge + DAY) == 1, "the draft that another replaced"
    old.refresh_from_db()
    assert (old.facts, old.terms.count()) == ("", 0)
    assert Agreement.objects.get(case=row, version=2).facts
    assert retention.sweep(at=edge + 2 * DAY) == 0
    last = way.at + expiry("archived").days * DAY
    assert retention.sweep(at=last) == 0
    file = SealedPaper.objects.get(agreement__case=row).file
    storage, name = file.storage, file.name
    assert storage.exists(name)
    assert retention.sweep(at=last + DAY) == 1
    assert not storage.exists(name)
    assert not Signature.objects.filter(agreement__case=row).exists()
    assert not Representative.objects.filter(party__case=row).exists()
    for party in Party.objects.filter(case=row):
        assert (party.name, party.name_index, party.identity_index, party.phone, party.phone_index) == (
            "",
        ) * 5
        assert (party.address, party.birth_on, party.sex) == ("",) * 3
    row = MediationCase.objects.get(pk=row.pk)
    assert (row.facts, row.claims, row.place, row.query_code, row.title, row.readers) == (
        "",
        "",
        "",
        "",
        row.number,
        [],
    )
    assert {item.minutes for item in Session.objects.filter(case=row)} == {""}
    assert {item.words for item in Receipt.objects.filter(obligation__term__agreement__case=row)} == {""}
    assert {item.text for item in AgreementTerm.objects.filter(agreement__case=row)} == {""}
    assert {item.note for item in Consent.objects.filter(party__case=row)} == {""}
    assert {item.words for item in CaseStep.objects.filter(case=row)} == {""}
    assert not CaseStep.objects.filter(
        case=row, data__has_any_keys=["court", "ruling_no", "guidance"]
    ).exists()
    found = JudicialConfirmation.objects.get(agreement__case=row)
    assert (found.court, found.ruling_no) == ("", "–")
    assert Obligation.objects.filter(term__agreement__case=row).count() == 2
    assert not Attachment.objects.filter(is_kept=True).exists(), (
        "the chore of unbound files takes the scans away"
    )
    assert figures == [(m.code, r) for m, r in queries.rates(MediationCase.objects.all(), *whole)]
    assert AuditEntry.objects.filter(verb="mediation.forget").count() == 1
    after = trace(row)
    assert retention.sweep(at=last + 9 * DAY) == 0
    assert trace(row) == after
    assert tasks.forget() == 0
    with pytest.raises(IllegalTransition):
        perform("forget", Way(cast, at=MONDAY).row.pk, by=SYSTEM_ACTOR, at=AFTER)


def test_one_turn_is_bounded_and_one_that_fails_stops_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [Way(cast, at=MONDAY + number * DAY).to("not_mediable").row for number in range(3)]
    at = MONDAY + (expiry("declined").days + 9) * DAY
    assert retention.sweep(at=MONDAY + 900 * DAY) == 0
    assert retention.sweep(at=at, limit=2) == 2
    assert retention.due(at=at).count() == 1
    broken = MediationCase.objects.get(pk=retention.due(at=at).get().pk)

    def refused(*_args: object, **_facts: object) -> None:
        raise IllegalTransition(verb="forget", state="archived", allowed=[])

    with monkeypatch.context() as patch:
        patch.setattr(retention, "perform", refused)
        assert retention.sweep(at=at) == 0
    assert "could not be forgotten" in caplog.text
    assert retention.sweep(at=at) == 1
    broken.refresh_from_db()
    assert broken.facts == ""
    assert {row.pk for row in rows} == set(
        CaseStep.objects.filter(verb="forget").values_list("case", flat=True)
    )
