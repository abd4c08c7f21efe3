"""Sealed files: nothing readable, bound to their place, opened by every key of the ring."""

import pytest
from django.test import override_settings

from governance.foundation.sealed import SealBroken
from governance.foundation.sealed_files import key_of_file, seal_file, unseal_file

OLD, NEW = b"o" * 32, b"n" * 32


def test_only_the_right_place_opens_it() -> None:
    sealed = seal_file(b"a face" * 100, "photo|1")
    assert b"a face" not in sealed
    assert unseal_file(sealed, "photo|1") == b"a face" * 100
    with pytest.raises(SealBroken, match=r"photo\|2"):
        unseal_file(sealed, "photo|2")


def test_a_changed_ring() -> None:
    with override_settings(FIELD_KEYS={"old": OLD}):
        sealed = seal_file(b"plain", "x")
    with override_settings(FIELD_KEYS={"new": NEW, "old": OLD}):
        assert unseal_file(sealed, "x") == b"plain"
        assert (key_of_file(sealed, "x"), key_of_file(seal_file(b"", "x"), "x")) == ("old", "new")
    with override_settings(FIELD_KEYS={"new": NEW}), pytest.raises(SealBroken):
        unseal_file(sealed, "x")


@pytest.mark.parametrize("damage", [b"", b"SEALED1\n", b"plain picture", b"SEALED1\n../x\nabc"])
def test_what_is_no_sealed_file(damage: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal_file(damage, "x")


def test_one_flipped_bit() -> None:
    sealed = bytearray(seal_file(b"plain", "x"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        unseal_file(bytes(sealed), "x")
