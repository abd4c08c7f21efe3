"""API clients and their keys. A key is shown once; only its hash is kept."""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiClient(models.Model):
    """A system that connects, such as the 12345 hotline. It sees only tickets of its own sources."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    sources = ArrayField(models.CharField(max_length=24), verbose_name=_("sources"), default=list)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    key_hint = models.CharField(_("key ends with"), max_length=6, editable=False)
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


def hash_key(key: str) -> str:
    """SHA-256 of a key; the key has 192 random bits, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_key() -> str:
    """A fresh key, to be shown once."""
    return f"wg_{secrets.token_urlsafe(24)}"


def issue_key(client: ApiClient, key: str | None = None) -> str:
    """Give the (unsaved or saved) client a new key and return it; the caller saves the client."""
    key = key or new_key()
    client.key_hash = hash_key(key)
    client.key_hint = key[-6:]
    return key
