"""Online opinion: what is said on the net, weighed up, answered and followed to its end."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class OpinionsConfig(AppConfig):
    name = "opinions"
    verbose_name = pgettext_lazy("app", "Online opinion")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Stand on the page of tickets about online opinion."""
        from incidents import sides
        from opinions.panel import SIDE

        sides.register(SIDE)
