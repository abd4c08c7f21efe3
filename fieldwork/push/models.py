"""Where a phone takes push messages. Gone with the phone's trust."""

from django.db import models
from django.utils.translation import pgettext_lazy

from fieldwork.models.devices import TrustedDevice
from governance.foundation.sealed import SealedField


class PushSubscription(models.Model):
    """One browser of one trusted phone. The address lets anybody send to it who has our key: it is kept sealed."""

    device = models.OneToOneField(TrustedDevice, on_delete=models.CASCADE, related_name="push")
    endpoint = SealedField()
    public_key = SealedField()
    secret = SealedField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("push", "push subscription")
        verbose_name_plural = pgettext_lazy("push", "push subscriptions")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.device)
