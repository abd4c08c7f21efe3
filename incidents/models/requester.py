"""Who brought a matter: names and telephones, which are shown masked."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from governance.foundation.masking import mask_name, mask_phone
from incidents.models.ticket import Ticket

PHONE_TAIL = 4
"""People remember the last digits of a telephone: an index finds them."""


class Requester(models.Model):
    """A citizen who brought the matter. Shown masked; a reveal is logged with its reason."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="requesters")
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    needs_reply = models.BooleanField(default=True)
    at = models.DateTimeField()
    # The report that brought the citizen, where it was merged into this ticket.
    carried_from = models.ForeignKey(
        Ticket, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )

    class Meta:
        verbose_name = _("citizen")
        verbose_name_plural = _("citizens")
        indexes: ClassVar = [
            models.Index(fields=["phone", "-ticket"], condition=~Q(phone=""), name="requester_phone"),
            models.Index(
                Right("phone", PHONE_TAIL),
                F("ticket").desc(),
                condition=~Q(phone=""),
                name="requester_phone_tail",
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def masked_words(self) -> str:
        """Name and phone as everybody who sees the ticket may see them."""
        return " ".join(part for part in (self.masked_name, self.masked_phone) if part)
