"""A new key: originals are sealed anew one by one, what cannot be opened is named and left alone."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from governance.foundation.sealed_files import key_of_file
from incidents.evidence import vault
from incidents.models import Attachment
from tests.cast import Cast
from tests.incidents import files
from tests.incidents.test_evidence import bring, stored

pytestmark = pytest.mark.django_db
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}


def run() -> str:
    said = StringIO()
    call_command("reseal_originals", stdout=said, stderr=said)
    return said.getvalue()


def test_every_original_gets_the_newest_key(cast: Cast) -> None:
    content = files.picture()
    with override_settings(FIELD_KEYS=OLD):
        rows = [bring(cast, content), bring(cast, files.picture("PNG")), bring(cast, files.PDF)]
    with override_settings(FIELD_KEYS=NEW | OLD):
        assert run() == "2 sealed anew, 0 could not be opened.\n"
        assert run() == "0 sealed anew, 0 could not be opened.\n"
    row = Attachment.objects.get(pk=rows[0].pk)
    assert key_of_file(Path(row.original.path).read_bytes()[:64], "x") == "new"
    with override_settings(FIELD_KEYS=NEW):
        assert vault.original_of(row) == content
    assert len([name for name in stored() if name.startswith(str(row.pk))]) == 3, "the old one is gone"


def test_what_cannot_be_opened_is_named(cast: Cast) -> None:
    with override_settings(FIELD_KEYS=OLD):
        row = bring(cast, files.picture())
    with override_settings(FIELD_KEYS=NEW):
        said = run()
    assert "0 sealed anew, 1 could not be opened." in said
    assert str(row.pk) in said
