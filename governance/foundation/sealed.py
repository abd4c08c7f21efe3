"""Fields whose value no copy of the database tells: sealed ones, and keyed hashes that find an exact value.

A sealed value is `<key id>.<base64 of nonce and ciphertext>` (AES-256-GCM). Its model and field are authenticated
with it, so that a value copied into another field does not open. The first key of the ring seals, every key opens.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

from governance.foundation.errors import Problem

if TYPE_CHECKING:
    Text = models.TextField[str, str]
    Word = models.CharField[str, str]
    AnyField = models.Field[Any, Any]
else:
    Text, Word, AnyField = models.TextField, models.CharField, models.Field

NONCE_BYTES: Final = 12
SHAPE: Final = r"^[a-z0-9]{1,12}[.][A-Za-z0-9_-]{38,}$"
DIGEST_SHAPE: Final = r"^[0-9a-f]{64}$"


class SealBroken(Problem):
    """A value that no key opens: altered, moved to another field, or sealed with a key that is gone."""

    code = "seal_broken"


def seal(plain: str, context: str) -> str:
    """The sealed form of `plain` for `context` (`app.model.field`); empty stays empty."""
    if not plain:
        return ""
    key_id, key = newest_key()
    nonce = os.urandom(NONCE_BYTES)
    body = _cipher(key).encrypt(nonce, plain.encode(), _bound(key_id, context))
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + body).decode().rstrip('=')}"


def unseal(sealed: str, context: str) -> str:
    """The plain value. Raises SealBroken, which names the place and never the value."""
    if not sealed:
        return ""
    key_id, _dot, text = sealed.partition(".")
    key = settings.FIELD_KEYS.get(key_id)
    if key is None:
        raise SealBroken(f"{context}: the key of this value is not in FIELD_KEYS")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return _cipher(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(key_id, context)).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SealBroken(f"{context}: this value was altered or belongs elsewhere") from error


def newest_key() -> tuple[str, bytes]:
    """The id and the bytes of the key that seals."""
    key_id: str = next(iter(settings.FIELD_KEYS))
    return key_id, settings.FIELD_KEYS[key_id]


def _bound(key_id: str, context: str) -> bytes:
    return f"{key_id}|{context}".encode()


@lru_cache(16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def keyed_hash(plain: str, context: str) -> str:
    """64 hex digits that only the holder of the index key can make; another field gives other ones."""
    return hmac.new(settings.FIELD_INDEX_KEY, f"{context}\0{plain}".encode(), hashlib.sha256).hexdigest()


class SealedField(Text):
    """Text that is sealed on its way into the database and opened on its way out.

    It can be asked for emptiness only. The column refuses whatever is not sealed, so that no bulk writer
    that goes past this class can leave a readable value behind.
    """

    description = "Sealed text"

    @property
    def context(self) -> str:
        """`app.model.field`: what a sealed value is bound to."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(value, self.context)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            raise FieldError(f"{self.context} takes plain text only")
        return seal(str(value), self.context)

    def get_prep_value(self, value: Any) -> Any:
        if value != "":
            raise FieldError(f"{self.context} is sealed: it can be compared with the empty text only")
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"exact", "isnull"}:
            raise FieldError(f"{self.context} is sealed: there is no {lookup_name}")
        return super().get_lookup(lookup_name)

    def db_check(self, connection: Any) -> str:
        return _shape_check(self, SHAPE)


class BlindIndexField(Word):
    """The keyed hash of another field of the row, for finding an exact value; empty for an empty one.

    `normalise` makes different spellings of one value equal. It follows its source whenever the row is saved.
    """

    description = "Keyed hash of another field"

    def __init__(
        self, *args: Any, source: str = "", normalise: Callable[[str], str] | None = None, **options: Any
    ) -> None:
        self.source, self.normalise = source, normalise or str.strip
        options |= {"max_length": 64, "editable": False, "default": "", "blank": True}
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """Source and spelling are behaviour, which the table does not depend on."""
        name, path, args, options = super().deconstruct()
        for key in ("max_length", "editable", "default", "blank"):
            options.pop(key, None)
        return name, path, args, options

    def digest(self, plain: str) -> str:
        """What the column holds for `plain`."""
        plain = self.normalise(plain)
        return keyed_hash(plain, f"{self.model._meta.label_lower}.{self.source}") if plain else ""

    def is_of(self, stored: str, plain: str) -> bool:
        """Whether `stored` is the hash of `plain`, in a time that does not tell how much of it fits."""
        return bool(stored) and hmac.compare_digest(stored, self.digest(plain))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.digest(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value

    def db_check(self, connection: Any) -> str:
        return _shape_check(self, DIGEST_SHAPE)


def _shape_check(field: AnyField, shape: str) -> str:
    return f"\"{field.column}\" = '' OR \"{field.column}\" ~ '{shape}'"
