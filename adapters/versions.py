"""Keeping mappings: the only writer of versions and samples. Every deed is journalled with its transaction."""

from collections.abc import Mapping as Pairs
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from adapters.document import read_document
from adapters.models import Mapping, MappingSample, MappingVersion
from adapters.references import faults_of
from adapters.samples import differences, outcome_of, without_persons
from adapters.states import OPEN, TABLE, VersionState
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.models import ApiClient
from governance.foundation.errors import Conflict, Invalid, NotFound, Unprocessable

MOST_SAMPLES: Final = 50
RESERVED: Final = frozenset({"new"})
"""Words that stand at the place of a code in addresses of our own pages."""


def starter(client: ApiClient) -> dict[str, Any]:
    """What a new mapping begins with: our own names at the same places."""
    source = {"constant": client.sources[0]} if len(client.sources) == 1 else {"path": "/source"}
    return {
        "fields": {
            "source": source,
            "external_no": {"path": "/external_no"},
            "category": {"path": "/category"},
            "content": {"path": "/content"},
            "place": {"path": "/place"},
        }
    }


def create(code: str, *, name: str, client_id: int, by: Actor, at: datetime) -> Mapping:
    """A mapping with its first draft. Raises Invalid, NotFound."""
    client = ApiClient.objects.filter(pk=client_id).first()
    if client is None:
        raise NotFound()
    mapping = Mapping(code=code, name=name.strip(), client=client, created_at=at)
    if code.lower() in RESERVED:
        raise Invalid(
            fields={"code": [_("The address of a page of ours has this word; choose another code")]}
        )
    try:
        mapping.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    with transaction.atomic():
        mapping.save()
        MappingVersion.objects.create(
            mapping=mapping, number=1, document=starter(client), created_at=at, created_by_id=by.user_id
        )
        journal.record("mapping.create", by=by, obj=mapping, at=at, after={"client": client.code})
    return mapping


def draft(mapping_id: int, *, by: Actor, at: datetime) -> MappingVersion:
    """A new version that begins as the newest one was released. Raises NotFound, Conflict."""
    with transaction.atomic():
        mapping = _mapping(mapping_id)
        rows = MappingVersion.objects.filter(mapping=mapping)
        if rows.filter(state__in=sorted(OPEN)).exists():
            raise Conflict(_("A version is being worked on already"), code="draft_exists")
        last = rows.order_by("-number").first()
        base = rows.filter(state=VersionState.RELEASED).order_by("-valid_from", "-number").first() or last
        version = MappingVersion.objects.create(
            mapping=mapping,
            number=last.number + 1 if last else 1,
            document=base.document if base else starter(mapping.client),
            created_at=at,
            created_by_id=by.user_id,
        )
        _record("draft", version, by=by, at=at)
    return version


def edit(version_id: int, document: Any, *, note: str = "", by: Actor, at: datetime) -> MappingVersion:
    """Write the rules of a version that is not released; it has to be checked again. Raises Problem."""
    read_document(document)
    with transaction.atomic():
        version = _open(version_id, "edit")
        version.document, version.note = document, note.strip()[:200]
        version.state, version.checked_at = VersionState.DRAFT, None
        version.save()
        _record("edit", version, by=by, at=at)
    return version


def check(version_id: int, *, by: Actor, at: datetime) -> MappingVersion:
    """Say that the version is in order. Raises Unprocessable with what is not."""
    with transaction.atomic():
        version = _open(version_id, "check")
        _must_stand(version)
        version.state, version.checked_at = VersionState.CHECKED, at
        version.save()
        _record("check", version, by=by, at=at)
    return version


def release(version_id: int, *, valid_from: datetime | None, by: Actor, at: datetime) -> MappingVersion:
    """Let the version count from a moment on (None: now). It is looked through once more. Raises Problem."""
    begins = valid_from or at
    with transaction.atomic():
        version = _open(version_id, "release")
        if begins < at:
            raise Unprocessable(
                fields={"valid_from": [_("This moment has passed already")]}, code="past_time"
            )
        rows = MappingVersion.objects.filter(mapping=version.mapping, state=VersionState.RELEASED)
        if rows.filter(valid_from__gt=begins).exists():
            raise Unprocessable(
                fields={"valid_from": [_("An earlier version begins later than that")]}, code="out_of_order"
            )
        _must_stand(version)
        version.state, version.valid_from = VersionState.RELEASED, begins
        version.released_at, version.released_by_id = at, by.user_id
        version.save()
        _record("release", version, by=by, at=at, valid_from=begins.isoformat())
    return version


