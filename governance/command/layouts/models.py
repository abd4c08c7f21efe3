"""How somebody has arranged the pages of the dashboard. Who has no row sees the arrangement of the own role."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy


class DashboardLayout(models.Model):
    """One person's arrangement, by page; a page that is not named is that of the role."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    pages = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("layout", "arrangement of the dashboard")
        verbose_name_plural = pgettext_lazy("layout", "arrangements of the dashboard")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.user_id)
