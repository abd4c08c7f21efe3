"""API clients and their keys. A key is shown once; only its hash is kept.

A client has one key and, for a while after a rotation, the one before it. The secret that signs requests has to be
known to both sides, so it is kept sealed.
"""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.exchange.networks import check_network
from governance.exchange.scopes import ApiScope, all_scopes
from governance.foundation.sealed import SealedField


class ApiClient(models.Model):
    """A system that connects, such as the 12345 hotline. It sees only tickets of its own sources (and regions)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    sources = ArrayField(models.CharField(max_length=24), verbose_name=_("sources"), default=list)
    scopes = ArrayField(
        models.CharField(max_length=12, choices=ApiScope),
        verbose_name=pgettext_lazy("API client", "what it may do"),
        default=all_scopes,
        blank=True,
    )
    regions = ArrayField(
        models.CharField(max_length=15),
        verbose_name=pgettext_lazy("API client", "regions"),
        default=list,
        blank=True,
    )
    networks = ArrayField(
        models.CharField(max_length=43, validators=[check_network]),
        verbose_name=pgettext_lazy("API client", "networks"),
        default=list,
        blank=True,
    )
    per_minute = models.PositiveIntegerField(
        pgettext_lazy("API client", "requests a minute"), null=True, blank=True
    )
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    key_hint = models.CharField(_("key ends with"), max_length=6, editable=False)
    key_issued_at = models.DateTimeField(null=True, editable=False)
    previous_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    previous_hint = models.CharField(max_length=6, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    must_sign = models.BooleanField(
        pgettext_lazy("API client", "every request has to be signed"), default=False
    )
    signing_secret = SealedField(blank=True, default="", editable=False)
    previous_secret = SealedField(blank=True, default="", editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    def is_usable(self, at: datetime) -> bool:
        """False once switched off or expired."""
        return self.is_active and (self.expires_at is None or at < self.expires_at)

    def has_previous(self, at: datetime) -> bool:
        """Whether the key before this one is still taken."""
        return self.previous_until is not None and at < self.previous_until

    def secrets_at(self, at: datetime) -> list[str]:
        """The secrets that sign at that time, the present one first."""
        previous = self.previous_secret if self.has_previous(at) else ""
        return [secret for secret in (self.signing_secret, previous) if secret]


def hash_key(key: str) -> str:
    """SHA-256 of a key; the key has 192 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_key() -> str:
    """A fresh key, to be shown once."""
    return f"wg_{secrets.token_urlsafe(24)}"


def new_secret() -> str:
    """A fresh secret for signatures, to be shown once."""
    return f"wgs_{secrets.token_urlsafe(32)}"


def issue_key(client: ApiClient, key: str | None = None) -> str:
    """Give the (unsaved or saved) client a new key and return it; the caller saves the client."""
    key = key or new_key()
    client.key_hash = hash_key(key)
    client.key_hint = key[-6:]
    return key