def discard(version_id: int, *, by: Actor, at: datetime) -> MappingVersion:
    """Give up a version that is not released. Raises NotFound, IllegalTransition."""
    with transaction.atomic():
        version = _open(version_id, "discard")
        version.state = VersionState.DISCARDED
        version.save()
        _record("discard", version, by=by, at=at)
    return version


def keep_sample(version_id: int, *, name: str, document: Any, by: Actor, at: datetime) -> MappingSample:
    """Keep a document with what becomes of it under this version; a sample of that name is written anew.

    Names and phones of citizens are taken out. Raises Problem.
    """
    with transaction.atomic():
        version = _version(version_id)
        mapping, plan = version.mapping, read_document(version.document)
        name = name.strip()[:80]
        if not name:
            raise Invalid(fields={"name": [_("Give the sample a name")]})
        known = MappingSample.objects.filter(mapping=mapping)
        if known.count() >= MOST_SAMPLES and not known.filter(name=name).exists():
            raise Unprocessable(_("A mapping keeps at most 50 samples"), code="too_many_samples")
        clean = without_persons(plan, document)
        facts = {"document": clean, "outcome": outcome_of(plan, clean), "kept_at": at}
        sample, _is_new = known.update_or_create(mapping=mapping, name=name, defaults=facts)
        journal.record("mapping.keep_sample", by=by, obj=mapping, at=at, details={"sample": name})
    return sample


def drop_sample(sample_id: int, *, by: Actor, at: datetime) -> None:
    """Forget a sample. Raises NotFound."""
    with transaction.atomic():
        sample = MappingSample.objects.select_for_update().filter(pk=sample_id).first()
        if sample is None:
            raise NotFound()
        mapping = sample.mapping
        journal.record("mapping.drop_sample", by=by, obj=mapping, at=at, details={"sample": sample.name})
        sample.delete()


def failing(version: MappingVersion) -> dict[str, list[str]]:
    """The samples that come out otherwise than when they were kept, with the fields that differ."""
    plan = read_document(version.document)
    found = {}
    for sample in MappingSample.objects.filter(mapping_id=version.mapping_id).order_by("name"):
        names = differences(sample.outcome, outcome_of(plan, sample.document))
        if names:
            found[sample.name] = names
    return found


def _must_stand(version: MappingVersion) -> None:
    plan = read_document(version.document)
    faults: dict[str, list[str]] = faults_of(plan, version.mapping.client)
    for name, names in failing(version).items():
        told = {"names": ", ".join(names)}
        faults[name] = [_("This sample comes out otherwise: %(names)s") % told]
    if faults:
        raise Unprocessable(_("The mapping has errors"), fields=faults, code="bad_mapping")


def _open(version_id: int, verb: str) -> MappingVersion:
    """The version, locked with its mapping, if the verb may be done. Raises NotFound, IllegalTransition."""
    version = _version(version_id)
    TABLE.check(verb, version.state)
    return version


def _version(version_id: int) -> MappingVersion:
    rows = MappingVersion.objects.select_for_update(of=("self",)).select_related("mapping__client")
    version = rows.filter(pk=version_id).first()
    if version is None:
        raise NotFound()
    _mapping(version.mapping_id)
    return version


def _mapping(mapping_id: int) -> Mapping:
    """Versions of a mapping are written one after another."""
    rows = Mapping.objects.select_for_update(of=("self",)).select_related("client")
    mapping = rows.filter(pk=mapping_id).first()
    if mapping is None:
        raise NotFound()
    return mapping


def _record(verb: str, version: MappingVersion, *, by: Actor, at: datetime, **more: Any) -> None:
    details: Pairs[str, Any] = {"version": version.number, "digest": journal.digest(version.document), **more}
    journal.record(f"mapping.{verb}", by=by, obj=version.mapping, at=at, details=details)
