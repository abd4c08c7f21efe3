"""Messages of a WeChat official account in encrypted mode: AES-256-CBC inside a signed envelope.

Inside are 16 random bytes, the length in 4 bytes, the message and the AppID, filled up to blocks of 32 (PKCS #7); the
first half of the key is the starting vector. The signature goes over the encrypted text as well and is checked before
anything is decrypted, so that nobody learns anything from how a forged text fails. A plain message is refused.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from adapters.contract import Incoming, Keys, Proof, Reply, Translator, refused
from adapters.translators.wechat import XML, WeChat, elements_of, must_be_signed, signature_of
from governance.foundation.clock import now

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

RANDOM, LENGTH, BLOCK = 16, 4, 32
CIPHER_BLOCK: Final = 16
NONCE_BELOW: Final = 10**10


class SealedWeChat(WeChat):
    """The same account with "secure mode" chosen at WeChat: its EncodingAESKey is the sealing key of the channel."""

    about = Translator(
        code="wechat_sealed",
        label=pgettext_lazy("channel", "WeChat official account (encrypted)"),
        content_types=("text/xml", "application/xml"),
        is_sealed=True,
    )

    def verify(self, message: Incoming, secret: str) -> Proof:
        proof = super().verify(message, secret)
        if message.method == "POST":
            query = message.query
            parts = (query.get("timestamp", ""), query.get("nonce", ""), _envelope(message.body))
            must_be_signed(query.get("msg_signature", ""), secret, *parts)
        return proof

    def opened(self, message: Incoming, keys: Keys) -> Incoming:
        inside = unsealed(_envelope(message.body), keys)
        if inside is None:
            words = gettext_lazy("The message does not fit the key or the account of the channel")
            raise refused("wrong_account", words, at=now())
        return replace(message, body=inside)

    def sealed(self, reply: Reply, keys: Keys) -> Reply:
        if reply.content_type != XML:
            return reply  # "success" is plain in every mode
        seconds, nonce = str(int(now().timestamp())), str(secrets.randbelow(NONCE_BELOW))
        text = sealed(reply.content.encode(), keys)
        mark = signature_of(keys.secret, seconds, nonce, text)
        content = (
            f"<xml><Encrypt><![CDATA[{text}]]></Encrypt><MsgSignature><![CDATA[{mark}]]></MsgSignature>"
            f"<TimeStamp>{seconds}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )
        return replace(reply, content=content)


def _envelope(body: bytes) -> str:
    """The encrypted text. Raises BadRequest for what is no XML; empty where there is none."""
    return elements_of(body).get("Encrypt", "")


def _cipher(keys: Keys) -> "Cipher[CBC]":
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = b64decode(f"{keys.sealing_key}=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:CIPHER_BLOCK]))


def sealed(inside: bytes, keys: Keys) -> str:
    """A text for the account."""
    text = secrets.token_bytes(RANDOM) + len(inside).to_bytes(LENGTH, "big") + inside + keys.app_id.encode()
    filling = BLOCK - len(text) % BLOCK
    lock = _cipher(keys).encryptor()
    return b64encode(lock.update(text + bytes([filling]) * filling) + lock.finalize()).decode()


def unsealed(text: str, keys: Keys) -> bytes | None:
    """What is inside; None where it is not sealed with this key for this account."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return None
    if not raw or len(raw) % CIPHER_BLOCK:
        return None
    lock = _cipher(keys).decryptor()
    found = lock.update(raw) + lock.finalize()
    filling = found[-1]
    if not 1 <= filling <= BLOCK or found[-filling:] != bytes([filling]) * filling:
        return None
    found = found[RANDOM:-filling]
    length = int.from_bytes(found[:LENGTH], "big")
    inside, app_id = found[LENGTH : LENGTH + length], found[LENGTH + length :]
    if len(found) < LENGTH or len(inside) != length or not hmac.compare_digest(app_id, keys.app_id.encode()):
        return None
    return inside
